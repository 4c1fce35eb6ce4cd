"""Signs of life: every process says every few seconds that it lives and how far behind it is.

A sign goes out on plain NATS, where nothing is kept. The ledger's process collects them and writes
the newest of each process into MongoDB (``jamila_ledger.heartbeats``), where the operators' tools
read them: those hold no credential of the broker.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from eventsourcing.persistence import PersistenceError
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from jamila_runtime.errors import RetryableError
from jamila_runtime.signs import EVERY, SUBJECT, ConsumerLag, Heartbeat
from jamila_runtime.streams import STREAM

_ASK_SECONDS: Final = 2.0

Readiness = Callable[[], Mapping[str, bool]]
Lags = Mapping[str, Callable[[], int]]
"""By name, how to ask how many events something is behind; may read a database."""
_NOTHING: Lags = MappingProxyType({})


class Heart:
    """Sends the signs of one process."""

    def __init__(
        self,
        name: str,
        client: Client,
        readiness: Readiness,
        *,
        durable: str = "",
        lags: Lags = _NOTHING,
    ) -> None:
        """Prepare.

        Args:
            name: Of the process.
            client: Connected to NATS.
            readiness: Each condition of readiness and whether it holds.
            durable: Its consumer of the stream; empty: it has none.
            lags: What else it keeps, and how many events each is behind; may read a database.
        """
        self._name, self._client, self._readiness = name, client, readiness
        self._durable, self._lags = durable, lags

    async def run(self) -> None:
        """Beat for ever. While NATS is away nothing is heard of the process: that is the truth."""
        while True:
            await self.beat()
            await asyncio.sleep(EVERY.total_seconds())

    async def beat(self) -> None:
        """Give one sign."""
        sign = Heartbeat(
            process=self._name,
            beat_at=datetime.now(tz=UTC),
            ready=dict(self._readiness()),
            consumer=await self._consumer(),
            lags=await asyncio.to_thread(self._measured),
        )
        with suppress(NatsError):
            if self._client.is_connected:
                await self._client.publish(SUBJECT, sign.model_dump_json().encode())

    def _measured(self) -> dict[str, int]:
        try:
            return {name: measure() for name, measure in self._lags.items()}
        except (RetryableError, PersistenceError):
            # It lives; that its store is away its readiness and its log tell.
            return {}

    async def _consumer(self) -> ConsumerLag | None:
        if not self._durable:
            return None
        js = self._client.jetstream(timeout=_ASK_SECONDS)
        try:
            info = await js.consumer_info(STREAM, self._durable)
        except (NatsError, JetStreamError, TimeoutError, OSError):
            return None
        return ConsumerLag(pending=info.num_pending or 0, unacknowledged=info.num_ack_pending or 0)
