"""Hears the signs of life of all processes and keeps the newest of each in MongoDB."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from nats.aio.client import Client
from pydantic import ValidationError

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Documents
from jamila_runtime.signs import ALL, EVERY, HEARTBEATS, SUBJECT, Heartbeat, Seen, seen_in

_log = get_logger(__name__)


class Collector:
    """Hears the signs of all processes."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._seen: dict[str, Seen] = {}

    async def listen(self, client: Client) -> None:
        """Hear what is said from now on."""
        await client.subscribe(SUBJECT, cb=self._on_sign)

    async def run(self) -> None:
        """Write down what was heard, for ever."""
        while True:
            try:
                await self.keep()
            except RetryableError as error:
                _log.warning("signs of life not written", fault=error.slug)
            await asyncio.sleep(EVERY.total_seconds())

    async def keep(self) -> None:
        """Write down what was heard.

        Raises:
            RetryableError: MongoDB is away.
        """
        # Whoever was heard before we began and fell silent since must not be forgotten.
        known = seen_in(await self._documents.get(HEARTBEATS, ALL))
        processes = {**known, **self._seen}
        plain = {name: each.model_dump() for name, each in processes.items()}
        await self._documents.put(HEARTBEATS, {"_id": ALL, "processes": plain})

    async def _on_sign(self, message: Any) -> None:
        try:
            sign = Heartbeat.model_validate_json(message.data)
        except ValidationError:
            _log.warning("a sign of life cannot be read")
            return
        self._seen[sign.process] = Seen(heartbeat=sign, seen_at=datetime.now(tz=UTC))
