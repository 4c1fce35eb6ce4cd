"""Gives bytes from outside to a process of its own, which works under limits of time and memory.

They go in by a pipe and are forgotten with the process; nothing is written anywhere. What the
process is, is a module that begins with ``confinement.confine_by``.
"""

import asyncio
import sys
from dataclasses import dataclass
from datetime import timedelta

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger

_log = get_logger(__name__)


@dataclass(frozen=True)
class Limits:
    """What work on one file may use."""

    time: timedelta
    """Wall clock; of the processor it may use two thirds of it."""
    memory_bytes: int
    """Address space, libraries included."""
    at_once: int
    """Workers that may run side by side; the others wait as long as one may take."""


class ConfinedWorker:
    """Starts a process per file, a few at a time."""

    def __init__(self, module: str, limits: Limits, *, fault: type[RetryableError]) -> None:
        """Prepare.

        Args:
            module: Run as ``python -I -m``; it is given the arguments of ``run``, then the
                seconds of the processor and the bytes of memory that it may use.
            limits: For each file.
            fault: Raised when there is no answer within them.
        """
        self._module, self._limits, self._fault = module, limits, fault
        self._turns = asyncio.Semaphore(limits.at_once)

    async def run(self, content: bytes, *arguments: object) -> bytes:
        """What the process says of a file.

        Raises:
            RetryableError: of the kind given: it took too long, ran out of memory, or died.
        """
        seconds = self._limits.time.total_seconds()
        try:
            async with asyncio.timeout(seconds * 2), self._turns:
                return await self._said(content, arguments, seconds)
        except TimeoutError as error:
            raise self._fault("the file took too long") from error

    async def _said(self, content: bytes, arguments: tuple[object, ...], seconds: float) -> bytes:
        limits = (int(seconds * 2 / 3) or 1, self._limits.memory_bytes)
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", self._module, *map(str, (*arguments, *limits))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing of ours: a parser that is taken over finds no secrets in its environment.
            env={"LANG": "C.UTF-8"},
        )
        try:
            async with asyncio.timeout(seconds):
                said, _ = await worker.communicate(content)
        finally:
            await _put_away(worker)
        if worker.returncode != 0:
            _log.warning("no answer", worker=self._module, exit_code=worker.returncode)
            raise self._fault("the worker gave no answer")
        return said


async def _put_away(worker: asyncio.subprocess.Process) -> None:
    """End a worker, and give back its pipes at once, however it ended."""
    if worker.returncode is None:
        worker.kill()
        await worker.wait()
    # There is no public way: else the pipes stay open until the garbage collector finds them.
    worker._transport.close()  # type: ignore[attr-defined] # noqa: SLF001
    await asyncio.sleep(0)
