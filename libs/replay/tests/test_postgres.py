"""The tool on a ledger in PostgreSQL: the same code, another address."""

from datetime import timedelta

import pytest

from jamila_ledger.chain import verify
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import CASES
from jamila_replay.rebuild import build
from jamila_replay.source import PARTS, Extent
from jamila_runtime.errors import RetryableError
from jamila_testing.builders import MONDAY, named_id

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.timeout(120),
]
WHY = ("--reason", "latihan bulanan")


@pytest.fixture
def ledger_url(postgres_database):
    return postgres_database


def test_the_whole_way_from_plan_to_rollback(live, office, jamila, stores):
    live(office[:50])
    assert jamila("plan")["chain_ok"]
    shadow = jamila("rebuild", *WHY, "--workers", "2")["id"]
    live(office[50:])
    assert jamila("catch-up", shadow, *WHY)["projected"] == len(office) - 50
    assert jamila("diff", shadow, *WHY)["differences"] == 0
    assert jamila("swap", shadow, *WHY)["live"] == shadow
    assert stores.database.live().of(CASES) != CASES
    assert jamila("rollback", *WHY)["collections"][CASES] == CASES
    assert jamila("drill")["ok"]


def test_a_rebuild_does_not_depend_on_the_database_of_the_ledger(
    live, begin, stores, office, tmp_path
):
    live(office)
    built = build(begin(), stores)
    assert built.digest == stores.database.digest(stores.database.live())
    assert build(begin(), stores, workers=2).digest == built.digest
    beside = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'beside.db'}")
    beside.append(office, now=MONDAY + timedelta(hours=2))
    assert list(beside.scan()) == list(stores.reader.store.scan())
    beside.close()


def test_the_cases_come_whole_each_in_its_part_whatever_the_collation(live, stores, office):
    live(office)
    found = [case for part in PARTS for case in stores.reader.cases(part, Extent(len(office)))]
    assert sum(map(len, found)) == len(office)
    assert len({case[0].case_id for case in found}) == len(found)


def test_one_case_up_to_a_time_can_be_looked_at(live, office, jamila):
    live(office)
    case, to = str(named_id("kasus-1")), "2026-04-06T23:00:00+08:00"
    shadow = jamila("rebuild", "--case", case, "--to", to, *WHY)["id"]
    assert jamila("diff", shadow, *WHY)["differences"] == 0


def test_an_export_goes_into_either_database(live, office, jamila, ledger, tmp_path):
    live(office)
    file, copy = tmp_path / "buku.jsonl.zst", f"sqlite:///{tmp_path / 'copy.db'}"
    head = jamila("export", file)["head"]
    assert jamila("import", file, "--into", copy, *WHY)["head"] == head == str(ledger.head())
    taken = jamila("import", file, "--into", ledger_of(ledger), *WHY, code=2)
    assert taken["error"] == "file-unusable"


def ledger_of(store):
    return store._engine.url.render_as_string(hide_password=False)


@pytest.mark.usefixtures("ledger")
def test_an_export_is_loaded_into_postgresql(ledger, jamila, office, tmp_path):
    beside = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'beside.db'}")
    beside.append(office, now=MONDAY + timedelta(hours=2))
    file = tmp_path / "buku.jsonl.zst"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAMILA_LEDGER_URL", f"sqlite:///{tmp_path / 'beside.db'}")
        jamila("export", file)
    assert jamila("import", file, "--into", ledger_of(ledger), *WHY)["entries"] == len(office)
    assert verify(ledger.scan()).head == verify(beside.scan()).head
    beside.close()


def test_the_tool_cannot_write_the_ledger(live, office, stores):
    live(office[:60])
    with pytest.raises(RetryableError):
        stores.reader.store.append(office[60:], now=MONDAY)
    assert stores.reader.store.head().position == 60
