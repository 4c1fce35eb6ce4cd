"""What applicants said, by month: index and letter as the rule has them."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from jamila_contracts import events as e
from jamila_ledger.cli_satisfaction import skm
from jamila_ledger.recorded import Recorded
from jamila_ledger.satisfaction import letter_of, months_of
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_testing.builders import Logs, Story

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def answered(*scores, logs=None, start=datetime(2026, 4, 6, 1, tzinfo=UTC), item="umum"):
    """One case per score, handed over and judged."""
    stories = []
    for score in scores:
        story = Story(f"{start}-{len(stories)}-{item}", logs=logs, start=start)
        story.tell(e.Diserahkan)
        story.tell(e.SurveiDijawab, score=score, survey_id=uuid4(), item=item)
        stories.append(story)
    return stories


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """Makes a ledger of stories; gives the facts in their order."""
    (tmp_path / "stores").mkdir()
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    store = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'stores' / 'ledger.db'}")

    def make(*stories):
        for story in stories:
            store.append(story.records, now=NOW)
        return [Recorded.of(entry) for entry in store.read(after=0, limit=1000)]

    yield make
    store.close()


def test_index_is_the_mean_times_twenty_five(ledger):
    [month] = months_of(ledger(*answered(4, 4, 3, 1, logs=Logs())))
    assert (month.month, month.item, month.answers, month.handed_over) == ("2026-04", "umum", 4, 4)
    assert month.by_score == {1: 1, 2: 0, 3: 1, 4: 2}
    assert (month.index, month.letter) == (75.0, "C")


@pytest.mark.parametrize(
    ("index", "letter"),
    [
        (100, "A"),
        (88.31, "A"),
        (88.30, "B"),
        (76.61, "B"),
        (76.60, "C"),
        (65, "C"),
        (64.99, "D"),
        (25, "D"),
    ],
)
def test_letters_change_where_the_rule_says(index, letter):
    assert letter_of(index) == letter


def test_months_are_those_of_balangan_and_items_are_kept_apart(ledger):
    logs = Logs()
    late = datetime(2026, 4, 30, 16, tzinfo=UTC)
    facts = ledger(*answered(4, logs=logs), *answered(2, logs=logs, start=late, item="u1"))
    assert [(each.month, each.item) for each in months_of(facts)] == [
        ("2026-04", "umum"),
        ("2026-05", "u1"),
    ]


def test_an_answer_told_twice_or_in_another_order_counts_once(ledger):
    facts = ledger(*answered(4, 3, logs=Logs()))
    again = [*facts, *(each for each in facts if isinstance(each.event, e.SurveiDijawab))]
    assert months_of(again) == months_of(facts)
    assert months_of(reversed(facts)) == months_of(facts)


def test_the_command_prints_the_figures(ledger):
    ledger(*answered(4, 4, logs=Logs()))
    printed = CliRunner().invoke(skm, ["report"])
    assert printed.exit_code == 0
    assert "100.00" in printed.output
    assert "A (sangat baik)" in printed.output
    [month] = json.loads(CliRunner().invoke(skm, ["report", "--json"]).output)
    assert (month["index"], month["letter"]) == (100.0, "A")


def test_the_command_says_when_nobody_answered(ledger):
    ledger(Story("x"))
    assert "Belum ada jawaban" in CliRunner().invoke(skm, ["report"]).output
