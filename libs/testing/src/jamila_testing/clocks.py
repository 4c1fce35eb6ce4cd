"""A clock that stands still until a test moves it."""

from datetime import datetime, timedelta

from jamila_testing.samples import MONDAY


class MovableClock:
    """Begins on an ordinary Monday at 09:00 in Balangan."""

    def __init__(self) -> None:
        self.instant = MONDAY

    def now(self) -> datetime:
        """The present instant."""
        return self.instant

    def move(self, **by: float) -> None:
        """Let time pass; the arguments of ``timedelta``."""
        self.instant += timedelta(**by)
