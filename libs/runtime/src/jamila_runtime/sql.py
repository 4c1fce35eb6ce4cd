"""Opens the small SQL stores of a process: case keys, webhook inbox, accounts."""

from collections.abc import Mapping
from threading import Lock
from types import TracebackType
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite

_SQLITE: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "busy_timeout=5000",
)
_INSERTS: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_NOTIFY: Final = text("SELECT pg_notify(:name, '')")


def open_engine(url: str, metadata: MetaData) -> Engine:
    """Connect to a store and make the tables that it lacks.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: there is no such database, or it cannot be written; the
            adapter that calls this translates.
    """
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        metadata.create_all(engine)
        return engine
    with engine.begin() as connection:
        # Of replicas that start at the same moment one makes the tables.
        connection.execute(_LOCK, {"name": f"tables/{engine.url.query}"})
        metadata.create_all(connection)
    return engine


def insert_unless_there(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Write a row; False when one of that key is there, which stays as it is."""
    insert = _INSERTS[connection.dialect.name]
    statement = insert(table).values(row).on_conflict_do_nothing()
    # Asked back, because drivers differ in how they count.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write a row over the one of that key, if there is one."""
    insert = _INSERTS[connection.dialect.name]
    keys = [column.name for column in table.primary_key]
    change = {name: value for name, value in row.items() if name not in keys}
    statement = insert(table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=change))


def wake(connection: Connection, channel: str) -> None:
    """Tell whoever holds a lease and hears the channel, once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"name": channel})


class OneWriter:
    """Lets one thread of one replica write at a time.

    SQLite allows no more and makes the others poll: one that polls beside eight busy threads may
    lose for seconds, in the queue of a lock nobody does. In PostgreSQL it keeps replicas from
    deciding on what another one is just changing.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._lock = Lock()
        self._connection: Connection | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            if self._engine.dialect.name == "postgresql":
                self._connection = self._engine.connect()
                self._connection.execute(_LOCK, {"name": self._name})
        except BaseException:
            self._release()
            raise

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._release()

    def _release(self) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        finally:
            self._lock.release()


def _durable(connection: Any, _: Any) -> None:
    """SQLite: many read while one writes, a commit survives a power cut, deleted is overwritten."""
    for pragma in _SQLITE:
        connection.execute(f"PRAGMA {pragma}")
