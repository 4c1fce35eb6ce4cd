"""What a backup has to know of the stores it copies: where their logs end, and what is on its way.

Plain SQL on copies and snapshots: the tables of ``jamila_runtime.recorder``, of the inbox and of
the ledger. A store that has none of them is copied all the same.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from jamila_deploy.backup import dumped
from jamila_ledger.chain import Entry, VerificationReport
from jamila_ledger.checkpoints import FILE_NAME, CheckpointFile
from jamila_ledger.checkpoints_check import check
from jamila_ledger.checkpoints_key import PUBLIC_FILE, PublicKeys
from jamila_runtime.effects import DOUBTED

LEDGER: Final = "ledger.db"
BESIDE: Final = (FILE_NAME, PUBLIC_FILE)
"""What lies beside the ledger and belongs to it."""
_SOON: Final = timedelta(seconds=5)
"""What is put off for moments would be doubted after a restore, as well."""
_ENTRIES: Final = f"SELECT {', '.join(Entry._fields)} FROM entries ORDER BY position"  # noqa: S608 - names of columns
_IN_FLIGHT: Final = {
    "effects": "SELECT count(*) FROM effects WHERE due_at <= :now",
    "items": "SELECT count(*) FROM items WHERE state = 'waiting'",
    "stored_events": (
        "SELECT ifnull(max(rowid), 0) - ifnull((SELECT position FROM outbox), 0) FROM stored_events"
    ),
}


def store_files(folder: Path) -> list[Path]:
    """The stores of a folder."""
    return sorted(folder.glob("*.db"))


def opened_copy(file: Path) -> sqlite3.Connection:
    """Open a store that nobody works on, as it lies there; to be closed by the caller."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def in_flight(store: sqlite3.Connection, now: datetime) -> int:
    """How much is on its way: facts not published, wishes soon due, messages not taken in."""
    values = {"now": (now + _SOON).astimezone(UTC).isoformat()}
    counts = (
        store.execute(query, values).fetchone()[0]
        for table, query in _IN_FLIGHT.items()
        if _has(store, table)
    )
    return sum(counts)


def log_end(store: sqlite3.Connection) -> int | None:
    """The last place of a stage's log, or of the ledger; None for a store without a log."""
    for table, column in (("stored_events", "rowid"), ("entries", "position")):
        if _has(store, table):
            end = store.execute(f"SELECT ifnull(max({column}), 0) FROM {table}").fetchone()  # noqa: S608 - constants
            return int(end[0])
    return None


def hash_at(store: sqlite3.Connection, position: int) -> str:
    """The hash of an entry of the ledger, in hexadecimal; empty before the first."""
    row = store.execute("SELECT hash FROM entries WHERE position = ?", (position,)).fetchone()
    return "" if row is None else bytes(row[0]).hex()


def proven(folder: Path) -> VerificationReport:
    """Check the ledger of a backup against itself and its signed checkpoints."""
    public = folder / PUBLIC_FILE
    keys = PublicKeys.parse([public.read_bytes()] if public.exists() else [])
    checkpoints = CheckpointFile(folder / FILE_NAME).all()
    dump = folder / dumped.DUMP
    if dump.exists():
        return check(dumped.entries(dump), checkpoints, keys)
    store = opened_copy(folder / LEDGER)
    try:
        return check(_entries(store), checkpoints, keys)
    finally:
        store.close()


def broken(folder: Path) -> list[str]:
    """The names of those stores of a backup that cannot be read whole."""
    dump = folder / dumped.DUMP
    damaged = [each.name for each in store_files(folder) if not is_sound(each)]
    return damaged + ([dump.name] if dump.exists() and not dumped.is_sound(dump) else [])


def is_sound(file: Path) -> bool:
    """Whether SQLite finds the copy whole."""
    store = opened_copy(file)
    try:
        return bool(store.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
    finally:
        store.close()


def settle(file: Path, now: datetime) -> int:
    """Make a restored store ready for an office whose broker is empty.

    Its outbox begins anew: readers may lack what was published last, and drop the rest. What was
    due may have been done by the lost machine, and is doubted (``jamila_runtime.restored``).

    Returns:
        How many wishes are doubted.
    """
    store = sqlite3.connect(file)
    try:
        with store:
            if not _has(store, "effects"):
                return 0
            store.execute("DELETE FROM outbox")
            doubted = store.execute(
                f"UPDATE effects SET payload = json_set(payload, '$.{DOUBTED}', json('true')) "  # noqa: S608 - a constant
                "WHERE due_at <= ?",
                (now.astimezone(UTC).isoformat(),),
            )
            return doubted.rowcount
    finally:
        store.close()


def _entries(store: sqlite3.Connection) -> Iterator[Entry]:
    return map(Entry._make, store.execute(_ENTRIES))


def _has(store: sqlite3.Connection, table: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return store.execute(query, (table,)).fetchone() is not None
