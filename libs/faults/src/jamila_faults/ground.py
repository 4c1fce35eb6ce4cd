"""What an office stands on in a run: its processes and engines, and what a fault may do to them."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from jamila_deploy.child import RestartPolicy
from jamila_deploy.office import OfficeAddress
from jamila_deploy.plan import PYTHON_PROCESSES, ProcessSpec
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, starting_system, whole_system
from jamila_faults.clock import OfficeClock, elsewhere
from jamila_faults.ground_postgres import POSTGRES, on_postgres, prepared_database
from jamila_faults.nats_cluster import NatsCluster
from jamila_faults.proxy import Proxy
from jamila_faults.stores import Files, Schemas, Stores

SERVERS: Final = ("nats", "mongod")
OUTSIDE: Final = "simulators"
INSIDE: Final = frozenset(PYTHON_PROCESSES) - {OUTSIDE}
PROXIES: Final = "proxies"
CLOCK: Final = "clock"
QUICK: Final = RestartPolicy(longest_delay=2.0, healthy_after=3.0)
"""Somebody who is killed every few seconds is not at fault himself: the pauses stay short."""
_IMPATIENT: Final = {
    # The outcome of a message that nobody knows is given to a person after ten minutes; a run is
    # shorter than that.
    "NOTIFIER_UNKNOWN_OUTCOME_WAIT": "PT15S",
}


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One running office."""

    system: RunningSystem
    address: OfficeAddress
    stores: Stores
    mongo_url: str
    """As somebody who may do everything."""
    proxies: Mapping[str, Proxy] = field(default_factory=dict)
    """By the process behind it."""
    clock: OfficeClock | None = None
    nodes: NatsCluster | None = None

    @property
    def home(self) -> Path:
        """The folder of the system."""
        return self.system.settings.home


def impatient(spec: ProcessSpec) -> ProcessSpec:
    """The same process, which waits no longer than a run lasts."""
    return replace(spec, env={**spec.env, **_IMPATIENT})


@asynccontextmanager
async def one_office(folder: Path, needs: frozenset[str]) -> AsyncIterator[Ground]:
    """Run the system as ``make run`` does, with what the faults need.

    Args:
        folder: Where everything is left.
        needs: ``PROXIES`` before NATS, MongoDB and the world outside, a ``CLOCK`` that can be set,
            stores in ``POSTGRES``.
    """
    settings = free_ports(LauncherSettings(home=folder / "home"))
    specs = whole_system(settings)
    async with AsyncExitStack() as stack:
        stores: Stores = Files(settings.home / "stores")
        if POSTGRES in needs:
            database = stack.enter_context(prepared_database())
            logs = settings.home / "logs"
            specs = on_postgres(specs, database, moved=INSIDE, logs=logs)
            stores = Schemas(database.conninfo, settings.home / "stores")
        behind = specs if PROXIES in needs else ()
        proxies = await stack.enter_async_context(_proxies_before(behind))
        clock = OfficeClock(folder) if CLOCK in needs else None
        if clock is not None:
            stack.enter_context(clock.worn())
            specs = tuple(spec if spec.name in INSIDE else elsewhere(spec) for spec in specs)
        specs = tuple(impatient(_through(spec, proxies)) for spec in specs)
        running = starting_system(settings, specs=specs, policy=QUICK)
        system = await stack.enter_async_context(running)
        await system.wait_ready()
        yield Ground(
            system=system,
            address=OfficeAddress.of(system),
            stores=stores,
            mongo_url=system.url("mongod"),
            proxies=proxies,
            clock=clock,
        )


@asynccontextmanager
async def _proxies_before(specs: tuple[ProcessSpec, ...]) -> AsyncIterator[dict[str, Proxy]]:
    proxies = {spec.name: Proxy(_port(spec)) for spec in specs if spec.name in (*SERVERS, OUTSIDE)}
    try:
        for proxy in proxies.values():
            await proxy.start()
        yield proxies
    finally:
        for proxy in proxies.values():
            await proxy.stop()


def _port(spec: ProcessSpec) -> int:
    return int(spec.url.split("//")[1].split("/")[0].rpartition(":")[2])


def _through(spec: ProcessSpec, proxies: Mapping[str, Proxy]) -> ProcessSpec:
    """The same process, which finds the proxies where it would have found the servers."""
    text = json.dumps(dict(spec.env))
    for proxy in proxies.values():
        text = text.replace(f":{proxy.behind}", f":{proxy.port}")
    return replace(spec, env=json.loads(text))
