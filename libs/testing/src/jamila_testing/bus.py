"""All services on one bus in memory: real applications, real outboxes, no server.

The bus can be unkind: deliver again what was delivered, and deliver out of order. What it does not
imitate (acknowledgements, time-outs, a server's own memory) is tested on the real server.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from jamila_contracts.wire import Record
from jamila_runtime.application import StageApplication
from jamila_runtime.effects import EffectRunner
from jamila_runtime.outbox import Outbox, Publications

_TENANT = "6311"


@dataclass(frozen=True)
class Disturbance:
    """How unkind the bus is; the seed makes a bad day repeatable."""

    random: Random
    repeat: float = 0.3
    """Chance that a delivered event is delivered once more, later."""
    reorder: bool = True
    """Whether events that wait for a service are shuffled before delivery."""


@dataclass
class _Member:
    application: StageApplication[Any]
    outbox: Outbox
    effects: EffectRunner
    waiting: list[Record] = field(default_factory=list)

    def wants(self, record: Record) -> bool:
        return any(each.__name__ == record.meta.type for each in self.application.handlers.events)


class MemoryBus:
    """Carries events between applications until nothing moves any more."""

    def __init__(self, *, disturbance: Disturbance | None = None) -> None:
        self._members: list[_Member] = []
        self._disturbance = disturbance
        self.published: list[Record] = []
        """Everything that was ever published, in order."""
        self.listeners: list[Callable[[Sequence[Record]], object]] = []
        """Who reads everything, e.g. the ledger."""

    def join(self, application: StageApplication[Any], publications: Publications) -> None:
        """Connect a service."""
        application.internal = publications.internal
        self._members.append(
            _Member(
                application=application,
                outbox=Outbox(application, publications, self, tenant=_TENANT),
                effects=EffectRunner(application.store, application.effects, application.clock),
            )
        )

    async def publish(self, records: Sequence[Record]) -> None:
        """Take records from an outbox and lay them before everybody who handles them."""
        self.published += records
        for listener in self.listeners:
            listener(records)
        for member in self._members:
            member.waiting += [record for record in records if member.wants(record)]

    async def settle(self) -> None:
        """Deliver, relay and perform until nothing is left to do."""
        moved = True
        while moved:
            moved = False
            for member in self._members:
                moved |= bool(await member.outbox.relay())
                moved |= self._deliver(member)
                moved |= bool(member.effects.perform_due())

    def _deliver(self, member: _Member) -> bool:
        if not member.waiting:
            return False
        batch, member.waiting = member.waiting, []
        if self._disturbance is not None:
            batch = self._disturb(batch, member)
        member.application.consume(batch)
        return True

    def _disturb(self, batch: list[Record], member: _Member) -> list[Record]:
        disturbance = self._disturbance
        assert disturbance is not None  # noqa: S101 - called with one only
        if disturbance.reorder:
            disturbance.random.shuffle(batch)
        member.waiting += [
            each for each in batch if disturbance.random.random() < disturbance.repeat
        ]
        return batch
