import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamila_ledger.chain import GENESIS, Entry, Head, entry_hash, verify
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_testing.builders import Logs, happy_road

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
ENTRIES = 34


def filled(path: Path) -> SqlLedgerStore:
    """Two cases of 17 events each, interleaved by batches."""
    store = SqlLedgerStore.open(f"sqlite:///{path}")
    logs = Logs()
    first, second = happy_road("kasus-1", logs=logs), happy_road("kasus-2", logs=logs)
    store.append([*first, *second], now=NOW)
    return store


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    store = filled(path)
    assert verify(store.scan()).ok
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@contextmanager
def tampered(genuine: Path) -> Iterator[tuple[SqlLedgerStore, sqlite3.Connection]]:
    """A copy of the file, and a hand in it that knows no rules."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        path.write_bytes(genuine.read_bytes())
        connection = sqlite3.connect(path, isolation_level=None)
        store = SqlLedgerStore.open_existing(f"sqlite:///{path}")
        yield store, connection
        connection.close()
        store.close()


def row(store: SqlLedgerStore, position: int) -> Entry:
    entry = store.entry_at(position)
    assert entry is not None
    return entry


def write(connection: sqlite3.Connection, entry: Entry) -> None:
    marks = ",".join("?" * len(entry))
    connection.execute(f"INSERT INTO entries VALUES ({marks})", tuple(entry))  # noqa: S608 - test


def renumber(connection: sqlite3.Connection, *, after: int, by: int) -> None:
    # Twice, because SQLite checks the primary key row by row.
    shift = "UPDATE entries SET position = position + ? WHERE position > ?"
    connection.execute(shift, (1000 + by, after))
    connection.execute("UPDATE entries SET position = position - 1000 WHERE position > 1000")


positions = st.integers(1, ENTRIES)


def test_genuine_ledger_verifies_up_to_its_head(genuine):
    with tampered(genuine) as (store, _):
        report = verify(store.scan())
        assert (report.ok, report.entries, report.head) == (True, ENTRIES, store.head())


def test_empty_ledger_verifies():
    assert verify([]).head == Head(0, GENESIS, None)


@settings(max_examples=40, deadline=None)
@given(
    position=positions,
    column=st.sampled_from(
        [
            *("meta", "data", "recorded_us", "hash", "previous_hash", "case_previous_hash"),
            *("event_id", "source", "log_position", "type", "case_position"),
        ]
    ),
)
def test_every_edited_column_is_found_at_its_place(genuine, position, column):
    with tampered(genuine) as (store, connection):
        value = getattr(row(store, position), column)
        match value:
            case bytes():
                changed = value[:-1] + bytes([value[-1] ^ 1])
            case int():
                changed = value + 1000
            case _:
                changed = value[:-1] + ("x" if value[-1] != "x" else "y")
        update = f"UPDATE entries SET {column} = ? WHERE position = ?"  # noqa: S608 - test
        connection.execute(update, (changed, position))
        report = verify(store.scan())
    assert not report.ok
    assert (report.problem.kind, report.problem.position) == ("edited", position)
    assert report.head.position == position - 1


@pytest.mark.parametrize("column", Entry._fields[1:])
def test_a_column_of_another_type_is_found(genuine, column):
    with tampered(genuine) as (store, connection):
        update = f"UPDATE entries SET {column} = ? WHERE position = 9"  # noqa: S608 - test
        is_text = isinstance(getattr(row(store, 9), column), str)
        connection.execute(update, (b"\xff" if is_text else "text",))
        report = verify(store.scan())
    assert (report.problem.kind, report.problem.position) == ("edited", 9)


@settings(max_examples=20, deadline=None)
@given(position=st.integers(1, ENTRIES - 1))
def test_edit_with_recomputed_hash_is_found(genuine, position):
    with tampered(genuine) as (store, connection):
        forged = row(store, position)._replace(data=b"{}")
        connection.execute(
            "UPDATE entries SET data = ?, hash = ? WHERE position = ?",
            (forged.data, entry_hash(forged), position),
        )
        report = verify(store.scan())
    assert (report.problem.kind, report.problem.position) == ("edited", position)


@settings(max_examples=20, deadline=None)
@given(position=st.integers(1, ENTRIES - 1), count=st.integers(1, 3), renumbered=st.booleans())
def test_deleted_entries_are_found(genuine, position, count, renumbered):
    count = min(count, ENTRIES - position)
    with tampered(genuine) as (store, connection):
        connection.execute(
            "DELETE FROM entries WHERE position BETWEEN ? AND ?", (position, position + count - 1)
        )
        if renumbered:
            renumber(connection, after=position, by=-count)
        report = verify(store.scan())
    assert (report.problem.kind, report.problem.position) == ("deleted", position)


@settings(max_examples=20, deadline=None)
@given(position=st.integers(1, ENTRIES - 1), clever=st.booleans())
def test_inserted_entry_is_found(genuine, position, clever):
    with tampered(genuine) as (store, connection):
        model = row(store, position)
        event_id = "00000000-0000-4000-8000-000000000001"
        forged = model._replace(
            event_id=event_id,
            meta=model.meta.replace(model.event_id, event_id).replace(
                f'"log_position":{model.log_position}', '"log_position":999'
            ),
            log_position=999,
        )
        if clever:
            forged = forged._replace(hash=entry_hash(forged))
        connection.execute("DROP TABLE IF EXISTS x")
        connection.execute("CREATE TABLE x AS SELECT * FROM entries")
        connection.execute("DROP TABLE entries")
        connection.execute("ALTER TABLE x RENAME TO entries")
        renumber(connection, after=position - 1, by=1)
        write(connection, forged)
        report = verify(store.scan())
    assert (report.problem.kind, report.problem.position) == ("inserted", position)


@settings(max_examples=20, deadline=None)
@given(positions=st.lists(positions, min_size=2, max_size=2, unique=True))
def test_swapped_entries_are_found(genuine, positions):
    first, second = sorted(positions)
    with tampered(genuine) as (store, connection):
        for old, new in ((first, 1000), (second, first), (1000, second)):
            connection.execute("UPDATE entries SET position = ? WHERE position = ?", (new, old))
        report = verify(store.scan())
    assert not report.ok
    assert report.problem.position == first
    # The very last two swapped look like a lost entry: there is nothing behind them to compare.
    assert report.problem.kind in {"reordered", "deleted"}
    assert report.problem.kind == "reordered" or second == ENTRIES


@settings(max_examples=20, deadline=None)
@given(kept=st.integers(0, ENTRIES - 1))
def test_truncation_is_found_against_a_kept_head_only(genuine, kept):
    with tampered(genuine) as (store, connection):
        head = store.head()
        connection.execute("DELETE FROM entries WHERE position > ?", (kept,))
        assert verify(store.scan()).ok
        report = verify(store.scan(), anchors={head.position: head.hash})
    assert (report.problem.kind, report.problem.position) == ("truncated", kept + 1)


def test_wholly_rewritten_chain_is_found_against_a_kept_head(genuine):
    with tampered(genuine) as (store, _):
        head = store.head()
        entries = list(store.scan())
    previous, cases, rewritten = GENESIS, {}, []
    for entry in entries:
        data = b'{"forged":true}' if entry.position == 3 else entry.data
        forged = entry._replace(
            data=data,
            previous_hash=previous,
            case_previous_hash=cases.get(entry.case_id, GENESIS),
        )
        forged = forged._replace(hash=entry_hash(forged))
        previous = cases[entry.case_id] = forged.hash
        rewritten.append(forged)
    assert verify(rewritten).ok
    report = verify(rewritten, anchors={head.position: head.hash})
    assert (report.problem.kind, report.problem.position) == ("edited", ENTRIES)


def test_head_is_read_back_from_what_it_prints():
    head = Head(7, bytes(range(32)))
    assert Head.parse(str(head)) == head


@pytest.mark.parametrize("text", ["", "7", "7:", "7:zz", "x:" + "0" * 64, "-1:" + "0" * 64])
def test_what_is_no_head_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any complaint will do
        Head.parse(text)


def test_entries_out_of_their_order_or_repeated_in_a_stream_are_found(genuine):
    with tampered(genuine) as (store, _):
        entries = list(store.scan())
    swapped = [*entries[:4], entries[5], entries[4], *entries[6:]]
    repeated = [*entries[:5], entries[2], *entries[5:]]
    assert (verify(swapped).problem.kind, verify(swapped).problem.position) == ("reordered", 5)
    assert (verify(repeated).problem.kind, verify(repeated).problem.position) == ("inserted", 3)


def test_an_envelope_that_is_no_json_is_found_though_its_hash_fits(genuine):
    with tampered(genuine) as (store, _):
        entries = list(store.scan())
    forged = entries[-1]._replace(meta="no envelope")
    report = verify([*entries[:-1], forged._replace(hash=entry_hash(forged))])
    assert (report.problem.kind, report.problem.position) == ("edited", ENTRIES)


def test_a_position_that_is_no_number_is_found(genuine):
    with tampered(genuine) as (store, _):
        entries = list(store.scan())
    report = verify([entries[0], entries[1]._replace(position="2")])
    assert (report.problem.kind, report.problem.position) == ("edited", 2)
