"""Environment of the ledger process."""

from pathlib import Path

from jamila_ledger.calendar import DEFAULT_CALENDAR
from jamila_ledger.heads import FILE_NAME
from jamila_runtime.settings import RuntimeSettings


class LedgerSettings(RuntimeSettings):
    """What every process is told, and what only the ledger is; all start with ``JAMILA_``."""

    ledger_url: str | None = None
    """SQLAlchemy URL of the ledger; by default ``stores/ledger.db`` below the home."""
    calendar: str = DEFAULT_CALENDAR
    """Working calendar for due times; ``kalender-demo-24jam`` is always open."""

    @property
    def ledger(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.ledger_url or self.store_url("ledger")

    @property
    def heads_file(self) -> Path:
        """Where heads of the chain are kept."""
        return self.stores / FILE_NAME
