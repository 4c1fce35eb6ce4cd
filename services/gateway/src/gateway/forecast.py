"""Which open tasks will be late today, if the office goes on working as it lately did. Pure.

Each step is a counter with as many officers as finished work there lately, and at least as many as
work there now. Whoever has taken a task finishes it first; the rest is done in the order of the due
times, each in the measured mean of handling. Time is working time of the office's calendar. Work
that has yet to arrive at a step is not foreseen, so the forecast is the least that will be late.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from jamila_contracts.sop import SopStep
from jamila_ledger.calendar import Calendar, CalendarRangeError, due_at
from jamila_runtime.mongo import Document

LEAST_MEASURED: Final = 5
"""Fewer finished attempts say nothing about the next one."""
_GUESS: Final = 2
"""Without a measure: half the budget."""

Verdict = Literal["terlambat", "akan-terlambat", "tepat"]


@dataclass(frozen=True)
class Pace:
    """How fast a step works."""

    step: SopStep
    handling: timedelta
    is_measured: bool
    """False: too little was finished lately; the handling is half of the budget."""
    workers: int


@dataclass(frozen=True)
class Expected:
    """One open task, and when it will be done."""

    task: Document
    at: datetime | None
    """None: beyond the calendar."""
    verdict: Verdict


def pace_of(step: SopStep, figures: Iterable[Document], officers: Iterable[Document]) -> Pace:
    """How fast a step works, by what was finished there lately.

    Args:
        step: Its row of the SOP.
        figures: Of steps, over some periods that do not overlap.
        officers: Of officers; whoever finished something there counts.
    """
    mine = [each for each in figures if each["step"] == step.number]
    n, handling = sum(each["n"] for each in mine), sum(each["handling"] for each in mine)
    is_measured = n >= LEAST_MEASURED
    mean = timedelta(seconds=handling / n) if is_measured else step.budget / _GUESS
    accounts = {each["key"] for each in officers if each["step"] == step.number}
    return Pace(step, mean, is_measured, max(len(accounts), 1))


def expect(
    tasks: Sequence[Document], pace: Pace, *, now: datetime, calendar: Calendar
) -> Iterator[Expected]:
    """When each of the tasks of one step will be done.

    Args:
        tasks: Open tasks of the step whose clocks run.
        pace: How fast it works.
        now: From here on.
        calendar: Working time of the office.
    """
    taken = [each for each in tasks if each["taken_by"] is not None]
    waiting = [each for each in tasks if each["taken_by"] is None]
    free = [timedelta()] * max(pace.workers, len({each["taken_by"] for each in taken}))
    for each in (*taken, *sorted(waiting, key=lambda task: task["due_at"])):
        done_after = heapq.heappop(free) + pace.handling
        heapq.heappush(free, done_after)
        at = _instant(now, done_after, calendar)
        yield Expected(each, at, _verdict(each["due_at"], at, now))


def _instant(now: datetime, after: timedelta, calendar: Calendar) -> datetime | None:
    try:
        return due_at(now, after, calendar)
    except CalendarRangeError:
        return None


def _verdict(due: datetime, at: datetime | None, now: datetime) -> Verdict:
    if due <= now:
        return "terlambat"
    return "akan-terlambat" if at is None or at > due else "tepat"
