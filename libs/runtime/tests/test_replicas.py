"""Replicas on one PostgreSQL store: who leads, what wakes him, and nothing is passed over."""

import asyncio
import threading
from collections.abc import Iterator
from typing import ClassVar
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.domain import event

from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.application import StageApplication
from jamila_runtime.effects import Effect, EffectRunner
from jamila_testing.databases import stage_schema

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]


class Note(CaseAggregate):
    """Something to write down, for tests."""

    TOPIC = "test.Note"

    class Begun(CreatedEvent):
        TOPIC = "test.Note.Begun"

    class Written(CaseAggregate.Event):
        TOPIC = "test.Note.Written"
        text: str

    @event(Begun)
    def __init__(self, case_id, cause: Cause) -> None:
        del case_id, cause
        self.texts: list[str] = []

    @event(Written)
    def write(self, text: str, cause: Cause) -> None:
        del cause
        self.texts.append(text)


class Notes(StageApplication[Note]):
    name = "notes"
    service: ClassVar[str] = "notes"
    aggregate: ClassVar[type[Note]] = Note


@pytest.fixture
def replicas(postgres_url: str) -> Iterator[list[Notes]]:
    with stage_schema(postgres_url) as env:
        opened: list[Notes] = []
        starts = [threading.Thread(target=lambda: opened.append(Notes(env))) for _ in range(3)]
        for each in starts:
            each.start()
        for each in starts:
            each.join(20)
        yield opened
        for each in opened:
            each.close()


def write(notes: Notes, case_id, text: str, *, key=None) -> bool:
    cause = notes.own_cause(case_id, uuid4())

    def act(work) -> None:
        note = work.find(case_id)
        if note is None:
            note = Note(case_id=case_id, cause=cause)
            work.add(note)
        note.write(text=text, cause=cause)

    return notes.perform(cause, act, key=key)


def test_replicas_that_start_at_the_same_moment_find_the_same_store(replicas):
    assert len(replicas) == 3
    case_id = uuid4()
    write(replicas[0], case_id, "satu")
    assert replicas[1].find(case_id).texts == ["satu"]


def test_one_of_many_that_do_the_same_at_once_does_it(replicas):
    case_id, done = uuid4(), []

    def act(notes: Notes) -> None:
        numbers = range(20)
        done.extend([write(notes, case_id, str(n), key=("sumber", n)) for n in numbers])

    threads = [threading.Thread(target=act, args=(each,)) for each in replicas]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert (len(done), sum(done)) == (60, 20)
    assert sorted(replicas[0].find(case_id).texts, key=int) == [str(n) for n in range(20)]


def test_who_reads_the_log_while_many_write_passes_over_nothing(replicas):
    first, second, reader = replicas
    threads = [
        threading.Thread(target=lambda own=own: [write(own, uuid4(), "x") for _ in range(40)])
        for own in (first, second)
    ]
    for each in threads:
        each.start()
    read: list[int] = []
    while any(each.is_alive() for each in threads) or len(read) < 160:
        page = reader.recorder.select_notifications(
            read[-1] if read else 0, 7, inclusive_of_start=False
        )
        read += [each.id for each in page]
    every = reader.recorder.select_notifications(0, 1000, inclusive_of_start=False)
    assert read == [each.id for each in every]


async def test_one_leads_and_another_follows_when_he_is_gone(replicas):
    leases = [each.store.lease("uji") for each in replicas[:2]]
    assert await leases[0].take(patient=False)
    assert not await leases[1].take(patient=False)
    assert [each.is_held() for each in leases] == [True, False]
    waiting = asyncio.create_task(leases[1].take(patient=True))
    await leases[0].give_back()
    assert await asyncio.wait_for(waiting, 10)
    assert leases[1].is_held()
    await leases[1].give_back()


async def test_a_lease_whose_connection_broke_is_lost_and_known_to_be(replicas, postgres_url):
    old, new = (each.store.lease("uji") for each in replicas[:2])
    await old.take(patient=False)
    holding = asyncio.create_task(old.hold(lambda: None))
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (old._pid,))
    with pytest.raises(psycopg.Error):
        await asyncio.wait_for(holding, 10)
    assert await asyncio.wait_for(new.take(patient=True), 10)
    assert (old.is_held(), new.is_held()) == (False, True)
    for each in (old, new):
        await each.give_back()


async def test_what_another_replica_saves_wakes_who_leads(replicas):
    lease, woken = replicas[0].store.lease("uji"), asyncio.Event()
    await lease.take(patient=False)
    holding = asyncio.create_task(lease.hold(woken.set))
    await asyncio.to_thread(write, replicas[1], uuid4(), "kabar")
    await asyncio.wait_for(woken.wait(), 10)
    holding.cancel()
    await lease.give_back()


async def test_who_does_not_lead_performs_no_effect(replicas):
    performed: list[Effect] = []
    leader, other = replicas[:2]
    cause = leader.own_cause(uuid4(), uuid4())
    due = Effect(id=uuid4(), kind="kirim", case_id=cause.case_id, due_at=cause.recorded_at)
    leader.perform(cause, lambda work: work.schedule(due))
    leases = [each.store.lease("uji") for each in (leader, other)]
    await leases[0].take(patient=False)
    await leases[1].take(patient=False)
    for notes, lease in zip((other, leader), reversed(leases), strict=True):
        runner = EffectRunner(
            notes.store, {"kirim": performed.append}, notes.clock, may_act=lease.is_held
        )
        tried = await asyncio.to_thread(runner.perform_due)
        assert tried == (notes is leader)
    assert performed == [due]
    for each in leases:
        await each.give_back()
