"""The one table of the ledger, and connections to it that lose nothing."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection

WRITES: Final = "jamila_writes"
"""Execution option of a connection that is about to write."""

METADATA = MetaData()

ENTRIES = Table(
    "entries",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("source", String(64), nullable=False),
    Column("log_position", BigInteger, nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("case_position", BigInteger, nullable=False),
    Column("type", String(64), nullable=False),
    Column("meta", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("case_previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("source", "log_position", name="one_entry_per_log_position"),
    UniqueConstraint("case_id", "case_position", name="one_entry_per_case_position"),
)
"""Columns in the order of :class:`jamila_ledger.chain.Entry`."""


def open_engine(url: str) -> Engine:
    """Connect to SQLite or PostgreSQL by URL."""
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: see _begin_sqlite.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    # An entry that was acknowledged must survive a power cut: the message is gone by then.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=5000")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once; upgrading a read lock fails when another writer was faster.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
