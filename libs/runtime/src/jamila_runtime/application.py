"""A stage's application: handles batches of events and single commands, each exactly once.

An event is known by its place in the log of its source, a command by its idempotency key; both are
written in the same transaction as the facts they cause. Redelivery, out of order or after a crash,
therefore does nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import CanMutateAggregate
from eventsourcing.persistence import IntegrityError, InterfaceError, Mapper, OperationalError
from eventsourcing.utils import EnvType

from jamila_contracts.commands import (
    Command,
    CommandReply,
    PauseTask,
    Problem,
    ReleaseTask,
    ResumeTask,
    TakeTask,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.sop import DEFAULT_SOP
from jamila_contracts.wire import MalformedEventError, Record, UnknownEventError
from jamila_runtime.aggregate import Cause
from jamila_runtime.clock import Clock, SystemClock
from jamila_runtime.effects import Perform
from jamila_runtime.errors import (
    ConflictError,
    DomainError,
    JamilaError,
    KeyReusedError,
    RetryableError,
)
from jamila_runtime.handlers import Handlers
from jamila_runtime.logs import get_logger
from jamila_runtime.mapper import AnnotatedMapper
from jamila_runtime.recorder import Parked, SourcePosition, StageRecorder
from jamila_runtime.stage import StageAggregate
from jamila_runtime.tracing import child_of
from jamila_runtime.work import A, Work

_TRIES = 5
T = TypeVar("T")
_log = get_logger(__name__)


@dataclass
class BatchOutcome:
    """What became of a batch."""

    handled: int = 0
    repeated: int = 0
    parked: list[Parked] = field(default_factory=list)


class StageApplication(Application[UUID], Generic[A]):
    """Base of the six stages and the notifier.

    A subclass names its ``service`` and ``aggregate`` and fills ``handlers`` (module ``handlers``).
    """

    service: ClassVar[str]
    aggregate: ClassVar[type[Any]]
    env: ClassVar[dict[str, str]] = {
        "PROCESS_RECORDER_TOPIC": "jamila_runtime.recorder_sqlite:SQLiteStageRecorder",
        # One row per message: JetStream redelivers out of order, and single-row tracking would
        # take a late first delivery for a duplicate (reference/stack.md section 3).
        "SINGLE_ROW_TRACKING": "n",
    }

    def __init__(self, env: EnvType | None = None, *, clock: Clock | None = None) -> None:
        super().__init__(env)
        self.clock = clock or SystemClock()
        self.handlers = Handlers()
        self.effects: dict[str, Perform] = {}
        """What to do outside, by kind; filled in the module ``handlers`` of the service."""
        self.prompt: dict[str, timedelta] = {}
        """Kinds that never wait longer than this, filled in there as well."""
        self.internal: frozenset[type] = frozenset()
        """Events that are never published."""
        self.uncounted: frozenset[type] = frozenset()
        """Events that do not count in the version that others name in a command."""
        self.doubt_until: datetime | None = None
        """When the backup was taken that this store was restored from (``restored``)."""
        self.on_saved: Callable[[], None] = lambda: None
        if issubclass(self.aggregate, StageAggregate):
            self._handle_tasks()

    @property
    def store(self) -> StageRecorder:
        """The stage store."""
        return cast("StageRecorder", self.recorder)

    def construct_recorder(self) -> Any:
        """Use a recorder that can track what was handled."""
        return self.factory.process_recorder()

    def construct_mapper(self) -> Mapper[UUID]:
        """Store events by their annotations."""
        return AnnotatedMapper(transcoder=self.construct_transcoder())

    def work(self) -> Work[A]:
        """Begin a unit of work."""
        return Work(self.aggregate, self._stored_events, uncounted=self.uncounted)

    def find(self, case_id: UUID) -> A | None:
        """The aggregate of a case as it is saved."""
        return self.work().find(case_id)

    def consume(self, records: Sequence[Record]) -> BatchOutcome:
        """Handle a batch of events in one transaction.

        Raises:
            RetryableError: something outside failed; deliver the batch again later.
        """
        return self._persist(lambda: self._consume_once(records, retrying=frozenset()))

    def perform(
        self, cause: Cause, action: Callable[[Work[A]], None], *, key: SourcePosition | None = None
    ) -> bool:
        """Record what this service itself has to say, e.g. after something was done outside.

        Args:
            cause: Why; see ``own_cause``.
            action: Records on aggregates of the given work.
            key: What makes it happen once, e.g. ``("whatsapp", 17)`` for the 17th message.

        Returns:
            False when the key was handled before and nothing was done.
        """

        def attempt() -> bool:
            if key is not None and self.store.handled([key]):
                return False
            work = self.work()
            work.cause = cause
            action(work)
            work.keep()
            self._save(work, handled=[key] if key else [])
            return True

        return self._persist(attempt)

    def own_cause(
        self,
        case_id: UUID,
        causation_id: UUID,
        *,
        occurred_at: datetime | None = None,
        traceparent: str | None = None,
    ) -> Cause:
        """A cause for facts that the service itself decides."""
        now = self.clock.now()
        return Cause(
            case_id=case_id,
            causation_id=causation_id,
            correlation_id=case_id,
            actor=Actor.system(self.service),
            occurred_at=occurred_at or now,
            recorded_at=now,
            sop_version=DEFAULT_SOP,
            traceparent=child_of(traceparent),
        )

    def retry_parked(self, case_id: UUID) -> BatchOutcome:
        """Handle again what is parked of a case, oldest first, in one transaction."""

        def retry() -> BatchOutcome:
            parked = self.store.parked(case_id)
            records = [each.record for each in parked]
            return self._consume_once(records, retrying=frozenset(each.key for each in parked))

        return self._persist(retry)

    def discard_parked(self, key: SourcePosition) -> bool:
        """Give up a parked event for good: it counts as handled, and nothing was done for it.

        Events of the same case that wait behind it stay parked until they are retried.

        Returns:
            False when nothing is parked in that place.
        """

        def discard() -> bool:
            if all(each.key != key for each in self.store.parked()):
                return False
            self._save(self.work(), handled=[key], unparked=[key])
            return True

        return self._persist(discard)

    def _persist(self, attempt: Callable[[], T]) -> T:
        for _ in range(_TRIES):
            try:
                return attempt()
            except IntegrityError:
                # A command changed one of the cases meanwhile, or another replica was faster.
                continue
            except (InterfaceError, OperationalError) as error:
                raise RetryableError("the store does not answer") from error
        raise RetryableError("too many concurrent changes")

    def execute(self, command: Command) -> CommandReply:
        """Do what a command asks, once, however often it is asked."""
        for _ in range(_TRIES):
            given = self.store.reply_to(command.command_id)
            try:
                if given is not None:
                    return _given_again(given, command)
                return self._execute_once(command)
            except JamilaError as error:
                return self._refusal(command, error)
            except IntegrityError:
                continue
        return self._refusal(command, ConflictError("too many concurrent changes"))

    def _stored_events(self, aggregate_id: UUID) -> Iterable[CanMutateAggregate[UUID]]:
        return cast("Iterable[CanMutateAggregate[UUID]]", self.events.get(aggregate_id))

    def _consume_once(
        self, records: Sequence[Record], *, retrying: frozenset[SourcePosition]
    ) -> BatchOutcome:
        outcome, work = BatchOutcome(), self.work()
        seen = self.store.handled(_key(record) for record in records) - retrying
        waiting = {
            each.record.meta.case_id for each in self.store.parked() if each.key not in retrying
        }
        handled: list[SourcePosition] = []
        for record in records:
            key = _key(record)
            if key in seen:
                outcome.repeated += 1
                continue
            seen.add(key)
            reason = self._try(record, work, is_waiting=record.meta.case_id in waiting)
            if reason is None:
                handled.append(key)
            else:
                waiting.add(record.meta.case_id)
                outcome.parked.append(Parked(record, reason, self.clock.now()))
        outcome.handled = len(handled)
        if handled or outcome.parked:
            self._save(work, handled=handled, parked=outcome.parked, unparked=retrying)
        return outcome

    def _try(self, record: Record, work: Work[A], *, is_waiting: bool) -> str | None:
        """Handle one event; the reason to park it, or None when it is done."""
        if is_waiting:
            return "behind"
        try:
            event = record.event()
            use_case = self.handlers.events.get(type(event))
            if use_case is not None:
                work.cause, work.origin = self._cause_of(record), record.meta
                work.is_doubtful = self._is_leftover(record)
                use_case(event, work)
                work.keep()
        except RetryableError:
            raise
        except (UnknownEventError, MalformedEventError) as error:
            work.drop()
            _log.error("event parked", event_id=str(record.meta.event_id), fault=str(error))
            return "unreadable"
        except DomainError as error:
            work.drop()
            _log.error("event parked", event_id=str(record.meta.event_id), fault=error.slug)
            return error.slug
        except Exception as error:  # noqa: BLE001 - logged and parked, see below
            # A bug must not stop the other cases; it stops this one, visibly.
            work.drop()
            _log.exception("event parked", event_id=str(record.meta.event_id))
            return f"bug-{type(error).__name__}"
        return None

    def _is_leftover(self, record: Record) -> bool:
        """Whether it happened before the backup this store is from, and is new here only."""
        return self.doubt_until is not None and record.meta.recorded_at <= self.doubt_until

    def _execute_once(self, command: Command) -> CommandReply:
        use_case = self.handlers.commands.get(type(command))
        if use_case is None:
            raise DomainError(f"{type(command).__name__} is not for {self.service}")
        work = self.work()
        work.cause = self._cause_of_command(command)
        work.expected_version = command.expected_version
        result = use_case(command, work)
        work.keep()
        reply = CommandReply(
            command_id=command.command_id,
            command=type(command).__name__,
            case_id=command.case_id,
            version=work.visible_version(command.case_id),
            service=self.service,
            events=tuple(type(event).__name__ for event in work.events),
            result=result or {},
        )
        self._save(work, reply=reply)
        return self.store.reply_to(command.command_id) or reply

    def _save(self, work: Work[A], **together: Any) -> None:
        visible = [type(event) not in self.internal for event in work.events]
        stored = [self.mapper.to_stored_event(event) for event in work.events]
        self.recorder.insert_events(
            stored,
            visible=visible,
            scheduled=work.scheduled,
            finished=work.finished,
            **together,
        )
        if stored or work.scheduled:
            self.on_saved()

    def _refusal(self, command: Command, error: JamilaError) -> CommandReply:
        version = self.work().visible_version(command.case_id)
        data = {**error.data, "version": version}
        return CommandReply(
            command_id=command.command_id,
            command=type(command).__name__,
            case_id=command.case_id,
            version=version,
            service=self.service,
            problem=Problem(slug=error.slug, detail=error.detail, data=data),
        )

    def _cause_of(self, record: Record) -> Cause:
        meta = record.meta
        return Cause(
            case_id=meta.case_id,
            causation_id=meta.event_id,
            correlation_id=meta.correlation_id,
            actor=Actor.system(self.service),
            occurred_at=meta.occurred_at,
            recorded_at=self.clock.now(),
            sop_version=meta.sop_version,
            traceparent=child_of(meta.traceparent),
        )

    def _cause_of_command(self, command: Command) -> Cause:
        return Cause(
            case_id=command.case_id,
            causation_id=command.command_id,
            correlation_id=command.case_id,
            actor=command.actor,
            occurred_at=command.asked_at,
            recorded_at=self.clock.now(),
            sop_version=DEFAULT_SOP,
            traceparent=child_of(command.traceparent),
        )

    def _handle_tasks(self) -> None:
        self.handlers.command(TakeTask, lambda c, w: w.get(c.case_id).take(c.step, w.cause))
        self.handlers.command(ReleaseTask, lambda c, w: w.get(c.case_id).release(c.step, w.cause))
        self.handlers.command(ResumeTask, lambda c, w: w.get(c.case_id).resume(c.step, w.cause))
        self.handlers.command(
            PauseTask,
            lambda c, w: w.get(c.case_id).pause(c.step, w.cause, reason_code=c.reason_code),
        )


def _given_again(given: CommandReply, command: Command) -> CommandReply:
    if (given.case_id, given.command) != (command.case_id, type(command).__name__):
        raise KeyReusedError("the idempotency key was used for another command")
    return given


def _key(record: Record) -> SourcePosition:
    return record.meta.source, record.meta.log_position
