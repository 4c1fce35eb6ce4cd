"""The stores of a run: SQLite files, or schemas of PostgreSQL that become such files at the end.

So the checker reads one kind of file, whatever the office ran on.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

from jamila_faults.checker.world import SERVICES
from jamila_runtime.places import schema_of

LEDGER: Final = "ledger"
INBOX: Final = "intake-inbox"
_LOG: Final = "stored_events"
_PLACE: Final = "notification_id"
"""What the library calls the place in a log, in PostgreSQL; in SQLite it is the row's number."""
_TABLES: Final = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"


class Stores(Protocol):
    """Where the services keep what they recorded."""

    def rows(self, store: str, query: str) -> list[Any]:
        """Ask one store."""
        ...

    def last(self, service: str) -> int:
        """The last place in the log of a service."""
        ...

    def write_down(self) -> None:
        """Leave everything as SQLite files where the checker looks for them."""
        ...


class Files:
    """SQLite, as one office has it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, store: str, query: str) -> list[Any]:
        """Ask one store."""
        return rows(self._folder / f"{store}.db", query)

    def last(self, service: str) -> int:
        """The last place in the log of a service."""
        found: int = self.rows(service, "SELECT coalesce(max(rowid), 0) FROM stored_events")[0][0]
        return found

    def write_down(self) -> None:
        """They are there."""


class Schemas:
    """PostgreSQL, asked as its administrator."""

    def __init__(self, conninfo: str, folder: Path) -> None:
        self._conninfo = conninfo
        self._folder = folder

    def rows(self, store: str, query: str) -> list[Any]:
        """Ask one store."""
        with self._connect(store) as server:
            return server.execute(query.encode()).fetchall()

    def last(self, service: str) -> int:
        """The last place in the log of a service."""
        with self._connect(service) as server:
            log = next(each for each in _tables(server, service) if _is_log(each))
            query = SQL("SELECT coalesce(max({}), 0) FROM {}")
            found = server.execute(query.format(Identifier(_PLACE), Identifier(log))).fetchone()
        return int(found[0]) if found else 0

    def write_down(self) -> None:
        """Copy every table, row by row, as it is."""
        for store in (*SERVICES, LEDGER, INBOX):
            with (
                self._connect(store) as server,
                closing(sqlite3.connect(self._folder / f"{store}.db")) as file,
            ):
                for table in _tables(server, store):
                    _copy(server, file, table)
                file.commit()

    def _connect(self, store: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self._conninfo, options=f"-csearch_path={schema_of(store)}")


def rows(database: Path, query: str) -> list[Any]:
    """Ask a SQLite file that somebody else may be writing."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query).fetchall()


def _tables(server: psycopg.Connection[tuple[Any, ...]], store: str) -> list[str]:
    return [name for (name,) in server.execute(_TABLES, (schema_of(store),))]


def _is_log(table: str) -> bool:
    return table.endswith("_events")


def _copy(
    server: psycopg.Connection[tuple[Any, ...]], file: sqlite3.Connection, table: str
) -> None:
    found = server.execute(SQL("SELECT * FROM {}").format(Identifier(table)))
    names = [each.name for each in found.description or ()]
    into = _LOG if _is_log(table) else table
    kept = [name for name in names if not (into == _LOG and name == _PLACE)]
    file.execute(f'CREATE TABLE "{into}" ({_quoted(kept)})')
    filled = ["rowid" if name not in kept else name for name in names]
    marks = ", ".join("?" for _ in filled)
    file.executemany(
        f'INSERT INTO "{into}" ({_quoted(filled)}) VALUES ({marks})',  # noqa: S608 - names of ours
        (_plain(row) for row in found),
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(str(each) if isinstance(each, UUID | datetime) else each for each in row)
