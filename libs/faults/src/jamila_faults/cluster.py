"""An office on three NATS nodes, three mongods, PostgreSQL, and two replicas of every service."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from pymongo import MongoClient

from jamila_deploy.child import RestartPolicy
from jamila_deploy.mongo_users import USERS as MONGO_USERS
from jamila_deploy.mongo_users import reader_role, user
from jamila_deploy.office import OfficeAddress
from jamila_deploy.plan import PYTHON_PROCESSES, ProcessSpec, find_programs, plan
from jamila_deploy.ports import LOOPBACK, free_ports
from jamila_deploy.postgres import OPERATOR, role_of, roles_sql
from jamila_deploy.readiness import HttpReady
from jamila_deploy.secrets import Secrets, demo_accounts_file, ensure_secrets
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, starting_system
from jamila_faults.ground import OUTSIDE, QUICK, Ground, impatient
from jamila_faults.in_turn import InTurn
from jamila_faults.nats_cluster import NODES, NatsCluster
from jamila_faults.stores import Schemas
from jamila_testing.databases import postgres_variables
from jamila_testing.servers import free_port, mongod, postgres

COPIES: Final = (1, 2)
DATABASE: Final = "jamila"
_LEADS: Final = re.compile(r'^jamila_leads\{lease="(\w+)"\} 1\.0$', re.MULTILINE)
_CONNECTIONS: Final = 300


@dataclass(frozen=True)
class Engines:
    """The servers below the services."""

    nats: NatsCluster
    mongo_url: str
    database_url: str

    @property
    def mongo_admin_url(self) -> str:
        """MongoDB as its administrator."""
        return self.mongo_url.replace("://", "://admin:sandi@")

    @property
    def conninfo(self) -> str:
        """PostgreSQL as its administrator."""
        return self.database_url.replace("+psycopg", "")

    def variables(self, service: str) -> dict[str, str]:
        """How a service reaches them, under its own name."""
        known = service if service in MONGO_USERS else ""
        return {
            **self.nats.variables,
            **postgres_variables(self.database_url, user=role_of(service)),
            **({"JAMILA_MONGO_URL": _as_user(self.mongo_url, known)} if known else {}),
        }


@dataclass
class ClusterOffice:
    """What a test sees."""

    settings: LauncherSettings
    engines: Engines
    system: RunningSystem
    gateways: InTurn

    @property
    def nats(self) -> NatsCluster:
        """The nodes."""
        return self.engines.nats

    @property
    def operator(self) -> Mapping[str, str]:
        """Environment of a command typed by hand."""
        return {"JAMILA_HOME": str(self.settings.home), **self.engines.variables(OPERATOR)}

    def address(self) -> OfficeAddress:
        """Where its people find it: any gateway."""
        return OfficeAddress.read(
            gateway_url=self.gateways.url,
            simulators_url=self.system.url(OUTSIDE),
            accounts=demo_accounts_file(self.settings),
        )

    def leader(self, service: str) -> str | None:
        """The replica of a service that leads, if any does just now."""
        for copy in COPIES:
            with suppress(httpx.TransportError):
                page = httpx.get(f"{self.system.url(f'{service}-{copy}')}/metrics", timeout=2).text
                if f"jamila_{service}" in _LEADS.findall(page):
                    return f"{service}-{copy}"
        return None

    async def command(self, *words: str) -> tuple[int, str]:
        """Exit code and output of a ``jamila`` command, typed as the operator."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jamila_deploy", *words),
            env={**os.environ, **self.operator},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()


@asynccontextmanager
async def cluster_ground(folder: Path) -> AsyncIterator[Ground]:
    """The office on a cluster, to be hurt."""
    async with running_cluster(folder, policy=QUICK, change=impatient) as office:
        stores = Schemas(office.engines.conninfo, office.settings.home / "stores")
        yield Ground(
            system=office.system,
            address=office.address(),
            stores=stores,
            mongo_url=office.engines.mongo_admin_url,
            nodes=office.nats,
        )


