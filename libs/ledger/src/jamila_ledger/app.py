"""The ledger process: records every event, then keeps the read models up to it."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from jamila_contracts.sop import load_sop
from jamila_ledger import ops, privacy
from jamila_ledger.backup_watch import tell_backups
from jamila_ledger.calendar import Calendar, load_calendar
from jamila_ledger.checkpoints_signer import office_signer
from jamila_ledger.heartbeats import Collector
from jamila_ledger.ops_desk import OpsDesk
from jamila_ledger.privacy_desk import PrivacyDesk
from jamila_ledger.projector import Projector
from jamila_ledger.recording import DURABLE, POSITION, Recorder
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.store import LedgerStore
from jamila_ledger.timers import Rules
from jamila_ledger.timers_application import SERVICE, create
from jamila_ledger.timers_escalation import load_escalation
from jamila_ledger.timers_process import SlaService, Tap
from jamila_ledger.wording import CAPABILITIES
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import SystemClock
from jamila_runtime.connecting import connect, inbox_broker, inbox_of
from jamila_runtime.lease import Lease
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Documents
from jamila_runtime.owner_desk import rewind_subject
from jamila_runtime.process import Process, stop_quietly
from jamila_runtime.streams import (
    ALL_EVENTS,
    STREAM,
    ensure_consumer,
    ensure_stream,
    keep_consumer,
    keep_stream,
)

_BESIDE_THE_STEPS = ("notifier", "public")
"""Services that own no step and have a log nevertheless."""
_MEND_SECONDS = 5.0
_log = get_logger(__name__)


class LedgerProcess(Process):
    """Owns the stream, the ledger, the projector and the alarms of the SLA.

    Of several replicas each answers commands; one holds the lease and does everything else.
    """

    def __init__(self, settings: LedgerSettings) -> None:
        super().__init__(settings, DURABLE)
        self._ledger_settings = settings
        tell_backups(settings.home)
        self._recorder: Recorder | None = None

    async def start(self, stack: AsyncExitStack) -> None:
        """Open the ledger, then MongoDB; answer commands; lead if it is our turn."""
        settings = self._ledger_settings
        settings.stores.mkdir(parents=True, exist_ok=True)
        store = await asyncio.to_thread(SqlLedgerStore.open, settings.ledger)
        self.close_at_end(stack, store.close)
        POSITION.set(store.head().position)
        documents = await Documents.connect(
            settings.mongo_url.get_secret_value(), settings.mongo_database
        )
        stack.push_async_callback(documents.close)
        client = await connect(settings, self.name)
        calendar = load_calendar(settings.calendar)
        lodgers = _Lodgers(
            self._sla(store, client, calendar),
            PrivacyDesk(settings, store, client),
            self._ops(client),
        )
        for application in lodgers.applications():
            self.close_at_end(stack, application.close)
        lease = lodgers.lease()
        self.give_back_at_end(stack, lease)
        stack.push_async_callback(client.close)
        self.checks["nats"] = lambda: client.is_connected
        await self._answer_commands(lodgers, stack)
        projector = Projector(store, documents, calendar)

        async def begin() -> None:
            await self._begin(_Open(store, client, projector, lease), lodgers, stack)
            collector = Collector(documents)
            await collector.listen(client)
            self.background(collector.run(), name="heartbeats")

        await self.lead(lease, begin, on_news=lodgers.wake)
        lags = {"projector": projector.lag, "sla": lodgers.sla.feeder.lag}
        self.beat(client, durable=DURABLE, lags=lags)

    async def _begin(self, at: "_Open", lodgers: "_Lodgers", stack: AsyncExitStack) -> None:
        """Start what only one replica does: record, sign, project, ring."""
        checkpoints = office_signer(at.store, self._ledger_settings, SystemClock())
        stack.callback(checkpoints.keep)

        def wake() -> None:
            at.projector.wake()
            lodgers.sla.feeder.wake()

        recorder = Recorder(at.store, checkpoints, SystemClock(), on_appended=wake)
        self._recorder = recorder
        await self._own_the_stream(at.client.jetstream())
        tap = inbox_broker(self.settings, f"{self.name}-inbox")
        recorder.subscribe(tap, inbox=inbox_of(self.settings.nats_user))
        await tap.start()
        stack.push_async_callback(stop_quietly, tap)
        for lodger in (lodgers.sla, lodgers.privacy, lodgers.ops):
            await lodger.start(self, at.lease)
        self.checks["mongo"] = lambda: at.projector.status.failing is None
        self.background(at.projector.run(), name="projector")
        self.background(checkpoints.watch(), name="checkpoints")
        self.background(mend(at.client, at.store, recorder), name="mender")

    async def _own_the_stream(self, js: JetStreamContext) -> None:
        """Make the stream and our consumer, now and whenever they are lost."""
        replicas = self.settings.nats_replicas
        await ensure_stream(js, replicas=replicas)
        await ensure_consumer(js, durable=DURABLE, subjects=[ALL_EVENTS])
        self.background(keep_stream(js, replicas=replicas), name="stream")
        kept = keep_consumer(js, durable=DURABLE, subjects=[ALL_EVENTS])
        self.background(kept, name="consumer")

    def _sla(self, store: LedgerStore, client: Client, calendar: Calendar) -> SlaService:
        escalation = load_escalation()
        escalation.check(load_sop(), CAPABILITIES.keys() - {"system"})
        rules = Rules(calendar, escalation.warn_percent)
        application = create(self.settings.store_env(SERVICE), rules=rules)
        tap = Tap(DURABLE, self.settings.tenant, self._has_gap)
        return SlaService(application, store, client, tap)

    def _has_gap(self) -> bool:
        return self._recorder is not None and self._recorder.gap

    def _ops(self, client: Client) -> OpsDesk:
        settings, runs = self.settings, ops.create(self.settings.store_env(ops.SERVICE))
        return OpsDesk(
            runs,
            client,
            tenant=settings.tenant,
            services=sources,
            replicas=settings.nats_replicas,
        )

    async def _answer_commands(self, lodgers: "_Lodgers", stack: AsyncExitStack) -> None:
        desk = inbox_broker(self.settings, f"{self.name}-desk")
        lodgers.sla.answer_commands(desk)
        lodgers.privacy.answer_commands(desk)
        lodgers.ops.answer_commands(desk)
        await desk.start()
        stack.push_async_callback(stop_quietly, desk)


@dataclass(frozen=True)
class _Open:
    """What the process has open."""

    store: LedgerStore
    client: Client
    projector: Projector
    lease: Lease


@dataclass(frozen=True)
class _Lodgers:
    """The services that live here."""

    sla: SlaService
    privacy: PrivacyDesk
    ops: OpsDesk

    def applications(self) -> tuple[StageApplication[Any], ...]:
        """Each has a store of its own."""
        return self.sla.application, self.privacy.application, self.ops.application

    def lease(self) -> Lease:
        """One for all of them and the ledger, in the database of the first."""
        hears = [each.service for each in self.applications()]
        return self.sla.application.store.lease(DURABLE, hears=hears)

    def wake(self) -> None:
        """Another replica saved something."""
        for each in (self.sla, self.privacy, self.ops):
            each.wake()


async def mend(client: Client, store: LedgerStore, recorder: Recorder) -> None:
    """Ask the services again for what the stream does not hold, now and whenever a gap stays.

    The logs of the services are the truth; the stream may have been lost altogether, and the
    ledger restored from yesterday. Only with nothing left to read is a gap a loss.
    """
    asked = False
    while True:
        if (not asked or recorder.gap) and await _is_read_out(client, patient=recorder.gap):
            positions = await asyncio.to_thread(store.source_positions)
            for service in sorted({*sources(), *positions}):
                after = positions.get(service, 0)
                await client.publish(rewind_subject(service), str(after).encode())
            _log.info("services asked for what is missing", gap=recorder.gap)
            asked = True
        await asyncio.sleep(_MEND_SECONDS)


def sources() -> set[str]:
    """The services that have a log, whether the ledger heard of them or not."""
    lodgers = {SERVICE, ops.SERVICE, privacy.SERVICE}
    return {step.service for step in load_sop().steps} | {*_BESIDE_THE_STEPS, *lodgers}


async def _is_read_out(client: Client, *, patient: bool) -> bool:
    """Nothing new is in the stream; with ``patient``, records that wait may still be out."""
    try:
        info = await client.jetstream().consumer_info(STREAM, DURABLE)
    except (NatsError, TimeoutError):
        return False
    return not info.num_pending and (patient or not info.num_ack_pending)
