"""The watch over one case: what its clock does, which alarms wait, which have rung.

It hears the facts of the case from the ledger and folds them exactly as everybody else does
(``casefold``), keeps of the result only what the clock needs, and records alarms of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID, uuid5

from eventsourcing.domain import event
from pydantic import AwareDatetime

from jamila_contracts.envelope import EventMeta
from jamila_contracts.events import IntegrationEvent
from jamila_contracts.model import Code, Fact
from jamila_contracts.sop import DEFAULT_SOP
from jamila_ledger.attempts import Attempt
from jamila_ledger.casefile import CaseFile
from jamila_ledger.casefold import advance
from jamila_ledger.outages import Outage
from jamila_ledger.recorded import Recorded
from jamila_ledger.timers import (
    BREACHED,
    HELD,
    NEARLY,
    Alarm,
    Kind,
    Rules,
    Timer,
    standing,
    wanted,
)
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent


class Standing(Fact):
    """What the clock needs of the file beside the attempts."""

    sop_id: Code = DEFAULT_SOP
    ended: Literal["selesai", "dibatalkan"] | None = None
    awaits_applicant: bool = False
    submitted_at: AwareDatetime | None = None

    @classmethod
    def of(cls, file: CaseFile) -> "Standing":
        """Take it out of a file."""
        return cls.model_validate(file.model_dump(include=set(cls.model_fields)))


class SlaWatch(CaseAggregate):
    """The clock of one case."""

    TOPIC: ClassVar[str] = "sla.SlaWatch"

    class Dibuka(CreatedEvent):
        """Something about the case was heard for the first time."""

        TOPIC = "sla.SlaWatch.Dibuka"
        tenant: str
        canary: bool

    class WaktuDicatat(CaseAggregate.Event):
        """The clock of the case changed, and with it the alarms that wait."""

        TOPIC = "sla.SlaWatch.WaktuDicatat"
        attempts: tuple[Attempt, ...]
        """Those that changed."""
        standing: Standing
        timers: tuple[Timer, ...]
        """All that wait from now on."""

    class SlaHampirTerlampaui(CaseAggregate.Event):
        """The first alarm rang."""

        TOPIC = "sla.SlaWatch.SlaHampirTerlampaui"
        step: int
        attempt: int
        due_at: datetime
        escalate_to: str
        canary: bool

    class SlaTerlampaui(CaseAggregate.Event):
        """The budget is used up."""

        TOPIC = "sla.SlaWatch.SlaTerlampaui"
        step: int
        attempt: int
        due_at: datetime
        escalate_to: str
        budget: timedelta
        canary: bool

    class TerdampakGangguan(CaseAggregate.Event):
        """An outage stops the clock of this case."""

        TOPIC = "sla.SlaWatch.TerdampakGangguan"
        step: int
        attempt: int
        outage_id: UUID
        system: str

    @event(Dibuka)
    def __init__(self, case_id: UUID, tenant: str, *, canary: bool, cause: Cause) -> None:
        del cause
        self.canary = canary
        self.file = CaseFile(case_id=case_id, tenant=tenant)
        self.timers: tuple[Timer, ...] = ()
        self.rung: set[Alarm] = set()
        self.told: set[UUID] = set()

    def hear(
        self,
        fact: IntegrationEvent,
        origin: EventMeta,
        *,
        outages: Sequence[Outage],
        rules: Rules,
        cause: Cause,
    ) -> None:
        """Take in a fact of the case; one that changes nothing about its clock is quiet."""
        heard = Recorded(0, 0, origin.recorded_at, origin, fact)
        self._move(advance(self.file, heard), outages, rules, cause)

    def open_canary(self, arrived_at: datetime, *, rules: Rules, cause: Cause) -> None:
        """Let the clock of step 1 run as if papers had been submitted at that instant."""
        self._move(self.file.opened(1, arrived_at), (), rules, cause)

    def replan(self, *, outages: Sequence[Outage], rules: Rules, cause: Cause) -> None:
        """The calendar or an outage changed: move the alarms; quiet when none moves."""
        self._move(self.file, outages, rules, cause)

    def ring(
        self,
        timer_id: UUID,
        *,
        outages: Sequence[Outage],
        rules: Rules,
        cause: Cause,
    ) -> None:
        """An alarm is due: record it once, unless the case moved on or its clock stands still.

        Time is the cause's ``recorded_at``. A timer that is not the current one is quiet.
        """
        timer = next((each for each in self.timers if each.id == timer_id), None)
        if timer is None or timer.kind == HELD:
            return
        due = wanted(self.file, outages, rules).get(timer.alarm)
        if due is None or due > cause.recorded_at:
            self.replan(outages=outages, rules=rules, cause=cause)
            return
        sop = rules.sop_of(self.file.sop_id)
        facts = {
            "step": timer.step,
            "attempt": timer.attempt,
            "due_at": due,
            "escalate_to": sop.step(timer.step).escalate_to,
            "canary": self.canary,
        }
        if timer.kind == NEARLY:
            self.trigger_event(self.SlaHampirTerlampaui, cause=cause, **facts)
        else:
            budget = sop.step(timer.step).budget
            self.trigger_event(self.SlaTerlampaui, cause=cause, budget=budget, **facts)

    def _move(self, after: CaseFile, outages: Sequence[Outage], rules: Rules, cause: Cause) -> None:
        changed = tuple(each for each in after.attempts if each not in self.file.attempts)
        timers = self._planned(after, outages, rules)
        now = Standing.of(after)
        if changed or now != Standing.of(self.file) or timers != self.timers:
            self.trigger_event(
                self.WaktuDicatat, cause=cause, attempts=changed, standing=now, timers=timers
            )
        self._tell(outages, cause)

    def _planned(
        self, file: CaseFile, outages: Sequence[Outage], rules: Rules
    ) -> tuple[Timer, ...]:
        """The timers of now: those whose time stays keep their id."""
        kept = {(each.alarm, each.due_at): each for each in self.timers}
        planned = []
        for alarm, due in wanted(file, outages, rules).items():
            if alarm in self.rung:
                continue
            kind, step, attempt = alarm
            fresh = uuid5(self.id, f"{self.version + 1}/{kind}")
            new = Timer(id=fresh, kind=kind, step=step, attempt=attempt, due_at=due)
            planned.append(kept.get((alarm, due), new))
        return tuple(planned)

    def _tell(self, outages: Sequence[Outage], cause: Cause) -> None:
        task = standing(self.file, outages)
        if task is None:
            return
        for outage in outages:
            if outage.stops(task.step) and outage.id not in self.told:
                self.trigger_event(
                    self.TerdampakGangguan,
                    cause=cause,
                    step=task.step,
                    attempt=task.attempt,
                    outage_id=outage.id,
                    system=outage.system,
                )

    @event(WaktuDicatat)
    def _on_time(
        self, attempts: tuple[Attempt, ...], standing: Standing, timers: tuple[Timer, ...]
    ) -> None:
        for attempt in attempts:
            self.file = self.file.with_attempt(attempt)
        self.file = self.file.model_copy(update=dict(standing))
        self.timers = timers

    @event(SlaHampirTerlampaui)
    def _on_nearly(self, step: int, attempt: int) -> None:
        self._rang(NEARLY, step, attempt)

    @event(SlaTerlampaui)
    def _on_breach(self, step: int, attempt: int) -> None:
        self._rang(BREACHED, step, attempt)
        if self.canary:
            # It has sung; nothing of it is left to watch.
            self.file = self.file.model_copy(update={"ended": "dibatalkan"})
            self.timers = ()

    @event(TerdampakGangguan)
    def _on_told(self, outage_id: UUID) -> None:
        self.told.add(outage_id)

    def _rang(self, kind: Kind, step: int, attempt: int) -> None:
        self.rung.add((kind, step, attempt))
        self.timers = tuple(each for each in self.timers if each.alarm not in self.rung)
