"""A running system that is about to have a bad time: who works in it, and who may hurt it."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from jamila_deploy.office import Office
from jamila_deploy.plan import PYTHON_PROCESSES
from jamila_deploy.system import RunningSystem
from jamila_faults.cluster import cluster_ground
from jamila_faults.crowd import Crowd
from jamila_faults.ground import CLOCK, SERVERS, Ground, one_office
from jamila_faults.history import History
from jamila_faults.stores import LEDGER
from jamila_faults.walker import WRONG_CLOCK

CLUSTER: Final = "cluster"
KILLABLE: Final = (*SERVERS, *PYTHON_PROCESSES)


@dataclass
class Arena:
    """What a fault may use."""

    folder: Path
    ground: Ground
    crowd: Crowd
    history: History
    chance: Random
    kills: Counter[str] = field(default_factory=Counter)
    """By process, since the run began."""
    _usual_seconds: float = 0.0

    @property
    def system(self) -> RunningSystem:
        """Its processes."""
        return self.ground.system

    @property
    def home(self) -> Path:
        """The folder of the system."""
        return self.ground.home

    def kill(self, *names: str, by: signal.Signals = signal.SIGKILL) -> None:
        """End processes without a word; counts who was there to be ended."""
        for name in names:
            pid = self.system.processes[name].pid
            if pid is None:
                continue
            self.kills[name] += 1
            if by is signal.SIGKILL:
                self.system.kill(name)
            else:
                with suppress(ProcessLookupError):
                    os.kill(pid, by)

    def kill_warm_parent(self) -> None:
        """SIGKILL of the process that all Python processes were forked from: they die with it."""
        parent = self.system.warm_parent_pid
        if parent is not None:
            there = (name for name in PYTHON_PROCESSES if self.system.processes[name].pid)
            self.kills.update(there)
            with suppress(ProcessLookupError):
                os.kill(parent, signal.SIGKILL)

    @asynccontextmanager
    async def paused(self, name: str) -> AsyncIterator[None]:
        """A process that is there and does nothing."""
        pid = self.system.processes[name].pid
        if pid is not None:
            os.killpg(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            # Whoever was killed meanwhile needs nothing.
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGCONT)

    def entries(self) -> int:
        """How long the ledger is."""
        return int(self.ground.stores.rows(LEDGER, "SELECT count(*) FROM entries")[0][0])

    async def recover(self) -> float:
        """Wait until all is ready and somebody who comes now gets a document.

        Returns:
            Seconds, beyond what the same takes in this run when nothing is wrong.
        """
        return max(await self._serve_one() - self._usual_seconds, 0.0)

    async def learn_the_usual(self) -> None:
        """Measure how long somebody is served while nothing is wrong."""
        self._usual_seconds = await self._serve_one()

    async def _serve_one(self) -> float:
        began = time.monotonic()
        await self.system.wait_ready()
        await asyncio.to_thread(self.crowd.walk_one)
        return time.monotonic() - began


@asynccontextmanager
async def arena(
    folder: Path, *, seed: int, walkers: int, needs: frozenset[str] = frozenset()
) -> AsyncIterator[Arena]:
    """Run a system of its own in a folder, with a crowd that is at work in it.

    Args:
        folder: Empty; everything is left in it.
        seed: For everything that happens by chance.
        walkers: How many cases are walked at once.
        needs: What the faults need of the system.
    """
    history = History(folder / "history.jsonl")
    try:
        standing = cluster_ground(folder) if CLUSTER in needs else one_office(folder, needs)
        async with standing as ground:
            office = await asyncio.to_thread(Office, ground.address)
            bears = WRONG_CLOCK if CLOCK in needs else frozenset[str]()
            crowd = Crowd(office, history, walkers, bears=bears)
            chance = Random(seed)  # noqa: S311 - a repeatable bad day, not a secret
            crowd.start()
            yield Arena(folder, ground, crowd, history, chance)
            crowd.stop()
            office.close()
    finally:
        history.close()
