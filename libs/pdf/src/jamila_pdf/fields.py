"""Labels with a colon and a value, as cards and forms show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jamila_pdf.errors import TooMuchTextError
from jamila_pdf.fitting import Fitted, Room, fit
from jamila_pdf.sheet import Sheet, Style
from jamila_pdf.typefaces import Face

_TWO_LINES: Final = 2.2
"""Height of two lines with their ascents and descents, in sizes."""

Field = tuple[str, str]
"""Label and value."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where labels and values of a column of fields stand, in points."""

    x: float
    value_x: float
    end: float
    pitch: float
    size: float
    smallest: float = 3.5
    lines: int = 1
    value_face: Face = Face.SANS_BOLD

    def draw(self, sheet: Sheet, fields: Iterable[Field], *, y: float) -> float:
        """Draw fields downwards; each is read out as one sentence. Returns the y below."""
        for label, value in fields:
            self.draw_one(sheet, label, value, y=y)
            y -= self.pitch
        return y

    def draw_one(self, sheet: Sheet, label: str, value: str, *, y: float) -> None:
        """Draw one field with its baseline at y; two lines of a value stand around it."""
        with sheet.tag("P"):
            sheet.text(label, self.x, y=y, style=Style(Face.SANS, self.size))
            sheet.text(":", self.value_x - self.size * 0.6, y=y, style=Style(Face.SANS, self.size))
            fitted = self._fitted(value)
            top = y + fitted.size * 0.59 * (len(fitted.lines) - 1)
            sheet.lines(fitted, self.value_x, y=top, style=Style(self.value_face, fitted.size))

    def _fitted(self, value: str) -> Fitted:
        """One line that may shrink until two of its size fit the pitch; then two lines."""
        width, half = self.end - self.value_x, self.pitch / _TWO_LINES
        smallest = half if self.lines > 1 else self.smallest
        try:
            one = Room(width, 1, size=self.size, min_size=min(smallest, self.size))
            return fit(value, self.value_face, room=one)
        except TooMuchTextError:
            if self.lines == 1:
                raise
            more = Room(width, self.lines, size=half, min_size=self.smallest)
            return fit(value, self.value_face, room=more)
