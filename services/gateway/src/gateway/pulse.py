"""How far the read models are, asked once for everybody who waits for news."""

import asyncio
from time import monotonic
from typing import Final

from gateway.answers import AsOf
from gateway.views import Views

BEAT_SECONDS: Final = 0.3
"""A page shows what happened within a second: one beat, and the time to ask for the page again."""


class Pulse:
    """The place of the read models, at most one beat old."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._lock = asyncio.Lock()
        self._known = AsOf()
        self._asked_at = float("-inf")

    async def as_of(self) -> AsOf:
        """The newest place; fifty open pages cost one question a beat.

        Raises:
            RetryableError: MongoDB is away.
        """
        async with self._lock:
            if monotonic() - self._asked_at >= BEAT_SECONDS:
                self._known = await self._views.as_of()
                self._asked_at = monotonic()
            return self._known
