"""Use cases of the service ``sla``: hear facts, ring alarms, declare outages.

It is a stage like the others, with its own store and log; it hears the facts from the ledger, in
whose process it lives (docs/decisions/0011).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.utils import EnvType

from jamila_contracts import events as e
from jamila_contracts.commands import EndOutage, StartOutage
from jamila_contracts.sop import DEFAULT_SOP
from jamila_ledger.calendar import Calendar, load_calendar
from jamila_ledger.outages import Outage
from jamila_ledger.outages_board import BOARD, OutageBoard, OutageUnknownError
from jamila_ledger.timers import HELD, Rules, Timer
from jamila_ledger.timers_watch import SlaWatch
from jamila_runtime.aggregate import Cause
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.outbox import Publications
from jamila_runtime.work import Work

SERVICE: Final = "sla"
ALARM: Final = "sla-alarm"
"""Kind of the effect of a timer that rings."""
HOLD: Final = "sla-hold"
"""Kind of the effect that keeps a case known while an outage holds it."""
SPREAD: Final = "sla-spread"
"""Kind of the effect that carries an outage to every case it concerns."""
SETTLE: Final = timedelta(milliseconds=500)
"""An alarm rings so much after it is due: what was decided in the last moment is heard first."""
_ALWAYS_OPEN: Final = "kalender-demo-24jam"
_CANARY_STEP: Final = 1
_NIK_LINE: Final = "nik"
"""The system whose line the SIAK adapter watches."""

Change = Callable[[SlaWatch, Sequence[Outage], Cause], None]


class SlaApplication(StageApplication[SlaWatch]):
    """Alarms of the SLA, and outages."""

    name = SERVICE
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[type[SlaWatch]] = SlaWatch

    def __init__(
        self, env: EnvType | None = None, *, rules: Rules, clock: Clock | None = None
    ) -> None:
        super().__init__(env, clock=clock)
        self._rules = rules
        # Doctors are asked at any hour; the canary's clock must run at night, too.
        self._canary_rules = replace(rules, calendar=_always_open())
        for fact in HEARD:
            self.handlers.on(fact, self.hear)
        self.handlers.on(e.SambunganNikPutus, self.line_cut)
        self.handlers.on(e.SambunganNikPulih, self.line_restored)
        self.handlers.command(StartOutage, self.start_outage)
        self.handlers.command(EndOutage, self.end_outage)
        self.effects = {ALARM: self.ring, SPREAD: self.spread}

    def hear(self, fact: e.IntegrationEvent, work: Work[SlaWatch]) -> None:
        """A fact of a case: its clock may change."""
        watch = work.find(fact.case_id)
        if watch is None:
            watch = SlaWatch(
                case_id=fact.case_id, tenant=work.origin.tenant, canary=False, cause=work.cause
            )
            work.add(watch)
        before, outages = watch.timers, self._outages(work)
        cause = _under_the_sop_of(watch, work.cause)
        watch.hear(fact, work.origin, outages=outages, rules=self._rules, cause=cause)
        _exchange(before, watch, work)

    def start_outage(self, command: StartOutage, work: Work[SlaWatch]) -> None:
        """A system is down: every clock that needs it stops."""
        self._board(work).start(command.system, command.steps, cause=work.cause)
        self._spread_soon(command.case_id, command.command_id, work)

    def end_outage(self, command: EndOutage, work: Work[SlaWatch]) -> None:
        """It works again: the clocks run on."""
        board = work.find_as(OutageBoard, BOARD)
        if board is None:
            raise OutageUnknownError("there is no such outage", outage_id=str(command.case_id))
        board.end(cause=work.cause)
        self._spread_soon(command.case_id, command.command_id, work)

    def line_cut(self, fact: e.SambunganNikPutus, work: Work[SlaWatch]) -> None:
        """A service noticed by itself that a system is down; quiet while an outage tells so."""
        board = self._board(work)
        if not board.is_down(_NIK_LINE):
            board.start(_NIK_LINE, (), cause=work.cause)
            self._spread_soon(fact.case_id, fact.event_id, work)

    def line_restored(self, fact: e.SambunganNikPulih, work: Work[SlaWatch]) -> None:
        """It noticed that the system is back; an outage that officers declared is theirs to end."""
        board = self._board(work)
        if fact.case_id in board.outages:
            board.end(cause=work.cause)
            self._spread_soon(fact.case_id, fact.event_id, work)

    def open_canary(self, case_id: UUID, due_at: datetime, *, tenant: str) -> None:
        """Watch a case that nobody has, whose budget is used up at an instant."""

        def act(work: Work[SlaWatch]) -> None:
            if work.find(case_id) is not None:
                return
            watch = SlaWatch(case_id=case_id, tenant=tenant, canary=True, cause=work.cause)
            work.add(watch)
            budget = self._rules.sop_of(DEFAULT_SOP).step(_CANARY_STEP).budget
            watch.open_canary(due_at - budget, rules=self._canary_rules, cause=work.cause)
            _exchange((), watch, work)

        self.perform(self.own_cause(case_id, case_id), act)

    def ring(self, effect: Effect) -> None:
        """A timer's time has come."""
        due = datetime.fromisoformat(effect.payload["due_at"])

        def change(watch: SlaWatch, outages: Sequence[Outage], cause: Cause) -> None:
            rules = self._canary_rules if watch.canary else self._rules
            cause = cause.model_copy(update={"occurred_at": due})
            watch.ring(effect.id, outages=outages, rules=rules, cause=cause)

        self._change(effect.case_id, effect.id, change, finish=effect.id)

    def spread(self, effect: Effect) -> None:
        """Carry the begin or end of an outage to the cases; done again, it does nothing."""
        self.replan_all(effect.id)
        cause = self.own_cause(effect.case_id, effect.id)
        self.perform(cause, lambda work: work.finish(effect.id))

    def replan_all(self, causation_id: UUID) -> int:
        """Move the alarms of every open case to where calendar and outages now put them.

        Returns:
            How many cases were looked at.
        """
        cases = {each.case_id for each in self.store.waiting_effects((ALARM, HOLD))}

        def change(watch: SlaWatch, outages: Sequence[Outage], cause: Cause) -> None:
            if not watch.canary:
                watch.replan(outages=outages, rules=self._rules, cause=cause)

        for case_id in cases:
            self._change(case_id, causation_id, change)
        return len(cases)

    def _change(
        self, case_id: UUID, causation_id: UUID, change: Change, *, finish: UUID | None = None
    ) -> None:
        def act(work: Work[SlaWatch]) -> None:
            watch = work.find(case_id)
            if watch is not None:
                before = watch.timers
                change(watch, self._outages(work), _under_the_sop_of(watch, work.cause))
                _exchange(before, watch, work)
            if finish is not None:
                work.finish(finish)

        self.perform(self.own_cause(case_id, causation_id), act)

    def _outages(self, work: Work[SlaWatch]) -> Sequence[Outage]:
        board = work.find_as(OutageBoard, BOARD)
        return tuple(board.outages.values()) if board is not None else ()

    @staticmethod
    def _board(work: Work[SlaWatch]) -> OutageBoard:
        board = work.find_as(OutageBoard, BOARD)
        if board is None:
            board = OutageBoard(case_id=BOARD, cause=work.cause)
            work.add(board)
        return board

    @staticmethod
    def _spread_soon(outage_id: UUID, because: UUID, work: Work[SlaWatch]) -> None:
        due = work.cause.recorded_at
        effect_id = uuid5(because, SPREAD)
        work.schedule(Effect(id=effect_id, kind=SPREAD, case_id=outage_id, due_at=due))


