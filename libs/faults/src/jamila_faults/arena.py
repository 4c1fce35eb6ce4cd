"""A running system that is about to have a bad time: who works in it, and who may hurt it."""

import asyncio
import json
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from jamila_deploy.child import RestartPolicy
from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.plan import PYTHON_PROCESSES, ProcessSpec
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, starting_system, whole_system
from jamila_faults.crowd import Crowd
from jamila_faults.history import History
from jamila_faults.proxy import Proxy

SERVERS: Final = ("nats", "mongod")
OUTSIDE: Final = "simulators"
KILLABLE: Final = (*SERVERS, *PYTHON_PROCESSES)
_QUICK: Final = RestartPolicy(longest_delay=2.0, healthy_after=3.0)
"""Somebody who is killed every few seconds is not at fault himself: the pauses stay short."""
_IMPATIENT: Final = {
    # The outcome of a message that nobody knows is given to a person after ten minutes; a run is
    # shorter than that.
    "NOTIFIER_UNKNOWN_OUTCOME_WAIT": "PT15S",
}


@dataclass
class Arena:
    """What a fault may use."""

    folder: Path
    system: RunningSystem
    crowd: Crowd
    history: History
    chance: Random
    proxies: Mapping[str, Proxy]
    """By the process behind it; empty when nobody asked for them."""
    kills: Counter[str] = field(default_factory=Counter)
    """By process, since the run began."""
    _usual_seconds: float = 0.0

    @property
    def home(self) -> Path:
        """The folder of the system."""
        return self.system.settings.home

    def kill(self, *names: str) -> None:
        """SIGKILL; counts who was there to be killed."""
        for name in names:
            if self.system.processes[name].pid is not None:
                self.kills[name] += 1
                self.system.kill(name)

    def kill_warm_parent(self) -> None:
        """SIGKILL of the process that all Python processes were forked from: they die with it."""
        parent = self.system.warm_parent_pid
        if parent is not None:
            self.kills.update(PYTHON_PROCESSES)
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
        ledger = f"file:{self.home / 'stores' / 'ledger.db'}?mode=ro"
        with closing(sqlite3.connect(ledger, uri=True)) as store:
            return int(store.execute("SELECT count(*) FROM entries").fetchone()[0])

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
    folder: Path, *, seed: int, walkers: int, proxied: bool = False
) -> AsyncIterator[Arena]:
    """Run a system of its own in a folder, with a crowd that is at work in it.

    Args:
        folder: Empty; everything is left in it.
        seed: For everything that happens by chance.
        walkers: How many cases are walked at once.
        proxied: Put a proxy before NATS, MongoDB and the world outside.
    """
    settings = free_ports(LauncherSettings(home=folder / "home"))
    specs = whole_system(settings)
    proxies = {spec.name: Proxy(_port(spec)) for spec in specs if spec.name in (*SERVERS, OUTSIDE)}
    history = History(folder / "history.jsonl")
    try:
        if proxied:
            for proxy in proxies.values():
                await proxy.start()
            specs = tuple(_through(spec, proxies) for spec in specs)
        specs = tuple(replace(each, env={**each.env, **_IMPATIENT}) for each in specs)
        async with starting_system(settings, specs=specs, policy=_QUICK) as system:
            await system.wait_ready()
            office = await asyncio.to_thread(lambda: Office(OfficeAddress.of(system)))
            crowd = Crowd(office, history, walkers)
            chance = Random(seed)  # noqa: S311 - a repeatable bad day, not a secret
            crowd.start()
            used = proxies if proxied else {}
            yield Arena(folder, system, crowd, history, chance, used)
            crowd.stop()
            office.close()
    finally:
        for proxy in proxies.values():
            await proxy.stop()
        history.close()


def _port(spec: ProcessSpec) -> int:
    return int(spec.url.split("//")[1].split("/")[0].rpartition(":")[2])


def _through(spec: ProcessSpec, proxies: Mapping[str, Proxy]) -> ProcessSpec:
    """The same process, which finds the proxies where it would have found the servers."""
    text = json.dumps(dict(spec.env))
    for proxy in proxies.values():
        text = text.replace(f":{proxy.behind}", f":{proxy.port}")
    return replace(spec, env=json.loads(text))
