"""Tells a test where every mark of a document was put; costs nothing when nobody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal

Mark = Literal["text", "qr", "picture", "room"]

_DESCENT: Final = 0.22
_ASCENT: Final = 0.74
"""Shares of the size that letters reach below and above the baseline; capitals need 0.72."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One mark on a page, in points from the lower left corner; ``page`` counts from 0.

    A ``room`` is a place that was left empty on purpose.
    """

    mark: Mark
    page: int
    x1: float
    y1: float
    x2: float
    y2: float
    text: str = ""

    def overlaps(self, other: "Placed", *, tolerance: float = 0.3) -> bool:
        """Whether two marks cover one another by more than a hair."""
        return (
            self.page == other.page
            and self.x1 + tolerance < other.x2
            and other.x1 + tolerance < self.x2
            and self.y1 + tolerance < other.y2
            and other.y1 + tolerance < self.y2
        )


_watched: ContextVar[list[Placed] | None] = ContextVar("watched", default=None)


@contextmanager
def watch() -> Iterator[list[Placed]]:
    """Collect where the marks of everything drawn inside are put."""
    found: list[Placed] = []
    token = _watched.set(found)
    try:
        yield found
    finally:
        _watched.reset(token)


def watcher() -> list[Placed] | None:
    """The list that wants to know; None nearly always."""
    return _watched.get()


def placed_text(
    text: str, *, page: int, at: tuple[float, float], width: float, size: float
) -> Placed:
    """Where a line of text stands whose baseline begins at a point."""
    x, y = at
    return Placed("text", page, x, y - _DESCENT * size, x + width, y + _ASCENT * size, text)
