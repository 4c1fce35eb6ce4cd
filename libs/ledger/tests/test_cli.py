import json
import sqlite3
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from jamila_ledger.cli import ledger
from jamila_ledger.cli_case import case
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_testing.builders import happy_story

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
STORY = happy_story()
CASE = str(STORY.case_id)


@pytest.fixture
def home(tmp_path, monkeypatch, signer_of):
    store = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'stores' / 'ledger.db'}")
    store.append(STORY.records, now=NOW)
    signer_of(store).sign()
    store.close()
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def run(app, *arguments):
    return CliRunner().invoke(app, list(arguments))


def tamper(home, statement):
    with sqlite3.connect(home / "stores" / "ledger.db") as connection:
        connection.execute(statement)


@pytest.mark.usefixtures("home")
def test_a_whole_ledger_is_said_to_be_whole():
    result = run(ledger, "verify")
    assert result.exit_code == 0
    assert "Utuh: 17 catatan" in result.output


@pytest.mark.usefixtures("home")
def test_a_head_can_be_kept_and_expected():
    head = run(ledger, "head").output.strip()
    assert run(ledger, "verify", "--expect", head).exit_code == 0
    assert json.loads(run(ledger, "head", "--json").output)["position"] == 17


def test_an_edited_ledger_ends_with_1_and_names_the_place(home):
    tamper(home, "UPDATE entries SET data = '{}' WHERE position = 9")
    result = run(ledger, "verify", "--json")
    assert result.exit_code == 1
    problem = json.loads(result.output)["problem"]
    assert (problem["kind"], problem["position"]) == ("edited", 9)
    assert "catatan 9 diubah" in run(ledger, "verify").output


def test_a_cut_off_ledger_is_found_by_the_heads_beside_it(home):
    tamper(home, "DELETE FROM entries WHERE position > 12")
    result = run(ledger, "verify")
    assert result.exit_code == 1
    assert "catatan 13 dipotong ujungnya" in result.output


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "arguments", [("--url", "sqlite:////nowhere/x.db"), ("--url", "x"), ("--expect", "x")]
)
def test_what_cannot_be_checked_ends_with_2(arguments):
    assert run(ledger, "verify", *arguments).exit_code == 2


def test_without_a_home_or_url_it_ends_with_2(monkeypatch):
    monkeypatch.delenv("JAMILA_HOME", raising=False)
    assert run(ledger, "verify").exit_code == 2


@pytest.mark.usefixtures("home")
def test_a_case_is_shown():
    result = run(case, "show", CASE)
    assert result.exit_code == 0
    assert "selesai" in result.output
    shown = json.loads(run(case, "show", CASE, "--json").output)
    assert (shown["status"], shown["siak_registration"]) == ("selesai", "SIAK-2026-000123")


@pytest.mark.usefixtures("home")
def test_the_trail_of_a_case_is_shown():
    assert "menyatakan berkas lengkap" in run(case, "trail", CASE).output
    lines = json.loads(run(case, "trail", CASE, "--json").output)
    assert [line["case_position"] for line in lines] == list(range(1, 18))


@pytest.mark.usefixtures("home")
def test_the_sla_of_a_case_is_shown():
    assert "Total waktu kerja: 0:32:00 dari 1:10:00 (tepat)" in run(case, "sla", CASE).output
    measured = json.loads(run(case, "sla", CASE, "--json").output)
    assert (len(measured["steps"]), measured["verdict"]) == (8, "tepat")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("case_id", ["x", "00000000-0000-4000-8000-000000000000"])
def test_a_case_that_is_not_there_ends_with_2(case_id):
    assert run(case, "show", case_id).exit_code == 2


@pytest.mark.usefixtures("home")
def test_a_calendar_that_is_not_there_ends_with_2():
    assert run(case, "sla", CASE, "--calendar", "x").exit_code == 2
