"""An office whose stores lie in schemas of one PostgreSQL database: its instant, and its return.

One snapshot of the database sees all its schemas at one instant, and keeps nobody from writing. It
is taken here, so that what is said of it and what ``pg_dump`` copies are the same.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from jamila_deploy.backup import files
from jamila_deploy.backup.dumped import DUMP, entries, tool
from jamila_deploy.backup.errors import (
    BackupForeignError,
    BackupOlderError,
    HomeInUseError,
    PlaceUnusableError,
)
from jamila_deploy.backup.manifest import Manifest
from jamila_runtime.durable import make_durable
from jamila_runtime.effects import DOUBTED
from jamila_runtime.places import postgres_url, schema_of, store_of

_LEDGER: Final = "ledger"
_OURS: Final = schema_of("%").replace("_", r"\_")
_SOON: Final = timedelta(seconds=5)
"""What is put off for moments would be doubted after a restore, as well."""
_PAUSE_SECONDS: Final = 0.1
_TABLES: Final = """
    SELECT n.nspname, c.relname, a.attname
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname LIKE %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY 1, 2
"""
_OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""
_LOG_PLACES: Final = ("notification_id", "position")
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class DatabaseCut:
    """What was seen at one instant (see ``cut.Cut``)."""

    connection: Connection
    snapshot: str
    at: datetime
    in_flight: int
    stores: int
    """How many schemas hold tables."""
    held_seconds: float = 0.0

    def log_ends(self) -> dict[str, int]:
        """Where the log of each store ends."""
        return log_ends(self.connection)

    def copy(self, folder: Path, sums: files.Sums) -> None:
        """Dump all schemas as they were at the instant."""
        folder.mkdir(exist_ok=True)
        dump = folder / DUMP
        words = [f"--snapshot={self.snapshot}", f"--schema={schema_of('*')}", f"--file={dump}"]
        _run("pg_dump", "--format=custom", *words)
        make_durable(dump)
        sums[f"{folder.name}/{DUMP}"] = files.sha256_of(dump)


@contextmanager
def cut_through_database(*, quiet_seconds: float) -> Iterator[DatabaseCut]:
    """Open a snapshot, in a moment with nothing on its way if there is one in time.

    Raises:
        PlaceUnusableError: the database does not answer.
    """
    began = time.monotonic()
    with _connected() as connection:
        while True:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (snapshot,) = _row(connection, "SELECT pg_export_snapshot()")
            at = datetime.now(UTC)
            flying = _in_flight(connection, at)
            if flying == 0 or time.monotonic() - began >= quiet_seconds:
                break
            connection.execute("ROLLBACK")
            time.sleep(_PAUSE_SECONDS)
        stores = len({schema for schema, _ in _tables(connection)})
        yield DatabaseCut(connection, snapshot, at, flying, stores)


def put_back_database(folder: Path, manifest: Manifest, now: datetime) -> int:
    """Put the schemas back; those that are there are renamed, empty ones go.

    Returns:
        How many wishes are doubted.

    Raises:
        HomeInUseError: somebody is connected to the database.
        BackupOlderError, BackupForeignError: facts of the database would be lost.
        PlaceUnusableError: the database does not answer, or refuses.
    """
    dump = folder / "stores" / DUMP
    with _connected() as connection:
        if _row(connection, _OTHERS)[0]:
            raise HomeInUseError("somebody is connected to the database")
        _check_not_newer(connection, dump, manifest)
        with connection.transaction():
            _put_aside(connection, now)
    _run(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={os.environ['POSTGRES_DBNAME']}",
        str(dump),
    )
    with _connected() as connection, connection.transaction():
        return sum(_settle(connection, schema, now) for schema in _with(connection, "effects"))


def log_ends(connection: Connection) -> dict[str, int]:
    """Where the log of each store ends, by its name."""
    ends = {}
    for (schema, table), columns in _tables(connection).items():
        for place in _LOG_PLACES:
            if place in columns and (place != "position" or table == "entries"):
                asked = SQL("SELECT coalesce(max({}), 0) FROM {}").format(
                    Identifier(place), Identifier(schema, table)
                )
                ends[store_of(schema)] = int(_row(connection, asked)[0])
    return ends


def _check_not_newer(connection: Connection, dump: Path, manifest: Manifest) -> None:
    for store, end in log_ends(connection).items():
        backed_up = manifest.logs.get(store, 0)
        if end > backed_up:
            raise BackupOlderError(
                "the database knows more than the backup", store=store, home=end, backup=backed_up
            )
        if store == _LEDGER and end:
            asked = SQL("SELECT hash FROM {} WHERE position = %s").format(
                Identifier(schema_of(_LEDGER), "entries")
            )
            (known,) = _row(connection, asked, (end,))
            if next(each.hash for each in entries(dump) if each.position == end) != bytes(known):
                raise BackupForeignError("the database holds another ledger", position=end)


def _put_aside(connection: Connection, now: datetime) -> None:
    filled = {
        schema
        for schema, table in _tables(connection)
        if _row(
            connection, SQL("SELECT EXISTS (SELECT FROM {})").format(Identifier(schema, table))
        )[0]
    }
    schemas = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", (_OURS,)
    ).fetchall()
    for (schema,) in schemas:
        aside = f"before_restore_{now:%Y%m%dT%H%M%S}_{store_of(schema)}"
        if schema in filled:
            order = SQL("ALTER SCHEMA {} RENAME TO {}").format(
                Identifier(schema), Identifier(aside)
            )
        else:
            order = SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema))
        connection.execute(order)


def _settle(connection: Connection, schema: str, now: datetime) -> int:
    """As ``stores.settle`` does: publish anew, and doubt what was due."""
    connection.execute(SQL("DELETE FROM {}").format(Identifier(schema, "outbox")))
    doubt = SQL(
        "UPDATE {} SET payload = jsonb_set(payload::jsonb, %s, 'true')::text WHERE due_at <= %s"
    ).format(Identifier(schema, "effects"))
    done = connection.execute(doubt, ([DOUBTED], now.astimezone(UTC).isoformat()))
    return done.rowcount


def _in_flight(connection: Connection, now: datetime) -> int:
    """As ``stores.in_flight``: facts not published, wishes soon due, messages not taken in."""
    soon = (now + _SOON).astimezone(UTC).isoformat()
    count = 0
    for schema in _with(connection, "effects"):
        asked = SQL("SELECT count(*) FROM {} WHERE due_at <= %s")
        count += _row(connection, asked.format(Identifier(schema, "effects")), (soon,))[0]
    for schema in _with(connection, "items"):
        asked = SQL("SELECT count(*) FROM {} WHERE state = 'waiting'")
        count += _row(connection, asked.format(Identifier(schema, "items")))[0]
    for (schema, table), columns in _tables(connection).items():
        if "notification_id" in columns:
            asked = SQL(
                "SELECT count(*) FROM {} WHERE notification_id > "
                "coalesce((SELECT position FROM {}), 0)"
            )
            told = asked.format(Identifier(schema, table), Identifier(schema, "outbox"))
            count += _row(connection, told)[0]
    return count


def _tables(connection: Connection) -> dict[tuple[str, str], set[str]]:
    """The columns of every table of ours."""
    found: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in connection.execute(_TABLES, (_OURS,)):
        found.setdefault((schema, table), set()).add(column)
    return found


def _with(connection: Connection, table: str) -> list[str]:
    return [schema for schema, name in _tables(connection) if name == table]


def _row(connection: Connection, query: Any, values: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    assert row is not None  # noqa: S101 - every query here has one
    return row


@contextmanager
def _connected() -> Iterator[Connection]:
    try:
        with psycopg.connect(
            postgres_url().replace("postgresql+psycopg", "postgresql"), autocommit=True
        ) as connection:
            yield connection
    except psycopg.Error as error:
        # Not what the server says: it may quote a row.
        raise PlaceUnusableError(f"the database: {type(error).__name__}") from error


def _run(name: str, *words: str) -> None:
    done = subprocess.run(  # noqa: S603 - fixed words and paths of ours
        [tool(name), *words], env={**os.environ, **_variables()}, capture_output=True, check=False
    )
    if done.returncode:
        raise PlaceUnusableError(f"{name} ended with {done.returncode}")


def _variables() -> Mapping[str, str]:
    """What PostgreSQL's own programs are told, from what our processes are told."""
    told = {
        "PGHOST": "POSTGRES_HOST",
        "PGPORT": "POSTGRES_PORT",
        "PGDATABASE": "POSTGRES_DBNAME",
        "PGUSER": "POSTGRES_USER",
        "PGPASSWORD": "POSTGRES_PASSWORD",
    }
    return {theirs: os.environ[ours] for theirs, ours in told.items() if os.environ.get(ours)}
