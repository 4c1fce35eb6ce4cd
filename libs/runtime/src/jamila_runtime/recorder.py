"""The stage store: events, what was already handled, what is parked; one transaction for all.

Everything that must hold together is written by one ``insert_events``: the facts, the trackings of
the messages that caused them, the reply of the command, the events that had to be parked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from jamila_contracts.commands import CommandReply
from jamila_contracts.wire import Record
from jamila_runtime.effects import EffectStore
from jamila_runtime.lease import Lease

SourcePosition = tuple[str, int]
"""Where an event stands in the log of the service that published it."""


@dataclass(frozen=True)
class Parked:
    """An event that could not be handled, or waits behind one of its case."""

    record: Record
    reason: str
    """A slug, or ``behind`` for those that wait."""
    parked_at: datetime

    @property
    def key(self) -> SourcePosition:
        """The event's place in the log of its source."""
        return self.record.meta.source, self.record.meta.log_position


@dataclass(frozen=True)
class Checkpoint:
    """How far the outbox has published its own log."""

    position: int
    """Last place of the log that was looked at."""
    published: int
    """Last place of the log whose event was published."""


class StageRecorder(EffectStore, Protocol):
    """What a stage application needs of its store, whatever the database."""

    def handled(self, keys: Iterable[SourcePosition]) -> set[SourcePosition]:
        """Which of these events were already handled or parked."""
        ...

    def reply_to(self, command_id: UUID) -> CommandReply | None:
        """The reply already given to a command."""
        ...

    def parked(self, case_id: UUID | None = None) -> list[Parked]:
        """What is parked, oldest first; of one case or of all."""
        ...

    def unpark(self, key: SourcePosition) -> None:
        """Forget a parked event, because it is about to be handled or was given up."""
        ...

    def max_tracking_id(self, application_name: str, /) -> int | None:
        """The furthest place of a source that was handled."""
        ...

    def checkpoint(self) -> Checkpoint:
        """How far the outbox got."""
        ...

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Remember how far the outbox got."""
        ...

    def stream(self) -> str:
        """Which stream the outbox published into; empty before the first time."""
        ...

    def save_stream(self, stream: str) -> None:
        """Remember which stream the outbox publishes into."""
        ...

    def lease(self, name: str, *, hears: Sequence[str] = ()) -> Lease:
        """The right to do something that only one of several replicas may do.

        Args:
            name: Of what is done alone.
            hears: Stores whose news wake the holder; this one if none is named.
        """
        ...
