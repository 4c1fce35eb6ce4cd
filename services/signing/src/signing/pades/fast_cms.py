"""The CMS of a PAdES signature from parts that are encoded once (RFC 5652, ETSI EN 319 122-1).

Only SHA-256; everything that does not depend on the document is DER from the start. pyHanko is the
judge of it in the tests of every document type.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from signing.pades.keys import SigningKey

_SHORT: Final = 128


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, definite length, value."""
    value = b"".join(parts)
    size = len(value)
    if size < _SHORT:
        return bytes((tag, size)) + value
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT | len(octets))) + octets + value


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF, in DER's order."""
    return tlv(0x31, *sorted(parts))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(each) for each in dotted.split("."))
    out = [first * 40 + second]
    for number in rest:
        groups = [number & 127]
        while number := number >> 7:
            groups.append(number & 127 | _SHORT)
        out += reversed(groups)
    return tlv(0x06, bytes(out))


def integer(number: int) -> bytes:
    """INTEGER, not negative."""
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


SHA256: Final = sequence(oid("2.16.840.1.101.3.4.2.1"))
_DATA: Final = oid("1.2.840.113549.1.7.1")
_SIGNED_DATA: Final = oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE: Final = sequence(oid("1.2.840.113549.1.9.3"), set_of(_DATA))
_MESSAGE_DIGEST: Final = oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2: Final = oid("1.2.840.113549.1.9.16.2.47")
_TIME_STAMP: Final = oid("1.2.840.113549.1.9.16.2.14")
_RSA: Final = sequence(oid("1.2.840.113549.1.1.11"), b"\x05\x00")
_ECDSA: Final = sequence(oid("1.2.840.10045.4.3.2"))


class CmsMaker:
    """One signer; ``make`` costs one use of the key."""

    def __init__(self, key: SigningKey) -> None:
        certificate, der = key.certificate, key.certificate.dump()
        issuer, serial = certificate.issuer.dump(), integer(certificate.serial_number)
        named = sequence(sequence(tlv(0xA4, issuer)), serial)
        hashed = sequence(tlv(0x04, sha256(der).digest()), named)
        self._key = key
        self._algorithm = _RSA if certificate.public_key.algorithm == "rsa" else _ECDSA
        self._signer_id = sequence(issuer, serial)
        self._certificate_attribute = sequence(
            _SIGNING_CERTIFICATE_V2, set_of(sequence(sequence(hashed)))
        )
        everybody = {der, *(each.dump() for each in key.chain)}
        self._certificates = tlv(0xA0, *sorted(everybody))

    def make(self, digest: bytes, *, stamp: Callable[[bytes], bytes] | None) -> bytes:
        """Sign a document's digest.

        Args:
            digest: SHA-256 over the byte range.
            stamp: Gives a time stamp token for the SHA-256 of the signature value.
        """
        attributes = b"".join(
            sorted(
                (
                    _CONTENT_TYPE,
                    self._certificate_attribute,
                    sequence(_MESSAGE_DIGEST, set_of(tlv(0x04, digest))),
                )
            )
        )
        value = self._key.sign(tlv(0x31, attributes), "sha256")
        unsigned = b""
        if stamp is not None:
            token = stamp(sha256(value).digest())
            unsigned = tlv(0xA1, sequence(_TIME_STAMP, set_of(token)))
        signer = sequence(
            integer(1),
            self._signer_id,
            SHA256,
            tlv(0xA0, attributes),
            self._algorithm,
            tlv(0x04, value),
            unsigned,
        )
        signed_data = sequence(
            integer(1), tlv(0x31, SHA256), sequence(_DATA), self._certificates, tlv(0x31, signer)
        )
        return sequence(_SIGNED_DATA, tlv(0xA0, signed_data))
