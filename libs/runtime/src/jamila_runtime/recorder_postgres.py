"""The stage store in PostgreSQL: replicas of a service share it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from eventsourcing.utils import retry
from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed

from jamila_runtime.lease import DatabaseLease
from jamila_runtime.places import schema_of
from jamila_runtime.recorder_tables import StageTables, table_statements

_NOTIFY: Final = "SELECT pg_notify(%s, '')"
_ALONE: Final = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"
_NOT_ALONE: Final = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


class PostgresStageRecorder(PostgresProcessRecorder, StageTables):
    """One schema for each service; every save wakes whoever publishes for it."""

    MARK = "%s"

    def __init__(self, datastore: PostgresDatastore, **names: Any) -> None:
        # Before the first connection: our own tables are named without their schema.
        assert isinstance(datastore.pool.kwargs, dict)  # noqa: S101 - the library gave it one
        datastore.pool.kwargs["options"] = f"-c search_path={datastore.schema}"
        super().__init__(datastore, **names)
        own = table_statements(binary="BYTEA")
        self.sql_create_statements += [Composed([SQL(each)]) for each in own]

    def create_table(self) -> None:
        """Make the tables; of replicas that start at once, one after the other.

        ``IF NOT EXISTS`` alone does not help two that look at the same moment.
        """
        with self._alone("tables"):
            super().create_table()

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Write events and what belongs to them in one transaction.

        Done again after the connection broke: if the first time was committed nevertheless, the
        second meets what it wrote and is refused like any repetition.
        """
        positions: Sequence[int] = ()
        with self.datastore.transaction(commit=True) as c:
            if stored_events:
                # Behind a lock of the table: places are committed in their order, so that a
                # reader of the log passes over none (gaps there are, left by what was refused).
                self._insert_stored_events(c, stored_events)
                positions = self._fetch_ids_after_insert_events(c, stored_events) or ()
            self.write_together(c, positions, kwargs)
            if stored_events or kwargs.get("scheduled"):
                c.execute(_NOTIFY, (self.datastore.schema,))
        return positions

    def lease(self, name: str, *, hears: Sequence[str] = ()) -> DatabaseLease:
        """A lock of this database."""
        kwargs: Any = self.datastore.pool.kwargs
        connect = {key: value for key, value in kwargs.items() if key != "row_factory"}
        channels = [schema_of(each) for each in hears] or [self.datastore.schema]
        return DatabaseLease(connect, name=schema_of(name), hears=channels, ask=self._ask)

    def _notify_channel(self, curs: Cursor[DictRow]) -> None:
        """The library's news have no listener: ours go to the channel of the schema."""

    def _ask(self, query: str, parameters: tuple[Any, ...]) -> Any:
        with self.datastore.transaction(commit=False) as c:
            c.execute(query, parameters)
            return c.fetchone()

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        key = (f"{self.datastore.schema}/{what}",)
        with self.datastore.get_connection() as connection:
            connection.execute(_ALONE, key)
            try:
                yield
            finally:
                connection.execute(_NOT_ALONE, key)
