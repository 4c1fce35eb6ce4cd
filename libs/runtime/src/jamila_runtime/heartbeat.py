"""Signs of life: every process says every few seconds that it lives and how far behind it is.

A sign goes out on plain NATS, where nothing is kept. The ledger's process collects them and writes
the newest of each process into MongoDB (``jamila_ledger.heartbeats``), where the operators' tools
read them: those hold no credential of the broker.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from eventsourcing.persistence import PersistenceError
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from jamila_runtime.errors import RetryableError
from jamila_runtime.signs import EVERY, SUBJECT, ConsumerLag, Heartbeat
from jamila_runtime.streams import STREAM

_ASK_SECONDS: Final = 2.0
_FLUSH_SECONDS: Final = 1

Readiness = Callable[[], Mapping[str, bool]]
Lags = Mapping[str, Callable[[], int]]
"""By name, how to ask how many events something is behind; may read a database."""
NO_LAGS: Lags = MappingProxyType({})


def _stays() -> bool:
    return False


@dataclass(frozen=True)
class Living:
    """Who gives signs."""

    name: str
    """Of the process."""
    readiness: Readiness
    """Each condition of readiness and whether it holds."""
    replica: str = ""
    """Which of several it is."""
    leaves: Callable[[], bool] = _stays
    """Whether it was told to stop, and does not end for a fault."""


class Heart:
    """Sends the signs of one process."""

    def __init__(
        self,
        living: Living,
        client: Client,
        *,
        durable: str = "",
        lags: Lags = NO_LAGS,
    ) -> None:
        """Prepare.

        Args:
            living: Whose signs.
            client: Connected to NATS.
            durable: Its consumer of the stream; empty: it has none.
            lags: What else it keeps, and how many events each is behind; may read a database.
        """
        self._living, self._client = living, client
        self._durable, self._lags = durable, lags

    async def run(self) -> None:
        """Beat for ever. While NATS is away nothing is heard of the process: that is the truth."""
        try:
            while True:
                await self.beat()
                await asyncio.sleep(EVERY.total_seconds())
        finally:
            if self._living.leaves():
                await self.say_goodbye()

    async def beat(self) -> None:
        """Give one sign."""
        await self._say(
            ready=dict(self._living.readiness()),
            consumer=await self._consumer(),
            lags=await asyncio.to_thread(self._measured),
        )

    async def say_goodbye(self) -> None:
        """Let nobody miss this replica."""
        await self._say(ready={}, leaves=True)
        with suppress(NatsError):
            await self._client.flush(timeout=_FLUSH_SECONDS)

    async def _say(self, **what: Any) -> None:
        sign = Heartbeat(
            process=self._living.name,
            replica=self._living.replica,
            beat_at=datetime.now(tz=UTC),
            **what,
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
