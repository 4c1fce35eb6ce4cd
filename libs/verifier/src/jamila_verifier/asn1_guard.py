r"""Keeps asn1crypto from re-encoding everything because of one unlucky length.

asn1crypto 1.5.1 takes each header that ends in ``\x80`` for an indefinite length. A definite length
such as 0x0180 ends so too; then ``dump`` re-encodes the whole tree, and a signature with time
stamps takes seconds instead of milliseconds, depending on the lengths of certificates and tokens.

Source: wbond/asn1crypto issue 249 (open), pull request 302 (closed).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, SupportsIndex

from asn1crypto import core

_INDEFINITE: Final = 0x80
_LONG_TAG: Final = 0x1F
_ENDS: Final = slice(-1, None)
_GUARD: Final = "_jamila_asn1_guard"

Dump = Callable[..., bytes]


class DefiniteHeader(bytes):
    r"""A header known to hold a definite length, although it ends in ``\x80``.

    asn1crypto asks ``header[-1:] == b"\x80"`` and does nothing else with slices of a header, so
    this type answers that one question truthfully and is plain bytes in every other respect.
    """

    __slots__ = ()

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        if key == _ENDS:
            return b""
        return super().__getitem__(key)


def ends_in_definite_length(header: bytes) -> bool:
    """Tell whether the last length octets of a header, explicit tags included, are definite."""
    position = 0
    definite = False
    while position < len(header):
        position = _after_tag(header, position)
        if position >= len(header):
            return False
        length = header[position]
        definite = length != _INDEFINITE
        octets = length & 0x7F if length & _INDEFINITE else 0
        position += 1 + octets
    return definite and position == len(header)


def _after_tag(header: bytes, position: int) -> int:
    if header[position] & _LONG_TAG != _LONG_TAG:
        return position + 1
    position += 1
    while position < len(header) and header[position] & _INDEFINITE:
        position += 1
    return position + 1


def install() -> None:
    """Guard the five ``dump`` methods of asn1crypto; doing it again changes nothing."""
    for cls in (core.Asn1Value, core.Choice, core.Primitive, core.Sequence, core.SequenceOf):
        original: Dump = cls.__dict__["dump"]
        if not hasattr(original, _GUARD):
            cls.dump = _guarded(original)


def _guarded(original: Dump) -> Dump:
    @wraps(original)
    def dump(self: Any, force: bool = False) -> bytes:  # noqa: FBT001, FBT002  # asn1crypto's signature
        header = self._header
        if (
            header is not None
            and header[-1:] == b"\x80"
            and not isinstance(header, DefiniteHeader)
            and ends_in_definite_length(header)
        ):
            # Set once and for good: two threads doing this at a time do no harm.
            self._header = DefiniteHeader(header)
        return original(self, force=force)

    setattr(dump, _GUARD, original)
    return dump
