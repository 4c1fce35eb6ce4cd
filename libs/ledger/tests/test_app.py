import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import nats
import pytest
from httpx import ASGITransport, AsyncClient
from nats.js.errors import NotFoundError

from jamila_ledger.app import LedgerProcess, sources
from jamila_ledger.checkpoints import CheckpointFile
from jamila_ledger.checkpoints_check import check
from jamila_ledger.checkpoints_key import PublicKeys
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import CASES, POSITION_ID, POSITIONS
from jamila_runtime.mongo import Documents, Query
from jamila_runtime.owner_desk import rewind_subject
from jamila_runtime.streams import STREAM, JetStreamPublisher
from jamila_testing.builders import Logs, happy_road

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def settings(tmp_path, nats_url, mongod_url):
    return LedgerSettings(
        home=tmp_path,
        master_key_file=tmp_path / "unused",
        nats_url=nats_url,
        mongo_url=mongod_url,
        mongo_database=f"uji_{uuid4().hex}",
    )


@pytest.fixture
async def client(nats_url):
    connection = await nats.connect(nats_url)
    with suppress(NotFoundError):
        # The server is shared by the session; what another test left is none of our business.
        await connection.jetstream().delete_stream(STREAM)
    yield connection
    await connection.jetstream().delete_stream(STREAM)
    await connection.close()


def cases(count):
    # Of today: whatever is late would ring alarms, and their facts would be recorded, too.
    logs, today = Logs(), datetime.now(tz=UTC)
    return [r for n in range(count) for r in happy_road(f"kasus-{n}", logs=logs, start=today)]


async def until(condition):
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - what is watched has no event
            await asyncio.sleep(0.05)


def projected(settings, count):
    async def reached():
        documents = await Documents.connect(
            settings.mongo_url.get_secret_value(), settings.mongo_database
        )
        at = await documents.get(POSITIONS, POSITION_ID)
        await documents.close()
        return at is not None and at["position"] == count

    return reached


async def publish_badly(client, records, *, seed):
    """Out of order and with repetitions the server does not catch."""
    chance = random.Random(seed)  # noqa: S311 - order of a test, not a secret
    deliveries = [*records, *chance.sample(records, len(records) // 3)]
    chance.shuffle(deliveries)
    for record in deliveries:
        headers = {**record.meta.to_headers(), "Nats-Msg-Id": str(uuid4())}
        await client.jetstream().publish(record.meta.subject, record.data, headers=headers)


async def test_shuffled_and_repeated_events_become_one_ledger_and_its_views(settings, client):
    records = cases(4)
    async with LedgerProcess(settings).running():
        await publish_badly(client, records, seed=5)
        await until(projected(settings, len(records)))
    store = SqlLedgerStore.open_existing(settings.ledger)
    signed = CheckpointFile(settings.checkpoints_file).all()
    report = check(store.scan(), signed, PublicKeys.read(settings.public_keys_file))
    assert (report.ok, report.entries) == (True, len(records))
    assert signed[-1].position == len(records)
    store.close()
    documents = await Documents.connect(
        settings.mongo_url.get_secret_value(), settings.mongo_database
    )
    found = await documents.find(CASES, Query())
    await documents.close()
    assert [case["status"] for case in found] == ["selesai"] * 4


async def test_a_restarted_ledger_goes_on_and_asks_the_services_for_what_it_lacks(settings, client):
    records = cases(2)
    asked = {}

    async def on_rewind(message):
        asked[message.subject] = int(message.data)

    async with LedgerProcess(settings).running():
        await JetStreamPublisher(client).publish(records[:10])
        await until(projected(settings, 10))
    for service in sources():
        await client.subscribe(rewind_subject(service), cb=on_rewind)
    async with LedgerProcess(settings).running():
        await JetStreamPublisher(client).publish(records[10:])
        await until(projected(settings, len(records)))

        async def all_asked():
            return len(asked) == len(sources())

        await until(all_asked)
    assert asked[rewind_subject("notifier")] == 0
    assert asked[rewind_subject("intake")] >= 3


async def test_a_stranger_and_a_forgery_do_not_hold_up_honest_events(settings, client):
    records = cases(1)
    async with LedgerProcess(settings).running():
        await client.jetstream().publish("permohonan.6311.x.Aneh", b"no envelope")
        await JetStreamPublisher(client).publish(records[:1])
        await until(projected(settings, 1))
        forged = {**records[0].meta.to_headers(), "Nats-Msg-Id": str(uuid4())}
        await client.jetstream().publish(records[0].meta.subject, b"{}", headers=forged)
        await JetStreamPublisher(client).publish(records[1:])
        await until(projected(settings, len(records)))

        async def all_answered():
            info = await client.jetstream().consumer_info(STREAM, "ledger")
            return info.num_pending == info.num_ack_pending == 0

        await until(all_answered)


async def test_readiness_names_each_condition(settings, client):
    del client
    process = LedgerProcess(settings)
    async with process.running():
        parts = {"projector", "mender", "checkpoints", "sla-feeder", "sla-alarms", "sla-outbox"}
        readiness = process.readiness()
        assert readiness.keys() >= {"nats", "mongo", *parts}
        assert set(readiness.values()) == {True}
        transport = ASGITransport(process.asgi())
        async with AsyncClient(transport=transport, base_url="http://ledger") as answers:
            assert (await answers.get("/healthz")).status_code == 200
            assert (await answers.get("/readyz")).status_code == 200
            assert "jamila_ledger_position" in (await answers.get("/metrics")).text
