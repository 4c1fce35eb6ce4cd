"""The replay tool and the owners it asks, over a real broker: nothing in between is imitated."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import nats
import pytest

from jamila_contracts import events as e
from jamila_contracts.commands import TakeTask
from jamila_contracts.wire import Record
from jamila_ledger.app import LedgerProcess
from jamila_ledger.chain import verify
from jamila_ledger.ops_restore import PlaceTakenError, RestoreIncompleteError, Restorer
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_replay.errors import OwnerSilentError
from jamila_replay.parking import parked_events
from jamila_replay.runs import Runs
from jamila_replay.settings import ReplaySettings
from jamila_replay.status import look
from jamila_replay.stores import open_stores
from jamila_runtime.commanding import CommandClient
from jamila_runtime.owner_desk import rewind_subject
from jamila_runtime.signs import SILENT_AFTER
from jamila_runtime.streams import STREAM, JetStreamPublisher, ensure_stream
from jamila_testing.builders import WORKERS, Logs, Story, happy_road
from review.app import create_process

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.timeout(120),
]
WHY = "uji pemulihan"


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
    yield connection
    await connection.jetstream().delete_stream(STREAM)
    await connection.close()


@pytest.fixture
def runs(settings):
    book = Runs(ReplaySettings(home=settings.home))
    yield book
    book.close()


async def asked(runs, action, **asks):
    return await asyncio.to_thread(runs.asked, action, WHY, asks=asks, patience_seconds=30)


@asynccontextmanager
async def office(settings):
    """Ledger and review, as two processes would be."""
    async with LedgerProcess(settings).running(), create_process(settings).running():
        yield


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is watched has no event
            await asyncio.sleep(0.05)


def processes(settings, now=None):
    shared = {"home", "tenant", "mongo_url", "mongo_database"}
    seen_by = ReplaySettings(**settings.model_dump(include=shared))
    with open_stores(seen_by) as stores:
        seen = look(stores, now=now or datetime.now(tz=UTC))
    return {each.process: each for each in seen.processes}


def both_live(settings):
    seen = processes(settings)
    return {"hidup"} == {seen[each].state for each in ("ledger", "review")}


async def test_processes_are_heard_of_with_their_lag_until_they_fall_silent(client, settings):
    assert client.is_connected
    async with office(settings):
        await until(lambda: both_live(settings))
        heard = processes(settings)
        assert (heard["review"].pending, heard["review"].lags) == (
            0,
            {"outbox": 0, "parked": 0},
        )
        assert (heard["ledger"].pending, heard["ledger"].unacknowledged) == (0, 0)
        assert heard["ledger"].lags == {"projector": 0, "sla": 0}
        assert heard["signing"].state == "belum-terdengar"
    later = processes(settings, datetime.now(tz=UTC) + SILENT_AFTER + timedelta(seconds=6))
    assert {later[each].state for each in ("ledger", "review")} == {"diam"}


def drafted(name, *, logs):
    story = Story(name, logs=logs)
    for fact in (e.PermohonanDiajukan, e.BerkasDiterima, e.DataSiakCocok, e.DraftDibuat):
        story.tell(fact)
    return story


def entries(settings, kind):
    store = SqlLedgerStore.open_existing(settings.ledger)
    found = [each for each in store.scan() if each.type == kind]
    store.close()
    return found


async def test_a_parked_event_is_retried_then_given_up_and_both_are_audited(settings, client, runs):
    story = drafted("kasus-1", logs=Logs())
    *road, draft = story.records
    damaged = Record(draft.meta, b"{}")
    async with office(settings):
        await JetStreamPublisher(client).publish([*road, damaged])
        # The clock of the SLA cannot read it either: both hold it, each for itself.
        await until(lambda: len(list(parked_events(settings.stores))) == 2)
        parked, other = parked_events(settings.stores)
        assert (parked.key, parked.reason) == ("review/siak-adapter:2", "unreadable")
        case = {"service": "review", "case_id": parked.case_id}
        again = await asked(runs, "parked-retry", **case)
        assert (again.outcome, again.result) == ("selesai", {"handled": 0, "parked": 1})
        place = {"service": "review", "source": parked.source, "log_position": 2}
        given_up = await asked(runs, "parked-discard", **place)
        assert given_up.result == {"discarded": 1}
        assert list(parked_events(settings.stores)) == [other]
        assert (await asked(runs, "parked-discard", **place)).result == {"discarded": 0}
        await until(lambda: len(entries(settings, "PemutaranUlangSelesai")) == 3)
    first = entries(settings, "PemutaranUlangDimulai")[0]
    assert (first.source, WHY.encode() in first.data) == ("ops", True)


async def test_what_needs_the_owners_works_from_the_command_line(settings, client, monkeypatch):
    monkeypatch.setenv("JAMILA_HOME", str(settings.home))
    monkeypatch.setenv("JAMILA_MONGO_URL", settings.mongo_url.get_secret_value())
    monkeypatch.setenv("JAMILA_MONGO_DATABASE", settings.mongo_database)

    async def jamila(*arguments, code=0):
        program = Path(sys.executable).with_name("jamila")
        asked = ("replay", *arguments, "--json")
        run = await asyncio.create_subprocess_exec(program, *asked, stdout=asyncio.subprocess.PIPE)
        said, _ = await run.communicate()
        assert run.returncode == code, said
        return json.loads(said)

    *road, draft = drafted("kasus-1", logs=Logs()).records
    async with office(settings):
        await JetStreamPublisher(client).publish([*road, Record(draft.meta, b"{}")])
        await until(lambda: len(list(parked_events(settings.stores))) == 2)
        key = "review/siak-adapter:2"
        assert key in {each["key"] for each in await jamila("parked", "list")}
        shown = await jamila("parked", "show", key)
        assert (shown["event"], shown["reason"]) == ("DraftDibuat", "unreadable")
        why = ("--reason", WHY)
        assert (await jamila("parked", "retry", key, *why))["handled"] == 0
        assert (await jamila("parked", "discard", key, *why))["discarded"] == 1
        assert (await jamila("republish", "--service", "review", *why))["outcome"] == "selesai"
        nobody = await jamila("republish", "--service", "nobody", *why, code=2)
        assert (nobody["outcome"], nobody["problem"]) == ("gagal", "nobody")
        refused = await jamila("parked", "discard", "sla/siak-adapter:2", code=2)
        assert refused["error"] == "reason-needed"


async def test_a_drill_says_what_it_left_out_because_owners_are_away(client, settings, monkeypatch):
    monkeypatch.setenv("JAMILA_HOME", str(settings.home))
    monkeypatch.setenv("JAMILA_MONGO_URL", settings.mongo_url.get_secret_value())
    monkeypatch.setenv("JAMILA_MONGO_DATABASE", settings.mongo_database)
    async with office(settings):
        await JetStreamPublisher(client).publish(drafted("kasus-1", logs=Logs()).records)
        await until(lambda: entries(settings, "DraftDibuat") and both_live(settings))
        program = Path(sys.executable).with_name("jamila")
        asked_for = ("replay", "drill", "--json")
        run = await asyncio.create_subprocess_exec(
            program, *asked_for, stdout=asyncio.subprocess.PIPE
        )
        report = json.loads((await run.communicate())[0])
    assert report["ok"], report["steps"][-1]
    restore = report["steps"][-1]
    assert (restore["name"], restore["skipped"]) == ("pulihkan buku besar", True)
    assert "intake, notifier, printing, siak-adapter, signing" in restore["detail"]
    assert not any(name in restore["detail"] for name in ("review", "ledger", "public"))


async def test_a_refusal_of_an_owner_ends_the_run_as_failed(settings, client, runs):
    del client
    async with office(settings):
        run = await asked(runs, "parked-retry", service="nobody", case_id=str(uuid4()))
        assert (run.outcome, run.result["problem"]) == ("gagal", "no-such-service")


async def test_an_emptied_stream_is_filled_again_from_the_log_of_the_service(
    settings, client, runs
):
    story = drafted("kasus-1", logs=Logs())
    js = client.jetstream()
    async with office(settings):
        await JetStreamPublisher(client).publish(story.records)
        command = TakeTask(
            command_id=uuid4(),
            case_id=story.case_id,
            actor=WORKERS[4],
            asked_at=story.now,
            step=4,
            expected_version=None,
            traceparent=story.records[0].meta.traceparent,
        )
        client_of_review = CommandClient(client)

        async def taken():
            return (await client_of_review.ask(command)).problem is None

        async with asyncio.timeout(30):
            while not await taken():  # noqa: ASYNC110 - the draft is still on its way
                await asyncio.sleep(0.1)
        await until(lambda: entries(settings, "TugasDiambil"))
        # Lost altogether: a purge would leave the memory of what was published in the last minutes.
        await js.delete_stream(STREAM)
        assert (await asked(runs, "republish", service="review", after=0)).outcome == "selesai"
        await until_in_stream(js, f"permohonan.6311.{story.case_id}.TugasDiambil")
    assert len(entries(settings, "TugasDiambil")) == 1


async def until_in_stream(js, subject):
    async with asyncio.timeout(30):
        while True:
            info = await js.stream_info(STREAM, subjects_filter=subject)
            if (info.state.subjects or {}).get(subject):
                return
            await asyncio.sleep(0.05)


async def test_without_the_ledger_process_the_wish_is_kept(settings, runs, client):
    await ensure_stream(client.jetstream())
    with pytest.raises(OwnerSilentError):
        await asyncio.to_thread(
            runs.asked, "republish", WHY, asks={"service": "review"}, patience_seconds=0.5
        )
    async with LedgerProcess(settings).running():
        await until(lambda: entries(settings, "PemutaranUlangSelesai"))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request, tmp_path):
    """Where a ledger is restored to."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'restored.db'}"
    return request.getfixturevalue("postgres_database")


