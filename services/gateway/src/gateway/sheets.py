"""Papers and documents that lie open before somebody: page by page, for as long as he looks.

To lay one open is one recorded read. Its pages then come from memory, bounded in size and time and
parted by session: turning a page or going back to a paper is no further read.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final
from weakref import WeakValueDictionary

from gateway.page_images import MEDIA_TYPE, PageDrawer

_PDF: Final = "application/pdf"
_MOST_BYTES: Final = 96 * 1024 * 1024
_LIFE_SECONDS: Final = 600.0

Key = tuple[str, str, str]
"""Session, case, digest."""


@dataclass(frozen=True)
class Sheet:
    """One paper or document as pictures."""

    pictures: tuple[bytes, ...]
    picture_type: str
    total: int
    """Pages of the file; of a long one only the first are drawn."""
    media_type: str
    """Of the file itself."""

    @property
    def weight(self) -> int:
        """Bytes in memory."""
        return sum(map(len, self.pictures))


class OpenSheets:
    """What lies open, of all sessions."""

    def __init__(
        self,
        drawer: PageDrawer | None = None,
        *,
        most_bytes: int = _MOST_BYTES,
        life_seconds: float = _LIFE_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._drawer = drawer or PageDrawer()
        self._most_bytes = most_bytes
        self._life_seconds = life_seconds
        self._now = now
        self._open: OrderedDict[Key, tuple[float, Sheet]] = OrderedDict()
        self._turns: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def lay_open(
        self, key: Key, fetch: Callable[[], Awaitable[bytes]], *, media_type: str
    ) -> Sheet:
        """What lies open already, or what is fetched now; two askers at once fetch once.

        Args:
            key: Whose, and what.
            fetch: Records the read and gives the bytes of the file.
            media_type: Of the file.

        Raises:
            PagesNotDrawnError: the file cannot be shown as pictures.
        """
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            found = self._found(key)
            if found is None:
                found = await self._sheet(await fetch(), media_type)
                self._keep(key, found)
            return found

    async def _sheet(self, content: bytes, media_type: str) -> Sheet:
        if media_type != _PDF:
            return Sheet((content,), media_type, 1, media_type)
        drawn = await self._drawer.draw(content)
        return Sheet(drawn.pictures, MEDIA_TYPE, drawn.total, media_type)

    def _found(self, key: Key) -> Sheet | None:
        oldest = self._now() - self._life_seconds
        # In the order in which they were opened: the oldest come first.
        for each, (since, _) in list(self._open.items()):
            if since > oldest:
                break
            del self._open[each]
        found = self._open.get(key)
        return None if found is None else found[1]

    def _keep(self, key: Key, sheet: Sheet) -> None:
        self._open[key] = (self._now(), sheet)
        while len(self._open) > 1 and self._weight() > self._most_bytes:
            self._open.popitem(last=False)

    def _weight(self) -> int:
        return sum(sheet.weight for _, sheet in self._open.values())
