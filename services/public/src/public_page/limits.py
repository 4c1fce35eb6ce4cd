"""How often one address, and everybody together, may do something. In memory, one per process.

Addresses are kept as keyed digests only, and no longer than the limits need them. Somebody on IPv6
is counted by his /64, which is what one household gets.
"""

import hmac
import ipaddress
import math
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final, Literal

Kind = Literal["halaman", "kode", "pin", "berkas"]
"""Any page; a code that is looked up; a PIN; a file to be checked."""

_EVERYBODY: Final = b""
_KEPT_ADDRESSES: Final = 20_000
_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many again in every such time."""

    count: int
    per: timedelta


@dataclass(frozen=True)
class Rule:
    """The limits of one kind of request."""

    each: Rate
    """For one address."""
    all: Rate
    """For everybody together: guessing from many addresses must not pay either."""


@dataclass
class _Bucket:
    left: float
    at: float


class RateLimits:
    """Token buckets per kind and address."""

    def __init__(self, rules: Mapping[Kind, Rule], *, now: Callable[[], float] = monotonic) -> None:
        self._rules = rules
        self._now = now
        self._key = secrets.token_bytes(16)
        self._buckets: OrderedDict[tuple[Kind, bytes], _Bucket] = OrderedDict()

    def take(self, kind: Kind, address: str) -> int | None:
        """Count one request.

        Returns:
            None when it may go on; else the seconds after which it is worth trying again.
        """
        rule = self._rules[kind]
        own = self._refilled((kind, self._who(address)), rule.each)
        everybody = self._refilled((kind, _EVERYBODY), rule.all)
        wait = max(_wait(own, rule.each), _wait(everybody, rule.all))
        if wait > 0:
            return max(math.ceil(wait - _ROUNDING), 1)
        own.left -= 1
        everybody.left -= 1
        return None

    def give_back(self, kind: Kind, address: str) -> None:
        """The request turned out to be honest: it does not count."""
        rule = self._rules[kind]
        for key, rate in (((kind, self._who(address)), rule.each), ((kind, _EVERYBODY), rule.all)):
            bucket = self._refilled(key, rate)
            bucket.left = min(bucket.left + 1, float(rate.count))

    def _refilled(self, key: tuple[Kind, bytes], rate: Rate) -> _Bucket:
        now = self._now()
        bucket = self._buckets.setdefault(key, _Bucket(float(rate.count), now))
        gained = (now - bucket.at) * rate.count / rate.per.total_seconds()
        bucket.left, bucket.at = min(bucket.left + gained, float(rate.count)), now
        self._buckets.move_to_end(key)
        while len(self._buckets) > _KEPT_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket

    def _who(self, address: str) -> bytes:
        return hmac.digest(self._key, _household(address).encode(), "sha256")[:16]


def _wait(bucket: _Bucket, rate: Rate) -> float:
    missing = 1 - bucket.left
    return missing * rate.per.total_seconds() / rate.count if missing > _ROUNDING else 0.0


def _household(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
