"""Clients of the comparison as processes, and what all processes of a contestant cost."""

import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jamila_deploy.status import memory_bytes

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_AHEAD_SECONDS = 0.3
"""All clients hear of the beginning before it comes."""


class ClientFailedError(RuntimeError):
    """A client ended before it had measured everything."""


@dataclass
class Clients:
    """The clients of one contestant; they share the cases that are walked at the same time."""

    processes: list[subprocess.Popen[str]]

    def wait(self) -> None:
        """Until all of them are ready for the next level."""
        for each in self.processes:
            self._hear(each)

    def measure(self) -> list[dict[str, Any]]:
        """Let all of them run one level together."""
        begins = time.time() + _AHEAD_SECONDS
        for each in self.processes:
            assert each.stdin is not None
            each.stdin.write(f"{begins}\n")
            each.stdin.flush()
        return [self._hear(each) for each in self.processes]

    def stop(self) -> None:
        """End whatever still runs."""
        for each in self.processes:
            each.terminate()
        for each in self.processes:
            each.wait()

    def _hear(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise ClientFailedError(f"{process.args!r} ended with {process.wait()}")
        heard: dict[str, Any] = json.loads(line)
        return heard


def start(command: Sequence[str], *, count: int) -> Clients:
    """Start the same client several times; what they have to complain about is seen at once."""
    return Clients(
        [
            subprocess.Popen(  # noqa: S603 - our own programs
                [*command, "--number", str(number)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(count)
        ]
    )


def descendants(pid: int) -> list[int]:
    """Everything that a process started, and what that started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        children = parents.get(ahead.pop(), [])
        found += children
        ahead += children
    return found


def memory(pids: Sequence[int]) -> int:
    """Resident memory of processes, shared pages counted once."""
    return sum(memory_bytes(pid) for pid in pids)


def processor_seconds(pids: Sequence[int]) -> float:
    """Processor time of processes, those they waited for included."""
    ticks = sum(sum(int(each) for each in _fields(pid)[11:15]) for pid in pids if _fields(pid))
    return ticks / _TICKS_PER_SECOND


def _fields(pid: int) -> list[str]:
    """What the kernel says of a process behind its name; nothing if it ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()
