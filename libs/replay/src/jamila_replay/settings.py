"""What the replay tool is told: where the ledger and the read models lie, and nothing else.

It knows no broker, no secret of WhatsApp, no key of the vault and no printer. What has to be
published again or handled again is asked of the owner (``jamila_ledger.ops``), which does it.
"""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.places import sql_store


class ReplaySettings(BaseSettings):
    """Environment of the replay tool; the variables of every process, a few of them."""

    model_config = SettingsConfigDict(env_prefix="JAMILA_", frozen=True, hide_input_in_errors=True)

    home: Path = Path(".jamila")
    """Folder that holds all state of this machine."""
    tenant: str = "6311"
    stores_dir: Path | None = None
    """Folder of the SQLite stores; by default ``stores`` below the home."""
    ledger_url: str | None = None
    """SQLAlchemy URL of the ledger; by default ``ledger.db`` in the stores."""
    mongo_url: SecretStr = SecretStr("mongodb://127.0.0.1:8727/?directConnection=true")
    """By default the embedded MongoDB of the launcher."""
    mongo_database: str = "jamila"
    calendar: str = ""
    """Calendar of the due times; empty: the one the live model was made by."""

    @property
    def stores(self) -> Path:
        """Folder of the SQLite stores."""
        return self.stores_dir or self.home / "stores"

    @property
    def ledger(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.ledger_url or sql_store("ledger", self.stores)
