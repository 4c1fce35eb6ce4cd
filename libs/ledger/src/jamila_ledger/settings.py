"""Environment of the ledger process."""

from pathlib import Path

from jamila_ledger.calendar import DEFAULT_CALENDAR
from jamila_ledger.checkpoints import FILE_NAME
from jamila_ledger.checkpoints_key import KEY_FILE, PUBLIC_FILE
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
    def checkpoints_file(self) -> Path:
        """Where signed checkpoints are kept."""
        return self.stores / FILE_NAME

    @property
    def office_key_file(self) -> Path:
        """The private key that signs checkpoints; made at the first start."""
        return self.home / "secrets" / KEY_FILE

    @property
    def public_keys_file(self) -> Path:
        """The public keys of the office, for those who check."""
        return self.stores / PUBLIC_FILE
