"""The one JetStream stream, its consumers, and publishing into it."""

import asyncio
from collections.abc import Sequence

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import NotFoundError

from jamila_contracts.wire import Record
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger

STREAM = "PERMOHONAN"
ALL_EVENTS = "permohonan.>"
ACK_WAIT_SECONDS = 10.0
"""A few times the slowest batch; what a crashed consumer had fetched waits this long."""
_DEDUPLICATION_SECONDS = 120.0
_log = get_logger(__name__)


async def ensure_stream(js: JetStreamContext, *, replicas: int = 1) -> None:
    """Create the stream if it is missing. Called by the ledger only, so that one place declares.

    Args:
        js: Connected.
        replicas: On how many nodes it lies; a stream that lies on another number is moved.
    """
    config = StreamConfig(
        name=STREAM,
        subjects=[ALL_EVENTS],
        num_replicas=replicas,
        duplicate_window=_DEDUPLICATION_SECONDS,
    )
    try:
        found = await js.stream_info(STREAM)
    except NotFoundError:
        await js.add_stream(config)
        _log.info("stream created", stream=STREAM, replicas=replicas)
        return
    if found.config.num_replicas != replicas:
        await js.update_stream(found.config.evolve(num_replicas=replicas))
        _log.info("stream moved", stream=STREAM, replicas=replicas)


async def ensure_consumer(js: JetStreamContext, *, durable: str, subjects: Sequence[str]) -> None:
    """Create or update a durable pull consumer; waits for the stream to exist."""
    config = ConsumerConfig(
        durable_name=durable,
        filter_subjects=list(subjects),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_ack_pending=2_000,
    )
    while True:
        try:
            await js.add_consumer(STREAM, config=config)
        except (NatsError, TimeoutError) as error:
            _log.info("waiting for the stream", fault=type(error).__name__)
            await asyncio.sleep(0.2)
        else:
            return


class JetStreamPublisher:
    """Publishes records into the stream and waits until the server holds them."""

    def __init__(self, client: Client) -> None:
        self._js = client.jetstream()

    async def publish(self, records: Sequence[Record]) -> None:
        """Publish in order, all acknowledgements awaited together.

        Raises:
            RetryableError: not all were acknowledged.
        """
        try:
            futures = [
                await self._js.publish_async(
                    record.meta.subject, record.data, headers=record.meta.to_headers()
                )
                for record in records
            ]
            await asyncio.wait_for(asyncio.gather(*futures), timeout=ACK_WAIT_SECONDS)
        except (NatsError, TimeoutError, OSError) as error:
            raise RetryableError(
                f"JetStream did not acknowledge: {type(error).__name__}"
            ) from error
