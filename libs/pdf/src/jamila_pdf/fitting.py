"""Makes long texts fit: first smaller, then on more lines, never cut."""

from typing import Final, NamedTuple

from jamila_pdf.errors import TooMuchTextError
from jamila_pdf.typefaces import Face, unit_width

_STEP: Final = 0.25
_BREAK_BELOW: Final = 0.78
"""One line may shrink to this share of its size before it is broken: whole names read better."""


class Room(NamedTuple):
    """Space for one text, in points: a width, lines at most, and the sizes the text may take."""

    width: float
    max_lines: int
    size: float
    min_size: float


class Fitted(NamedTuple):
    """A text broken into lines that fit at ``size`` points."""

    size: float
    lines: tuple[str, ...]


def fit(text: str, face: Face, *, room: Room) -> Fitted:
    """Shrink and break a text until it fits.

    Raises:
        TooMuchTextError: It does not fit even at ``min_size``.
        UnprintableTextError: The font has no glyph for a character.
    """
    whole = unit_width(text, face)
    if whole * room.size <= room.width:
        return Fitted(room.size, (text,))
    smallest_whole = room.min_size if room.max_lines == 1 else room.size * _BREAK_BELOW
    if whole * smallest_whole <= room.width:
        return Fitted(room.width / whole, (text,))
    size = smallest_whole
    while size >= room.min_size:
        lines = _wrap(text, face, unit=room.width / size)
        if len(lines) <= room.max_lines:
            return Fitted(size, lines)
        size -= _STEP
    raise TooMuchTextError(len(text))


def wrap(text: str, face: Face, *, size: float, width: float) -> tuple[str, ...]:
    """Break a text of our own wording into lines of ``width`` points."""
    return _wrap(text, face, unit=width / size)


def _wrap(text: str, face: Face, *, unit: float) -> tuple[str, ...]:
    """Break at spaces; a single word wider than the line is broken between letters."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if unit_width(candidate, face) <= unit:
            line = candidate
            continue
        if line:
            lines.append(line)
        *full, line = _break_word(word, face, unit=unit)
        lines += full
    return (*lines, line)


def _break_word(word: str, face: Face, *, unit: float) -> list[str]:
    if unit_width(word, face) <= unit:
        return [word]
    parts = [""]
    for char in word:
        if parts[-1] and unit_width(parts[-1] + char, face) > unit:
            parts.append("")
        parts[-1] += char
    return parts
