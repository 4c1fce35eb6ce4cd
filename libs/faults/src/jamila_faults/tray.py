"""The tray of the printer, and whoever takes the sheets out of it."""

import asyncio
import time
from pathlib import Path
from typing import Final

from jamila_faults.history import History

_LOOK_SECONDS: Final = 0.2
_LIES_SECONDS: Final = 20.0
"""A sheet is taken away after this: if it is printed again, a second one lies there."""


class Tray:
    """Notes each sheet that comes out, under the name the office gave it."""

    def __init__(self, folder: Path, history: History) -> None:
        self._folder = folder
        self._history = history
        self._lies_since: dict[str, float] = {}

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    def look(self) -> None:
        """Note what is new, and take away what has lain there for a while."""
        now = time.monotonic()
        for sheet in sorted(self._folder.glob("*.pdf")):
            if sheet.stem not in self._lies_since:
                self._lies_since[sheet.stem] = now
                self._history.page(sheet.stem)
            elif now - self._lies_since[sheet.stem] > _LIES_SECONDS:
                sheet.unlink(missing_ok=True)
                del self._lies_since[sheet.stem]
