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
from signing.pades.fast_pdf import UnknownLayoutError

Ask = Callable[[bytes], bytes]
"""Sends a request and gives the answer, DER; raises ``TimestampUnavailableError``."""
_GRANTED: Final = (b"\x02\x01\x00", b"\x02\x01\x01")
_DIGESTS: Final[Mapping[bytes, type[hashes.HashAlgorithm]]] = {
    oid("2.16.840.1.101.3.4.2.1"): hashes.SHA256,
    oid("2.16.840.1.101.3.4.2.2"): hashes.SHA384,
    oid("2.16.840.1.101.3.4.2.3"): hashes.SHA512,
}
_MESSAGE_DIGEST: Final = oid("1.2.840.113549.1.9.4")
_SIGNED_DATA: Final = oid("1.2.840.113549.1.7.2")
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
        found.append(part_at(content, at))
        at += len(found[-1].whole)
    return found


def part_at(content: bytes, at: int) -> Part:
    """Read the one element that begins there; what follows it does not matter.

    Raises:
        ValueError: it is not DER, or something is missing at its end.
    """
    first = content[at + 1] if at + 1 < len(content) else _LONG
    octets = first & 0x7F if first & _LONG else 0
    start = at + 2 + octets
    size = int.from_bytes(content[at + 2 : start], "big") if octets else first
    if first == _LONG or start + size > len(content):
        raise ValueError(at)
    return Part(content[at], content[start : start + size], content[at : start + size])


class Stamped(NamedTuple):
    """A token, taken apart; what is not signed in it is kept as it stands."""

    frame: tuple[bytes, ...]
    """Version, digests, kind of content."""
    octets: bytes
    """What is stamped; its digest is signed."""
    beside: tuple[bytes, ...]
    """Certificates and lists."""
    signer: tuple[bytes, ...]
    """Version, who signed, digest."""
    attributes: Part
    """What is signed."""
    algorithm: bytes
    value: bytes
    after: tuple[bytes, ...]
    """Attributes that nobody signed."""

    @classmethod
    def read(cls, token: Part) -> "Stamped":
        """Take a token apart.

        Raises:
            ValueError: it is none.
        """
        _, wrapped = parts(token.content)
        [signed] = parts(wrapped.content)
        version, digests, content, *beside, signers = parts(signed.content)
        kind, outer = parts(content.content)
        [octets] = parts(outer.content)
        [signer] = parts(signers.content)
        number, who, digest, attributes, algorithm, value, *after = parts(signer.content)
        return cls(
            frame=(version.whole, digests.whole, kind.whole),
            octets=octets.content,
            beside=tuple(each.whole for each in beside),
            signer=(number.whole, who.whole, digest.whole),
            attributes=attributes,
            algorithm=algorithm.whole,
            value=value.content,
            after=tuple(each.whole for each in after),
        )

    def unsigned(self) -> tuple[object, ...]:
        """What a stranger could change without breaking the signature."""
        return self.frame, self.beside, self.signer, self.algorithm, self.after

    def whole(self) -> bytes:
        """The token again, as DER writes it."""
        *first, kind = self.frame
        content = sequence(kind, tlv(0xA0, tlv(0x04, self.octets)))
        signed_by = (*self.signer, self.attributes.whole, self.algorithm, tlv(0x04, self.value))
        signers = tlv(0x31, sequence(*signed_by, *self.after))
        signed = sequence(*first, content, *self.beside, signers)
        return sequence(_SIGNED_DATA, tlv(0xA0, signed))


class Stamper:
    """Time stamps of one authority whose certificate is known to be good."""

    def __init__(self, ask: Ask, authority_der: bytes, *, sample: bytes) -> None:
        """Prepare.

        Args:
            ask: Sends a request to the authority.
            authority_der: Its certificate.
            sample: A token of it that pyHanko has validated, zeros may follow. The signature
                covers what is stamped, not what stands around it; there, every token has to be
                like this one.
        """
        certificate = x509.load_der_x509_certificate(authority_der)
        issuer = certificate.issuer.public_bytes(serialization.Encoding.DER)
        self._ask = ask
        self._signer_id = sequence(issuer, integer(certificate.serial_number))
        self._key = certificate.public_key()
        self._like = Stamped.read(part_at(sample, 0)).unsigned()

    def token(self, digest: bytes) -> bytes:
        """Have a SHA-256 stamped; the token, DER.

        Raises:
            TimestampUnavailableError: no answer, or not a good stamp on this digest.
            UnknownLayoutError: it is good, and put together otherwise than the one that is known.
        """
        nonce = secrets.randbits(63)
        imprint = sequence(SHA256, tlv(0x04, digest))
        request = sequence(integer(1), imprint, integer(nonce), b"\x01\x01\xff")
        try:
            [answer] = parts(self._ask(request))
            status, token = parts(answer.content)
            if parts(status.content)[0].whole not in _GRANTED:
                raise TimestampUnavailableError("not granted")
            stamped = Stamped.read(token)
            self._check(stamped, digest, nonce)
        except (ValueError, TypeError, KeyError, IndexError, InvalidSignature) as exc:
            raise TimestampUnavailableError("malformed or wrong answer") from exc
        if stamped.unsigned() != self._like or stamped.whole() != token.whole:
            raise UnknownLayoutError("a time stamp of another form")
        return token.whole

    def _check(self, stamped: Stamped, digest: bytes, nonce: int) -> None:
        """Prove that the authority stamped our digest for our request (RFC 3161, 2.4.2)."""
        [info] = parts(stamped.octets)
        _, _, imprint, *others = parts(info.content)
        _, signer_id, algorithm = stamped.signer
        [named] = parts(algorithm)
        kind = _DIGESTS[parts(named.content)[0].whole]()
        stated = hashlib.new(kind.name, stamped.octets).digest()
        if (
            parts(imprint.content)[1].content != digest
            or integer(nonce) not in [each.whole for each in others[1:]]
            or signer_id != self._signer_id
            or stamped.attributes.tag != _SIGNED_ATTRIBUTES
            or _message_digest(stamped.attributes) != stated
        ):
            raise ValueError(signer_id)
        self._verify(stamped.value, stamped.attributes, kind)

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
