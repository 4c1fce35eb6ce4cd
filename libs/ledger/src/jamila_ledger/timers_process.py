"""Runs the service ``sla`` inside the ledger's process: feeder, alarms, outbox and commands.

An alarm rings only after everything that was in the stream when it fell due is heard: a step that
was finished in time is never called late because its fact was still on the way.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from jamila_contracts.envelope import EventMeta
from jamila_contracts.wire import Record
from jamila_ledger.chain import Entry
from jamila_ledger.store import LedgerStore
from jamila_ledger.timers_application import HEARD, PUBLICATIONS, SlaApplication
from jamila_runtime.effects import EffectRunner
from jamila_runtime.errors import RetryableError
from jamila_runtime.inbox import subscribe_commands
from jamila_runtime.lease import Lease
from jamila_runtime.logs import get_logger
from jamila_runtime.outbox import Outbox
from jamila_runtime.owner_desk import answer_operators, answer_readers
from jamila_runtime.process import Process, wakes_from_threads
from jamila_runtime.streams import STREAM, JetStreamPublisher

CANARY_SUBJECT: Final = "sla.canary"
"""``jamila doctor`` asks here; the answer says when the canary is due."""
_CANARY_AFTER: Final = timedelta(seconds=1)
_TYPES: Final = frozenset(event.__name__ for event in HEARD)
_IDLE_SECONDS: Final = 0.25
"""How late an alarm may be noticed; the price is one look into an index."""
_RETRY_SECONDS: Final = 0.2
_PAGE: Final = 500
_KEPT_SECONDS: Final = 1.0
"""How often the feeder writes down how far it read, instead of beside every batch."""
_log = get_logger(__name__)

Heard = Callable[[], Awaitable[bool]]


class Feeder:
    """Gives the ledger's facts to the application, in their order, from where it stopped."""

    def __init__(self, store: LedgerStore, application: SlaApplication) -> None:
        self._store = store
        self._application = application
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()
        self._read = self._kept = 0
        self._kept_at = 0.0
        self._history = ""
        """Names the ledger that was read; another ledger is read from its beginning."""

    def wake(self) -> None:
        """There may be something new in the ledger; call from the loop of the feeder."""
        self._news.set()

    def lag(self) -> int:
        """How many entries of the ledger were not given yet.

        Raises:
            RetryableError: the ledger is away.
        """
        return max(self._store.head().position - self._read, 0)

    async def run(self) -> None:
        """Feed for ever."""
        while True:
            self._news.clear()
            try:
                await self.catch_up()
            except RetryableError as error:
                _log.warning("facts will be heard later", fault=error.slug)
            try:
                await asyncio.wait_for(self._news.wait(), timeout=1.0)
            except TimeoutError:
                continue

    async def catch_up(self) -> None:
        """Feed until nothing is left.

        Raises:
            RetryableError: the ledger is away, or commands changed the same cases all the time.
        """
        async with self._turn:
            while await asyncio.to_thread(self._feed):
                continue

    def _feed(self) -> bool:
        if not self._history:
            self._find_place()
        entries = self._store.read(after=self._read, limit=_PAGE)
        if entries:
            facts = [_record_of(each) for each in entries if each.type in _TYPES]
            for parked in self._application.consume(facts).parked:
                _log.error("case not watched", case_id=str(parked.record.meta.case_id))
            self._read = entries[-1].position
        if time.monotonic() >= self._kept_at + _KEPT_SECONDS:
            self._keep_place()
        # Less than a page was all there was; what came since has woken us again.
        return len(entries) == _PAGE

    def _find_place(self) -> None:
        first = self._store.entry_at(1)
        if first is None:
            return
        history = f"ledger-{first.hash.hex()[:16]}"
        read = self._application.store.max_tracking_id(history) or 0
        # A ledger that was restored from yesterday is read again; what is known is passed over.
        self._read = read if read <= self._store.head().position else 0
        self._history = history

    def _keep_place(self) -> None:
        """Write down how far it read, for the next start; what is read again does nothing."""
        self._kept_at, read = time.monotonic(), self._read
        if read == self._kept:
            return
        if not self._history:
            self._find_place()
            self._read = read
        cause = self._application.own_cause(UUID(int=0), UUID(int=0))
        self._application.perform(cause, lambda _: None, key=(self._history, read))
        self._kept = read


