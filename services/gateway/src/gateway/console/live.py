"""``/hidup``: tells open pages that something happened (server-sent events); they then ask anew."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import Final

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.console.visiting import VisitDep
from gateway.pulse import BEAT_SECONDS
from jamila_runtime.errors import RetryableError

router = APIRouter(include_in_schema=False)

_LIFE_SECONDS: Final = 300.0
"""Then the browser comes again by itself, and a session that ended is noticed."""
_RETRY_MILLISECONDS: Final = 2000


@router.get("/hidup", response_class=EventSourceResponse)
async def news(visit: VisitDep) -> AsyncIterator[ServerSentEvent]:
    """One event at once and one whenever the read models moved; nothing of any case in it."""
    ends_at, seen = monotonic() + _LIFE_SECONDS, -1
    while monotonic() < ends_at and not visit.door.is_stopping():
        try:
            position = (await visit.door.pulse.as_of()).position
        except RetryableError:
            # The page says by itself that it is not up to date any more.
            return
        if position != seen:
            seen = position
            yield ServerSentEvent(raw_data=str(position), event="kabar", retry=_RETRY_MILLISECONDS)
        await asyncio.sleep(BEAT_SECONDS)
