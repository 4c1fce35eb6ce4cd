"""Hears the signs of life of all processes and keeps the newest of each in MongoDB.

Of a process with several replicas it also keeps when each was heard: while one works, the death of
another is seen nowhere else.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from nats.aio.client import Client
from prometheus_client import Gauge
from pydantic import ValidationError

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Document
from jamila_runtime.signs import (
    ALL,
    EVERY,
    FORGOTTEN_AFTER,
    HEARTBEATS,
    SUBJECT,
    Heartbeat,
    Replica,
    Seen,
    replicas_in,
    seen_in,
)

SILENT_REPLICAS = Gauge(
    "jamila_silent_replicas", "Replicas that fell silent and were not told to stop.", ["process"]
)
_Key = tuple[str, str]
_log = get_logger(__name__)


class Kept(Protocol):
    """Where the document of signs lies (``jamila_runtime.mongo.Documents``)."""

    async def get(self, collection: str, document_id: Any) -> Document | None:
        """A document by its id."""

    async def put(self, collection: str, document: Document) -> None:
        """Write a document."""


class Collector:
    """Hears the signs of all processes."""

    def __init__(self, documents: Kept) -> None:
        self._documents = documents
        self._seen: dict[str, Seen] = {}
        self._replicas: dict[_Key, Replica] = {}
        self._gone: set[_Key] = set()

    async def listen(self, client: Client) -> None:
        """Hear what is said from now on."""
        await client.subscribe(SUBJECT, cb=self._on_sign)

    async def run(self) -> None:
        """Write down what was heard, for ever."""
        while True:
            try:
                await self.keep(now=datetime.now(tz=UTC))
            except RetryableError as error:
                _log.warning("signs of life not written", fault=error.slug)
            await asyncio.sleep(EVERY.total_seconds())

    async def keep(self, *, now: datetime) -> None:
        """Write down what was heard.

        Raises:
            RetryableError: MongoDB is away.
        """
        # Whoever was heard before we began and fell silent since must not be forgotten.
        document = await self._documents.get(HEARTBEATS, ALL)
        processes = {**seen_in(document), **self._seen}
        plain = {name: each.model_dump() for name, each in processes.items()}
        replicas = self._missed(replicas_in(document), now)
        _tell(replicas, now)
        told = [each.model_dump() for each in replicas]
        await self._documents.put(HEARTBEATS, {"_id": ALL, "processes": plain, "replicas": told})

    def hear(self, sign: Heartbeat, *, now: datetime) -> None:
        """Take in one sign."""
        key = (sign.process, sign.replica)
        if sign.leaves:
            self._replicas.pop(key, None)
            self._gone.add(key)
            return
        self._gone.discard(key)
        self._seen[sign.process] = Seen(heartbeat=sign, seen_at=now)
        if sign.replica:
            self._replicas[key] = Replica(process=sign.process, replica=sign.replica, seen_at=now)

    def _missed(self, written: Iterable[Replica], now: datetime) -> list[Replica]:
        """All that must not fall silent, as far as anybody still waits for them."""
        known = {**{(each.process, each.replica): each for each in written}, **self._replicas}
        return [
            each
            for key, each in sorted(known.items())
            if key not in self._gone and now - each.seen_at <= FORGOTTEN_AFTER
        ]

    async def _on_sign(self, message: Any) -> None:
        try:
            sign = Heartbeat.model_validate_json(message.data)
        except ValidationError:
            _log.warning("a sign of life cannot be read")
            return
        self.hear(sign, now=datetime.now(tz=UTC))


def _tell(replicas: list[Replica], now: datetime) -> None:
    silent = Counter({each.process: 0 for each in replicas})
    silent.update(each.process for each in replicas if each.is_silent(now))
    SILENT_REPLICAS.clear()
    for process, count in silent.items():
        SILENT_REPLICAS.labels(process).set(count)
