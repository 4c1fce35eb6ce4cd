"""The one JetStream stream, its consumers, and publishing into it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

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
_ANSWER_SECONDS = 5.0
_LOOK_SECONDS = 2.0
"""How long a lost stream or consumer may stay unnoticed."""
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


async def keep_stream(js: JetStreamContext, *, replicas: int = 1) -> None:
    """Make the stream anew whenever it is gone, for ever: a server may come back with nothing."""
    await _keep(lambda: ensure_stream(js, replicas=replicas))


async def keep_consumer(js: JetStreamContext, *, durable: str, subjects: Sequence[str]) -> None:
    """Make a consumer anew whenever it is gone, for ever; it begins with the first event."""

    async def look() -> None:
        try:
            await js.consumer_info(STREAM, durable)
        except NotFoundError:
            await ensure_consumer(js, durable=durable, subjects=subjects)
            _log.warning("consumer made anew", durable=durable)

    await _keep(look)


async def _keep(look: Callable[[], Awaitable[None]]) -> None:
    while True:
        # A server that does not answer is looked at again; that it is away others say.
        with suppress(NatsError, TimeoutError, OSError):
            await look()
        await asyncio.sleep(_LOOK_SECONDS)


class JetStreamPublisher:
    """Publishes records into the stream and waits until the server holds them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._js = client.jetstream()

    async def stream(self) -> str:
        """Which stream it is: another one after the server lost everything.

        Raises:
            RetryableError: there is none just now, or the server is away.
        """
        # By hand: nats-py 2 leaves out when a stream was made.
        asked = f"$JS.API.STREAM.INFO.{STREAM}"
        try:
            answer = await self._client.request(asked, timeout=_ANSWER_SECONDS)
            return str(json.loads(answer.data)["created"])
        except (NatsError, TimeoutError, OSError, KeyError) as error:
            raise RetryableError(f"no stream: {type(error).__name__}") from error

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
