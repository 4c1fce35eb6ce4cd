"""What will be late today: a forecast, for those who answer for the work. Nothing personal."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter

from gateway.access import IdentityDep, require_one_of
from gateway.answers_office import Forecast, ForecastStep, ForecastTask
from gateway.door import Door, DoorDep
from gateway.forecast import Expected, Pace, expect, pace_of
from gateway.lists import TaskFilter
from gateway.routes.office import SEES_OTHERS
from gateway.routes.waiting import CaughtUp
from gateway.views import FigureQuery
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.sop import load_sop
from jamila_runtime.mongo import Document

router = APIRouter(tags=["kantor"], dependencies=[CaughtUp])

_MOST_TASKS: Final = 1000
_MOST_SHOWN: Final = 100
_WEEK: Final = timedelta(days=7)


@router.get("/forecast", summary="Perkiraan keterlambatan hari ini")
async def forecast(identity: IdentityDep, door: DoorDep) -> Forecast:
    """Tasks due today that are late or will be, if the office works as it lately did.

    Each step works at its mean handling time of this month and the one before, with as many
    officers as finished something there this week or the week before; tasks are done in the order
    of their due times. Work that has yet to arrive is not foreseen.
    """
    require_one_of(identity, door, SEES_OTHERS)
    now = door.clock.now()
    as_of = await door.views.as_of()
    tasks, paces = await asyncio.gather(_due_today(door, now), _paces(door, now))
    by_step: dict[int, list[Document]] = defaultdict(list)
    for each in tasks:
        by_step[each["step"]].append(each)
    expected = {
        pace.step.number: list(
            expect(by_step[pace.step.number], pace, now=now, calendar=door.calendar)
        )
        for pace in paces
    }
    late = [each for every in expected.values() for each in every if each.verdict != "tepat"]
    late.sort(key=lambda each: each.task["due_at"])
    return Forecast(
        as_of=as_of,
        steps=tuple(_step(pace, expected[pace.step.number]) for pace in paces),
        tasks=tuple(_task(each) for each in late[:_MOST_SHOWN]),
        is_cut=len(tasks) == _MOST_TASKS or len(late) > _MOST_SHOWN,
    )


async def _due_today(door: Door, now: datetime) -> list[Document]:
    midnight = now.astimezone(OFFICE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    steps = {each.capability for each in load_sop().steps}
    asked = TaskFilter(capabilities=steps, overdue_at=midnight + timedelta(days=1))
    page = await door.views.tasks(asked, limit=_MOST_TASKS, cursor=None)
    return page.documents


async def _paces(door: Door, now: datetime) -> list[Pace]:
    today = now.astimezone(OFFICE_ZONE).date()
    last_month = FigureQuery(
        scope="langkah", period="bulan", since=today.replace(day=1) - timedelta(days=1)
    )
    last_week = FigureQuery(scope="petugas", period="minggu", since=today - _WEEK)
    figures, officers = await asyncio.gather(
        door.views.figures(last_month), door.views.figures(last_week)
    )
    return [pace_of(step, figures, officers) for step in load_sop().steps]


def _step(pace: Pace, expected: list[Expected]) -> ForecastStep:
    verdicts = [each.verdict for each in expected]
    return ForecastStep(
        step=pace.step.number,
        due_today=len(expected),
        late=verdicts.count("terlambat"),
        will_be_late=verdicts.count("akan-terlambat"),
        officers=pace.workers,
        handling=round(pace.handling.total_seconds()),
        is_measured=pace.is_measured,
    )


def _task(expected: Expected) -> ForecastTask:
    return ForecastTask.model_validate(
        {**expected.task, "expected_at": expected.at, "verdict": expected.verdict}
    )
