"""Batches without waiting: what is there is delivered at once, and idling costs nothing.

FastStream 0.7.8 collects until a batch is full or its time-out is over. A short time-out makes
every consumer ask twenty times a second for nothing (measured: 3 % of a core per idle service, 9 %
for the server); a long one makes every hop wait. This loop lingers for the first message and then
takes what else is there. It replaces one private method of one pinned version, and nothing else;
``test_eager.py`` fails when the library changes under it.
"""

import asyncio
from contextlib import suppress
from typing import Any

from faststream.nats.subscriber.usecases.stream_pull_subscriber import BatchPullStreamSubscriber
from nats.errors import Error as NatsError

from jamila_runtime.logs import get_logger

LINGER_SECONDS = 2.0
"""How long one request waits for a first message; also the longest pause after a reconnect."""
_GATHER_SECONDS = 0.003
"""How long the rest of a batch may take to arrive behind its first message."""
_FAULT_SECONDS = 0.5
_log = get_logger(__name__)


async def consume_eagerly(self: Any) -> None:
    """Fetch, hand over, fetch again, for as long as the subscriber runs."""
    while self.running:
        try:
            messages = await _batch(self.subscription, self.pull_sub.batch_size)
        except TimeoutError:
            continue
        except NatsError as error:
            # Disconnected, or the consumer is being made anew: what was fetched comes again.
            _log.warning("fetch failed", fault=type(error).__name__)
            await asyncio.sleep(_FAULT_SECONDS)
            continue
        if self.running:
            await self.consume(messages)


async def _batch(subscription: Any, size: int) -> list[Any]:
    messages: list[Any] = await subscription.fetch(batch=1, timeout=LINGER_SECONDS)
    if size > 1:
        with suppress(TimeoutError):
            messages += await subscription.fetch(batch=size - 1, timeout=_GATHER_SECONDS)
    return messages


def install() -> None:
    """Let every batch subscriber of this process consume eagerly; again is quiet."""
    BatchPullStreamSubscriber._consume_pull = consume_eagerly  # type: ignore[method-assign] # noqa: SLF001 - see above
