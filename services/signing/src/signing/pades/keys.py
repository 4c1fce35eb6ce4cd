"""The signing key of the Kepala Dinas, opened once and kept as a ready object."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate
from pyhanko.sign import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.pades.errors import SigningKeyUnusableError

_DIGESTS: Final[dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class SigningKey(Protocol):
    """A key that can be used, wherever it lies."""

    @property
    def certificate(self) -> x509.Certificate:
        """Of whoever signs."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Certificates of the authorities above."""

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign data with PKCS#1 v1.5 or ECDSA, as the key is.

        Raises:
            RetryableError: the key cannot be reached for the moment.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a PKCS#12 file holds."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    """Certificates of the authorities above, in the order of the file."""

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign (see ``SigningKey``)."""
        digest = _DIGESTS[digest_algorithm]()
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), digest)
        return self.key.sign(data, ec.ECDSA(digest))


def open_pkcs12(path: Path, passphrase: bytes) -> KeyFile:
    """Open a PKCS#12 file.

    Raises:
        SigningKeyUnusableError: Missing, damaged, wrong passphrase, or neither RSA nor EC inside.
    """
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase)
    except (OSError, ValueError) as exc:
        raise SigningKeyUnusableError from exc
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningKeyUnusableError
    return KeyFile(key, _from_der(certificate), tuple(_from_der(other) for other in chain))


def _from_der(certificate: Certificate) -> x509.Certificate:
    # Loaded from DER: asn1crypto would re-encode constructed objects at every signature.
    der = certificate.public_bytes(serialization.Encoding.DER)
    return x509.Certificate.load(der, strict=True)


class CachedKeySigner(Signer):
    """Signs with a key object that was opened once.

    pyHanko's own signer parses and validates the key at every signature: 40 to 190 ms for RSA.
    """

    def __init__(self, key: SigningKey) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko
        registry.register_multiple(key.chain)
        # The root is embedded too: without proof of its existence in the file, pyHanko's archive
        # validation finds no path (NO_POE).
        super().__init__(signing_cert=key.certificate, cert_registry=registry, embed_roots=True)
        self._key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002, ARG002  # pyHanko's signature
    ) -> bytes:
        """Sign the signed attributes."""
        return self._key.sign(data, digest_algorithm)
