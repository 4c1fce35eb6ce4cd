"""How fast one account, and one address that is nobody yet, may ask. In memory, per process.

Errors::

    TooManyRequestsError  (RetryableError) ``data`` says after how many seconds to ask again
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final

from jamila_runtime.errors import RetryableError
from jamila_runtime.rates import Rate, TokenBuckets, household

_MINUTE: Final = timedelta(minutes=1)
_KEPT: Final = 10_000
_ACCOUNT: Final = Rate(3000, _MINUTE)
_STRANGER: Final = Rate(300, _MINUTE)


class TooManyRequestsError(RetryableError):
    """Asked too often; wait."""

    slug = "too-many-requests"


@dataclass(frozen=True)
class PaceLimits:
    """How often somebody may ask."""

    account: Rate = _ACCOUNT
    """Everything one account does, by all its sessions and tokens."""
    stranger: Rate = _STRANGER
    """What comes from one address without a session: log-ins and wrong tokens."""


class Pace:
    """Counts who asks."""

    def __init__(
        self, limits: PaceLimits | None = None, *, now: Callable[[], float] = monotonic
    ) -> None:
        self._limits = limits or PaceLimits()
        self._buckets = TokenBuckets(keep=_KEPT, now=now)

    def account(self, name: str) -> None:
        """Count one request of an account.

        Raises:
            TooManyRequestsError: it asked too often.
        """
        self._take(("account", name), self._limits.account)

    def stranger(self, address: str) -> None:
        """Count one request of somebody who is not logged in; the error is the same."""
        self._take(("stranger", household(address)), self._limits.stranger)

    def _take(self, key: tuple[str, str], rate: Rate) -> None:
        wait = self._buckets.take(key, rate)
        if wait is not None:
            raise TooManyRequestsError("asked too often", retry_after_seconds=wait)
