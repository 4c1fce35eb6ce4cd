"""Has a stranger's PDF checked in a process of its own, with limits of time and memory.

The bytes go in by a pipe and are forgotten with the process; nothing is written anywhere.

Errors::

    FileNotCheckedError   (RetryableError) the worker took too long, ran out of memory, or died
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger

_WORKER: Final = "public_page.check_worker"
_log = get_logger(__name__)


class FileNotCheckedError(RetryableError):
    """No verdict: the file is too hard to read, or too many are waiting."""

    slug = "file-not-checked"


@dataclass(frozen=True)
class FileVerdict:
    """What was found out about a file."""

    unreadable: str | None = None
    """Slug of why there is nothing more to say; None when it is a PDF that can be read."""
    sha256: str = ""
    signatures: int = 0
    valid: bool = False
    intact: bool = False
    trusted: bool = False
    covers_whole_file: bool = False
    revocation: str = "unknown"
    signer_name: str | None = None
    signed_at: datetime | None = None
    """Time of a trusted stamp, else the signer's own claim."""
    is_timestamped: bool = False

    @classmethod
    def read(cls, said: dict[str, Any]) -> Self:
        """Read what the worker said."""
        at = said.pop("signed_at", None)
        return cls(**said, signed_at=datetime.fromisoformat(at) if at else None)


@dataclass(frozen=True)
class WorkerLimits:
    """What one check may use."""

    time: timedelta = timedelta(seconds=15)
    """Wall clock; of the processor it may use two thirds of it."""
    memory_bytes: int = 1024 * 1024 * 1024
    """Address space, libraries included."""
    at_once: int = 2


class FileChecker:
    """Starts a worker per file, a few at a time."""

    def __init__(self, trust_roots: Path, limits: WorkerLimits | None = None) -> None:
        self._trust_roots = trust_roots
        self._limits = limits or WorkerLimits()
        self._turns = asyncio.Semaphore(self._limits.at_once)

    async def check(self, content: bytes) -> FileVerdict:
        """Judge a file.

        Raises:
            FileNotCheckedError: no verdict within the limits.
        """
        seconds = self._limits.time.total_seconds()
        try:
            async with asyncio.timeout(seconds * 2), self._turns:
                return await self._in_worker(content, seconds)
        except TimeoutError as error:
            raise FileNotCheckedError("the file took too long to check") from error

    async def _in_worker(self, content: bytes, seconds: float) -> FileVerdict:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", _WORKER, str(self._trust_roots)),
            *(str(int(seconds * 2 / 3) or 1), str(self._limits.memory_bytes)),
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
            _log.warning("file not checked", exit_code=worker.returncode)
            raise FileNotCheckedError("the worker gave no verdict")
        return FileVerdict.read(json.loads(said))


async def _put_away(worker: asyncio.subprocess.Process) -> None:
    """End a worker, and give back its pipes at once, however it ended."""
    if worker.returncode is None:
        worker.kill()
        await worker.wait()
    # There is no public way: else the pipes stay open until the garbage collector finds them.
    worker._transport.close()  # type: ignore[attr-defined] # noqa: SLF001
    await asyncio.sleep(0)
