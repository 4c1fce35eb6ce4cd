"""How long a case took, in working time, per attempt and in all. A pure fold of the case file.

Rules (ARCHITECTURE section 4, domain rules section 8):

* Waiting (arrived to taken) and handling (taken to done) are kept apart; pauses stop the clock.
* Step 1's own clock starts when the papers are submitted. The total starts at the arrival of that
  attempt at step 1 which found the papers complete; time in which the applicant is asked for papers
  belongs to nobody's clock.
* A return opens a new attempt with a new budget, keeps the total, and what it costs is charged to
  the step it goes back to: its work was found wanting. Inside nested returns the innermost pays.
* The 24-hour duty (Permendagri 19/2018: at most 24 hours after the papers are complete) is wall
  time, from the start of the total until the document is printed or ready for download. A print
  that was sent back from the counter does not fulfil it; the next one does.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from jamila_contracts.model import Code, Fact
from jamila_contracts.sop import Sop
from jamila_ledger.attempts import Attempt, Return
from jamila_ledger.calendar import Calendar, due_at, working_time
from jamila_ledger.casefile import CaseFile

DUTY = timedelta(hours=24)
_READY_STEP = 7

Verdict = Literal["tepat", "terlambat", "berjalan"]
Span = tuple[datetime, datetime]


class AttemptSla(Fact):
    """The times of one attempt at one step."""

    step: int
    attempt: int
    activity: str
    arrived_at: AwareDatetime
    taken_at: AwareDatetime | None
    done_at: AwareDatetime | None
    taken_by: str | None
    done_by: str | None
    outcome: str | None
    waiting: timedelta
    handling: timedelta
    paused: dict[Code, timedelta]
    """Working time in which the clock stood still, by reason."""
    budget: timedelta
    due_at: AwareDatetime | None
    """When the budget is used up; None while the clock stands still."""
    verdict: Verdict

    @property
    def used(self) -> timedelta:
        """What counts against the budget."""
        return self.waiting + self.handling


class ReturnSla(Fact):
    """What one return cost."""

    event: str
    from_step: int
    charged_to: int
    """The step it went back to; 0: the applicant, who costs no working time."""
    at: AwareDatetime
    account: str
    reason_codes: tuple[Code, ...]
    rework: timedelta


class CaseSla(Fact):
    """The times of one case."""

    calendar_id: str
    calendar_version: str
    sop_id: str
    as_of: AwareDatetime
    """What still runs is measured until here."""
    steps: tuple[AttemptSla, ...]
    returns: tuple[ReturnSla, ...]
    total_started_at: AwareDatetime | None
    total: timedelta
    total_budget: timedelta
    verdict: Verdict
    charged: dict[int, timedelta]
    """Rework by the step that caused it."""
    wall: timedelta | None
    """Since the applicant's first message, nights and Sundays included."""
    duty_due_at: AwareDatetime | None
    duty_done_at: AwareDatetime | None
    duty: Verdict


def measure(file: CaseFile, *, calendar: Calendar, sop: Sop, as_of: datetime) -> CaseSla:
    """Measure a case.

    Args:
        file: The case.
        calendar: The office's opening times.
        sop: Budgets of the SOP the case runs under.
        as_of: What still runs is measured until here, or until the last fact if that is later.

    Raises:
        CalendarRangeError: the case lies outside the years of the calendar.
    """
    end = max([as_of, *_instants(file)])
    steps = tuple(
        _attempt(each, each.arrived_at, calendar=calendar, sop=sop, end=end)
        for each in file.attempts
        if each.arrived_at is not None
    )
    start = _total_start(steps)
    total = sum((s.used for s in steps if start and s.arrived_at >= start), timedelta())
    returns = _charge(file.returns, steps)
    ready = _last_done(steps, _READY_STEP)
    duty_due = start + DUTY if start else None
    return CaseSla(
        calendar_id=calendar.id,
        calendar_version=calendar.version,
        sop_id=sop.id,
        as_of=end,
        steps=steps,
        returns=returns,
        total_started_at=start,
        total=total,
        total_budget=sop.total,
        verdict=_verdict(total, sop.total, ended=file.finished_at is not None),
        charged=_charged(returns),
        wall=_wall(file, end),
        duty_due_at=duty_due,
        duty_done_at=ready,
        duty=_duty(duty_due, ready, end),
    )


def _charged(returns: Iterable[ReturnSla]) -> dict[int, timedelta]:
    charged: dict[int, timedelta] = {}
    for each in returns:
        if each.charged_to:
            charged[each.charged_to] = charged.get(each.charged_to, timedelta()) + each.rework
    return charged


def _wall(file: CaseFile, end: datetime) -> timedelta | None:
    if file.first_message_at is None:
        return None
    # The message's time is WhatsApp's clock, the end is ours: they may differ by a little.
    return max((file.finished_at or end) - file.first_message_at, timedelta())


def due_of(attempt: Attempt, *, budget: timedelta, calendar: Calendar) -> datetime | None:
    """When an attempt's budget is used up; None while its clock stands still.

    Raises:
        CalendarRangeError: that lies beyond the years of the calendar.
    """
    if attempt.arrived_at is None:
        return None
    if not attempt.pauses:
        return due_at(attempt.arrived_at, budget, calendar)
    cursor, remaining = attempt.arrived_at, budget
    standing = [pause.since for pause in attempt.pauses if pause.until is None]
    for since, until in _union(_pauses(attempt, None)):
        if standing and since >= min(standing):
            break
        used = _worked([(cursor, max(since, cursor))], calendar)
        if used >= remaining:
            return due_at(cursor, remaining, calendar)
        remaining, cursor = remaining - used, max(until, cursor)
    if standing:
        used = _worked([(cursor, max(min(standing), cursor))], calendar)
        return due_at(cursor, remaining, calendar) if used >= remaining else None
    return due_at(cursor, remaining, calendar)


