"""The base of every event-sourced aggregate: one per case and stage, found by a derived id."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import (
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
)

from jamila_contracts.envelope import Actor
from jamila_contracts.model import Fact

_NAMESPACE = uuid5(NAMESPACE_URL, "jamila:aggregate")
_EVENT_NAMESPACE = uuid5(NAMESPACE_URL, "jamila:event")


class Cause(Fact):
    """Why an event happened: the message or command, who stood behind it, and when.

    One field instead of eight on every event, so that no event can forget one of them.
    """

    case_id: UUID
    causation_id: UUID
    correlation_id: UUID
    actor: Actor
    occurred_at: datetime
    """Clock of whoever caused it."""
    recorded_at: datetime
    """Our clock when we recorded it."""
    sop_version: str
    traceparent: str


class CaseAggregate(BaseAggregate[UUID]):
    """One stage's view of one case.

    A subclass names a ``TOPIC`` for itself and each event: topics are stored for ever and survive
    renaming a module.
    """

    TOPIC: ClassVar[str]

    class Event(AggregateEvent):
        """A fact of this aggregate, with what caused it."""

        cause: Cause

    @classmethod
    def create_id(cls, case_id: UUID) -> UUID:
        """Derive the id, so that a second delivery of the same cause finds the same aggregate."""
        return uuid5(_NAMESPACE, f"{cls.TOPIC}/{case_id}")

    @classmethod
    def _create(
        cls,
        event_class: type[CanInitAggregate[UUID]],
        *,
        id: UUID | None = None,  # noqa: A002 - the library's name
        **kwargs: Any,
    ) -> Self:
        kwargs.setdefault("timestamp", kwargs["cause"].recorded_at)
        return super()._create(event_class, id=id, **kwargs)

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        """Record a fact at the time its cause says."""
        kwargs.setdefault("timestamp", kwargs["cause"].recorded_at)
        super().trigger_event(event_class, **kwargs)


class CreatedEvent(CaseAggregate.Event, AggregateCreated):
    """The first fact of an aggregate."""

    case_id: UUID


def event_id_of(event: CaseAggregate.Event) -> UUID:
    """Derive the id of an event from its place, so that publishing it again is the same event."""
    return uuid5(_EVENT_NAMESPACE, f"{event.originator_id}/{event.originator_version}")
