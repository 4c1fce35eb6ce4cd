"""The launcher's end of the warm parent: asks for processes, and hears of their end."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from jamila_deploy.fork_server import PACKET_BYTES, ForkRequest

_KILLED: Final = -9
# Read by the C library when a program begins, so it must be said to the parent. Many threads, few
# at a time: with an arena per thread the memory of each process would stay high.
_MALLOC: Final = {"MALLOC_ARENA_MAX": "2"}


class ForkFailedError(OSError):
    """The warm parent could not make the process."""


class ForkedProcess:
    """One process made by the warm parent; speaks like asyncio's ``Process``."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    async def wait(self) -> int:
        """Wait for its end: the exit code, or minus the signal that ended it."""
        await self._ended.wait()
        assert self.returncode is not None  # noqa: S101 - set with the event
        return self.returncode

    def end(self, return_code: int) -> None:
        """It ended; the first news counts."""
        if self.returncode is None:
            self.returncode = return_code
            self._ended.set()


class WarmParent:
    """Starts the warm parent when it is first needed, and again should it ever die."""

    def __init__(self, *, leash: tuple[str, ...]) -> None:
        """Prepare; ``leash`` is put before its command, so that it dies with the launcher."""
        self._leash = leash
        self._server: Process | None = None
        self._channel: socket.socket | None = None
        self._asked: dict[int, asyncio.Future[ForkedProcess]] = {}
        self._running: dict[int, ForkedProcess] = {}
        self._last_id = 0
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The parent, while it runs."""
        return self._server.pid if self._server and self._server.returncode is None else None

    async def fork(
        self, name: str, module: str, *, environment: Mapping[str, str], log: Path
    ) -> ForkedProcess:
        """Make a process that runs a module as ``python -m`` would.

        Raises:
            ForkFailedError: there is no memory or no process left, or the parent died just now.
        """
        async with self._starting:
            channel = self._channel or await self._start()
        self._last_id += 1
        request = ForkRequest(
            id=self._last_id, name=name, module=module, environment=dict(environment), log=str(log)
        )
        answer: asyncio.Future[ForkedProcess] = asyncio.get_running_loop().create_future()
        self._asked[request["id"]] = answer
        try:
            channel.send(json.dumps(request).encode())
        except OSError as error:
            self._asked.pop(request["id"], None)
            raise ForkFailedError(str(error)) from error
        return await answer

    async def stop(self) -> None:
        """End the parent; whoever it made has ended before, or ends with it."""
        if self._channel is not None:
            self._hang_up()
        if self._server is not None:
            await self._server.wait()

    async def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            self._server = await asyncio.create_subprocess_exec(
                *self._leash,
                sys.executable,
                "-m",
                "jamila_deploy.fork_server",
                str(theirs.fileno()),
                env={**os.environ, **_MALLOC},
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                process_group=0,
            )
        self._channel = ours
        asyncio.get_running_loop().add_reader(ours, self._hear)
        return ours

    def _hear(self) -> None:
        assert self._channel is not None  # noqa: S101 - read only while it is open
        packet = b""
        with suppress(ConnectionError):
            packet = self._channel.recv(PACKET_BYTES)
        if packet:
            self._told(json.loads(packet))
        else:
            self._hang_up()

    def _told(self, news: dict[str, Any]) -> None:
        if "return_code" in news:
            process = self._running.pop(news["pid"], None)
            if process is not None:
                process.end(news["return_code"])
            return
        answer = self._asked.pop(news["id"])
        if "error" in news:
            answer.set_exception(ForkFailedError(news["error"]))
            return
        process = self._running[news["pid"]] = ForkedProcess(news["pid"])
        answer.set_result(process)

    def _hang_up(self) -> None:
        """The parent is gone, and with it, by the kernel's hand, all that it made."""
        assert self._channel is not None  # noqa: S101 - hung up once
        asyncio.get_running_loop().remove_reader(self._channel)
        self._channel.close()
        self._channel = None
        for answer in self._asked.values():
            answer.set_exception(ForkFailedError("the warm parent died"))
        for process in self._running.values():
            process.end(_KILLED)
        self._asked, self._running = {}, {}
