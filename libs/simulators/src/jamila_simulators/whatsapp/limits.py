"""How fast a business may send: per number as a whole, and to one user.

Source: Cloud API overview, throughput (80 messages a second per number) and pair rate limits (one
message every 6 seconds to the same user, bursts of up to 45 borrowed from the time that follows).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


class SendingLimits:
    """Token buckets; what a refused call would have used is not used."""

    def __init__(self, *, per_second: int, pair_burst: int, pair_pause: timedelta) -> None:
        self._per_second = per_second
        self._pair_burst = pair_burst
        self._pair_pause = pair_pause
        self._pairs: dict[str, _Bucket] = {}
        self._all: _Bucket | None = None

    def refusal(self, wa_id: str, now: datetime) -> int | None:
        """Count one message; the error code if it is one too many.

        Returns:
            130429 for the number's throughput, 131056 for the pair, None when it may be sent.
        """
        whole = self._all = _refilled(self._all, now, most=self._per_second, each=_second(self))
        pair = _refilled(self._pairs.get(wa_id), now, most=self._pair_burst, each=self._pair_pause)
        self._pairs[wa_id] = pair
        if whole.left < 1:
            return 130429
        if pair.left < 1:
            return 131056
        whole.left -= 1
        pair.left -= 1
        return None

    @property
    def per_second(self) -> int:
        """Messages a second over all users."""
        return self._per_second


def _second(limits: SendingLimits) -> timedelta:
    return timedelta(seconds=1) / limits.per_second


def _refilled(bucket: _Bucket | None, now: datetime, *, most: int, each: timedelta) -> _Bucket:
    if bucket is None:
        return _Bucket(float(most), now)
    gained = max((now - bucket.at) / each, 0.0)
    return _Bucket(min(bucket.left + gained, float(most)), now)
