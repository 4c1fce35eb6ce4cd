"""When the next alarm of a case is due. Pure: from its file, the outages, the SOP and the calendar.

Kinds of timer::

    hampir       the budget of the open attempt is nearly used
    terlampaui   it is used up
    tahan        never due; keeps an open case known to whoever has to move its alarms
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime

from jamila_contracts.model import Fact
from jamila_contracts.sop import Sop, load_sop
from jamila_ledger.attempts import Attempt
from jamila_ledger.calendar import Calendar
from jamila_ledger.casefile import CaseFile
from jamila_ledger.outages import Outage, suspend
from jamila_ledger.sla import due_of

Kind = Literal["hampir", "terlampaui", "tahan"]
Alarm = tuple[Kind, int, int]
"""What rings only once, however often its time moves: kind, step, attempt."""
NEARLY: Final = "hampir"
BREACHED: Final = "terlampaui"
HELD: Final = "tahan"
_ALARMS: Final[tuple[Kind, ...]] = (NEARLY, BREACHED)
NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)


class Timer(Fact):
    """One alarm that waits."""

    id: UUID
    """Of its durable row; a timer that moves is a new timer."""
    kind: Kind
    step: int
    attempt: int
    due_at: AwareDatetime

    @property
    def alarm(self) -> Alarm:
        """What it is the timer of."""
        return self.kind, self.step, self.attempt


@dataclass(frozen=True)
class Rules:
    """What due times depend on besides the case."""

    calendar: Calendar
    warn_percent: int
    """At how much of the budget the first alarm rings."""
    sop_of: Callable[[str], Sop] = load_sop

    def budget(self, kind: str, *, sop_id: str, step: int) -> timedelta:
        """Working time until an alarm of that kind."""
        whole = self.sop_of(sop_id).step(step).budget
        return whole * self.warn_percent / 100 if kind == NEARLY else whole


def standing(file: CaseFile, outages: Iterable[Outage]) -> Attempt | None:
    """The task that is to be done now, with the outages among its pauses."""
    return suspend(file, outages).current


def wanted(file: CaseFile, outages: Iterable[Outage], rules: Rules) -> dict[Alarm, datetime]:
    """Every alarm the case needs now, and when.

    A case whose clock stands still, or has no alarm left, is held: it stays known.

    Raises:
        CalendarRangeError: the case lies outside the years of the calendar.
    """
    task = standing(file, outages)
    if task is None:
        return {}
    alarms: dict[Alarm, datetime] = {(HELD, task.step, task.attempt): NEVER}
    if task.paused_for:
        return alarms
    for kind in _ALARMS:
        budget = rules.budget(kind, sop_id=file.sop_id, step=task.step)
        due = due_of(task, budget=budget, calendar=rules.calendar)
        if due is not None:
            alarms[kind, task.step, task.attempt] = due
    return alarms
