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
    late: float = 0.0
    """Chance that an event stays behind while others are delivered."""
    reorder: bool = True
    """Whether events that wait for a service are shuffled before delivery."""

    def today(self, waiting: Sequence[Record]) -> tuple[list[Record], list[Record]]:
        """What is delivered now, and what comes (perhaps again) another time."""
        now, later = [], []
        for record in waiting:
            is_late = self.random.random() < self.late
            if not is_late:
                now.append(record)
            if is_late or self.random.random() < self.repeat:
                later.append(record)
        if self.reorder:
            self.random.shuffle(now)
        return now, later


class Reader:
    """Somebody who reads everything, e.g. the ledger; on a bad day late, twice and out of order."""

    def __init__(
        self,
        take: Callable[[Sequence[Record]], Sequence[Record]],
        *,
        disturbance: Disturbance | None = None,
    ) -> None:
        self._take = take
        self._disturbance = disturbance
        self._waiting: list[Record] = []

    def offer(self, records: Sequence[Record]) -> None:
        """Offer new records, and again those that were not taken before."""
        offered, later = [*self._waiting, *records], list[Record]()
        if self._disturbance is not None:
            offered, later = self._disturbance.today(offered)
        self._waiting = [*self._take(offered), *later]

    def drain(self) -> None:
        """Offer what is left, kindly.

        Raises:
            ValueError: something will never be taken.
        """
        if left := self._take(self._waiting):
            types = [record.meta.type for record in left]
            msg = f"never taken: {types}"
            raise ValueError(msg)
        self._waiting = []


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
        application.uncounted = publications.uncounted
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

    async def stream(self) -> str:
        """It loses nothing, so it is always the same."""
        return "memory"

    async def settle(self) -> None:
        """Deliver, relay and perform until nothing is left to do."""
        while await self.turn():
            continue

    async def turn(self) -> bool:
        """Let every service do once what it can do now; False when there was nothing."""
        moved = False
        for member in self._members:
            moved |= bool(await member.outbox.relay())
            moved |= self._deliver(member)
            moved |= bool(member.effects.perform_due())
        return moved

    def _deliver(self, member: _Member) -> bool:
        if not member.waiting:
            return False
        batch, member.waiting = member.waiting, []
        if self._disturbance is not None:
            batch, member.waiting = self._disturbance.today(batch)
        member.application.consume(batch)
        return True
