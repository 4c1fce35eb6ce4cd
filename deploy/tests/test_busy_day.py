"""The busy day: its plan fits the catalogue, and it comes once, to a demo office only."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.demo import ROLES
from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.sop import load_sop
from jamila_deploy import busy_day, busy_plan, cli
from jamila_deploy.busy_day import BusyDay, Job
from jamila_deploy.errors import DemoBlockedError
from jamila_deploy.office import Office, OfficeAddress, RoadBlockedError
from jamila_deploy.wishes import TOPICS, FamilyWish
from jamila_simulators.sample_papers import PAPERS

TODAY = date(2026, 11, 24)


def wish(topic: str) -> FamilyWish:
    return FamilyWish.of_couple(topic, 3000, today=TODAY)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_wish_answers_what_the_catalogue_asks_in_its_order(topic: str):
    catalogue, asked, facts = load_catalogue(), [], dict[str, str]()
    found = catalogue.topic_of(TOPICS[topic].service_id)
    answers = wish(topic).facts
    while True:
        ask = found.next_ask(catalogue.with_derived(facts, TODAY))
        if ask is None:
            break
        asked.append(ask.question)
        facts[ask.question] = answers[ask.question]

    assert asked == [question for question, _, _ in TOPICS[topic].answers]
    outcome = found.outcome(catalogue.with_derived(facts, TODAY))
    assert outcome is not None
    assert outcome.service == TOPICS[topic].service_id


@pytest.mark.parametrize("topic", TOPICS)
def test_each_wish_has_the_papers_that_are_asked_for(topic: str):
    catalogue = load_catalogue()
    facts = catalogue.with_derived(wish(topic).facts, TODAY)
    given = {item for _, _, item in TOPICS[topic].papers}

    assert catalogue.service(TOPICS[topic].service_id).missing(given, facts) == ()
    assert {paper for paper, _, _ in TOPICS[topic].papers} <= set(PAPERS)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_wish_is_of_invented_people(topic: str):
    said = str(wish(topic).facts) + str(wish(topic).entry()) + wish(topic).phone
    numbers = [each for each in said.replace("'", " ").split() if each.strip(",}").isdigit()]

    assert all(each.startswith("631199") for each in numbers if len(each.strip(",}")) == 16)
    assert wish(topic).phone.startswith("62800")


def test_a_slip_of_the_pen_stands_in_a_name():
    right, wrong = (each("kia-baru") for each in (entry_of, slip_of))

    assert wrong["name"] == f"{right['name']} SALAHKETIK"
    assert {**wrong, "name": right["name"]} == right


def test_the_day_has_something_waiting_for_everybody():
    waiting = {each.step for each in busy_plan.ERRANDS}
    accounts = {deed.account for each in busy_plan.ERRANDS for deed in each.deeds}

    assert waiting == {*(step.number for step in load_sop().steps), busy_plan.FINISHED}
    assert accounts <= set(ROLES)
    assert len(busy_plan.ERRANDS) >= 40


def test_the_families_of_the_day_are_all_different():
    day = BusyDay(nowhere(), tenant="6311", logs=Path("/h"))
    phones = [day._wish(each.wish).phone for each in busy_plan.ERRANDS]

    assert len(set(phones)) == len(phones)


def test_what_is_refused_stops_the_day_and_says_where():
    def refused() -> None:
        raise RoadBlockedError("nobody answered")

    day = BusyDay(nowhere(), tenant="6311", logs=Path("/h/logs"))
    jobs = [Job(f"urusan {number}", refused) for number in range(20)]

    with pytest.raises(DemoBlockedError, match="urusan"):
        list(day._at_once(jobs))


def test_it_is_refused_where_no_demo_office_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
):
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))

    assert "Tidak ada kantor demo yang sedang berjalan" in said_by_demo_day(monkeypatch, capsys)
    assert not (tmp_path / "demo-day.json").exists()


def test_it_is_refused_a_second_time(monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path):
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    monkeypatch.setattr(busy_day, "address_of", lambda _: OfficeAddress("", "", {}))
    monkeypatch.setattr(BusyDay, "fill", lambda *_: None)
    busy_day.demo_day()

    assert "sudah pernah diisikan" in said_by_demo_day(monkeypatch, capsys)


def entry_of(topic: str) -> dict[str, Any]:
    return dict(wish(topic).entry()["documents"]["kia"])


def slip_of(topic: str) -> dict[str, Any]:
    return dict(wish(topic).wrong_entry()["documents"]["kia"])


def nowhere() -> Office:
    return Office(OfficeAddress("http://127.0.0.1:1", "http://127.0.0.1:1", {}))


def said_by_demo_day(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> str:
    monkeypatch.setattr(sys, "argv", ["jamila", "demo-day"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    said: str = capsys.readouterr().err
    return said
