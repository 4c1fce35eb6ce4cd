"""A TCP proxy on the loopback that can be told to misbehave like a bad network."""

import asyncio
from typing import Final

from jamila_deploy.ports import LOOPBACK

_CHUNK: Final = 1 << 16


class Proxy:
    """Stands before one server.

    Attributes:
        behind: Port of the server.
        port: Where it listens itself, once started.
        delay_seconds: How much later everything arrives, in both directions.
        is_cut: Nobody can connect.
    """

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self.port = 0
        self.delay_seconds = 0.0
        self.is_cut = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._visits: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._on_client, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all connections."""
        if self._server is not None:
            self._server.close()
            self.speak()
            self.cut()
            await asyncio.gather(*self._visits)

    def cut(self) -> None:
        """Break every connection and let nobody in."""
        self.is_cut = True
        for writer in tuple(self._writers):
            # At once, without a word: as a cable that is pulled and a stack that gives up.
            writer.transport.abort()

    def mend(self) -> None:
        """Let people in again."""
        self.is_cut = False

    def silence(self) -> None:
        """Half-open: let nothing through, while every connection looks alive."""
        self._flows.clear()

    def speak(self) -> None:
        """Let through what was held back, and all that comes."""
        self._flows.set()

    def _on_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(self._receive(reader, writer))
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            theirs, ours = await asyncio.open_connection(LOOPBACK, self.behind)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, ours}
        self._writers |= ends
        await asyncio.gather(self._carry(reader, ours), self._carry(theirs, writer))
        self._writers -= ends

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(_CHUNK):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                await self._flows.wait()
                writer.write(chunk)
                await writer.drain()
        except OSError:
            # One side broke: the other one sees its end, too.
            writer.transport.abort()
        else:
            writer.close()
