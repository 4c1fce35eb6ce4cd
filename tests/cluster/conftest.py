"""An office on three NATS nodes, three mongods, PostgreSQL, and two replicas of every service."""

import asyncio
import itertools
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pymongo import MongoClient

from jamila_deploy.mongo_users import USERS as MONGO_USERS
from jamila_deploy.mongo_users import reader_role, user
from jamila_deploy.nats import Node, TlsFiles, node_config
from jamila_deploy.nats_users import users_config
from jamila_deploy.office import OfficeAddress
from jamila_deploy.plan import PYTHON_PROCESSES, ProcessSpec, find_programs, plan
from jamila_deploy.ports import LOOPBACK, free_ports
from jamila_deploy.postgres import OPERATOR, role_of, roles_sql
from jamila_deploy.readiness import HttpReady
from jamila_deploy.secrets import Secrets, demo_accounts_file, ensure_secrets
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, starting_system
from jamila_testing.databases import postgres_variables
from jamila_testing.node_certificates import NodeCertificate, node_certificate
from jamila_testing.servers import free_port, mongod, nats_server, postgres

NODES = 3
COPIES = (1, 2)
DATABASE = "jamila"
_LEADS = re.compile(r'^jamila_leads\{lease="(\w+)"\} 1\.0$', re.MULTILINE)
_CONNECTIONS = 300


class NatsCluster:
    """Three nodes that speak TLS; each can be stopped."""

    def __init__(self, folder: Path, secrets: Secrets, tenant: str) -> None:
        self._folder, self._stacks = folder, [ExitStack() for _ in range(NODES)]
        self._certificate = node_certificate(folder / "tls")
        self._users = users_config(secrets.nats_passwords, tenant=tenant)
        self._ports = [free_port() for _ in range(NODES)]
        self._between = [f"{LOOPBACK}:{free_port()}" for _ in range(NODES)]

    @property
    def variables(self) -> dict[str, str]:
        """What a process is told of it."""
        return {
            "JAMILA_NATS_URL": ",".join(f"tls://{LOOPBACK}:{port}" for port in self._ports),
            "JAMILA_NATS_CA_FILE": str(self._certificate.authority),
            "JAMILA_NATS_REPLICAS": str(NODES),
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        """All nodes."""
        try:
            for number in range(NODES):
                self.start(number)
            yield
        finally:
            for stack in self._stacks:
                stack.close()

    def start(self, number: int) -> None:
        """Start a node with what it has."""
        folder, port = self._folder / f"node-{number}", self._ports[number]
        config = node_config(self._node(number, folder), self._users)
        self._stacks[number].enter_context(nats_server(folder, port=port, config=config))

    def stop(self, number: int) -> None:
        """Stop a node."""
        self._stacks[number].close()

    def _node(self, number: int, folder: Path) -> Node:
        return Node(
            name=f"node-{number}",
            listen=f"{LOOPBACK}:{self._ports[number]}",
            monitor=f"{LOOPBACK}:{free_port()}",
            store=folder / "jetstream",
            tls=_tls(self._certificate),
            cluster_listen=self._between[number],
            routes=tuple(self._between),
        )


def _tls(files: NodeCertificate) -> TlsFiles:
    return TlsFiles(certificate=files.certificate, key=files.key, authority=files.authority)


class InTurn:
    """Gives each new connection to the next of several replicas that takes it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._next = ports, itertools.cycle(ports)
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["InTurn"]:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        try:
            yield self
        finally:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self._ports:
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection(LOOPBACK, next(self._next))
                break
        else:
            writer.close()
            return
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.close()


@dataclass
class ClusterOffice:
    """What a test sees."""

    settings: LauncherSettings
    nats: NatsCluster
    system: RunningSystem
    gateways: InTurn
    operator: Mapping[str, str]
    """Environment of a command typed by hand."""

    def address(self) -> OfficeAddress:
        """Where its people find it: any gateway."""
        return OfficeAddress.read(
            gateway_url=self.gateways.url,
            simulators_url=self.system.url("simulators"),
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


@pytest.fixture
async def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[ClusterOffice]:
    """A running office on a cluster."""
    request.getfixturevalue("socket_enabled")
    settings = free_ports(LauncherSettings(home=tmp_path / "home"))
    secrets = ensure_secrets(settings)
    nats = NatsCluster(tmp_path / "nats", secrets, settings.tenant)
    async with AsyncExitStack() as stack:
        stack.enter_context(nats.running())
        mongo = stack.enter_context(mongod(tmp_path / "mongo", members=NODES, secret="kunci"))
        _make_mongo_users(mongo)
        database = stack.enter_context(postgres(connections=_CONNECTIONS))
        with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute(roles_sql())

        def engines(service: str) -> dict[str, str]:
            known = service if service in MONGO_USERS else ""
            return {
                **nats.variables,
                **postgres_variables(database, user=role_of(service)),
                **({"JAMILA_MONGO_URL": _as_user(mongo, known)} if known else {}),
            }

        specs, ports = _replicas(settings, secrets, engines)
        intakes = await stack.enter_async_context(InTurn(ports["intake"]).running())
        gateways = await stack.enter_async_context(InTurn(ports["gateway"]).running())
        hook = {"SIMULATORS_WEBHOOK_URL": f"{intakes.url}/webhooks/whatsapp"}
        specs = [
            replace(each, env={**each.env, **hook}) if each.name == "simulators" else each
            for each in specs
        ]
        system = await stack.enter_async_context(starting_system(settings, specs=tuple(specs)))
        await system.wait_ready()
        operator = {"JAMILA_HOME": str(settings.home), **engines(OPERATOR)}
        yield ClusterOffice(settings, nats, system, gateways, operator)


def _replicas(
    settings: LauncherSettings, secrets: Secrets, engines: Callable[[str], dict[str, str]]
) -> tuple[list[ProcessSpec], dict[str, list[int]]]:
    """Every service twice: the same plan, other engines, by environment variables only."""
    single = {each.name: each for each in plan(settings, secrets, programs=find_programs())}
    ports = {name: [free_port() for _ in COPIES] for name in PYTHON_PROCESSES[:-1]}
    specs = [replace(single["simulators"], depends_on=())]
    for name, own in ports.items():
        for copy, port in zip(COPIES, own, strict=True):
            spec, service = single[name], name.replace("_", "-")
            variables = {**spec.env, **engines(service), "JAMILA_HTTP_PORT": str(port)}
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
    with MongoClient[Any](url, username="admin", password="sandi") as admin:
        admin[DATABASE].command(reader_role(DATABASE))
        for name in MONGO_USERS:
            admin[DATABASE].command(user(name, f"sandi-{name}", database=DATABASE))


def _as_user(url: str, name: str) -> str:
    return url.replace("://", f"://{name}:sandi-{name}@") + f"&authSource={DATABASE}"
