"""What every process is told by its environment; read once, at the edge."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.places import event_store, sql_store
from jamila_runtime.strength import OURS, KeyFile, Marked


class RuntimeSettings(BaseSettings):
    """Environment of every process; every variable starts with ``JAMILA_``."""

    model_config = SettingsConfigDict(env_prefix="JAMILA_", frozen=True, hide_input_in_errors=True)

    home: Path
    """Folder that holds all state of this machine."""
    tenant: str = Field(default="6311", pattern=r"^\d{4}$")
    """Kabupaten code; 6311 is Balangan."""
    nats_url: str = "nats://127.0.0.1:4222"
    """One address, or those of all nodes of a cluster with commas between them."""
    nats_user: str | None = None
    """Whom this process is to NATS: what it may publish and hear hangs on it."""
    nats_password: SecretStr | None = None
    nats_ca_file: Path | None = None
    """Certificates by which the nodes of NATS are known; with it every connection is TLS."""
    nats_replicas: PositiveInt = 1
    """On how many nodes the stream lies; 3 in a cluster of three."""
    mongo_url: SecretStr = SecretStr("mongodb://127.0.0.1:27017")
    mongo_database: str = "jamila"
    master_key_file: Annotated[Path, KeyFile()]
    """File with 32 random bytes, base64; wraps the case keys. No default: no key, no start."""
    vault_url: str | None = None
    """SQLAlchemy URL of the case keys; by default a store of this machine or of the database."""
    objects_url: str | None = None
    """Where papers and documents lie: ``file://`` or ``s3://``; by default ``objects`` at home."""
    stores_dir: Path | None = None
    """Folder of the SQLite event stores; by default ``stores`` below the home."""
    officials_file: Path | None = None
    """Heads of the office and their stand-ins by day (``jamila_runtime.officials``), JSON."""
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=0, ge=0, le=65535)
    """Port for health, metrics and whatever the process serves."""
    log_level: str = "INFO"
    demo: bool = False
    """Invented data, demo accounts and a demo PKI are welcome. Never in production."""

    def more_secrets(self) -> Iterator[Marked]:
        """What the libraries of event and object stores read by themselves."""
        for name in ("POSTGRES_PASSWORD", "AWS_SECRET_ACCESS_KEY"):
            yield name, SecretStr(os.environ.get(name, "")), OURS

    @property
    def stores(self) -> Path:
        """Folder of the SQLite event stores."""
        return self.stores_dir or self.home / "stores"

    def store_url(self, name: str) -> str:
        """SQLAlchemy URL of a small store of that name."""
        self.stores.mkdir(parents=True, exist_ok=True)
        return sql_store(name, self.stores)

    def store_env(self, service: str) -> dict[str, str]:
        """Environment of the eventsourcing library: where the service keeps its events."""
        self.stores.mkdir(parents=True, exist_ok=True)
        return event_store(service, self.stores)

    @property
    def vault(self) -> str:
        """SQLAlchemy URL of the case keys."""
        return self.vault_url or self.store_url("vault")

    @property
    def objects(self) -> str:
        """URL of the object store."""
        return self.objects_url or f"file://{self.home / 'objects'}"