class AlarmRunner:
    """Rings what is due, after everything was heard that could silence it."""

    def __init__(self, application: SlaApplication, heard: Heard) -> None:
        self._application = application
        self._heard = heard
        self._news = asyncio.Event()

    def wake(self) -> None:
        """A timer may have been set; call from the loop of the runner."""
        self._news.set()

    async def run(self, lease: Lease) -> None:
        """Ring for ever."""
        mine = self._application
        runner = EffectRunner(mine.store, mine.effects, mine.clock, may_act=lease.is_held)
        while True:
            self._news.clear()
            if await asyncio.to_thread(self._is_due):
                if await self._heard():
                    await asyncio.to_thread(runner.perform_due)
                else:
                    await asyncio.sleep(_RETRY_SECONDS)
                continue
            try:
                await asyncio.wait_for(self._news.wait(), timeout=_IDLE_SECONDS)
            except TimeoutError:
                continue

    def _is_due(self) -> bool:
        now = self._application.clock.now()
        return bool(self._application.store.due_effects(now, 1))


@dataclass(frozen=True)
class Tap:
    """How facts come into the ledger whose process we live in."""

    durable: str
    """The ledger's consumer."""
    tenant: str
    has_gap: Callable[[], bool]
    """Whether records wait for a predecessor that does not come."""


class SlaService:
    """The parts together, living in another process."""

    def __init__(
        self,
        application: SlaApplication,
        store: LedgerStore,
        client: Client,
        tap: Tap,
    ) -> None:
        self.application = application
        self.feeder = Feeder(store, application)
        self.alarms = AlarmRunner(application, self.has_heard_everything)
        publisher = JetStreamPublisher(client)
        self.outbox = Outbox(application, PUBLICATIONS, publisher, tenant=tap.tenant)
        self._client = client
        self._tap = tap

    def answer_commands(self, broker: NatsBroker) -> None:
        """Answer on the broker of the process; before the broker starts."""
        subscribe_commands(broker, self.application)

    def wake(self) -> None:
        """Something was saved; call from the loop of the service."""
        self.outbox.wake()
        self.alarms.wake()

    async def start(self, process: Process, lease: Lease) -> None:
        """Put the alarms where calendar and outages of today want them, then run."""
        wakes_from_threads(self.application, self.wake)
        await asyncio.to_thread(self.application.replan_all, uuid4())
        await answer_readers(self._client, self.outbox, self.application)
        await answer_operators(self._client, self.application)
        await self._client.subscribe(CANARY_SUBJECT, cb=self._on_canary)
        process.background(self.feeder.run(), name="sla-feeder")
        process.background(self.outbox.run(), name="sla-outbox")
        process.background(self.alarms.run(lease), name="sla-alarms")

    async def has_heard_everything(self) -> bool:
        """Whether all that is in the stream now is in the ledger, and heard."""
        js = self._client.jetstream()
        try:
            last = (await js.stream_info(STREAM)).state.last_seq
            info = await js.consumer_info(STREAM, self._tap.durable)
        except (NatsError, JetStreamError, TimeoutError, OSError):
            return False
        if info.ack_floor is None or info.delivered is None:
            return False
        # Records that wait for a lost predecessor stay unacknowledged: one stalled source must
        # not silence the alarms of all others.
        reached = info.delivered if self._tap.has_gap() else info.ack_floor
        read_out = not info.num_pending and not info.num_ack_pending
        if reached.stream_seq < last and not read_out:
            return False
        try:
            await self.feeder.catch_up()
        except RetryableError:
            return False
        return True

    async def _on_canary(self, message: Any) -> None:
        due = self.application.clock.now() + _CANARY_AFTER
        case_id = UUID(bytes.decode(message.data))
        await asyncio.to_thread(self.application.open_canary, case_id, due, tenant=self._tap.tenant)
        await message.respond(json.dumps({"due_at": due.isoformat()}).encode())


def _record_of(entry: Entry) -> Record:
    return Record(meta=EventMeta.model_validate_json(entry.meta), data=entry.data)
