"""How often one address, and everybody together, may do something. In memory, one per process.

Addresses are kept as keyed digests only, and no longer than the limits need them. Somebody on IPv6
is counted by his /64, which is what one household gets.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal

from jamila_runtime.rates import Rate, TokenBuckets, household, seconds_until

Kind = Literal["halaman", "kode", "pin", "berkas"]
"""Any page; a code that is looked up; a PIN; a file to be checked."""

_EVERYBODY: Final = b""
_KEPT_ADDRESSES: Final = 20_000


@dataclass(frozen=True)
class Rule:
    """The limits of one kind of request."""

    each: Rate
    """For one address."""
    all: Rate
    """For everybody together: guessing from many addresses must not pay either."""


class RateLimits:
    """Token buckets per kind and address."""

    def __init__(self, rules: Mapping[Kind, Rule], *, now: Callable[[], float] = monotonic) -> None:
        self._rules = rules
        self._key = secrets.token_bytes(16)
        self._buckets = TokenBuckets(keep=_KEPT_ADDRESSES, now=now)

    def take(self, kind: Kind, address: str) -> int | None:
        """Count one request.

        Returns:
            None when it may go on; else the seconds after which it is worth trying again.
        """
        rule = self._rules[kind]
        own = self._buckets.of((kind, self._who(address)), rule.each)
        everybody = self._buckets.of((kind, _EVERYBODY), rule.all)
        waits = (seconds_until(own, rule.each), seconds_until(everybody, rule.all))
        wait = max((each for each in waits if each is not None), default=None)
        if wait is None:
            own.left -= 1
            everybody.left -= 1
        return wait

    def give_back(self, kind: Kind, address: str) -> None:
        """The request turned out to be honest: it does not count."""
        rule = self._rules[kind]
        for key, rate in (((kind, self._who(address)), rule.each), ((kind, _EVERYBODY), rule.all)):
            bucket = self._buckets.of(key, rate)
            bucket.left = min(bucket.left + 1, float(rate.count))

    def _who(self, address: str) -> bytes:
        return hmac.digest(self._key, household(address).encode(), "sha256")[:16]
