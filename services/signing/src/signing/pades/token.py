"""A signing key in hardware or in SoftHSM, through PKCS#11."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pkcs11
from asn1crypto import x509
from pkcs11.exceptions import PKCS11Error
from pkcs11.util.ec import encode_ecdsa_signature

from jamila_verifier import load_certificates
from signing.pades.errors import SigningKeyUnusableError, TokenUnavailableError

_RSA_MECHANISMS: Final = {
    "sha256": pkcs11.Mechanism.SHA256_RSA_PKCS,
    "sha384": pkcs11.Mechanism.SHA384_RSA_PKCS,
    "sha512": pkcs11.Mechanism.SHA512_RSA_PKCS,
}


@dataclass(frozen=True)
class TokenAddress:
    """Where the key lies."""

    module: Path
    """Library of the token's maker, e.g. ``libsofthsm2.so``."""
    token_label: str
    key_label: str
    pin: str = field(repr=False)


class TokenKey:
    """Implements ``SigningKey``: one session, opened when it is needed and again after a fault."""

    def __init__(self, address: TokenAddress, certificates: Sequence[Path]) -> None:
        """Read the certificates; the token itself may be plugged in later.

        Args:
            address: Where the key lies.
            certificates: PEM or DER: the signer's first, then the authorities above.

        Raises:
            SigningKeyUnusableError: there is no certificate.
        """
        found = load_certificates(certificates)
        if not found:
            raise SigningKeyUnusableError
        self.certificate: x509.Certificate = found[0]
        self.chain = tuple(found[1:])
        self._address = address
        self._is_rsa = self.certificate.public_key.algorithm == "rsa"
        # A PKCS#11 session does one thing at a time.
        self._using = Lock()
        self._session: Any = None
        self._key: Any = None

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign (see ``SigningKey``)."""
        with self._using:
            try:
                return self._sign(data, digest_algorithm)
            except (PKCS11Error, RuntimeError) as exc:
                self._forget()
                raise TokenUnavailableError(type(exc).__name__) from exc

    def close(self) -> None:
        """Close the session."""
        with self._using:
            self._forget()

    def _sign(self, data: bytes, digest_algorithm: str) -> bytes:
        if self._key is None:
            self._open()
        if self._is_rsa:
            return bytes(self._key.sign(data, mechanism=_RSA_MECHANISMS[digest_algorithm]))
        # SoftHSM 2.6.1 has no ECDSA that hashes by itself, so the digest is made here.
        digest = hashlib.new(digest_algorithm, data).digest()
        raw = self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
        return bytes(encode_ecdsa_signature(raw))

    def _open(self) -> None:
        address = self._address
        library = pkcs11.lib(str(address.module))
        library.reinitialize()
        token = library.get_token(token_label=address.token_label)
        self._session = token.open(user_pin=address.pin)
        self._key = self._session.get_key(
            object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=address.key_label
        )

    def _forget(self) -> None:
        session, self._session, self._key = self._session, None, None
        if session is not None:
            try:
                session.close()
            except PKCS11Error:
                # The token is gone, and the session with it.
                return
