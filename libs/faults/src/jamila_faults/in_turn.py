"""Before several replicas: each new connection goes to the next one that takes it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, Self

from jamila_deploy.ports import LOOPBACK

_CHUNK: Final = 1 << 16


class InTurn:
    """Listens where one of them would."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._next = ports, itertools.cycle(ports)
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None  # noqa: S101 - asked while it runs
        return f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        try:
            yield self
        finally:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self._ports:
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection(LOOPBACK, next(self._next))
                break
        else:
            writer.close()
            return
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.close()
