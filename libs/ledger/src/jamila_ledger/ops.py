"""The service ``ops``: every run of the replay tool, as facts, and what a run asks of the owners.

The replay tool records here that it begins and how it ended, before and after it acts; it can do
nothing else. What needs a broker (publish again, retry or give up parked events, restore a ledger)
is an effect, performed by the ledger's process (``ops_desk``). Decision: docs/decisions/0012.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal
from uuid import UUID, uuid5

from eventsourcing.domain import event
from eventsourcing.utils import EnvType

from jamila_contracts import events as e
from jamila_contracts.envelope import Actor
from jamila_contracts.values import RunFigure
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.errors import ConflictError, DomainError, NotFoundError
from jamila_runtime.outbox import Publications
from jamila_runtime.work import Work

SERVICE: Final = "ops"
CAPABILITY: Final = "ops"
RETRY_PARKED: Final = "parked-retry"
"""What a run is called that has the owner try again what it parked."""
ASKED: Final = "ops-asked"
"""Kind of the effect that asks the owners."""
Outcome = Literal["selesai", "gagal", "dibatalkan"]
_LONGEST = 200
_SHORTEST = 3
_DIGITS: Final = re.compile(r"\d[\d .-]{8,}\d")


class ReasonNeededError(DomainError):
    """A run needs a reason of 3 to 200 characters, without numbers of people."""

    slug = "reason-needed"


class RunUnknownError(NotFoundError):
    """There is no such run."""

    slug = "run-unknown"


class RunEndedError(ConflictError):
    """The run has ended already."""

    slug = "run-ended"


@dataclass(frozen=True)
class RunOrder:
    """What an operator wants, and why."""

    action: str
    reason: str
    account: str
    target: str = ""
    asks: Mapping[str, Any] = field(default_factory=dict)
    """What the owners are asked for; empty: the replay tool does it alone."""

    def check(self) -> None:
        """Refuse a run that nobody could explain later.

        Raises:
            ReasonNeededError: the reason says nothing, or holds what looks like a person's number.
        """
        said = self.reason.strip()
        if not _SHORTEST <= len(said) <= _LONGEST or _DIGITS.search(said):
            raise ReasonNeededError("a run needs a reason, without NIK or phone numbers")


class OpsRun(CaseAggregate):
    """One run; in place of a case."""

    TOPIC: ClassVar[str] = "ops.Run"

    class PemutaranUlangDimulai(CreatedEvent):
        """It begins."""

        TOPIC = "ops.Run.PemutaranUlangDimulai"
        action: str
        reason: str
        target: str

    class PemutaranUlangSelesai(CaseAggregate.Event):
        """It ended."""

        TOPIC = "ops.Run.PemutaranUlangSelesai"
        action: str
        outcome: Outcome
        result: tuple[RunFigure, ...]

    @event(PemutaranUlangDimulai)
    def __init__(
        self, case_id: UUID, *, action: str, reason: str, target: str, cause: Cause
    ) -> None:
        del reason, target, cause
        self.case_id = case_id
        self.action = action
        self.outcome: Outcome | None = None
        self.result: dict[str, str | int] = {}

    def end(self, outcome: Outcome, result: Mapping[str, str | int], *, cause: Cause) -> None:
        """Say how it ended, once.

        Raises:
            RunEndedError: it ended before.
        """
        if self.outcome is not None:
            raise RunEndedError(f"run {self.case_id} has ended")
        self.trigger_event(
            self.PemutaranUlangSelesai,
            action=self.action,
            outcome=outcome,
            result=tuple(RunFigure(name=name, value=value) for name, value in result.items()),
            cause=cause,
        )

    @event(PemutaranUlangSelesai)
    def _on_end(self, outcome: Outcome, result: tuple[RunFigure, ...]) -> None:
        self.outcome, self.result = outcome, {each.name: each.value for each in result}


class OpsApplication(StageApplication[OpsRun]):
    """Records runs."""

    name = SERVICE
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[type[OpsRun]] = OpsRun

    def begin(self, run_id: UUID, order: RunOrder) -> None:
        """Record that a run begins, together with what it asks of the owners.

        Raises:
            ReasonNeededError: it has no reason.
        """
        cause = self._cause(run_id, order.account)
        self.perform(cause, lambda work: self.begin_within(work, run_id, order))

    def begin_within(self, work: Work[OpsRun], run_id: UUID, order: RunOrder) -> None:
        """The same as a part of other work, e.g. of a command, for its cause.

        Raises:
            ReasonNeededError: it has no reason.
        """
        order.check()
        run = OpsRun(
            case_id=run_id,
            action=order.action,
            reason=order.reason.strip(),
            target=order.target,
            cause=work.cause,
        )
        work.add(run)
        if order.asks:
            work.schedule(self._effect(run_id, order))

    def end(
        self,
        run_id: UUID,
        outcome: Outcome,
        result: Mapping[str, str | int],
        *,
        account: str = f"system:{SERVICE}",
        finish: UUID | None = None,
    ) -> None:
        """Record how a run ended.

        Raises:
            RunUnknownError: it never began.
            RunEndedError: it ended before.
        """

        def act(work: Work[OpsRun]) -> None:
            run = work.find(run_id)
            if run is None:
                raise RunUnknownError(f"there is no run {run_id}")
            run.end(outcome, result, cause=work.cause)
            if finish is not None:
                work.finish(finish)

        self.perform(self._cause(run_id, account), act)

    def _effect(self, run_id: UUID, order: RunOrder) -> Effect:
        return Effect(
            id=uuid5(run_id, ASKED),
            kind=ASKED,
            case_id=run_id,
            due_at=self.clock.now(),
            payload={"action": order.action, **order.asks},
        )

    def _cause(self, run_id: UUID, account: str) -> Cause:
        cause = self.own_cause(run_id, run_id)
        capability = "system" if account.startswith("system:") else CAPABILITY
        return cause.model_copy(update={"actor": Actor(account=account, capability=capability)})


def create(env: EnvType | None, *, clock: Clock | None = None) -> OpsApplication:
    """The application; the replay tool and the ledger's process open the same store."""
    return OpsApplication(env, clock=clock)


PUBLICATIONS: Final = Publications(
    {
        OpsRun.PemutaranUlangDimulai: e.PemutaranUlangDimulai,
        OpsRun.PemutaranUlangSelesai: e.PemutaranUlangSelesai,
    }
)
"""Every run is told to everybody."""
