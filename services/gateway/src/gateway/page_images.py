"""Has the pages of a PDF drawn as pictures, in a process of its own with limits of time and memory.

Browsers show a sandboxed PDF in no frame, and phones have no viewer. The bytes go in by a pipe and
are forgotten with the process; nothing is written anywhere.

Errors::

    PagesNotDrawnError   (RetryableError) the worker took too long, ran out of memory, or died
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger

MEDIA_TYPE: Final = "image/webp"
_WORKER: Final = "gateway.page_worker"
_log = get_logger(__name__)


class PagesNotDrawnError(RetryableError):
    """No pictures: the file is too hard to draw, or too many are waiting."""

    slug = "pages-not-drawn"


@dataclass(frozen=True)
class DrawingLimits:
    """What drawing one file may use."""

    time: timedelta = timedelta(seconds=20)
    """Wall clock; of the processor it may use two thirds of it."""
    memory_bytes: int = 768 * 1024 * 1024
    """Address space, libraries included."""
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
    """Starts a worker per file, a few at a time."""

    def __init__(self, limits: DrawingLimits | None = None) -> None:
        self._limits = limits or DrawingLimits()
        self._turns = asyncio.Semaphore(self._limits.at_once)

    async def draw(self, content: bytes) -> Drawn:
        """Draw the pages of a PDF.

        Raises:
            PagesNotDrawnError: no pictures within the limits.
        """
        seconds = self._limits.time.total_seconds()
        try:
            async with asyncio.timeout(seconds * 2), self._turns:
                said = await self._said(content, seconds)
        except TimeoutError as error:
            raise PagesNotDrawnError("the file took too long to draw") from error
        head, _, rest = said.partition(b"\n")
        told = json.loads(head)
        ends = _ends(told["sizes"])
        pictures = tuple(rest[start:end] for start, end in zip((0, *ends), ends, strict=False))
        return Drawn(pictures, told["total"])

    async def _said(self, content: bytes, seconds: float) -> bytes:
        limits = self._limits
        asked = (limits.width, limits.most_pages, int(seconds * 2 / 3) or 1, limits.memory_bytes)
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", _WORKER, *map(str, asked)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing of ours: a parser that is taken over finds no secrets in its environment.
            env={"LANG": "C.UTF-8"},
        )
        try:
            async with asyncio.timeout(seconds):
                said, _ = await worker.communicate(content)
        finally:
            await _put_away(worker)
        if worker.returncode != 0:
            _log.warning("pages not drawn", exit_code=worker.returncode)
            raise PagesNotDrawnError("the worker gave no pictures")
        return said


def _ends(sizes: list[int]) -> tuple[int, ...]:
    ends, at = [], 0
    for size in sizes:
        at += size
        ends.append(at)
    return tuple(ends)


async def _put_away(worker: asyncio.subprocess.Process) -> None:
    """End a worker, and give back its pipes at once, however it ended."""
    if worker.returncode is None:
        worker.kill()
        await worker.wait()
    # There is no public way: else the pipes stay open until the garbage collector finds them.
    worker._transport.close()  # type: ignore[attr-defined] # noqa: SLF001
    await asyncio.sleep(0)
