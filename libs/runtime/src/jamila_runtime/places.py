"""Where stores lie: in files of this machine, or in schemas of one PostgreSQL database.

One variable decides for all of them, ``PERSISTENCE_MODULE``, the one that the eventsourcing library
reads. With PostgreSQL its ``POSTGRES_*`` variables say where the database is, for our own stores as
well; every store has a schema of its own, made beforehand (``deploy/postgres``).
"""

import os
from pathlib import Path
from typing import Final

from sqlalchemy import URL

POSTGRES: Final = "eventsourcing.postgres"
_SQLITE: Final = "eventsourcing.sqlite"
RECORDER: Final = "jamila_runtime.recorder_postgres:PostgresStageRecorder"
_CONNECTIONS: Final = "1"
"""Kept open by each store; it may open ten more for as long as it needs them."""
_SCHEMA: Final = "jamila_"


def in_postgres() -> bool:
    """Whether the stores of this process lie in PostgreSQL."""
    return os.environ.get("PERSISTENCE_MODULE") == POSTGRES


def schema_of(store: str) -> str:
    """The schema of a store."""
    return _SCHEMA + store.replace("-", "_")


def store_of(schema: str) -> str:
    """The store that a schema belongs to."""
    return schema.removeprefix(_SCHEMA).replace("_", "-")


def event_store(service: str, folder: Path) -> dict[str, str]:
    """Environment of the eventsourcing library: where a service keeps its events.

    Args:
        service: Whose events.
        folder: Of the SQLite files.
    """
    if in_postgres():
        return {
            "PERSISTENCE_MODULE": POSTGRES,
            "POSTGRES_SCHEMA": schema_of(service),
            "POSTGRES_POOL_SIZE": os.environ.get("POSTGRES_POOL_SIZE", _CONNECTIONS),
            "PROCESS_RECORDER_TOPIC": RECORDER,
        }
    return {"PERSISTENCE_MODULE": _SQLITE, "SQLITE_DBNAME": str(folder / f"{service}.db")}


def sql_store(name: str, folder: Path) -> str:
    """SQLAlchemy URL of a small store.

    Args:
        name: Of the store.
        folder: Of the SQLite files.
    """
    if in_postgres():
        return postgres_url(schema=schema_of(name))
    return f"sqlite:///{folder / name}.db"


def postgres_url(*, schema: str = "") -> str:
    """SQLAlchemy URL of the database that ``POSTGRES_*`` names."""
    url = URL.create(
        "postgresql+psycopg",
        username=os.environ.get("POSTGRES_USER"),
        password=os.environ.get("POSTGRES_PASSWORD") or None,
        host=os.environ.get("POSTGRES_HOST"),
        port=int(os.environ.get("POSTGRES_PORT") or 5432),
        database=os.environ.get("POSTGRES_DBNAME"),
        query={"options": f"-csearch_path={schema}"} if schema else {},
    )
    return url.render_as_string(hide_password=False)
