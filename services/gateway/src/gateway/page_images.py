"""Has the pages of a PDF drawn as pictures, in a process of its own with limits of time and memory.

Browsers show a sandboxed PDF in no frame, and phones have no viewer. The bytes go in by a pipe and
are forgotten with the process; nothing is written anywhere.

Errors::

    PagesNotDrawnError   (RetryableError) the worker took too long, ran out of memory, or died
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from typing import Final

from jamila_runtime.confined import ConfinedWorker, Limits
from jamila_runtime.errors import RetryableError

MEDIA_TYPE: Final = "image/webp"


class PagesNotDrawnError(RetryableError):
    """No pictures: the file is too hard to draw, or too many are waiting."""

    slug = "pages-not-drawn"


@dataclass(frozen=True)
class DrawingLimits(Limits):
    """What drawing one file may use."""

    time: timedelta = timedelta(seconds=20)
    memory_bytes: int = 768 * 1024 * 1024
    at_once: int = 2
    most_pages: int = 20
    """Further ones are seen in the file itself."""
    width: int = 1400
    """Pixels: letters stay sharp when an A4 page is enlarged to twice the width of a desk."""


@dataclass(frozen=True)
class Drawn:
    """The pictures of the first pages."""

    pictures: tuple[bytes, ...]
    total: int
    """How many pages the file has."""


class PageDrawer:
    """Draws files, a few at a time."""

    def __init__(self, limits: DrawingLimits | None = None) -> None:
        self._limits = limits or DrawingLimits()
        self._worker = ConfinedWorker("gateway.page_worker", self._limits, fault=PagesNotDrawnError)

    async def draw(self, content: bytes) -> Drawn:
        """Draw the pages of a PDF.

        Raises:
            PagesNotDrawnError: no pictures within the limits.
        """
        limits = self._limits
        said = await self._worker.run(content, limits.width, limits.most_pages)
        head, _, rest = said.partition(b"\n")
        told = json.loads(head)
        ends = tuple(accumulate(told["sizes"]))
        pictures = tuple(rest[start:end] for start, end in zip((0, *ends), ends, strict=False))
        return Drawn(pictures, told["total"])
