"""What every client of the comparison does and measures in the same way; standard library only.

A case is opened, then eight times: an officer decides, the system acknowledges the decision once it
is durable, and the task of the next step becomes visible to whoever works there. A client keeps a
number of cases going at the same time, each officer waiting for nothing but his task.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

STEPS = range(1, 9)
DECISION_BYTES = 2_000
"""What a decision carries: about what this system records per decision, envelopes included."""


def payload(case_id: str, step: int) -> dict[str, Any]:
    """One decision as JSON of ``DECISION_BYTES``."""
    said = {"case_id": case_id, "step": step, "officer": f"officer-{step}", "note": ""}
    said["note"] = "x" * (DECISION_BYTES - len(json.dumps(said)))
    return said


@dataclass
class Turn:
    """One decision on the clock, in seconds."""

    asked: float
    acknowledged: float
    visible: float


@dataclass
class Meter:
    """Counts what is acknowledged within the window; before it the system warms up."""

    opens: float
    closes: float
    turns: list[Turn] = field(default_factory=list)
    walked: int = 0
    """Cases that were walked to their end, in the window or not."""

    @property
    def is_over(self) -> bool:
        """Whether no new decision counts any more."""
        return time.time() >= self.closes

    def note(self, turn: Turn) -> None:
        """Keep a decision if it falls into the window."""
        if self.opens <= turn.acknowledged < self.closes:
            self.turns.append(turn)

    def report(self) -> dict[str, Any]:
        """Raw figures, so that those of several processes can be put together."""
        return {
            "seconds": self.closes - self.opens,
            "walked": self.walked,
            "ack_ms": [1000 * (each.acknowledged - each.asked) for each in self.turns],
            "hop_ms": [1000 * (each.visible - each.acknowledged) for each in self.turns],
            "turn_ms": [1000 * (each.visible - each.asked) for each in self.turns],
        }


@dataclass(frozen=True)
class Asked:
    """What a client is told: where the servers are, how much at once, and when to count."""

    servers: dict[str, str]
    levels: tuple[int, ...]
    warm_seconds: float
    count_seconds: float
    number: int

    @classmethod
    def read(cls) -> "Asked":
        """Read the command line."""
        parser = argparse.ArgumentParser()
        parser.add_argument("--servers", type=json.loads, required=True)
        parser.add_argument("--levels", type=json.loads, required=True)
        parser.add_argument("--warm", type=float, required=True)
        parser.add_argument("--count", type=float, required=True)
        parser.add_argument("--number", type=int, default=0)
        found = parser.parse_args()
        return cls(found.servers, tuple(found.levels), found.warm, found.count, found.number)

    def each_level(self, run: Callable[[Meter, int], None]) -> None:
        """Run every level once, each when the one who started us says so: a line each way."""
        for at_once in self.levels:
            say({"ready": at_once})
            opens = float(sys.stdin.readline()) + self.warm_seconds
            meter = Meter(opens, opens + self.count_seconds)
            run(meter, at_once)
            say(meter.report())


def say(line: Any) -> None:
    """One line of JSON to whoever started us."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def in_threads(walk: Callable[[Meter], None]) -> Callable[[Meter, int], None]:
    """Keep cases going in threads: each walks one case after another until time is over."""

    def run(meter: Meter, at_once: int) -> None:
        def officer() -> None:
            while not meter.is_over:
                walk(meter)
                meter.walked += 1

        with ThreadPoolExecutor(at_once) as pool:
            for done in [pool.submit(officer) for _ in range(at_once)]:
                done.result()

    return run


async def in_tasks(meter: Meter, at_once: int, walk: Callable[[Meter], Awaitable[None]]) -> None:
    """Keep cases going in tasks of one event loop."""

    async def officer() -> None:
        while not meter.is_over:
            await walk(meter)
            meter.walked += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(officer())
