import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.domain import event

from jamila_contracts import events
from jamila_contracts.wire import Record
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.application import StageApplication
from jamila_runtime.errors import RetryableError
from jamila_runtime.outbox import PAGE, Outbox, Publications

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CASE = UUID("00000000-0000-4000-8000-000000000001")


class Folder(CaseAggregate):
    """An aggregate with one published and one internal fact, for tests."""

    TOPIC = "test.Folder"

    class Opened(CreatedEvent):
        TOPIC = "test.Folder.Opened"

    class Dibatalkan(CaseAggregate.Event):
        TOPIC = "test.Folder.Dibatalkan"
        reason_code: str

    class Forgotten(CaseAggregate.Event):
        TOPIC = "test.Folder.Forgotten"

    @event(Opened)
    def __init__(self, case_id: UUID, cause: Cause) -> None:
        self.case_id, self.opened_at = case_id, cause.occurred_at


class Folders(StageApplication[Folder]):
    name = "folders"
    service: ClassVar[str] = "folders"
    aggregate: ClassVar[type[Folder]] = Folder


class Wire:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.is_down = False
        self.arrived = asyncio.Event()
        self.name = "the first"

    async def stream(self) -> str:
        if self.is_down:
            raise RetryableError("no stream")
        return self.name

    async def publish(self, records: Sequence[Record]) -> None:
        if self.is_down:
            raise RetryableError("no stream")
        self.records += records
        self.arrived.set()


PUBLICATIONS = Publications(
    {Folder.Dibatalkan: events.PermohonanDibatalkan}, internal=(Folder.Opened,)
)