def _attempt(
    attempt: Attempt, arrived: datetime, *, calendar: Calendar, sop: Sop, end: datetime
) -> AttemptSla:
    step, budget = sop.step(attempt.step), sop.step(attempt.step).budget
    until = max(attempt.done_at or end, arrived)
    window = (arrived, until)
    pauses = _union(_clipped(_pauses(attempt, until), window)) if attempt.pauses else []
    holds = _clipped([(hold.since, hold.until or until) for hold in attempt.holds], window)
    running = working_time(arrived, until, calendar) - _worked(pauses, calendar)
    handling = sum((_net(hold, pauses, calendar) for hold in _union(holds)), timedelta())
    return AttemptSla(
        step=attempt.step,
        attempt=attempt.attempt,
        activity=step.activity,
        arrived_at=arrived,
        taken_at=attempt.taken_at,
        done_at=attempt.done_at,
        taken_by=attempt.holds[-1].account if attempt.holds else None,
        done_by=attempt.done_by,
        outcome=attempt.outcome,
        waiting=running - handling,
        handling=handling,
        paused=_paused_by_reason(attempt, window, calendar) if attempt.pauses else {},
        budget=budget,
        due_at=due_of(attempt, budget=budget, calendar=calendar),
        verdict=_verdict(running, budget, ended=attempt.done_at is not None),
    )


def _verdict(used: timedelta, budget: timedelta, *, ended: bool) -> Verdict:
    if used > budget:
        return "terlambat"
    return "tepat" if ended else "berjalan"


def _duty(due: datetime | None, ready: datetime | None, end: datetime) -> Verdict:
    if due is None:
        return "berjalan"
    if ready is not None:
        return "tepat" if ready <= due else "terlambat"
    return "terlambat" if end > due else "berjalan"


def _total_start(steps: Sequence[AttemptSla]) -> datetime | None:
    complete = [s.arrived_at for s in steps if s.step == 1 and s.outcome == "BerkasDiterima"]
    return min(complete) if complete else None


def _last_done(steps: Sequence[AttemptSla], number: int) -> datetime | None:
    """When a step was done for good; None while it is done again."""
    attempts = [s for s in steps if s.step == number]
    return attempts[-1].done_at if attempts else None


def _charge(returns: Sequence[Return], steps: Sequence[AttemptSla]) -> tuple[ReturnSla, ...]:
    """Charge each attempt of rework to the innermost return that is still being made good."""
    rework = [timedelta() for _ in returns]
    unpaid = list(range(len(returns)))
    running: list[int] = []
    for step in steps:
        while unpaid and returns[unpaid[0]].at <= step.arrived_at:
            running.append(unpaid.pop(0))
        # Back at the step that sent it back: the return is made good.
        running = [
            index
            for index in running
            if step.step != returns[index].from_step or step.arrived_at <= returns[index].at
        ]
        if running and returns[running[-1]].to_step:
            rework[running[-1]] += step.used
    return tuple(
        ReturnSla(
            event=each.event,
            from_step=each.from_step,
            charged_to=each.to_step,
            at=each.at,
            account=each.account,
            reason_codes=each.reason_codes,
            rework=cost,
        )
        for each, cost in zip(returns, rework, strict=True)
    )


def _instants(file: CaseFile) -> Iterable[datetime]:
    for attempt in file.attempts:
        known = [attempt.arrived_at, attempt.done_at, *(hold.since for hold in attempt.holds)]
        yield from (each for each in known if each is not None)


def _pauses(attempt: Attempt, until: datetime | None) -> list[Span]:
    """The ended pauses, and with ``until`` also those that still last, ended there."""
    ended = [(pause.since, pause.until or until) for pause in attempt.pauses]
    return [(since, end) for since, end in ended if end is not None]


def _clipped(spans: Iterable[Span], window: Span) -> list[Span]:
    first, last = window
    clipped = [(max(since, first), min(until, last)) for since, until in spans]
    return [(since, until) for since, until in clipped if since < until]


def _union(spans: Iterable[Span]) -> list[Span]:
    """Overlapping stretches made one, so that no minute counts twice."""
    ordered = sorted(spans)
    if len(ordered) < 2:  # noqa: PLR2004 - the usual case
        return ordered
    merged: list[Span] = []
    for since, until in ordered:
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def _worked(spans: Iterable[Span], calendar: Calendar) -> timedelta:
    return sum((working_time(since, until, calendar) for since, until in spans), timedelta())


def _net(span: Span, pauses: Sequence[Span], calendar: Calendar) -> timedelta:
    worked = working_time(*span, calendar)
    return worked - _worked(_clipped(pauses, span), calendar) if pauses else worked


def _paused_by_reason(attempt: Attempt, window: Span, calendar: Calendar) -> dict[str, timedelta]:
    by_reason: dict[str, list[Span]] = {}
    for pause in attempt.pauses:
        by_reason.setdefault(pause.reason_code, []).append((pause.since, pause.until or window[1]))
    return {
        reason: _worked(_union(_clipped(spans, window)), calendar)
        for reason, spans in by_reason.items()
    }
