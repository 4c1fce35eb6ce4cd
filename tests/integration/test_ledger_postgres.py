"""The ledger on PostgreSQL: the same code, another address."""

import json
import threading
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner

from jamila_ledger.calendar import load_calendar
from jamila_ledger.checkpoints_signer import office_signer
from jamila_ledger.cli import ledger
from jamila_ledger.cli_case import case
from jamila_ledger.projector import Projector
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.store import ForgedDuplicateError, LedgerUnusableError
from jamila_ledger.views import CASES
from jamila_runtime.clock import SystemClock
from jamila_runtime.errors import RetryableError
from jamila_runtime.mongo import Documents, Query
from jamila_testing.builders import Logs, happy_road, named_id, record

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def url(postgres_database):
    return postgres_database


@pytest.fixture
def store(url):
    opened = SqlLedgerStore.open(url)
    yield opened
    opened.close()


@pytest.fixture
def settings(url, tmp_path, monkeypatch):
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    (tmp_path / "stores").mkdir()
    return LedgerSettings(home=tmp_path, master_key_file=tmp_path / "unused", ledger_url=url)


def cases(count):
    logs = Logs()
    return [r for n in range(count) for r in happy_road(f"kasus-{n}", logs=logs)]


def test_events_are_recorded_once_in_order_and_contradictions_refused(store):
    records = cases(3)
    outcome = store.append([*records[:20], records[3]], now=NOW)
    assert (len(outcome.appended), outcome.duplicates) == (20, 1)
    assert store.append(records[21:22], now=NOW).waiting == records[21:22]
    store.append(records[20:], now=NOW)
    assert [entry.position for entry in store.scan()] == list(range(1, len(records) + 1))
    assert store.append(records, now=NOW).duplicates == len(records)
    forged = record(type(records[0].event()), event_id=records[1].meta.event_id)
    with pytest.raises(ForgedDuplicateError):
        store.append([forged], now=NOW)


def test_two_writers_at_once_lose_nothing_and_break_nothing(store, url):
    records = cases(6)
    half = len(records) // 2
    other = SqlLedgerStore.open(url)

    def write(target, mine):
        waiting = list(mine)
        while waiting:
            try:
                waiting = target.append(waiting[:7], now=NOW).waiting + waiting[7:]
            except RetryableError:
                continue

    threads = [
        threading.Thread(target=write, args=(store, records[:half])),
        threading.Thread(target=write, args=(other, records[half:])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    other.close()
    entries = list(store.scan())
    assert [entry.position for entry in entries] == list(range(1, len(records) + 1))
    assert {entry.event_id for entry in entries} == {str(r.meta.event_id) for r in records}


def test_a_ledger_that_is_away_or_not_there_is_said_to_be_so(url, postgres_url):
    with pytest.raises(LedgerUnusableError):
        SqlLedgerStore.open_existing(url)
    nowhere = postgres_url.replace(postgres_url.rpartition(":")[2], "1/x")
    with pytest.raises(RetryableError):
        SqlLedgerStore.open(nowhere)


def test_the_commands_verify_show_and_export_it(store, settings, tmp_path):
    store.append(cases(2), now=NOW)
    office_signer(store, settings, SystemClock()).sign()
    url = settings.ledger
    verified = CliRunner().invoke(ledger, ["verify", "--url", url])
    assert (verified.exit_code, "Utuh: 34 catatan" in verified.output) == (0, True)
    case_id = str(named_id("kasus-1"))
    shown = CliRunner().invoke(case, ["show", case_id, "--url", url, "--json"])
    assert json.loads(shown.output)["status"] == "selesai"
    out = tmp_path / "ekspor.zip"
    # Documents are personal data: exporting them needs the running system, which records it.
    words = ["export", case_id, "--url", url, "--out", str(out), "--no-documents"]
    exported = CliRunner().invoke(ledger, words)
    assert (exported.exit_code, out.exists()) == (0, True)


def test_a_changed_ledger_ends_with_1(store, settings, url):
    store.append(cases(2), now=NOW)
    office_signer(store, settings, SystemClock()).sign()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("DELETE FROM entries WHERE position > 30")
    assert CliRunner().invoke(ledger, ["verify", "--url", url]).exit_code == 1


async def test_the_read_models_are_projected_from_it(store, mongod_url):
    records = cases(3)
    store.append(records, now=NOW)
    documents = await Documents.connect(mongod_url, f"uji_{uuid4().hex}")
    projector = Projector(store, documents, load_calendar())
    await projector.catch_up()
    found = await documents.find(CASES, Query())
    await documents.close()
    assert [each["status"] for each in found] == ["selesai"] * 3
