"""Opens the small SQL stores of a process: case keys, webhook inbox, accounts."""

from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event

_SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "busy_timeout=5000",
)


def open_engine(url: str, metadata: MetaData) -> Engine:
    """Connect to a store and make the tables that it lacks.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: there is no such database, or it cannot be written; the
            adapter that calls this translates.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    metadata.create_all(engine)
    return engine


def _durable(connection: Any, _: Any) -> None:
    """SQLite: many read while one writes, a commit survives a power cut, deleted is overwritten."""
    for pragma in _SQLITE:
        connection.execute(f"PRAGMA {pragma}")
