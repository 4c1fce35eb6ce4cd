"""Has a stranger's PDF checked in a process of its own, with limits of time and memory.

The bytes go in by a pipe and are forgotten with the process; nothing is written anywhere.

Errors::

    FileNotCheckedError   (RetryableError) the worker took too long, ran out of memory, or died
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from jamila_runtime.confined import ConfinedWorker, Limits
from jamila_runtime.errors import RetryableError


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
class WorkerLimits(Limits):
    """What one check may use."""

    time: timedelta = timedelta(seconds=15)
    memory_bytes: int = 1024 * 1024 * 1024
    at_once: int = 2


class FileChecker:
    """Checks files, a few at a time."""

    def __init__(self, trust_roots: Path, limits: WorkerLimits | None = None) -> None:
        self._trust_roots = trust_roots
        self._worker = ConfinedWorker(
            "public_page.check_worker", limits or WorkerLimits(), fault=FileNotCheckedError
        )

    async def check(self, content: bytes) -> FileVerdict:
        """Judge a file.

        Raises:
            FileNotCheckedError: no verdict within the limits.
        """
        return FileVerdict.read(json.loads(await self._worker.run(content, self._trust_roots)))
