"""The instant of a backup: no store of it knows what another one does not know yet."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jamila_deploy.backup.cut import Cut, cut_through
from jamila_deploy.backup.errors import StoresBusyError
from jamila_deploy.backup.stores import in_flight


def new_store(file: Path) -> Path:
    with closing(connected(file)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY)")
    return file


def connected(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None, check_same_thread=False)


def count(store: sqlite3.Connection) -> int:
    return store.execute("SELECT count(*) FROM facts").fetchone()[0]


def add(store: sqlite3.Connection) -> None:
    store.execute("INSERT INTO facts DEFAULT VALUES")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return new_store(tmp_path / "stage.db")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return new_store(tmp_path / "ledger.db")


@contextmanager
def busy(stage: Path, ledger: Path) -> Iterator[threading.Event]:
    """A stage records, then the ledger, again and again, as fast as it goes."""
    stop, warm = threading.Event(), threading.Event()

    def write() -> None:
        with closing(connected(stage)) as first, closing(connected(ledger)) as second:
            while not stop.is_set():
                add(first)
                add(second)
                warm.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert warm.wait(10)
        yield warm
    finally:
        stop.set()
        writer.join()


def counts(cut: Cut) -> dict[str, int]:
    return {file.stem: count(reader) for file, reader in cut.readers.items()}


def test_a_ledger_is_never_ahead_of_the_stage_it_hears(stage: Path, ledger: Path):
    with busy(stage, ledger):
        for _ in range(20):
            with cut_through([ledger, stage], quiet_seconds=0) as cut:
                seen = counts(cut)
            assert seen["stage"] - seen["ledger"] in (0, 1)


def test_what_is_written_while_it_is_copied_is_not_in_the_copy(
    stage: Path, ledger: Path, tmp_path: Path
):
    with closing(connected(stage)) as writer, cut_through([stage, ledger], quiet_seconds=0) as cut:
        add(writer)
        assert count(writer) == 1
        with closing(connected(tmp_path / "copy.db")) as copy:
            cut.readers[stage].backup(copy)
            assert count(copy) == 0


def test_writers_go_on_as_soon_as_the_instant_is_taken(stage: Path, ledger: Path):
    with cut_through([stage, ledger], quiet_seconds=0) as cut:
        for file in (stage, ledger):
            with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as writer:
                add(writer)
    assert cut.held_seconds < 1


def test_stores_that_never_stand_still_are_named_busy_and_left_alone(stage: Path, ledger: Path):
    with closing(connected(ledger)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(StoresBusyError),
            cut_through([stage, ledger], quiet_seconds=0, patience_seconds=0),
        ):
            pytest.fail("there was no such instant")
        with closing(sqlite3.connect(stage, timeout=0, isolation_level=None)) as other:
            add(other)


def test_a_store_that_is_not_there_is_not_made(stage: Path, tmp_path: Path):
    missing = tmp_path / "missing.db"
    with (
        pytest.raises(StoresBusyError),
        cut_through([stage, missing], quiet_seconds=0, patience_seconds=0),
    ):
        pytest.fail("there was no such store")
    assert not missing.exists()


STAGE_TABLES = """
CREATE TABLE stored_events (topic TEXT);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, position INTEGER, published INTEGER);
CREATE TABLE effects (id TEXT, due_at TEXT);
"""


def test_what_is_on_its_way_is_counted():
    now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    due, soon, later = ((now + timedelta(seconds=seconds)).isoformat() for seconds in (-1, 2, 3600))
    with closing(sqlite3.connect(":memory:")) as store:
        store.executescript(STAGE_TABLES)
        assert in_flight(store, now) == 0
        store.executemany("INSERT INTO stored_events VALUES (?)", [("a",), ("b",), ("c",)])
        store.execute("INSERT INTO outbox VALUES (1, 2, 2)")
        store.executemany(
            "INSERT INTO effects VALUES (?, ?)", [("x", due), ("y", soon), ("z", later)]
        )
        assert in_flight(store, now) == 3
