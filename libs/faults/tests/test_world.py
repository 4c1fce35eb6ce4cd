"""What a run left on disk is read as it lies there."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from jamila_faults.checker.world import SERVICES, Asked, Sent, Strike, read_world
from jamila_faults.history import History

KEY, OTHER = UUID(int=1), UUID(int=2)
CASE = "4644fd85-233e-5e40-882a-c127994d9c35"
STORE = """
CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB);
CREATE TABLE handled_commands (command_id TEXT, reply TEXT);
CREATE TABLE parked (case_id TEXT, reason TEXT);
CREATE TABLE outbox (id INTEGER, position INTEGER, published INTEGER);
"""
LEDGER = """
CREATE TABLE entries (position, source, log_position, case_id, case_position, type, event_id, meta,
 data);
"""
WHATSAPP = """
CREATE TABLE messages (seq, wamid, direction, callback, error_code);
CREATE TABLE deliveries (seq);
"""
META = {
    "causation_id": str(KEY),
    "actor": {"account": "kasi-1"},
    "previous_log_position": 0,
    "recorded_at": "2026-11-24T06:52:45Z",
}


def fill(database, script, rows=()):
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(script)
        for table, row in rows:
            marks = ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - ours
        connection.commit()


@pytest.fixture
def folder(tmp_path):
    stores = tmp_path / "home" / "stores"
    state = json.dumps({"cause": {"case_id": CASE, "causation_id": str(KEY)}}).encode()
    entry = (1, "review", 1, CASE, 1, "DraftDisetujui", "event", json.dumps(META))
    for service in SERVICES:
        fill(stores / f"{service}.db", STORE)
    fill(
        stores / "review.db",
        "",
        [
            ("stored_events", ("id", 1, "review.Review.DraftDisetujui", state)),
            ("handled_commands", (str(KEY), '{"version": 1}')),
            ("parked", (CASE, "unreadable")),
            ("outbox", (1, 1, 1)),
        ],
    )
    rows = [("entries", (*entry, b'{"attempt": 1}')), ("entries", (*entry, b"\xff"))]
    fill(stores / "ledger.db", LEDGER, rows)
    fill(
        stores / "intake-inbox.db",
        "CREATE TABLE items (state)",
        [("items", (each,)) for each in _STATES],
    )
    messages = [
        ("messages", (1, "wamid.1", "in", None, None)),
        ("messages", (2, "wamid.2", "out", "mark", None)),
        ("messages", (3, "wamid.3", "out", None, 131026)),
        ("deliveries", (1,)),
    ]
    fill(tmp_path / "home" / "simulators" / "whatsapp.sqlite3", WHATSAPP, messages)
    (tmp_path / "gathered.json").write_text('{"models": {"cases": [{"_id": 1}]}, "rebuilt": {}}')
    return tmp_path


_STATES = ("done", "waiting", "parked")


@pytest.fixture
def history(folder):
    opened = History(folder / "history.jsonl")
    yield opened
    opened.close()


def test_history_is_read_as_it_was_noted(folder, history):
    history.begun("7", papers=3)
    history.became("7", CASE)
    history.asked(KEY, "approve-draft", CASE)
    history.asked(OTHER, "verify-draft", CASE)
    history.done(KEY, {"after": "review:4", "events": ["DraftDisetujui"]})
    history.refused(OTHER, "four-eyes")
    history.finished("7")
    history.blocked("7", "step 8")
    history.page("job-1")
    history.strike("kill-one")
    history.struck("kill-one", kills={"nats": 1}, recovered=1.5)
    history.poisoned(OTHER)

    world = read_world(folder)

    assert (world.begun, world.cases, world.finished) == ({"7": 3}, {"7": CASE}, {"7"})
    assert world.asked == [
        Asked(
            key=str(KEY),
            command="approve-draft",
            case_id=CASE,
            outcome="done",
            service="review",
            place=4,
            events=("DraftDisetujui",),
        ),
        Asked(key=str(OTHER), command="verify-draft", case_id=CASE, outcome="refused"),
    ]
    assert world.strikes == [Strike(fault="kill-one", seconds_to_recover=1.5)]
    assert (world.pages, world.poisoned) == (["job-1"], {str(OTHER)})


def test_what_the_clock_showed_is_known_for_every_moment(folder, history):
    assert read_world(folder).clock == []
    history.clock(timedelta(hours=2))
    history.clock(timedelta())

    world, now = read_world(folder), datetime.now(UTC)

    assert [each.ahead for each in world.clock] == [timedelta(0), timedelta(hours=2), timedelta(0)]
    between = world.clock[1].since + (world.clock[1].until - world.clock[1].since) / 2
    assert world.really(between + timedelta(hours=2)) == between
    assert world.really(now) == now


def test_a_command_that_nobody_answered_stays_open(folder, history):
    history.asked(KEY, "approve-draft", CASE)

    assert [asked.outcome for asked in read_world(folder).asked] == ["open"]


@pytest.mark.usefixtures("history")
def test_stores_are_read_by_sql_alone(folder):
    world = read_world(folder)
    store = world.stores["review"]

    assert [(row.place, row.case_id, row.causation_id) for row in store.log] == [
        (1, CASE, str(KEY))
    ]
    assert (store.replies, store.read_to, store.published_to) == ({str(KEY): {"version": 1}}, 1, 1)
    assert store.parked == [(CASE, "unreadable")]
    assert world.stores["signing"].log == []


@pytest.mark.usefixtures("history")
def test_entries_are_read_also_when_nobody_can_read_them(folder):
    readable, poisoned = read_world(folder).entries

    assert (readable.type, readable.account, readable.data) == (
        "DraftDisetujui",
        "kasi-1",
        {"attempt": 1},
    )
    assert poisoned.data == {}


@pytest.mark.usefixtures("history")
def test_what_the_world_outside_has_is_read(folder):
    world = read_world(folder)

    assert world.sent == [
        Sent(wamid="wamid.2", callback="mark"),
        Sent(wamid="wamid.3", callback="", failed=True),
    ]
    assert (world.undelivered, world.set_aside) == (1, 2)
    assert world.models == {"cases": [{"_id": 1}]}
