"""Append first, publish after: relays the recorded log to JetStream, for ever.

A handler never publishes. It records; this loop reads the log behind a checkpoint and publishes
each event with its id as ``Nats-Msg-Id``. A crash between publishing and saving the checkpoint
publishes again: the server drops what it still remembers, every reader drops the rest by its place
in the log. The checkpoint may therefore lag: the running outbox knows where it is, and writes it
down once a second at most instead of beside every decision.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import Notification

from jamila_contracts.envelope import EventMeta
from jamila_contracts.events import IntegrationEvent
from jamila_contracts.wire import Record
from jamila_runtime.aggregate import CaseAggregate, event_id_of
from jamila_runtime.application import StageApplication
from jamila_runtime.ended import EndedCase
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.metrics import OUTBOX_LAG, OUTBOX_PUBLISHED
from jamila_runtime.recorder import Checkpoint
from jamila_runtime.stage import JedaDimulai, JedaSelesai, TugasDiambil, TugasDilepas

PAGE = 200
"""Events published together; their acknowledgements are awaited together."""
_POLL_SECONDS = 1.0
_BACKOFF_SECONDS = 1.0
_KEPT_SECONDS = 1.0
"""How far the checkpoint may lag: so much is published again after a crash."""
_LOOK_SECONDS = 3.0
"""How often it is asked whether the stream is still the one that was published into."""
_log = get_logger(__name__)


class Publisher(Protocol):
    """Whatever carries records away and says when they are safe."""

    async def publish(self, records: Sequence[Record]) -> None:
        """Publish in order; returns once all are acknowledged.

        Raises:
            RetryableError: not all were acknowledged; publish the same records again.
        """
        ...

    async def stream(self) -> str:
        """Which stream it is; another name means that all that was published is gone.

        Raises:
            RetryableError: there is none just now.
        """
        ...


class Publications:
    """Which domain events of a service become which integration events.

    Every event of the aggregate is named, as published or as internal, so that a new fact cannot be
    forgotten.
    """

    def __init__(
        self,
        published: Mapping[type[CaseAggregate.Event], type[IntegrationEvent]],
        *,
        internal: Sequence[type[CaseAggregate.Event]] = (),
    ) -> None:
        self.published = {**published, **_task_events()}
        self.internal: frozenset[type] = frozenset((*internal, EndedCase.Berakhir))
        asides = {mine for mine, theirs in self.published.items() if not theirs.CHANGES_TASK}
        self.uncounted: frozenset[type] = self.internal | asides
        """What does not count in the version that others name in a command."""

    def contract_of(self, event: CaseAggregate.Event) -> type[IntegrationEvent] | None:
        """The integration event it becomes; None if it is the service's own affair.

        Raises:
            KeyError: the event was forgotten in the table of its service.
        """
        if type(event) in self.internal:
            return None
        return self.published[type(event)]


def _task_events() -> dict[type[CaseAggregate.Event], type[IntegrationEvent]]:
    from jamila_contracts import events  # noqa: PLC0415 - same names on both sides

    return {
        TugasDiambil: events.TugasDiambil,
        TugasDilepas: events.TugasDilepas,
        JedaDimulai: events.JedaDimulai,
        JedaSelesai: events.JedaSelesai,
    }


class Outbox:
    """Relays the log of one application."""

    def __init__(
        self,
        application: StageApplication[Any],
        publications: Publications,
        publisher: Publisher,
        *,
        tenant: str,
    ) -> None:
        self._application = application
        self._publications = publications
        self._publisher = publisher
        self._tenant = tenant
        self._news = asyncio.Event()
        self._rewound_to: Checkpoint | None = None
        self._at: Checkpoint | None = None
        """Where we are; None until the log was looked at."""
        self._kept: Checkpoint | None = None
        self._kept_at = 0.0
        self._looked_at = -_LOOK_SECONDS

    def wake(self) -> None:
        """There may be something new in the log; call from the loop of the outbox."""
        self._news.set()

    def rewind(self, after: int) -> None:
        """Publish again everything after a place of the log that a reader still has."""
        back = self._rewound_to
        if back is None or after < back.position:
            self._rewound_to = Checkpoint(position=after, published=after)
        self.wake()

    def reached(self) -> Checkpoint:
        """How far it got; may read the store."""
        return self._at or self._application.store.checkpoint()

    def lag(self) -> int:
        """How many places of the log were not looked at yet."""
        last = self._application.recorder.max_notification_id() or 0
        return max(last - self.reached().position, 0)

    async def run(self) -> None:
        """Relay until cancelled."""
        while True:
            try:
                await self._look_at_the_stream()
                await self._publish_all()
                if time.monotonic() >= self._kept_at + _KEPT_SECONDS:
                    await self._keep()
            except RetryableError as error:
                _log.warning("outbox waits", fault=error.slug)
                await asyncio.sleep(_BACKOFF_SECONDS)
                continue
            try:
                await asyncio.wait_for(self._news.wait(), timeout=_POLL_SECONDS)
            except TimeoutError:
                continue

    async def _look_at_the_stream(self) -> None:
        """Begin again when the stream is another one: readers may lack what only the old one had.

        Every reader drops what it knows, so what is published again harms nobody.
        """
        now = time.monotonic()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        store, stream = self._application.store, await self._publisher.stream()
        known = await asyncio.to_thread(store.stream)
        if known and known != stream:
            _log.warning("stream lost, all is published again", service=self._application.service)
            self._at = self._kept = Checkpoint(0, 0)
            await asyncio.to_thread(store.save_checkpoint, self._at)
        if known != stream:
            # Last: a crash before only finds the stream strange once more.
            await asyncio.to_thread(store.save_stream, stream)
        self._looked_at = now

    async def relay(self) -> int:
        """Publish everything that is in the log now and write it down; how many events."""
        published = await self._publish_all()
        await self._keep()
        return published

    async def _publish_all(self) -> int:
        published = 0
        while True:
            self._news.clear()
            back, self._rewound_to = self._rewound_to, None
            page = await asyncio.to_thread(self._next_page, back)
            if page is None:
                OUTBOX_LAG.set(0)
                return published
            records, after = page
            OUTBOX_LAG.set(len(records))
            await self._publisher.publish(records)
            self._at = after
            published += len(records)
            OUTBOX_PUBLISHED.inc(len(records))

    async def _keep(self) -> None:
        """Write down where we are, unless it stands there."""
        self._kept_at = time.monotonic()
        if self._at is not None and self._at != self._kept:
            await asyncio.to_thread(self._application.store.save_checkpoint, self._at)
            self._kept = self._at

    def _next_page(self, back: Checkpoint | None) -> tuple[list[Record], Checkpoint] | None:
        checkpoint = self._at or self._application.store.checkpoint()
        if back is not None and back.position < checkpoint.position:
            # Only ever back: a reader that is further than we are must not make us pass over what
            # another one lacks.
            checkpoint = back
        notifications = self._application.recorder.select_notifications(
            checkpoint.position, PAGE, inclusive_of_start=False
        )
        if not notifications:
            return None
        records: list[Record] = []
        published = checkpoint.published
        for notification in notifications:
            record = self._record_of(notification, previous=published)
            if record is not None:
                records.append(record)
                published = record.meta.log_position
        return records, Checkpoint(position=notifications[-1].id, published=published)

    def _record_of(self, notification: Notification, *, previous: int) -> Record | None:
        event: Any = self._application.mapper.to_domain_event(notification)
        contract = self._publications.contract_of(event)
        if contract is None:
            return None
        cause = event.cause
        event_id: UUID = event_id_of(event)
        meta = EventMeta(
            event_id=event_id,
            type=contract.__name__,
            schema_version=contract.SCHEMA_VERSION,
            source=self._application.service,
            tenant=self._tenant,
            case_id=cause.case_id,
            position=event.originator_version,
            log_position=notification.id,
            previous_log_position=previous,
            occurred_at=cause.occurred_at,
            recorded_at=cause.recorded_at,
            actor=cause.actor,
            causation_id=cause.causation_id,
            correlation_id=cause.correlation_id,
            sop_version=cause.sop_version,
            traceparent=cause.traceparent,
        )
        facts = {
            **vars(event),
            "event_id": event_id,
            "case_id": cause.case_id,
            "occurred_at": cause.occurred_at,
        }
        return Record.of(meta, contract.model_validate(facts))
