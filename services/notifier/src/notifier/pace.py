"""How fast may be sent: token buckets for the office's number and for each user.

Kept in memory: a restart forgets at most one burst, and WhatsApp's own answer (131056, 130429)
corrects us.
"""

from datetime import datetime, timedelta
from uuid import UUID

from notifier.rules import Limits

_SECOND = timedelta(seconds=1)
_KEPT_PAIRS = 10_000


class Bucket:
    """Tokens that come back at a steady rate, up to a burst."""

    def __init__(self, *, burst: float, interval: timedelta, now: datetime) -> None:
        self._burst = burst
        self._interval = interval
        self._tokens = burst
        self._at = now
        self._held_until = now

    def ready_at(self, now: datetime) -> datetime:
        """When a token can be taken: now, or later."""
        self._refill(now)
        return max(self._held_until, now + max(0.0, 1 - self._tokens) * self._interval)

    def take(self, now: datetime) -> None:
        """Take one token."""
        self._refill(now)
        self._tokens -= 1

    def hold(self, until: datetime) -> None:
        """No token before then, whatever the rate allows."""
        self._held_until = until

    def is_full(self, now: datetime) -> bool:
        """Whether it remembers nothing."""
        self._refill(now)
        return self._tokens >= self._burst and self._held_until <= now

    def _refill(self, now: datetime) -> None:
        if now < self._at:
            # The clock was set back: what was left of a pause is left still, and no more.
            self._held_until -= self._at - now
            self._at = now
        self._tokens = min(self._burst, self._tokens + (now - self._at) / self._interval)
        self._at = now


class Pace:
    """Says when the next message to a contact may go out."""

    def __init__(self, limits: Limits, now: datetime) -> None:
        self._limits = limits
        self._number = Bucket(
            burst=max(limits.per_second, 1.0), interval=_SECOND / limits.per_second, now=now
        )
        self._pairs: dict[UUID, Bucket] = {}

    def turn_at(self, contact_id: UUID, now: datetime) -> datetime:
        """When it is the contact's turn: now, or later."""
        return max(self._number.ready_at(now), self._pair(contact_id, now).ready_at(now))

    def count(self, contact_id: UUID, now: datetime) -> None:
        """A message goes out."""
        self._number.take(now)
        self._pair(contact_id, now).take(now)

    def hold(self, contact_id: UUID, until: datetime, now: datetime) -> None:
        """WhatsApp says: too much for this user."""
        self._pair(contact_id, now).hold(until)

    def hold_all(self, until: datetime) -> None:
        """WhatsApp says: too much for this number."""
        self._number.hold(until)

    def _pair(self, contact_id: UUID, now: datetime) -> Bucket:
        if len(self._pairs) > _KEPT_PAIRS:
            self._pairs = {k: each for k, each in self._pairs.items() if not each.is_full(now)}
        limits = self._limits
        return self._pairs.setdefault(
            contact_id, Bucket(burst=limits.pair_burst, interval=limits.pair_interval, now=now)
        )
