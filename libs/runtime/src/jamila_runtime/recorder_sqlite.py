"""The stage store in SQLite: one process alone opens it."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteCursor, SQLiteProcessRecorder

from jamila_runtime.lease import OnlyProcess
from jamila_runtime.recorder_tables import StageTables, table_statements


class SQLiteStageRecorder(SQLiteProcessRecorder, StageTables):
    """The stage store in SQLite, WAL with FULL synchronisation (the library's default)."""

    tracking_table_name = "tracking"

    def construct_create_table_statements(self) -> list[str]:
        """Add our tables to those of the library."""
        own = table_statements(binary="BLOB", flat=" WITHOUT ROWID")
        return [*super().construct_create_table_statements(), *own]

    def lease(self, name: str, *, hears: Sequence[str] = ()) -> OnlyProcess:
        """Nobody else opens the file."""
        del name, hears
        return OnlyProcess()

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> Sequence[int] | None:
        positions = super()._insert_events(c, stored_events)
        self.write_together(c, positions or (), kwargs)
        return positions
