"""How often somebody may do something: token buckets in memory, one set per process."""

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final

_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many again in every such time."""

    count: int
    per: timedelta


@dataclass
class Bucket:
    """What is left to somebody."""

    left: float
    at: float


class TokenBuckets:
    """Buckets by who and what; those that were used longest ago are forgotten first."""

    def __init__(self, *, keep: int, now: Callable[[], float] = monotonic) -> None:
        """Begin with full buckets.

        Args:
            keep: How many are remembered; whoever is forgotten begins with a full one.
            now: Seconds of a clock that never goes back.
        """
        self._keep = keep
        self._now = now
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._buckets)

    def of(self, key: Hashable, rate: Rate) -> Bucket:
        """The bucket, filled up to this moment."""
        now = self._now()
        bucket = self._buckets.setdefault(key, Bucket(float(rate.count), now))
        gained = (now - bucket.at) * rate.count / rate.per.total_seconds()
        bucket.left, bucket.at = min(bucket.left + gained, float(rate.count)), now
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._keep:
            self._buckets.popitem(last=False)
        return bucket

    def take(self, key: Hashable, rate: Rate) -> int | None:
        """Count one request.

        Returns:
            None when it may go on; else the seconds after which it is worth trying again.
        """
        bucket = self.of(key, rate)
        wait = seconds_until(bucket, rate)
        if wait is None:
            bucket.left -= 1
        return wait


def seconds_until(bucket: Bucket, rate: Rate) -> int | None:
    """After how many whole seconds one more is there; None: now."""
    missing = 1 - bucket.left
    if missing <= _ROUNDING:
        return None
    return max(math.ceil(missing * rate.per.total_seconds() / rate.count - _ROUNDING), 1)


def household(address: str) -> str:
    """Whom an address stands for: on IPv6 the /64 that one household gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
