"""What the doctor finds on a running system, and on one that is not well."""

import asyncio
import json
import sqlite3
from uuid import uuid4

import nats
import pytest
from typer import Exit

from jamila_ledger import cli_sla
from jamila_ledger.app import LedgerProcess
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.timers_doctor import UnreachableError, examine
from jamila_runtime.streams import STREAM, JetStreamPublisher, ensure_consumer, ensure_stream
from jamila_testing.builders import happy_road
from jamila_testing.servers import free_port

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def settings(tmp_path, nats_url, mongod_url):
    # The calendar of the office: the canary must sing at night and on Sundays, too.
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
    yield connection
    await connection.jetstream().delete_stream(STREAM)
    await connection.close()


async def findings(settings):
    return {each.name: each for each in await examine(settings)}


async def until_settled(client):
    async with asyncio.timeout(25):
        while True:
            info = await client.jetstream().consumer_info(STREAM, "ledger")
            if not info.num_pending and not info.num_ack_pending:
                return
            await asyncio.sleep(0.05)


async def test_on_a_well_system_the_canary_sings_within_two_seconds(settings, client):
    async with LedgerProcess(settings).running():
        await JetStreamPublisher(client).publish(happy_road())
        await until_settled(client)
    async with LedgerProcess(settings).running():
        found = await findings(settings)
    assert {name: each.ok for name, each in found.items()} == dict.fromkeys(found, True)
    assert set(found) == {
        "alarm SLA",
        "kenari di buku besar",
        "pembaca aliran",
        "peristiwa terparkir",
        "titik periksa",
    }


async def test_without_the_alarms_the_doctor_says_so(settings, client):
    await ensure_stream(client.jetstream())
    found = await findings(settings)
    assert (found["alarm SLA"].ok, found["alarm SLA"].detail) == (
        False,
        "layanan sla tidak menjawab",
    )
    assert not found["titik periksa"].ok


async def test_alarms_that_are_set_and_never_ring_are_found(settings, client):
    await ensure_stream(client.jetstream())

    async def answer_only(message):
        await message.respond(json.dumps({"due_at": "2026-04-06T01:00:00+00:00"}).encode())

    await client.subscribe("sla.canary", cb=answer_only)
    await client.flush()
    found = await findings(settings)
    assert "tidak berbunyi" in found["alarm SLA"].detail


async def test_a_reader_that_stands_still_is_named(settings, client):
    async with LedgerProcess(settings).running():
        await JetStreamPublisher(client).publish(happy_road())
        await ensure_consumer(
            client.jetstream(), durable="macet", subjects=["permohonan.*.*.BerkasDiterima"]
        )
        found = await findings(settings)
    assert found["pembaca aliran"].detail == "tidak maju: macet (1 peristiwa)"


async def test_parked_events_are_counted_by_service(settings, client):
    await ensure_stream(client.jetstream())
    settings.stores.mkdir()
    with sqlite3.connect(settings.stores / "review.db") as connection:
        connection.execute("CREATE TABLE parked (source TEXT)")
        connection.execute("INSERT INTO parked VALUES ('intake'), ('intake')")
    connection.close()
    (settings.stores / "aneh.db").write_bytes(b"bukan basis data")
    found = await findings(settings)
    assert (found["peristiwa terparkir"].ok, found["peristiwa terparkir"].detail) == (
        False,
        "review 2",
    )


async def test_without_nats_nothing_can_be_examined(settings):
    away = settings.model_copy(update={"nats_url": f"nats://127.0.0.1:{free_port()}"})
    with pytest.raises(UnreachableError):
        await examine(away)


def test_the_command_ends_with_2_when_nothing_could_be_examined(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    monkeypatch.setenv("JAMILA_MASTER_KEY_FILE", str(tmp_path / "unused"))
    monkeypatch.setenv("JAMILA_NATS_URL", f"nats://127.0.0.1:{free_port()}")
    with pytest.raises(Exit) as ended:
        cli_sla.doctor()
    assert ended.value.exit_code == 2
    assert "NATS tidak menjawab" in capsys.readouterr().err


def test_the_command_ends_with_1_when_something_is_unwell(monkeypatch, tmp_path, capsys, settings):
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    monkeypatch.setenv("JAMILA_MASTER_KEY_FILE", str(tmp_path / "unused"))
    monkeypatch.setenv("JAMILA_NATS_URL", settings.nats_url)
    with pytest.raises(Exit) as ended:
        cli_sla.doctor(as_json=True)
    assert ended.value.exit_code == 1
    assert {
        key: value
        for key, value in json.loads(capsys.readouterr().out)[0].items()
        if key != "detail"
    } == {"name": "alarm SLA", "ok": False}
