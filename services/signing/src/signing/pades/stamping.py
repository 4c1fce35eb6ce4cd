"""Time stamps for the fast way: asked over the kept-alive connection, and checked here.

pyHanko validated the authority's certificate when the revocation information was renewed; a token
must carry that very signer, our digest and our nonce, and its signature must hold.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.pades.errors import TimestampUnavailableError
from signing.pades.fast_cms import SHA256, integer, sequence, tlv

Ask = Callable[[bytes], bytes]
"""Sends a request and gives the answer, DER; raises ``TimestampUnavailableError``."""
_DIGESTS: Mapping[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class Stamper:
    """Time stamps of one authority whose certificate is known to be good."""

    def __init__(self, ask: Ask, authority_der: bytes) -> None:
        certificate = x509.load_der_x509_certificate(authority_der)
        self._ask = ask
        self._serial = certificate.serial_number
        self._key = certificate.public_key()

    def token(self, digest: bytes) -> bytes:
        """Have a SHA-256 stamped; the token, DER.

        Raises:
            TimestampUnavailableError: no answer, or not a good stamp on this digest.
        """
        nonce = secrets.randbits(63)
        imprint = sequence(SHA256, tlv(0x04, digest))
        request = sequence(integer(1), imprint, integer(nonce), b"\x01\x01\xff")
        try:
            answer = tsp.TimeStampResp.load(self._ask(request), strict=True)
            if answer["status"]["status"].native not in {"granted", "granted_with_mods"}:
                raise TimestampUnavailableError("not granted")
            token = answer["time_stamp_token"]
            self._check(token["content"], digest, nonce)
            der: bytes = token.dump()
        except (ValueError, KeyError, TypeError, InvalidSignature) as exc:
            raise TimestampUnavailableError("malformed or wrong answer") from exc
        return der

    def _check(self, signed: cms.SignedData, digest: bytes, nonce: int) -> None:
        info_der: bytes = signed["encap_content_info"]["content"].parsed.dump()
        info = tsp.TSTInfo.load(info_der)
        [signer] = signed["signer_infos"]
        algorithm = signer["digest_algorithm"]["algorithm"].native
        attributes = {
            each["type"].native: each["values"][0].native for each in signer["signed_attrs"]
        }
        ours = (
            info["message_imprint"]["hashed_message"].native == digest
            and info["nonce"].native == nonce
            and signer["sid"].chosen["serial_number"].native == self._serial
            and attributes["message_digest"] == hashlib.new(algorithm, info_der).digest()
        )
        if not ours:
            raise ValueError(algorithm)
        self._verify(signer, _DIGESTS[algorithm]())

    def _verify(self, signer: cms.SignerInfo, digest: hashes.HashAlgorithm) -> None:
        signature = signer["signature"].native
        # Signed as SET OF, sent with an implicit tag (RFC 5652, 5.4).
        signed = b"\x31" + signer["signed_attrs"].dump()[1:]
        if isinstance(self._key, rsa.RSAPublicKey):
            self._key.verify(signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(self._key, ec.EllipticCurvePublicKey):
            self._key.verify(signature, signed, ec.ECDSA(digest))
        else:
            raise TypeError(type(self._key).__name__)
