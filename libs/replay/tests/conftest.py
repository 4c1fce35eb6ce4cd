import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from jamila_contracts import events as e
from jamila_ledger.calendar import load_calendar
from jamila_ledger.projector import Projector
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_replay.cli import replay
from jamila_replay.settings import ReplaySettings
from jamila_replay.shadow import Shadow
from jamila_replay.source import Extent
from jamila_replay.stores import open_stores
from jamila_runtime.mongo import Documents
from jamila_testing.builders import MONDAY, Logs, Story, happy_story

NOW = MONDAY + timedelta(hours=2)


def office_records(cases=6):
    """Finished, returned and waiting cases, one of them late and looked at; an outage, a stock."""
    logs, stories = Logs(), []
    for number in range(cases):
        if number % 3 == 0:
            story = happy_story(f"kasus-{number}", logs=logs)
        else:
            story = Story(f"kasus-{number}", logs=logs)
            story.tell(e.PermohonanDiajukan)
            story.work(e.BerkasDiterima)
            story.work(e.DataSiakCocok)
            story.work(e.DraftDibuat)
            if number % 3 == 1:
                story.work(e.DraftDikembalikan)
        stories.append(story)
    waiting = stories[2]
    waiting.later(minutes=20).tell(e.SlaTerlampaui, step=4, attempt=1)
    waiting.tell(e.DataPribadiDibaca)
    outage = Story("gangguan-1", logs=logs, start=waiting.now)
    outage.tell(e.GangguanDimulai)
    outage.later(minutes=9).tell(e.GangguanSelesai)
    stock = Story("blangko-kia", logs=logs)
    stock.tell(e.BlangkoDiterima)
    stock.tell(e.BlangkoDipesan)
    stories += [outage, stock]
    return [record for story in stories for record in story.records]


@pytest.fixture
def ledger_url(tmp_path):
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(ledger_url):
    store = SqlLedgerStore.open(ledger_url)
    yield store
    store.close()


@pytest.fixture
def settings(tmp_path, mongod_url, ledger_url):
    name = f"uji_{uuid4().hex}"
    yield ReplaySettings(
        home=tmp_path,
        ledger_url=ledger_url,
        mongo_url=mongod_url,
        mongo_database=name,
    )
    with MongoClient(mongod_url) as client:
        client.drop_database(name)


@pytest.fixture
def stores(settings, ledger):
    assert ledger.head().position == 0, "the ledger is made before anybody reads it"
    with open_stores(settings) as opened:
        yield opened


@pytest.fixture
def live(settings, ledger):
    """Keeps the live model, as the ledger process does."""

    def project(records=(), *, until=None):
        if records:
            ledger.append(records, now=NOW)
        asyncio.run(_project(settings, ledger, until))

    return project


async def _project(settings, ledger, until):
    documents = await Documents.connect(
        settings.mongo_url.get_secret_value(), settings.mongo_database
    )
    try:
        await Projector(ledger, documents, load_calendar()).catch_up(until=until)
    finally:
        await documents.close()


@pytest.fixture
def begin(stores):
    """A shadow of everything, or of what is asked for."""

    def begun(*, until=None, after=0, case_id=None, models=None):
        head = stores.reader.store.head()
        entry = stores.reader.store.entry_at(until or head.position)
        shadow = Shadow.begin(
            uuid4(),
            Extent(entry.position, after, case_id),
            until_hash=entry.hash.hex(),
            now=datetime.now(tz=UTC),
            calendar=stores.calendar,
        )
        if models:
            shadow = shadow.model_copy(update={"models": models})
        stores.database.save(shadow)
        return shadow

    return begun


@pytest.fixture
def office():
    return office_records()


@pytest.fixture
def newer(office):
    """An event written by a newer software than ours."""
    last = max(
        (each for each in office if each.meta.source == "intake"),
        key=lambda each: each.meta.log_position,
    )
    meta = last.meta.model_copy(
        update={
            "event_id": uuid4(),
            "log_position": last.meta.log_position + 1,
            "previous_log_position": last.meta.log_position,
            "schema_version": 99,
        }
    )
    return type(last)(meta, last.data)


@pytest.fixture
def jamila(settings, monkeypatch):
    """The command line, on the stores of this test."""
    monkeypatch.setenv("JAMILA_HOME", str(settings.home))
    monkeypatch.setenv("JAMILA_STORES_DIR", str(settings.home))
    monkeypatch.setenv("JAMILA_LEDGER_URL", settings.ledger)
    monkeypatch.setenv("JAMILA_MONGO_URL", settings.mongo_url.get_secret_value())
    monkeypatch.setenv("JAMILA_MONGO_DATABASE", settings.mongo_database)

    def run(*arguments, code=0):
        result = CliRunner().invoke(replay, [*map(str, arguments), "--json"])
        assert result.exit_code == code, (result.output, result.exception)
        return json.loads(result.stdout)

    return run