@asynccontextmanager
async def running_cluster(
    folder: Path,
    *,
    policy: RestartPolicy | None = None,
    change: Callable[[ProcessSpec], ProcessSpec] = lambda spec: spec,
) -> AsyncIterator[ClusterOffice]:
    """Run an office on a cluster.

    Args:
        folder: Where everything is left.
        policy: Delays between restarts.
        change: What is different for its processes.
    """
    settings = free_ports(LauncherSettings(home=folder / "home"))
    secrets = ensure_secrets(settings)
    async with AsyncExitStack() as stack:
        engines = _running_engines(stack, folder, settings, secrets)
        specs, ports = _replicas(settings, secrets, engines)
        intakes = await stack.enter_async_context(InTurn(ports["intake"]).running())
        gateways = await stack.enter_async_context(InTurn(ports["gateway"]).running())
        hook = {"SIMULATORS_WEBHOOK_URL": f"{intakes.url}/webhooks/whatsapp"}
        specs = [
            change(replace(each, env={**each.env, **hook}) if each.name == OUTSIDE else each)
            for each in specs
        ]
        running = starting_system(settings, specs=tuple(specs), policy=policy)
        system = await stack.enter_async_context(running)
        await system.wait_ready()
        yield ClusterOffice(settings, engines, system, gateways)


def _running_engines(
    stack: ExitStack | AsyncExitStack, folder: Path, settings: LauncherSettings, secrets: Secrets
) -> Engines:
    nats = NatsCluster(folder / "nats", secrets, settings.tenant)
    stack.enter_context(nats.running())
    mongo = stack.enter_context(mongod(folder / "mongo", members=NODES, secret="kunci"))  # noqa: S106 - of a test
    _make_mongo_users(mongo)
    database = stack.enter_context(postgres(connections=_CONNECTIONS))
    engines = Engines(nats, mongo, database)
    with psycopg.connect(engines.conninfo, autocommit=True) as admin:
        admin.execute(roles_sql().encode())
    return engines


def _replicas(
    settings: LauncherSettings, secrets: Secrets, engines: Engines
) -> tuple[list[ProcessSpec], dict[str, list[int]]]:
    """Every service twice: the same plan, other engines, by environment variables only."""
    single = {each.name: each for each in plan(settings, secrets, programs=find_programs())}
    ports = {name: [free_port() for _ in COPIES] for name in PYTHON_PROCESSES if name != OUTSIDE}
    specs = [replace(single[OUTSIDE], depends_on=())]
    for name, own in ports.items():
        for copy, port in zip(COPIES, own, strict=True):
            spec, service = single[name], name.replace("_", "-")
            variables = {**spec.env, **engines.variables(service), "JAMILA_HTTP_PORT": str(port)}
            specs.append(
                replace(
                    spec,
                    name=f"{name}-{copy}",
                    url=f"http://{LOOPBACK}:{port}",
                    log_path=spec.log_path.with_name(f"{name}-{copy}.log"),
                    env=variables,
                    ready=HttpReady(LOOPBACK, port),
                    # The demo accounts are made once.
                    depends_on=("gateway-1",) if (name, copy) == ("gateway", 2) else (),
                )
            )
    return specs, ports


def _make_mongo_users(url: str) -> None:
    with MongoClient[Any](url) as admin:
        admin.admin.command({"createUser": "admin", "pwd": "sandi", "roles": ["root"]})
    with MongoClient[Any](url, username="admin", password="sandi") as admin:  # noqa: S106 - of a test
        admin[DATABASE].command(reader_role(DATABASE))
        for name in MONGO_USERS:
            admin[DATABASE].command(user(name, f"sandi-{name}", database=DATABASE))


def _as_user(url: str, name: str) -> str:
    return url.replace("://", f"://{name}:sandi-{name}@") + f"&authSource={DATABASE}"