async def test_a_ledger_is_restored_from_the_stream_and_from_what_the_services_give_again(
    client, new_place
):
    logs = Logs()
    records = [r for n in range(3) for r in happy_road(f"kasus-{n}", logs=logs)]
    await ensure_stream(client.jetstream())
    publisher = JetStreamPublisher(client)
    # The stream lost the first case; its events can only come from the services.
    await publisher.publish(records[17:])
    asked_for = {}
    for source in logs.last:
        own = [each for each in records if each.meta.source == source]

        async def on_rewind(message, own=own, source=source):
            asked_for[source] = int(message.data)
            for each in (each for each in own if each.meta.log_position > asked_for[source]):
                headers = {**each.meta.to_headers(), "Nats-Msg-Id": str(uuid4())}
                await client.jetstream().publish(each.meta.subject, each.data, headers=headers)

        await client.subscribe(rewind_subject(source), cb=on_rewind)
    result = await Restorer(client, dict(logs.last)).restore(new_place)
    assert result["entries"] == len(records)
    store = SqlLedgerStore.open_existing(new_place)
    assert {each.event_id for each in store.scan()} == {str(r.meta.event_id) for r in records}
    assert verify(store.scan()).ok
    store.close()
    assert set(asked_for.values()) == {0}
    with pytest.raises(PlaceTakenError):
        await Restorer(client, dict(logs.last)).restore(new_place)


async def test_a_restore_that_misses_something_says_whose_it_is(client, tmp_path, monkeypatch):
    monkeypatch.setattr("jamila_ledger.ops_restore._STALLED", 2)
    monkeypatch.setattr("jamila_ledger.ops_restore._FETCH_SECONDS", 0.1)
    await ensure_stream(client.jetstream())
    with pytest.raises(RestoreIncompleteError) as incomplete:
        await Restorer(client, {"printing": 3}).restore(f"sqlite:///{tmp_path / 'restored.db'}")
    assert incomplete.value.data["problem"] == "printing"
