"""A unit of work: the aggregates one batch or one command touches, before they are saved."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Generic, TypeVar, cast
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate

from jamila_contracts.envelope import EventMeta
from jamila_runtime.aggregate import CaseAggregate, Cause
from jamila_runtime.effects import Effect
from jamila_runtime.errors import ConflictError, NotFoundError

A = TypeVar("A", bound=CaseAggregate)
B = TypeVar("B", bound=CaseAggregate)
StoredEvents = Callable[[UUID], Iterable[CanMutateAggregate[UUID]]]


class CaseNotHereError(NotFoundError):
    """The case has not reached this stage, or does not exist."""

    slug = "case-not-at-this-stage"


class StaleVersionError(ConflictError):
    """The case changed since the asker looked at it."""

    slug = "stale-version"


class Work(Generic[A]):
    """Loads aggregates once, keeps what they record, forgets what failed.

    Attributes:
        cause: Why the current step of the work happens; set before each message or command.
        origin: Envelope of the event being handled; unset while a command is.
        is_doubtful: Whether a machine that was lost may have handled the event before.
        events: What will be saved.
        scheduled: Things to do outside that will be saved with the events.
        finished: Things done outside that will be forgotten with the events.
    """

    cause: Cause
    origin: EventMeta

    def __init__(
        self,
        aggregate_class: type[A],
        stored_events: StoredEvents,
        *,
        uncounted: Collection[type] = frozenset(),
    ) -> None:
        self._class = aggregate_class
        self._stored_events = stored_events
        self._uncounted = uncounted
        self._saved: dict[UUID, tuple[CanMutateAggregate[UUID], ...]] = {}
        self._touched: dict[UUID, CaseAggregate] = {}
        self._kept: dict[UUID, list[CanMutateAggregate[UUID]]] = defaultdict(list)
        self._to_schedule: list[Effect] = []
        self._to_finish: list[UUID] = []
        self.expected_version: int | None = None
        self.is_doubtful = False
        self.events: list[CanMutateAggregate[UUID]] = []
        self.scheduled: list[Effect] = []
        self.finished: list[UUID] = []

    def find(self, case_id: UUID) -> A | None:
        """The aggregate of the case as it stands within this work; None if there is none."""
        return self.find_as(self._class, case_id)

    def find_as(self, aggregate_class: type[B], case_id: UUID) -> B | None:
        """The same for another kind of aggregate of this service."""
        aggregate_id = aggregate_class.create_id(case_id)
        if aggregate_id not in self._touched:
            aggregate: B | None = None
            for event in self._events_of(aggregate_id):
                aggregate = event.mutate(aggregate)
            if aggregate is None:
                return None
            self._touched[aggregate_id] = aggregate
        return cast("B", self._touched[aggregate_id])

    def get(self, case_id: UUID) -> A:
        """The aggregate of the case.

        Raises:
            CaseNotHereError: the case is not (yet) at this stage.
            StaleVersionError: the asker saw another version.
        """
        aggregate = self.find(case_id)
        if aggregate is None:
            raise CaseNotHereError(f"case {case_id} is not at this stage", case_id=str(case_id))
        expected = self.expected_version
        if expected is not None and expected != self.visible_version(case_id):
            situation = getattr(aggregate, "situation", dict)
            raise StaleVersionError(f"case {case_id} changed", **situation())
        return aggregate

    def visible_version(self, case_id: UUID) -> int:
        """Version of the aggregate as others know it: that of its last counted event, or 0."""
        aggregate_id = self._class.create_id(case_id)
        events = self._events_of(aggregate_id)
        visible = (each for each in events if type(each) not in self._uncounted)
        return max((each.originator_version for each in visible), default=0)

    def _events_of(self, aggregate_id: UUID) -> tuple[CanMutateAggregate[UUID], ...]:
        """What is saved, read once per unit of work, and what this work adds."""
        saved = self._saved.get(aggregate_id)
        if saved is None:
            saved = self._saved[aggregate_id] = tuple(self._stored_events(aggregate_id))
        return (*saved, *self._kept[aggregate_id])

    def add(self, aggregate: CaseAggregate) -> None:
        """Take a new aggregate into the work."""
        self._touched[aggregate.id] = aggregate

    def schedule(self, effect: Effect) -> None:
        """Ask for something to be done outside, once the facts are saved."""
        self._to_schedule.append(effect.doubted() if self.is_doubtful else effect)

    def finish(self, effect_id: UUID) -> None:
        """It was done: forget the wish when the fact is saved."""
        self._to_finish.append(effect_id)

    def keep(self) -> None:
        """The current message is done: what it recorded will be saved."""
        for aggregate in self._touched.values():
            recorded = aggregate.collect_events()
            self._kept[aggregate.id].extend(recorded)
            self.events.extend(recorded)
        self.scheduled += self._to_schedule
        self.finished += self._to_finish
        self._to_schedule, self._to_finish = [], []

    def drop(self) -> None:
        """The current message failed: forget what it did."""
        self._touched.clear()
        self._to_schedule, self._to_finish = [], []
