"""A new ledger from the logs of the services: into a new place, verified, the old one untouched.

What the stream still holds is read from it; what it lacks is asked of the services. The facts and
their order within each service are those of the old ledger; how the services interleave, and the
ledger's own clock, are new, and so is the chain: it begins with the restore.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from jamila_contracts.envelope import EnvelopeError, EventMeta
from jamila_contracts.wire import Record
from jamila_ledger.chain import verify
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.store import ForgedDuplicateError, LedgerStore
from jamila_runtime.clock import SystemClock
from jamila_runtime.errors import ConflictError, DomainError, RetryableError
from jamila_runtime.owner_desk import rewind_subject
from jamila_runtime.streams import ALL_EVENTS, STREAM

_PAGE: Final = 500
_FETCH_SECONDS: Final = 1.0
_STALLED: Final = 30
"""Empty looks into the stream after which the restore gives up."""


class PlaceTakenError(ConflictError):
    """There is a ledger at the new place already."""

    slug = "restore-place-taken"


class RestoreIncompleteError(DomainError):
    """The services did not publish everything they once recorded."""

    slug = "restore-incomplete"


class Restorer:
    """Fills one new ledger."""

    def __init__(self, client: Client, targets: Mapping[str, int]) -> None:
        self._client = client
        self._targets = targets
        self._clock = SystemClock()
        self._waiting: list[Record] = []

    async def restore(self, url: str) -> dict[str, str | int]:
        """Fill a new ledger up to what every service had published when we asked.

        Raises:
            PlaceTakenError: something is there already.
            RestoreIncompleteError: a service does not give everything; the new place is unfinished.
        """
        store = await asyncio.to_thread(SqlLedgerStore.open, url)
        try:
            if store.head().position:
                raise PlaceTakenError("there is a ledger at the new place already")
            await self._fill(store)
            report = await asyncio.to_thread(lambda: verify(store.scan()))
            if not report.ok:
                raise RestoreIncompleteError("the new ledger does not verify")
            return {"entries": report.entries, "head": str(report.head)}
        finally:
            store.close()

    async def _fill(self, store: LedgerStore) -> None:
        js = self._client.jetstream()
        config = ConsumerConfig(
            filter_subject=ALL_EVENTS,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=60.0,
        )
        info = await js.add_consumer(STREAM, config=config)
        tap = await js.pull_subscribe_bind(consumer=info.name, stream=STREAM)
        empty = 0
        while self._missing(store):
            records = await _fetched(tap)
            await asyncio.to_thread(self._append, store, records)
            empty = 0 if records else empty + 1
            if empty == 1:
                await self._ask_for_missing(store)
            if empty >= _STALLED:
                missing = sorted(self._missing(store))
                raise RestoreIncompleteError("services do not answer", problem=", ".join(missing))
        await js.delete_consumer(STREAM, info.name)

    def _append(self, store: LedgerStore, records: list[Record]) -> None:
        batch = [*self._waiting, *records]
        while True:
            try:
                outcome = store.append(batch, now=self._clock.now())
            except ForgedDuplicateError as error:
                batch = [each for each in batch if each is not error.record]
            else:
                # One of each: what is republished comes again.
                waiting = {each.meta.event_id: each for each in outcome.waiting}
                self._waiting = list(waiting.values())
                return

    def _missing(self, store: LedgerStore) -> set[str]:
        reached = store.source_positions()
        return {s for s, target in self._targets.items() if reached.get(s, 0) < target}

    async def _ask_for_missing(self, store: LedgerStore) -> None:
        reached = store.source_positions()
        for service in sorted(self._missing(store)):
            after = str(reached.get(service, 0)).encode()
            await self._client.publish(rewind_subject(service), after)


async def _fetched(tap: JetStreamContext.PullSubscription) -> list[Record]:
    try:
        messages = await tap.fetch(_PAGE, timeout=_FETCH_SECONDS)
    except TimeoutError:
        return []
    except NatsError as error:
        raise RetryableError("the stream does not answer") from error
    records = []
    for message in messages:
        try:
            records.append(Record(EventMeta.from_headers(message.headers or {}), message.data))
        except EnvelopeError:
            continue
    return records
