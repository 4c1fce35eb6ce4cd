"""The alarms on real servers and the real clock, inside the ledger's process."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import nats
import pytest

from jamila_contracts import events as e
from jamila_contracts.commands import EndOutage, StartOutage
from jamila_contracts.envelope import Actor
from jamila_ledger.app import LedgerProcess
from jamila_ledger.recorded import recorded
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import ESCALATIONS, FIGURES, OUTAGES, QUEUE, SLA
from jamila_runtime.commanding import CommandClient
from jamila_runtime.mongo import Documents, Query
from jamila_runtime.streams import STREAM, JetStreamPublisher
from jamila_testing.builders import Logs, Story
from jamila_testing.servers import free_port, nats_server

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

BUDGET = timedelta(minutes=5)
IN_TIME = timedelta(seconds=2)
KASI = Actor(account="kasi-1", capability="kasi")


@pytest.fixture
def settings(tmp_path, nats_url, mongod_url):
    return LedgerSettings(
        home=tmp_path,
        master_key_file=tmp_path / "unused",
        nats_url=nats_url,
        mongo_url=mongod_url,
        mongo_database=f"uji_{uuid4().hex}",
        calendar="kalender-demo-24jam",
    )


@pytest.fixture
async def client(nats_url):
    connection = await nats.connect(nats_url)
    yield connection
    await connection.jetstream().delete_stream(STREAM)
    await connection.close()


@pytest.fixture
async def documents(settings):
    opened = await Documents.connect(settings.mongo_url.get_secret_value(), settings.mongo_database)
    yield opened
    await opened.close()


def now():
    return datetime.now(tz=UTC)


def case_due_in(seconds, name="kasus-1", logs=None):
    """A case whose step 1 uses up its budget so many seconds from now."""
    story = Story(name, logs=logs, start=now() + timedelta(seconds=seconds) - BUDGET)
    story.tell(e.PermohonanDiajukan)
    return story


def told(settings, case_id, event):
    store = SqlLedgerStore.open_existing(settings.ledger)
    facts = recorded(store.read_case(case_id))
    store.close()
    return [fact for fact in facts if isinstance(fact.event, event)]


async def until(condition, *, seconds=15):
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is watched has no event
            await asyncio.sleep(0.05)


def breached(settings, case_id):
    async def seen():
        return bool(told(settings, case_id, e.SlaTerlampaui))

    return seen


async def test_breaches_are_appended_within_two_seconds_and_once(settings, client, documents):
    logs = Logs()
    async with LedgerProcess(settings).running():
        stories = [case_due_in(1 + n / 5, f"kasus-{n}", logs) for n in range(10)]
        for story in stories:
            await JetStreamPublisher(client).publish(story.records)
        for story in stories:
            await until(breached(settings, story.case_id))
        await asyncio.sleep(1)
        for story in stories:
            (breach,) = told(settings, story.case_id, e.SlaTerlampaui)
            assert timedelta() <= breach.recorded_at - breach.event.due_at <= IN_TIME
            assert breach.meta.source == "sla"
        alarm = await documents.get(ESCALATIONS, str(stories[0].case_id))
        assert (alarm["capability"], alarm["event"]) == ("kasi", "SlaTerlampaui")
        assert "batas 5 menit" in alarm["message"]


async def test_a_step_finished_at_the_last_moment_is_never_called_late(settings, client):
    async with LedgerProcess(settings).running():
        story = case_due_in(1.5)
        await JetStreamPublisher(client).publish(story.records)
        story.now = now() + timedelta(seconds=1.4)
        story.tell(e.BerkasDiterima)
        await asyncio.sleep(1.45)
        await JetStreamPublisher(client).publish(story.records[1:])
        await asyncio.sleep(2)
        assert told(settings, story.case_id, e.SlaTerlampaui) == []


async def test_what_was_finished_while_the_process_was_down_does_not_ring(settings, client):
    async with LedgerProcess(settings).running():
        story = case_due_in(3)
        await JetStreamPublisher(client).publish(story.records)
        await until(one_timer(settings))
    story.now = now()
    story.tell(e.BerkasDiterima)
    await JetStreamPublisher(client).publish(story.records[1:])
    await asyncio.sleep(3.5)
    async with LedgerProcess(settings).running():
        await asyncio.sleep(1.5)
        assert told(settings, story.case_id, e.SlaTerlampaui) == []


async def test_alarms_survive_a_restart(settings, client):
    async with LedgerProcess(settings).running():
        story = case_due_in(2.5)
        await JetStreamPublisher(client).publish(story.records)
        await until(one_timer(settings))
        assert told(settings, story.case_id, e.SlaTerlampaui) == []
    async with LedgerProcess(settings).running():
        await until(breached(settings, story.case_id))
        (breach,) = told(settings, story.case_id, e.SlaTerlampaui)
        assert breach.recorded_at - breach.event.due_at <= timedelta(seconds=5)


def one_timer(settings):
    async def seen():
        return bool(told_of(settings, "PermohonanDiajukan"))

    return seen


def told_of(settings, name):
    store = SqlLedgerStore.open_existing(settings.ledger)
    found = [entry for entry in store.read(after=0, limit=100) if entry.type == name]
    store.close()
    return found


async def test_alarms_survive_the_loss_of_jetstream_and_of_the_ledger(settings, client):
    async with LedgerProcess(settings).running():
        story = case_due_in(0.5)
        await JetStreamPublisher(client).publish(story.records)
        await until(breached(settings, story.case_id))
    await client.jetstream().delete_stream(STREAM)
    settings.stores.joinpath("ledger.db").unlink()
    settings.checkpoints_file.unlink(missing_ok=True)
    again = settings.model_copy(update={"mongo_database": f"uji_{uuid4().hex}"})
    async with LedgerProcess(again).running():
        await JetStreamPublisher(client).publish(story.records)
        await until(breached(settings, story.case_id), seconds=20)
        await asyncio.sleep(1)
        assert len(told(settings, story.case_id, e.SlaTerlampaui)) == 1


async def test_an_outage_shows_in_the_queue_at_once_and_ends(settings, client, documents):
    logs = Logs()
    async with LedgerProcess(settings).running():
        stories = []
        for n in range(3):
            story = Story(f"kasus-{n}", logs=logs, start=now() - 2 * BUDGET / 5)
            story.tell(e.PermohonanDiajukan)
            story.work(e.BerkasDiterima, wait=0.5, handle=0.5)
            stories.append(story)
            await JetStreamPublisher(client).publish(story.records)
        outage = uuid4()
        ask = CommandClient(client).ask

        async def standing_at(state, count):
            return await documents.count(QUEUE, {"step": 2, "state": state}) == count

        await until(lambda: standing_at("menunggu", 3))
        frame = {"case_id": outage, "actor": KASI}
        start = StartOutage(command_id=uuid4(), asked_at=now(), system="siak", **frame)
        assert (await ask(start)).problem is None
        await until(lambda: standing_at("jeda", 3))
        (task, *_) = await documents.find(QUEUE, Query())
        assert (task["due_at"], task["paused_for"]) == (None, "gangguan-siak")
        assert (await documents.get(OUTAGES, str(outage)))["until"] is None

        async def told_once():
            return all(len(told(settings, s.case_id, e.TerdampakGangguan)) == 1 for s in stories)

        await until(told_once)
        end = EndOutage(command_id=uuid4(), asked_at=now(), **frame)
        assert (await ask(end)).problem is None
        await until(lambda: standing_at("menunggu", 3))
        assert (await documents.get(OUTAGES, str(outage)))["until"] is not None
        assert (await documents.find(QUEUE, Query()))[0]["due_at"] is not None
        assert (await ask(end.model_copy(update={"command_id": uuid4()}))).problem is None


async def test_a_canary_is_in_the_ledger_and_nowhere_else(settings, client, documents):
    canary = uuid4()
    async with LedgerProcess(settings).running():
        await client.request("sla.canary", str(canary).encode(), timeout=5)
        await until(breached(settings, canary))
        (breach,) = told(settings, canary, e.SlaTerlampaui)
        assert breach.event.canary
        await asyncio.sleep(0.5)
        for collection in (QUEUE, SLA, FIGURES, ESCALATIONS):
            assert await documents.count(collection, {}) == 0


async def test_an_alarm_that_falls_due_without_nats_rings_when_it_is_back(settings, tmp_path):
    port = free_port()
    own = settings.model_copy(update={"nats_url": f"nats://127.0.0.1:{port}"})
    with nats_server(tmp_path / "nats", port=port) as url:
        process = LedgerProcess(own)
        stack = AsyncExitStack()
        await stack.enter_async_context(process.running())
        client = await nats.connect(url)
        story = case_due_in(2.5)
        await JetStreamPublisher(client).publish(story.records)
        await until(one_timer(own))
        await client.close()
    await asyncio.sleep(3.5)
    assert told(own, story.case_id, e.SlaTerlampaui) == []
    with nats_server(tmp_path / "nats", port=port):
        await until(breached(own, story.case_id))
        assert len(told(own, story.case_id, e.SlaTerlampaui)) == 1
        await stack.aclose()