def _exchange(before: Sequence[Timer], watch: SlaWatch, work: Work[Any]) -> None:
    """Make the durable rows those of the watch."""
    after = {each.id for each in watch.timers}
    known = {each.id for each in before}
    for timer in before:
        if timer.id not in after:
            work.finish(timer.id)
    for timer in watch.timers:
        if timer.id not in known:
            work.schedule(_effect_of(timer, watch))


def _effect_of(timer: Timer, watch: SlaWatch) -> Effect:
    held = timer.kind == HELD
    return Effect(
        id=timer.id,
        kind=HOLD if held else ALARM,
        case_id=watch.file.case_id,
        due_at=timer.due_at if held else timer.due_at + SETTLE,
        payload={"due_at": timer.due_at.isoformat(), "step": timer.step, "kind": timer.kind},
    )


def _under_the_sop_of(watch: SlaWatch, cause: Cause) -> Cause:
    return cause.model_copy(update={"sop_version": watch.file.sop_id})


def _always_open() -> Calendar:
    return load_calendar(_ALWAYS_OPEN)


def create(env: EnvType | None, *, rules: Rules, clock: Clock | None = None) -> SlaApplication:
    """The application, knowing which of its facts are its own affair."""
    application = SlaApplication(env, rules=rules, clock=clock)
    application.internal = PUBLICATIONS.internal
    application.uncounted = PUBLICATIONS.uncounted
    return application


HEARD: Final[tuple[type[e.IntegrationEvent], ...]] = (
    e.PermohonanDiajukan,
    e.BerkasDiunggah,
    e.PermohonanDibatalkan,
    *(event for event in e.EVENTS.values() if issubclass(event, e.StepEvent)),
    e.JedaDimulai,
    e.JedaSelesai,
)
"""Every fact that can open, close or stop a clock."""

PUBLICATIONS: Final = Publications(
    {
        SlaWatch.SlaHampirTerlampaui: e.SlaHampirTerlampaui,
        SlaWatch.SlaTerlampaui: e.SlaTerlampaui,
        SlaWatch.TerdampakGangguan: e.TerdampakGangguan,
        OutageBoard.GangguanDimulai: e.GangguanDimulai,
        OutageBoard.GangguanSelesai: e.GangguanSelesai,
    },
    internal=(SlaWatch.Dibuka, SlaWatch.WaktuDicatat, OutageBoard.Dibuka),
)
"""Which facts leave the service, and as which event."""
