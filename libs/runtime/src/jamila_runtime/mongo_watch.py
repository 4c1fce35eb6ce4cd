"""Knows whether MongoDB answers, so that a readiness probe need not ask it."""

import asyncio

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Documents

_PING_SECONDS = 2.0
_log = get_logger(__name__)


class MongoWatch:
    """Asks now and then; a fault is logged once, when it begins."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.answers = False
        """Whether it did the last time."""

    async def run(self) -> None:
        """Ask for ever."""
        while True:
            try:
                await self._documents.ping()
                self.answers = True
            except RetryableError as error:
                if self.answers:
                    _log.warning("mongo does not answer", fault=error.slug)
                self.answers = False
            await asyncio.sleep(_PING_SECONDS)
