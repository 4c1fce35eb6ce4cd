"""How much of the promised working time is left, by the office's own calendar."""

from datetime import datetime, timedelta

from intake.domain import CaseIntake
from jamila_contracts.sop import load_sop
from jamila_ledger.calendar import Calendar, due_at, working_time


class CalendarPromise:
    """Reckons with opening hours, holidays and pauses.

    Outages of outside systems are not known here: more may be left than is said, never less.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    def left(self, case: CaseIntake, now: datetime) -> timedelta | None:
        """Working time left of the whole promise; None while the office waits for the applicant."""
        if case.is_over or case.waits_for_applicant:
            return None
        used = working_time(case.clock_from, max(now, case.clock_from), self._calendar)
        for start, end in case.pauses:
            begin, until = max(start, case.clock_from), min(end or now, now)
            if begin < until:
                used -= working_time(begin, until, self._calendar)
        return load_sop(case.sop_version).total - used

    def due(self, start: datetime, budget: timedelta) -> datetime:
        """When so much working time is over."""
        return due_at(start, budget, self._calendar)
