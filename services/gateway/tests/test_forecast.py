"""What will be late today: the reckoning, and who may ask for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.forecast import LEAST_MEASURED, Pace, expect, pace_of
from jamila_contracts.sop import load_sop
from jamila_ledger.aggregates import FIGURES
from jamila_ledger.calendar import load_calendar

CALENDAR = load_calendar()
NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
STEP = load_sop().step(4)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def task(name: str, due: float, *, by: str | None = None) -> dict[str, Any]:
    return {"_id": name, "due_at": NINE + minutes(due), "taken_by": by}


def figure(step: int, n: int, handling: int, key: str = "-") -> dict[str, Any]:
    return {"step": step, "n": n, "handling": handling, "key": key}


def verdicts(
    tasks: list[dict[str, Any]], *, workers: int = 1, handling: float = 4
) -> dict[str, str]:
    pace = Pace(STEP, minutes(handling), is_measured=True, workers=workers)
    found = expect(tasks, pace, now=NINE, calendar=CALENDAR)
    return {each.task["_id"]: each.verdict for each in found}


def test_who_comes_last_in_the_row_will_be_late() -> None:
    tasks = [task("c", 9), task("a", 5), task("b", 8)]

    assert verdicts(tasks) == {"a": "tepat", "b": "tepat", "c": "akan-terlambat"}


def test_second_officer_shortens_the_row() -> None:
    tasks = [task("a", 5), task("b", 8), task("c", 9)]

    assert set(verdicts(tasks, workers=2).values()) == {"tepat"}


def test_what_is_taken_is_done_first_and_its_taker_is_reckoned_with() -> None:
    tasks = [task("a", 5), task("b", 9, by="kasi-1"), task("c", 9, by="kasi-2")]

    assert verdicts(tasks) == {"b": "tepat", "c": "tepat", "a": "akan-terlambat"}


def test_what_is_late_is_late_and_still_takes_its_time() -> None:
    tasks = [task("a", -1), task("b", 5)]

    assert verdicts(tasks) == {"a": "terlambat", "b": "akan-terlambat"}


def test_closing_time_makes_nobody_late() -> None:
    # 15:58 on a Monday; the office opens again on Tuesday at 07:30.
    evening = datetime(2026, 4, 6, 7, 58, tzinfo=UTC)
    due = datetime(2026, 4, 6, 23, 38, tzinfo=UTC)
    pace = Pace(STEP, minutes(4), is_measured=True, workers=1)
    [found] = expect([{**task("a", 0), "due_at": due}], pace, now=evening, calendar=CALENDAR)

    assert found.at is not None
    assert found.at > evening + timedelta(hours=8)
    assert found.verdict == "tepat"


def test_beyond_the_calendar_is_late() -> None:
    end = datetime(2000, 1, 1, tzinfo=UTC)
    pace = Pace(STEP, minutes(4), is_measured=True, workers=1)
    [found] = expect([task("a", 5)], pace, now=end, calendar=CALENDAR)

    assert (found.at, found.verdict) == (None, "akan-terlambat")


def test_pace_is_the_mean_of_its_step_and_its_officers_are_counted_once() -> None:
    figures = [figure(4, 4, 400), figure(4, 6, 1600), figure(5, 100, 1)]
    officers = [figure(4, 1, 1, "kasi-1"), figure(4, 1, 1, "kasi-1"), figure(5, 1, 1, "kabid-1")]
    pace = pace_of(STEP, figures, officers)

    assert (pace.handling, pace.is_measured, pace.workers) == (minutes(200 / 60), True, 1)


def test_too_few_measures_are_none() -> None:
    pace = pace_of(STEP, [figure(4, LEAST_MEASURED - 1, 9999)], [])

    assert (pace.handling, pace.is_measured, pace.workers) == (STEP.budget / 2, False, 1)


async def forecast(house: Any, account: str) -> Any:
    async with await house.logged_in(account) as client:
        return await client.get("/api/v1/forecast")


async def test_forecast_names_what_is_late_now(house: Any, case: Any) -> None:
    answer = (await forecast(house, "kabid-1")).json()

    [late] = answer["tasks"]
    assert (late["case_id"], late["step"]) == (str(case.case_id), 4)
    assert late["verdict"] == "terlambat"
    assert [each["late"] for each in answer["steps"]] == [0, 0, 0, 1, 0, 0, 0, 0]


async def test_forecast_uses_what_was_measured(house: Any, case: Any) -> None:
    month = {"tenant": "6311", "period": "bulan", "since": "2026-04-01", "scope": "langkah"}
    house.models.put(FIGURES, {"_id": "m", **month, **figure(4, 10, 1200)})
    answer = (await forecast(house, "kasi-1")).json()
    step = answer["steps"][3]

    assert (step["handling"], step["is_measured"], step["due_today"]) == (120, True, 1)
    assert answer["tasks"][0]["case_id"] == str(case.case_id)


@pytest.mark.parametrize("account", ["loket-1", "siak-1", "cetak-1", "it-1"])
async def test_forecast_is_for_those_who_answer_for_the_work(house: Any, account: str) -> None:
    answer = await forecast(house, account)

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
