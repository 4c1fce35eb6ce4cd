"""A circuit breaker: who does not answer is left alone for a while, and nobody waits for him.

Closed, calls go through. After some failures in a row it opens: calls fail at once. When the pause
is over one call is let through; its success closes the breaker, its failure opens it again.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class BreakerPolicy:
    """When to stop asking, and for how long."""

    failures: int = 3
    """In a row."""
    pause: timedelta = timedelta(seconds=30)


class Breaker:
    """Shared by the threads that ask one service."""

    def __init__(self, policy: BreakerPolicy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until: datetime | None = None
        self._seen: datetime | None = None

    def wait_for(self, now: datetime) -> timedelta:
        """How long not to ask; zero when a call may go through, which then is the one that may."""
        with self._lock:
            self._look(now)
            if self._closed_until is None:
                return timedelta(0)
            if now < self._closed_until:
                return self._closed_until - now
            # This one tries; the others wait for what it finds.
            self._closed_until = now + self._policy.pause
            return timedelta(0)

    def rest_until(self, moment: datetime) -> None:
        """Do not ask before then."""
        with self._lock:
            self._closed_until = moment

    def failed(self, now: datetime) -> int:
        """A call was not answered.

        Returns:
            Failures in a row if they are enough to stop asking, else 0.
        """
        with self._lock:
            self._look(now)
            self._failures += 1
            if self._failures < self._policy.failures:
                return 0
            self._closed_until = now + self._policy.pause
            return self._failures

    def answered(self) -> None:
        """A call was answered, whatever the answer."""
        with self._lock:
            self._failures, self._closed_until = 0, None

    def _look(self, now: datetime) -> None:
        # The clock was set back: what was left of a pause is left still, and no more.
        if self._closed_until is not None and self._seen is not None and now < self._seen:
            self._closed_until -= self._seen - now
        self._seen = now
