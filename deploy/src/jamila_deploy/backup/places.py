"""Where the parts of an office lie: what a backup copies, and where a restore puts it."""

import os
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlparse

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_deploy.backup.errors import BackupElsewhereError
from jamila_runtime.places import POSTGRES, in_postgres

_FILES: Final = "eventsourcing.sqlite"


class Places(BaseSettings):
    """Environment of the backup; the variables of the processes, every one with a default."""

    model_config = SettingsConfigDict(env_prefix="JAMILA_", frozen=True)

    home: Path = Path(".jamila")
    tenant: str = "6311"
    stores_dir: Path | None = None
    objects_url: str | None = None
    ledger_url: str | None = None
    vault_url: str | None = None

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @property
    def stores(self) -> Path:
        """Folder of the SQLite stores, of the checkpoints and the public keys."""
        return self.stores_dir or self.home / "stores"

    @property
    def objects(self) -> Path | None:
        """Folder of papers and documents; None when they lie in an object store elsewhere."""
        if self.objects_url is None:
            return self.home / "objects"
        parsed = urlparse(self.objects_url)
        return Path(unquote(parsed.path)) if parsed.scheme == "file" else None

    @property
    def secret_folders(self) -> tuple[Path, ...]:
        """What opens the data; never copied to where the data is copied."""
        return self.home / "secrets", self.home / "pki"

    @property
    def in_postgres(self) -> bool:
        """Whether the stores are schemas of the database that ``POSTGRES_*`` names."""
        return in_postgres()

    def check_one_place(self) -> None:
        """Refuse where copying one place would miss what counts.

        Raises:
            BackupElsewhereError: ledger or case keys lie elsewhere than the event stores.
        """
        known = "postgresql" if self.in_postgres else "sqlite:"
        elsewhere = [
            name
            for name, url in (
                ("JAMILA_LEDGER_URL", self.ledger_url),
                ("JAMILA_VAULT_URL", self.vault_url),
            )
            if url is not None and not url.startswith(known)
        ]
        if os.environ.get("PERSISTENCE_MODULE", _FILES) not in {_FILES, POSTGRES}:
            elsewhere.append("PERSISTENCE_MODULE")
        if elsewhere:
            raise BackupElsewhereError("stores lie at several places", named=elsewhere)
