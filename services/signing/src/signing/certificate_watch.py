"""Watches how long the signing certificates are still good: a warning before, not a surprise."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import Gauge

WARNING_TIME: Final = timedelta(days=30)
"""BSrE takes some days for a new certificate, an office some more."""

CERTIFICATE_DAYS_LEFT = Gauge(
    "jamila_signing_certificate_days_left",
    "Days until a signing certificate ends, by account; negative when it has ended.",
    ["account"],
)


class CertificateWatch:
    """Keeps the metric, and answers for readiness."""

    def __init__(self, ends: Mapping[str, datetime]) -> None:
        """Watch certificates.

        Args:
            ends: When each account's certificate ends; ``*`` is the one for every account.
        """
        self._ends = dict(ends)

    def look(self, now: datetime) -> None:
        """Renew the metric."""
        for account, end in self._ends.items():
            days = (end - now) / timedelta(days=1)
            CERTIFICATE_DAYS_LEFT.labels(account).set(round(days, 2))

    def ending(self, now: datetime) -> tuple[str, ...]:
        """Accounts whose certificate ends within the warning time, or has ended."""
        return tuple(sorted(a for a, end in self._ends.items() if end - now < WARNING_TIME))
