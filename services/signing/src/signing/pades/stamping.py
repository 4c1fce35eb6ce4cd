"""Time stamps for the fast way: asked over the kept-alive connection, and checked here.

pyHanko validated the authority's certificate when the revocation information was renewed; a token
must carry that very signer, our digest and our nonce, and its signature must hold. The answer is
read byte by byte: asn1crypto encodes a token anew, at every ``dump``, once it looked inside.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.pades.errors import TimestampUnavailableError
from signing.pades.fast_cms import SHA256, integer, oid, sequence, tlv

Ask = Callable[[bytes], bytes]
"""Sends a request and gives the answer, DER; raises ``TimestampUnavailableError``."""
_GRANTED: Final = (b"\x02\x01\x00", b"\x02\x01\x01")
_DIGESTS: Final[Mapping[bytes, type[hashes.HashAlgorithm]]] = {
    oid("2.16.840.1.101.3.4.2.1"): hashes.SHA256,
    oid("2.16.840.1.101.3.4.2.2"): hashes.SHA384,
    oid("2.16.840.1.101.3.4.2.3"): hashes.SHA512,
}
_MESSAGE_DIGEST: Final = oid("1.2.840.113549.1.9.4")
_LONG: Final = 0x80
_SIGNED_ATTRIBUTES: Final = 0xA0


class Part(NamedTuple):
    """One element of DER."""

    tag: int
    content: bytes
    whole: bytes


def parts(content: bytes) -> list[Part]:
    """Read the elements one after the other.

    Raises:
        ValueError: it is not DER, or something is missing at its end.
    """
    found, at = [], 0
    while at < len(content):
        first = content[at + 1] if at + 1 < len(content) else _LONG
        octets = first & 0x7F if first & _LONG else 0
        start = at + 2 + octets
        size = int.from_bytes(content[at + 2 : start], "big") if octets else first
        if first == _LONG or start + size > len(content):
            raise ValueError(at)
        found.append(Part(content[at], content[start : start + size], content[at : start + size]))
        at = start + size
    return found


class Stamper:
    """Time stamps of one authority whose certificate is known to be good."""

    def __init__(self, ask: Ask, authority_der: bytes) -> None:
        certificate = x509.load_der_x509_certificate(authority_der)
        issuer = certificate.issuer.public_bytes(serialization.Encoding.DER)
        self._ask = ask
        self._signer_id = sequence(issuer, integer(certificate.serial_number))
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
            [answer] = parts(self._ask(request))
            status, token = parts(answer.content)
            if parts(status.content)[0].whole not in _GRANTED:
                raise TimestampUnavailableError("not granted")
            self._check(token, digest, nonce)
        except (ValueError, TypeError, KeyError, IndexError, InvalidSignature) as exc:
            raise TimestampUnavailableError("malformed or wrong answer") from exc
        return token.whole

    def _check(self, token: Part, digest: bytes, nonce: int) -> None:
        """Prove that the authority stamped our digest for our request (RFC 3161, 2.4.2)."""
        _, wrapped = parts(token.content)
        [signed] = parts(wrapped.content)
        _, _, content, *_, signers = parts(signed.content)
        [octets] = parts(parts(content.content)[1].content)
        [info] = parts(octets.content)
        _, _, imprint, *others = parts(info.content)
        [signer] = parts(signers.content)
        _, signer_id, algorithm, attributes, _, value, *_ = parts(signer.content)
        kind = _DIGESTS[parts(algorithm.content)[0].whole]()
        stated = hashlib.new(kind.name, octets.content).digest()
        if (
            parts(imprint.content)[1].content != digest
            or integer(nonce) not in [each.whole for each in others[1:]]
            or signer_id.whole != self._signer_id
            or attributes.tag != _SIGNED_ATTRIBUTES
            or _message_digest(attributes) != stated
        ):
            raise ValueError(signer_id.tag)
        self._verify(value.content, attributes, kind)

    def _verify(self, value: bytes, attributes: Part, digest: hashes.HashAlgorithm) -> None:
        # Signed as SET OF, sent with an implicit tag (RFC 5652, 5.4).
        signed = b"\x31" + attributes.whole[1:]
        if isinstance(self._key, rsa.RSAPublicKey):
            self._key.verify(value, signed, padding.PKCS1v15(), digest)
        elif isinstance(self._key, ec.EllipticCurvePublicKey):
            self._key.verify(value, signed, ec.ECDSA(digest))
        else:
            raise TypeError(type(self._key).__name__)


def _message_digest(attributes: Part) -> bytes:
    for each in parts(attributes.content):
        name, values = parts(each.content)
        if name.whole == _MESSAGE_DIGEST:
            return parts(values.content)[0].content
    raise ValueError(attributes.tag)
