"""What the pages reach for, and the two answers they share: too often, and not in the mood."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Annotated, Final

from fastapi import Depends, Request
from prometheus_client import Counter

from jamila_ledger.calendar import Calendar
from jamila_runtime.clock import Clock
from public_page.application import PublicApplication
from public_page.checking import FileChecker
from public_page.limits import Kind, RateLimits
from public_page.views import PublicViews
from public_page.words import OfficeTime

LOOKUPS: Final = Counter("jamila_public_lookups", "Codes looked up.", ["page", "outcome"])
REFUSED: Final = Counter("jamila_public_refused", "Requests beyond a limit.", ["kind"])


class TooOftenError(Exception):
    """A limit is reached; the page says when it is worth trying again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too often")
        self.seconds = seconds


@dataclass(frozen=True)
class OfficeFacts:
    """What the page says of the office."""

    name: str
    whatsapp_number: str | None
    promise_minutes: int


@dataclass(frozen=True)
class Desk:
    """Everything behind the counter."""

    links: PublicApplication
    views: PublicViews
    checker: FileChecker
    limits: RateLimits
    clock: Clock
    calendar: Calendar
    time: OfficeTime
    office: OfficeFacts
    lookup_floor: timedelta
    max_upload_bytes: int
    secure_cookies: bool

    def count(self, kind: Kind, address: str) -> None:
        """Count one request of an address.

        Raises:
            TooOftenError: it is one too many.
        """
        seconds = self.limits.take(kind, address)
        if seconds is not None:
            REFUSED.labels(kind).inc()
            raise TooOftenError(seconds)

    @asynccontextmanager
    async def evenly(self) -> AsyncIterator[None]:
        """Let an answer take the same time, whatever it turns out to be."""
        started = monotonic()
        try:
            yield
        finally:
            left = self.lookup_floor.total_seconds() - (monotonic() - started)
            if left > 0:
                await asyncio.sleep(left)


def desk_of(request: Request) -> Desk:
    """The desk of the running process."""
    desk: Desk = request.app.state.desk
    return desk


def address_of(request: Request) -> str:
    """Who asks, as far as the limits are concerned; set by the shield."""
    address: str = request.state.address
    return address


TheDesk = Annotated[Desk, Depends(desk_of)]
Address = Annotated[str, Depends(address_of)]
