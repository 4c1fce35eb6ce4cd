import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from jamila_contracts import events as e
from jamila_contracts.commands import CommandReply, Problem
from jamila_contracts.envelope import Actor
from jamila_ledger.cli_case import case
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.commanding import ServiceUnavailableError
from jamila_testing.builders import Story, happy_story

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def story():
    story = happy_story()
    story.now += timedelta(minutes=1)
    reader = Actor(account="kasi-1", capability="kasi", on_behalf_of="kasi-2")
    story.tell(e.DataPribadiDibaca, actor=reader, reason_code="menjawab-pemohon")
    return story


@pytest.fixture
def home(tmp_path, monkeypatch, story):
    """A ledger whose first nine entries were recorded an hour before the others."""
    (tmp_path / "stores").mkdir()
    store = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'stores' / 'ledger.db'}")
    store.append(story.records[:9], now=NOW)
    store.append(story.records[9:], now=NOW + timedelta(hours=1))
    store.close()
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    monkeypatch.delenv("JAMILA_NATS_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def run(home, story):
    assert home.exists()

    def run(*words):
        name, *options = words
        return CliRunner().invoke(case, [name, str(story.case_id), *options])

    return run


def test_a_case_is_shown_as_of_a_position(run):
    shown = json.loads(run("show", "--position", "9", "--json").output)
    assert (shown["position"], shown["status"]) == (9, "berjalan")
    assert json.loads(run("show", "--json").output)["status"] == "selesai"


@pytest.mark.parametrize(
    "moment", ["2026-04-06T10:30", "2026-04-06T10:30:00+08:00", "2026-04-06T02:30:00+00:00"]
)
def test_a_case_is_shown_as_it_was_known_at_a_time(run, moment):
    assert json.loads(run("show", "--time", moment, "--json").output)["position"] == 9


def test_at_tells_the_state_and_what_led_to_it(run, story):
    told = json.loads(run("at", "--position", "5", "--json").output)
    assert told["case"]["position"] == 5
    assert told["last"]["event"] == story.records[4].meta.type
    assert story.records[4].meta.type in run("at", "--position", "5").output


def test_at_needs_a_position_or_a_time(run):
    assert run("at").exit_code == 2
    assert run("at", "--position", "5", "--time", "2026-04-06").exit_code == 2


def test_before_its_first_entry_a_case_is_not_known(run):
    result = run("show", "--time", "2026-04-05")
    assert result.exit_code == 2
    assert "belum tercatat" in result.output


def test_a_time_that_is_none_is_explained(run):
    assert run("show", "--time", "kemarin").exit_code == 2


def test_the_timeline_tells_who_when_and_why(run):
    said = run("timeline").output
    assert "Kepala Seksi kasi-1, atas nama kasi-2, membuka berkas" in said
    assert "dicatat" in said
    assert len(json.loads(run("timeline", "--json").output)) == 18


@pytest.mark.usefixtures("home")
def test_a_case_is_found_by_its_receipt_code(story):
    code = story.records[0].event().receipt_code
    found = CliRunner().invoke(case, ["show", code.lower(), "--json"])
    assert json.loads(found.output)["case_id"] == str(story.case_id)
    assert CliRunner().invoke(case, ["show", "TIDAKADA"]).exit_code == 2


def test_reads_list_who_saw_what(run):
    [read] = json.loads(run("reads", "--json").output)
    assert (read["account"], read["on_behalf_of"]) == ("kasi-1", "kasi-2")
    assert (read["what"], read["reason_code"]) == ("berkas", "menjawab-pemohon")
    assert "atas nama kasi-2" in run("reads").output


def test_reads_of_the_senders_chat_are_listed_with_those_of_his_case(run, home, story):
    [submitted] = [each for each in story.records if each.meta.type == "PermohonanDiajukan"]
    contact_id = submitted.event().contact_id
    chat = Story("percakapan", logs=story._logs)
    chat.case_id = contact_id
    chat.tell(e.DataPribadiDibaca, what="jawaban-chat", item=None, contact_id=contact_id)
    store = SqlLedgerStore.open(f"sqlite:///{home / 'stores' / 'ledger.db'}")
    store.append(chat.records, now=NOW + timedelta(hours=2))
    store.close()

    listed = json.loads(run("reads", "--json").output)

    assert [each["what"] for each in listed] == ["berkas", "jawaban-chat"]
    assert listed[1]["contact_id"] == str(contact_id)
    assert "jawaban chat" in run("reads").output


class System:
    """Stands in for the running system: answers what the test says, records the end."""

    def __init__(self, home, story):
        self.home, self.story = home, story
        self.asked = []
        self.problem = None

    def __call__(self, command, _url):
        self.asked.append(command)
        result = {"status": "selesai", "done": False, "papers": 3, "documents": 2, "other_cases": 0}
        if not command.dry_run and self.problem is None:
            self.story.tell(e.DataPribadiDihapus)
            store = SqlLedgerStore.open(f"sqlite:///{self.home / 'stores' / 'ledger.db'}")
            store.append(self.story.records[-1:], now=NOW + timedelta(hours=2))
            store.close()
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="privacy",
            result=result,
            problem=self.problem,
        )


@pytest.fixture
def system(home, story, monkeypatch):
    system = System(home, story)
    monkeypatch.setattr("jamila_ledger.cli_forget.ask", system)
    return system


def test_forgetting_asks_the_system_and_waits_for_the_end(run, system):
    result = run("forget", "--reason", "retensi", "--yes")
    assert (result.exit_code, "sudah dihapus: posisi 19" in result.output) == (0, True)
    assert [each.dry_run for each in system.asked] == [True, False]
    assert system.asked[1].actor.capability == "admin"


def test_forgetting_asks_once_more_before_it_does(run, system):
    assert run("forget", "--reason", "retensi").exit_code == 1
    assert [each.dry_run for each in system.asked] == [True]


def test_a_dry_run_only_says_what_would_happen(run, system):
    result = run("forget", "--reason", "retensi", "--dry-run")
    assert (result.exit_code, "3 berkas" in result.output) == (0, True)
    assert [each.dry_run for each in system.asked] == [True]


def test_a_refusal_is_said_in_words_and_ends_with_1(run, system):
    system.problem = Problem(slug="case-still-open", detail="open")
    result = run("forget", "--reason", "retensi", "--yes")
    assert (result.exit_code, "masih berjalan" in result.output) == (1, True)


def test_without_a_running_system_it_is_said_plainly(run, monkeypatch):
    monkeypatch.setenv("JAMILA_NATS_URL", "nats://127.0.0.1:1")

    def nobody(_command, _url):
        raise ServiceUnavailableError("nobody answers")

    monkeypatch.setattr("jamila_ledger.cli_forget.ask", nobody)
    result = run("forget", "--reason", "retensi", "--yes")
    assert (result.exit_code, "sistem tidak berjalan" in result.output) == (2, True)
