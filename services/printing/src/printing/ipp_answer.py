"""What a printer answers, read by pyipp once its shape is known to be sound.

pyipp takes lengths as signed and believes them: an answer with a length of 0x8000 and more sends it
backwards, round and round, for ever. So the whole answer is walked through first (RFC 8010, 3.1).
"""

from collections.abc import Mapping
from typing import Any, Final

from pyipp.parser import parse

_HEAD_BYTES: Final = 8
_GROUPS: Final = frozenset({0x01, 0x02, 0x04, 0x05})
"""Operation, job, printer and unsupported attributes: those pyipp knows."""
_END: Final = 0x03
_LAST_DELIMITER: Final = 0x0F
_BEGIN_COLLECTION: Final = 0x34
_END_COLLECTION: Final = 0x37
_FIXED: Final[Mapping[int, int]] = {0x21: 4, 0x22: 1, 0x23: 4, 0x31: 11, 0x32: 9}
"""Integer, boolean, enum, date and resolution: read by pyipp whatever length is named."""
_IN_TWO_PARTS: Final = frozenset({0x35, 0x36})
"""Text and name with a language, each with a length of its own."""
_MOST_NESTED: Final = 16


class UnreadableAnswerError(ValueError):
    """It is no answer in IPP."""


def read_answer(content: bytes) -> dict[str, Any]:
    """The groups of an answer, as pyipp names them.

    Raises:
        UnreadableAnswerError: it is none.
    """
    try:
        _walk(content)
        found: dict[str, Any] = parse(content)
    except UnreadableAnswerError:
        raise
    except Exception as error:  # pyipp lets through whatever reading a value raises
        raise UnreadableAnswerError(type(error).__name__) from error
    return found


def _walk(content: bytes) -> None:
    """Go from tag to tag, always forward, as pyipp will."""
    at, nested, is_first = _HEAD_BYTES, 0, True
    while True:
        tag = _byte(content, at)
        if tag == _END and not nested:
            return
        if tag <= _LAST_DELIMITER:
            # pyipp takes what follows the beginning of a group for an attribute, unseen.
            if tag not in _GROUPS or nested or _byte(content, at + 1) <= _LAST_DELIMITER:
                raise UnreadableAnswerError("a group where none can be")
            at, is_first = at + 1, False
            continue
        if is_first:
            raise UnreadableAnswerError("an attribute before all groups")
        nested += (tag == _BEGIN_COLLECTION) - (tag == _END_COLLECTION)
        if not 0 <= nested <= _MOST_NESTED:
            raise UnreadableAnswerError("collections within collections")
        at = _after_attribute(content, tag, at + 1)


def _after_attribute(content: bytes, tag: int, at: int) -> int:
    """Where the attribute ends whose name begins here."""
    value = at + 2 + _length(content, at)
    size = _length(content, value)
    if size != _FIXED.get(tag, size):
        raise UnreadableAnswerError("a value of another length than its kind has")
    start, end = value + 2, value + 2 + size
    if tag in _IN_TWO_PARTS:
        second = start + 2 + _length(content, start)
        if second + 2 + _length(content, second) != end:
            raise UnreadableAnswerError("two parts that are not the whole")
    if end > len(content):
        raise UnreadableAnswerError("it ends in the middle")
    return end


def _length(content: bytes, at: int) -> int:
    size = int.from_bytes((_byte(content, at), _byte(content, at + 1)), "big")
    if size > _LONGEST:
        raise UnreadableAnswerError("a length without end")
    return size


_LONGEST: Final = 0x7FFF


def _byte(content: bytes, at: int) -> int:
    if at >= len(content):
        raise UnreadableAnswerError("it ends in the middle")
    return content[at]
