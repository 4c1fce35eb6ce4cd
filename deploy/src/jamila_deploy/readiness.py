"""Tells when a started process can be used."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

_PROBE_SECONDS = 2.0


class ReadyCheck(Protocol):
    """One question asked again and again while a process starts."""

    async def passes(self) -> bool:
        """Answer whether the process can be used now; never raises for a process still starting."""
        ...


@dataclass(frozen=True)
class HttpReady:
    """Ready once ``GET path`` on a loopback port answers 200.

    Speaks plain HTTP over a socket instead of through a client library: the launcher lives as long
    as the system, and its memory counts too.
    """

    host: str
    port: int
    path: str = "/readyz"

    @property
    def url(self) -> str:
        """The address asked, for people and logs."""
        return f"http://{self.host}:{self.port}{self.path}"

    async def passes(self) -> bool:
        """Ask once; anything but a 200 within two seconds is a no."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                return await self._status_code() == b"200"
        except (OSError, TimeoutError, ValueError):
            # ValueError: a status line longer than the stream's limit.
            return False

    async def _status_code(self) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            request = (
                f"GET {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
                "User-Agent: jamila-launcher\r\nConnection: close\r\n\r\n"
            )
            writer.write(request.encode())
            status_line = (await reader.readline()).split()
            return status_line[1] if len(status_line) > 1 else b""
        finally:
            writer.close()