@pytest.fixture
def folders() -> Folders:
    return Folders({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"})


@pytest.fixture
def stored(tmp_path) -> Folders:
    """On disk: the thread of a task that was cancelled must not share its connection with us."""
    place = str(tmp_path / "folders.db")
    return Folders({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": place})


@pytest.fixture
def wire() -> Wire:
    return Wire()


def outbox(folders: Folders, wire: Wire) -> Outbox:
    return Outbox(folders, PUBLICATIONS, wire, tenant="6311")


def record(folders: Folders, *reasons: str) -> None:
    cause = folders.own_cause(CASE, uuid4(), occurred_at=NOW)

    def write(work) -> None:
        folder = work.find(CASE)
        if folder is None:
            folder = Folder(case_id=CASE, cause=cause)
            work.add(folder)
        for reason in reasons:
            folder.trigger_event(Folder.Dibatalkan, cause=cause, reason_code=reason)

    folders.perform(cause, write)


async def test_recorded_facts_are_published_in_order_and_internal_ones_stay(folders, wire):
    record(folders, "satu", "dua")
    assert await outbox(folders, wire).relay() == 2
    assert [r.event().reason_code for r in wire.records] == ["satu", "dua"]
    assert [(r.meta.previous_log_position, r.meta.log_position) for r in wire.records] == [
        (0, 2),
        (2, 3),
    ]


async def test_nothing_is_published_twice_after_the_checkpoint(folders, wire):
    record(folders, "satu")
    await outbox(folders, wire).relay()
    assert await outbox(folders, wire).relay() == 0


async def test_after_a_crash_before_the_checkpoint_the_same_events_go_out_again(folders, wire):
    record(folders, "satu")
    folders.store.save_checkpoint = lambda _: (_ for _ in ()).throw(SystemError("killed"))
    with pytest.raises(SystemError):
        await outbox(folders, wire).relay()
    del folders.store.save_checkpoint
    await outbox(folders, wire).relay()
    first, second = wire.records
    assert first == second


async def test_what_could_not_be_published_goes_out_later(folders, wire):
    record(folders, "satu")
    wire.is_down = True
    with pytest.raises(RetryableError):
        await outbox(folders, wire).relay()
    wire.is_down = False
    assert await outbox(folders, wire).relay() == 1


async def test_a_rewind_publishes_again_from_where_a_reader_stands(folders, wire):
    record(folders, "satu", "dua", "tiga")
    relay = outbox(folders, wire)
    await relay.relay()
    relay.rewind(after=2)
    assert await relay.relay() == 2
    assert wire.records[-2:] == wire.records[1:3]


async def test_a_long_log_goes_out_page_by_page_without_a_gap(folders, wire):
    record(folders, *("x" for _ in range(PAGE * 2 + 7)))
    assert await outbox(folders, wire).relay() == PAGE * 2 + 7
    links = [(r.meta.previous_log_position, r.meta.log_position) for r in wire.records]
    assert all(later[0] == earlier[1] for earlier, later in pairwise(links))


async def test_a_fact_missing_in_the_table_stops_the_outbox_loudly(folders, wire):
    record(folders)
    cause = folders.own_cause(CASE, uuid4())
    folders.perform(cause, lambda w: w.get(CASE).trigger_event(Folder.Forgotten, cause=cause))
    with pytest.raises(KeyError):
        await outbox(folders, wire).relay()


async def test_the_running_outbox_wakes_for_news_and_survives_a_fault(stored, wire):
    relay = outbox(stored, wire)
    wire.is_down = True
    record(stored, "satu")
    running = asyncio.ensure_future(relay.run())
    await asyncio.sleep(0.1)
    wire.is_down = False
    relay.wake()
    async with asyncio.timeout(25):
        await wire.arrived.wait()
    running.cancel()


async def test_the_running_outbox_writes_down_where_it_is_only_now_and_then(stored, wire):
    written = []
    stored.store.save_checkpoint = written.append
    relay = outbox(stored, wire)
    running = asyncio.ensure_future(relay.run())
    for reason in ("satu", "dua", "tiga"):
        wire.arrived.clear()
        record(stored, reason)
        relay.wake()
        async with asyncio.timeout(25):
            await wire.arrived.wait()
    running.cancel()
    assert len(written) <= 1
    assert relay.lag() == 0
    assert relay.reached().published == wire.records[-1].meta.log_position


async def running(relay: Outbox, wire: Wire, published: int) -> None:
    task = asyncio.create_task(relay.run())
    async with asyncio.timeout(25):
        while len(wire.records) < published:
            wire.arrived.clear()
            await wire.arrived.wait()
        # Written down as well: whoever runs next begins there.
        while await asyncio.to_thread(relay._application.store.checkpoint) != relay.reached():
            continue
    task.cancel()


async def test_a_lost_stream_gets_the_whole_log_again_and_is_then_known(stored, wire):
    record(stored, "satu", "dua")
    await running(outbox(stored, wire), wire, 2)
    wire.name = "another"
    await running(outbox(stored, wire), wire, 4)
    record(stored, "tiga")
    await running(outbox(stored, wire), wire, 5)

    told = [each.event().reason_code for each in wire.records]
    assert told == ["satu", "dua", "satu", "dua", "tiga"]


async def test_a_stream_that_is_lost_while_the_outbox_runs_is_noticed(stored, wire, monkeypatch):
    monkeypatch.setattr("jamila_runtime.outbox._LOOK_SECONDS", 0)
    monkeypatch.setattr("jamila_runtime.outbox._POLL_SECONDS", 0.01)
    record(stored, "satu")
    relay = outbox(stored, wire)
    await running(relay, wire, 1)
    wire.name = "another"
    await running(relay, wire, 2)

    assert [each.event().reason_code for each in wire.records] == ["satu", "satu"]


async def test_a_crash_before_the_new_stream_is_known_begins_again_once_more(stored, wire):
    record(stored, "satu")
    await running(outbox(stored, wire), wire, 1)
    wire.name = "another"
    stored.store.save_stream = lambda _: (_ for _ in ()).throw(SystemError("killed"))
    with pytest.raises(SystemError):
        await outbox(stored, wire).run()
    del stored.store.save_stream
    await running(outbox(stored, wire), wire, 2)

    assert [each.event().reason_code for each in wire.records] == ["satu", "satu"]


async def test_a_store_from_before_streams_were_known_is_not_published_again(stored, wire):
    record(stored, "satu")
    await outbox(stored, wire).relay()
    assert stored.store.stream() == ""
    record(stored, "dua")
    await running(outbox(stored, wire), wire, 2)

    assert [each.event().reason_code for each in wire.records] == ["satu", "dua"]


async def test_a_reader_that_is_further_does_not_make_the_outbox_pass_over_anything(folders, wire):
    record(folders, "satu", "dua", "tiga")
    relay = outbox(folders, wire)
    relay.rewind(after=3)
    assert await relay.relay() == 3


async def test_of_two_readers_the_one_that_has_less_is_served(folders, wire):
    record(folders, "satu", "dua", "tiga")
    relay = outbox(folders, wire)
    await relay.relay()
    relay.rewind(after=2)
    relay.rewind(after=3)
    assert await relay.relay() == 2
