"""Who looked at whose papers: every read of personal data by staff is itself recorded."""

from typing import Any, Protocol
from uuid import UUID

from jamila_runtime.logs import get_logger


class AccessLog(Protocol):
    """Records reads of personal data; must succeed before the data is given."""

    def record(self, *, account: str, case_id: UUID, what: str) -> None:
        """Record that an account read something of a case.

        Args:
            account: Who.
            case_id: Whose case.
            what: A code such as ``applicant``, ``data``, ``paper`` or ``document``.
        """
        ...


class LoggedAccess:
    """Records reads as lines of the structured log."""

    def __init__(self, log: Any | None = None) -> None:
        self._log = log or get_logger("gateway.access")

    def record(self, *, account: str, case_id: UUID, what: str) -> None:
        """Write one line."""
        self._log.info("personal data read", account=account, case_id=str(case_id), what=what)
