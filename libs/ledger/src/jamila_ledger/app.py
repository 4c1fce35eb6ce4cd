"""The ledger process: records every event, then keeps the read models up to it."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack

from nats.aio.client import Client
from nats.errors import Error as NatsError

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
from jamila_runtime.clock import SystemClock
from jamila_runtime.heartbeat import Heart, Lags
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Documents
from jamila_runtime.owner_desk import rewind_subject
from jamila_runtime.process import (
    Process,
    connect,
    inbox_broker,
    stop_quietly,
)
from jamila_runtime.streams import ALL_EVENTS, STREAM, ensure_consumer, ensure_stream

_BESIDE_THE_STEPS = ("notifier", "public")
"""Services that own no step and have a log nevertheless."""
_MEND_SECONDS = 5.0
_log = get_logger(__name__)


class LedgerProcess(Process):
    """Owns the stream, the ledger, the projector and the alarms of the SLA."""

    def __init__(self, settings: LedgerSettings) -> None:
        super().__init__(settings, DURABLE)
        self._ledger_settings = settings
        tell_backups(settings.home)

    async def start(self, stack: AsyncExitStack) -> None:
        """Open the ledger, then MongoDB, then the tap."""
        settings = self._ledger_settings
        settings.stores.mkdir(parents=True, exist_ok=True)
        store = await asyncio.to_thread(SqlLedgerStore.open, settings.ledger)
        self.close_at_end(stack, store.close)
        checkpoints = office_signer(store, settings, SystemClock())
        stack.callback(checkpoints.keep)
        POSITION.set(store.head().position)
        documents = await Documents.connect(
            settings.mongo_url.get_secret_value(), settings.mongo_database
        )
        stack.push_async_callback(documents.close)
        calendar = load_calendar(settings.calendar)
        projector = Projector(store, documents, calendar)
        client = await connect(settings, self.name)
        sla = self._sla(store, client, calendar, has_gap=lambda: recorder.gap)
        desk, runs = PrivacyDesk(settings, store, client), self._ops(client)
        for application in (sla.application, desk.application, runs.application):
            self.close_at_end(stack, application.close)
        stack.push_async_callback(client.close)

        def wake() -> None:
            projector.wake()
            sla.feeder.wake()

        recorder = Recorder(store, checkpoints, SystemClock(), on_appended=wake)
        await ensure_stream(client.jetstream())
        await ensure_consumer(client.jetstream(), durable=DURABLE, subjects=[ALL_EVENTS])
        await self._tap(recorder, (sla, desk), stack)
        await sla.start(self)
        await desk.start(self)
        await runs.start(self)
        self.checks["nats"] = lambda: client.is_connected
        self.checks["mongo"] = lambda: projector.status.failing is None
        self.background(projector.run(), name="projector")
        self.background(checkpoints.watch(), name="checkpoints")
        self.background(mend(client, store, recorder), name="mender")
        lags = {"projector": projector.lag, "sla": sla.feeder.lag}
        await self._heartbeats(client, documents, lags)

    async def _heartbeats(self, client: Client, documents: Documents, lags: Lags) -> None:
        """Hear the signs of life of all processes, and give our own."""
        collector = Collector(documents)
        await collector.listen(client)
        self.background(collector.run(), name="heartbeats")
        heart = Heart(self.name, client, self.readiness, durable=DURABLE, lags=lags)
        self.background(heart.run(), name="heartbeat")

    def _sla(
        self, store: LedgerStore, client: Client, calendar: Calendar, *, has_gap: Callable[[], bool]
    ) -> SlaService:
        escalation = load_escalation()
        escalation.check(load_sop(), CAPABILITIES.keys() - {"system"})
        rules = Rules(calendar, escalation.warn_percent)
        application = create(self.settings.store_env(SERVICE), rules=rules)
        tap = Tap(DURABLE, self.settings.tenant, has_gap)
        return SlaService(application, store, client, tap)

    def _ops(self, client: Client) -> OpsDesk:
        runs = ops.create(self.settings.store_env(ops.SERVICE))
        return OpsDesk(runs, client, tenant=self.settings.tenant, services=sources)

    async def _tap(
        self,
        recorder: Recorder,
        lodgers: Iterable[SlaService | PrivacyDesk],
        stack: AsyncExitStack,
    ) -> None:
        broker = inbox_broker(self.settings, self.name)
        recorder.subscribe(broker)
        for each in lodgers:
            each.answer_commands(broker)
        await broker.start()
        stack.push_async_callback(stop_quietly, broker)


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
