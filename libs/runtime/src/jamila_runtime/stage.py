"""What every stage has in common: steps that open, are taken, paused, and closed.

A stage owns one or two rows of the SOP. Its aggregate keeps the state of those steps and refuses
whoever is not allowed: wrong capability, not the turn, taken by somebody else, same eyes twice.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate
from eventsourcing.utils import register_topic

from jamila_contracts.sop import SopStep, load_sop
from jamila_runtime.aggregate import CaseAggregate, Cause
from jamila_runtime.errors import ConflictError, DomainError


class StepNotOpenError(ConflictError):
    """It is not this step's turn."""

    slug = "step-not-open"


class TaskTakenError(ConflictError):
    """Another account works on it."""

    slug = "task-taken"


class StepPausedError(ConflictError):
    """The clock of the step is stopped; resume it first."""

    slug = "step-paused"


class StepNotPausedError(ConflictError):
    """The clock of the step already runs."""

    slug = "step-not-paused"


class MissingCapabilityError(DomainError):
    """The account does not act in the capability that the SOP asks of this step."""

    slug = "capability-missing"


class FourEyesError(DomainError):
    """The same account may not do two steps that check each other."""

    slug = "four-eyes"


@dataclass
class StepState:
    """Where one step of one case stands."""

    attempt: int = 0
    """How often the step was opened; a return opens it again."""
    is_open: bool = False
    taken_by: str | None = None
    paused_for: str | None = None


class TaskEvent(CaseAggregate.Event):
    """A fact about the task of a step; shared by all stages."""

    TOPIC: ClassVar[str]

    step: int
    attempt: int


class TugasDiambil(TaskEvent):
    """Somebody works on it."""

    TOPIC = "stage.TugasDiambil"

    def apply(self, aggregate: "StageAggregate") -> None:
        """Remember who."""
        aggregate.steps[self.step].taken_by = self.cause.actor.account


class TugasDilepas(TaskEvent):
    """Nobody works on it any more."""

    TOPIC = "stage.TugasDilepas"

    def apply(self, aggregate: "StageAggregate") -> None:
        """Forget who."""
        aggregate.steps[self.step].taken_by = None


class JedaDimulai(TaskEvent):
    """The clock stops."""

    TOPIC = "stage.JedaDimulai"

    reason_code: str

    def apply(self, aggregate: "StageAggregate") -> None:
        """Remember why."""
        aggregate.steps[self.step].paused_for = self.reason_code


class JedaSelesai(TaskEvent):
    """The clock runs."""

    TOPIC = "stage.JedaSelesai"

    reason_code: str

    def apply(self, aggregate: "StageAggregate") -> None:
        """The pause is over."""
        aggregate.steps[self.step].paused_for = None


TASK_EVENTS: tuple[type[TaskEvent], ...] = (TugasDiambil, TugasDilepas, JedaDimulai, JedaSelesai)
for _event in TASK_EVENTS:
    register_topic(_event.TOPIC, _event)


class StageAggregate(CaseAggregate):
    """One stage of one case; owns the steps named in ``STEPS``."""

    STEPS: ClassVar[tuple[int, ...]]

    case_id: UUID
    sop_version: str
    """The SOP under which the case was submitted; it finishes under the same."""
    steps: dict[int, StepState]

    def start_stage(self, case_id: UUID, cause: Cause) -> None:
        """Set up the state of a new aggregate; called by ``__init__`` of a subclass."""
        self.case_id = case_id
        self.sop_version = cause.sop_version
        self.steps = {number: StepState() for number in self.STEPS}

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        """Record a fact under the SOP of the case, whatever the newest SOP is."""
        cause: Cause = kwargs["cause"]
        kwargs["cause"] = cause.model_copy(update={"sop_version": self.sop_version})
        super().trigger_event(event_class, **kwargs)

    def take(self, step: int, cause: Cause) -> None:
        """Start to work on an open step; taking one's own task again is quiet."""
        state = self._open(step, cause)
        if state.taken_by is None:
            self._record(TugasDiambil, step, cause)

    def release(self, step: int, cause: Cause) -> None:
        """Give the task back; quiet when nobody has it."""
        state = self._open(step, cause)
        if state.taken_by is not None:
            self._record(TugasDilepas, step, cause)

    def pause(self, step: int, cause: Cause, *, reason_code: str) -> None:
        """Stop the clock of the step for a named reason."""
        state = self._open(step, cause)
        if state.paused_for is not None:
            raise StepPausedError(f"step {step} is already paused", **self.situation())
        self._record(JedaDimulai, step, cause, reason_code=reason_code)

    def resume(self, step: int, cause: Cause) -> None:
        """Let the clock of the step run again."""
        state = self._open(step, cause)
        if state.paused_for is None:
            raise StepNotPausedError(f"step {step} is not paused", **self.situation())
        self._record(JedaSelesai, step, cause, reason_code=state.paused_for)

    def situation(self) -> dict[str, Any]:
        """Where this stage stands; given to whoever came too late. No personal data."""
        return {
            "steps": {str(number): asdict(state) for number, state in self.steps.items()},
        }

    def earlier_workers(self, step: int) -> Collection[str]:
        """Accounts that did the steps which this step must check with other eyes."""
        del step
        return ()

    def allow(self, step: int, cause: Cause) -> StepState:
        """Make sure that this account may finish the step now.

        Raises:
            MissingCapabilityError: the account acts in another capability.
            StepNotOpenError: it is not the turn of the step.
            TaskTakenError: another account works on it.
            StepPausedError: the clock is stopped.
            FourEyesError: the account did the step that this one checks.
        """
        state = self._open(step, cause)
        if state.paused_for is not None:
            raise StepPausedError(f"step {step} is paused", **self.situation())
        return state

    def decide(self, step: int, cause: Cause) -> int:
        """Begin to finish a step: checks like ``allow``, and takes the task if nobody has it.

        Returns:
            The attempt that is being finished.
        """
        attempt = self.allow(step, cause).attempt
        self.take(step, cause)
        return attempt

    def open_step(self, step: int) -> None:
        """Applier: a new attempt of the step begins, nobody has it."""
        self.steps[step] = StepState(attempt=self.steps[step].attempt + 1, is_open=True)

    def close_step(self, step: int) -> None:
        """Applier: the attempt is over."""
        state = self.steps[step]
        state.is_open, state.taken_by, state.paused_for = False, None, None

    def _record(self, event: type[TaskEvent], step: int, cause: Cause, **facts: Any) -> None:
        attempt = self.steps[step].attempt
        self.trigger_event(event, cause=cause, step=step, attempt=attempt, **facts)

    def _open(self, step: int, cause: Cause) -> StepState:
        row: SopStep = load_sop(self.sop_version).step(step)
        if cause.actor.capability != row.capability:
            raise MissingCapabilityError(
                f"step {step} asks for {row.capability}", capability=row.capability, step=step
            )
        state = self.steps.get(step)
        if state is None or not state.is_open:
            raise StepNotOpenError(f"step {step} is not open", **self.situation())
        if state.taken_by not in (None, cause.actor.account):
            raise TaskTakenError(f"step {step} is taken", **self.situation())
        if cause.actor.account in self.earlier_workers(step):
            raise FourEyesError(
                f"step {step} needs another account", step=step, account=cause.actor.account
            )
        return state
