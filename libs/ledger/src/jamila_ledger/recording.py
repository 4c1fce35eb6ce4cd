"""From JetStream into the ledger: what is done with each message of a batch."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsMessage
from prometheus_client import Counter, Gauge

from jamila_contracts.envelope import EnvelopeError, EventMeta
from jamila_contracts.wire import Record
from jamila_ledger.checkpoints_signer import CheckpointSigner
from jamila_ledger.store import AppendOutcome, ForgedDuplicateError, LedgerStore
from jamila_runtime.clock import Clock
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.streams import STREAM

DURABLE: Final = "ledger"
_BATCH = 500
_WAITING_SECONDS = 0.15
"""After this a record that came before its predecessor is offered again."""
_RETRY_SECONDS = 1.0

POSITION = Gauge("jamila_ledger_position", "Place of the last entry.")
EVENTS = Counter("jamila_ledger_events", "Events received by the ledger.", ["outcome"])
FACTS = Counter("jamila_ledger_facts", "Facts recorded, by their kind.", ["type"])
WAITING = Gauge("jamila_ledger_waiting_events", "Events of the last batch that wait for others.")
_log = get_logger(__name__)


@dataclass(frozen=True)
class Delivery:
    """One message, and the event it carries; None if it carries none of ours."""

    message: Any
    record: Record | None


async def decode_deliveries(message: NatsMessage) -> list[Delivery]:
    """Read a batch of messages, keeping hold of each to answer it by itself."""
    return [_delivery(raw) for raw in message.raw_message]  # type: ignore[attr-defined] # a list


def _delivery(raw: Any) -> Delivery:
    try:
        return Delivery(raw, Record(EventMeta.from_headers(raw.headers or {}), raw.data))
    except EnvelopeError:
        return Delivery(raw, None)


class Recorder:
    """Appends batches and answers every message of them."""

    def __init__(
        self,
        store: LedgerStore,
        checkpoints: CheckpointSigner,
        clock: Clock,
        *,
        on_appended: Callable[[], None],
    ) -> None:
        self._store = store
        self._checkpoints = checkpoints
        self._clock = clock
        self._on_appended = on_appended
        self.gap = False
        """The last batch left records waiting for a predecessor."""

    def subscribe(self, broker: NatsBroker, *, inbox: str) -> None:
        """Feed the whole stream to the ledger; ``inbox``: where its user hears answers."""

        @broker.subscriber(
            "permohonan.*.*.*",
            stream=JStream(STREAM, declare=False),
            durable=DURABLE,
            pull_sub=PullSub(batch_size=_BATCH, batch=True),
            decoder=decode_deliveries,
            ack_policy=AckPolicy.MANUAL,
            inbox_prefix=f"{inbox}.".encode(),
        )
        async def on_events(deliveries: list[Any]) -> None:
            await self.record(deliveries)

    async def record(self, deliveries: Sequence[Delivery]) -> None:
        """Append what can be appended; nothing is acknowledged before it is safe on disk."""
        deliveries = await self._without_strangers(deliveries)
        try:
            outcome, forged = await asyncio.to_thread(self._append, deliveries)
        except RetryableError as error:
            _log.warning("batch will be delivered again", fault=error.slug)
            await asyncio.gather(*(each.message.nak(_RETRY_SECONDS) for each in deliveries))
            return
        await _answer(deliveries, outcome, forged)
        self.gap = bool(outcome.waiting)
        WAITING.set(len(outcome.waiting))
        EVENTS.labels("recorded").inc(len(outcome.appended))
        for entry in outcome.appended:
            FACTS.labels(entry.type).inc()
        EVENTS.labels("repeated").inc(outcome.duplicates)
        if outcome.appended:
            POSITION.set(outcome.appended[-1].position)
            self._on_appended()

    async def _without_strangers(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Refuse for good what is no event: without an envelope it belongs to no case."""
        for each in deliveries:
            if each.record is None:
                EVENTS.labels("no-envelope").inc()
                _log.error("message without envelope", subject=each.message.subject)
                await each.message.term()
        return [each for each in deliveries if each.record is not None]

    def _append(self, deliveries: Sequence[Delivery]) -> tuple[AppendOutcome, list[Record]]:
        """Append; a forged event is set aside, so that it cannot hold up the honest ones."""
        records = [each.record for each in deliveries if each.record is not None]
        forged: list[Record] = []
        while True:
            try:
                outcome = self._store.append(records, now=self._clock.now())
            except ForgedDuplicateError as error:
                forged.append(error.record)
                # By identity: the honest event of the same id may be in the same batch.
                records = [each for each in records if each is not error.record]
                EVENTS.labels("forged").inc()
                _log.error("forged event refused", event_id=error.data["event_id"])
            else:
                if outcome.appended:
                    self._checkpoints.offer()
                return outcome, forged


async def _answer(
    deliveries: Sequence[Delivery], outcome: AppendOutcome, forged: Sequence[Record]
) -> None:
    waiting = {record.meta.event_id for record in outcome.waiting}
    answers = []
    for each in deliveries:
        event_id = each.record.meta.event_id if each.record else None
        if event_id in waiting:
            # Delay in code: JetStream applies consumer back-off to ack time-outs, not to nak
            # (nats-server issue 4726).
            answers.append(each.message.nak(_WAITING_SECONDS))
        elif any(each.record is one for one in forged):
            answers.append(each.message.term())
        else:
            answers.append(each.message.ack())
    await asyncio.gather(*answers)
