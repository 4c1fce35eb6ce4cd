"""The servers of each contestant of the comparison: started fresh, durable, stopped at the end."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from pymongo import MongoClient

from jamila_deploy.nats import config_path, nats_config
from jamila_deploy.nats_names import ADMIN
from jamila_deploy.plan import ProcessSpec, find_programs, plan
from jamila_deploy.ports import free_ports
from jamila_deploy.secrets import ensure_secrets
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, starting_system
from jamila_testing.servers import free_port, is_open, postgres, running

CLIENTS = Path(__file__).parent / "peers"
PEERS_PYTHON = Path(sys.prefix) / "peers" / "bin" / "python"
_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_CELERY_WORKERS = 4
_POSTGRES = {
    # Durable is the default; it stands here so that nobody has to look.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # What its own documentation advises for a machine that does little else.
    "shared_buffers": "512MB",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
}
_HOSTED = ("intake", "siak_adapter", "signing")
"""Run by ``peers/stage_host.py``; the others are the service as an office runs it."""
_DOOR = "bench.open"
_RUN = ("nats", "mongod", "ledger", *_HOSTED, "review", "printing")


@dataclass(frozen=True)
class Started:
    """Servers that run."""

    addresses: dict[str, str]
    disk_bytes: Callable[[], int]
    """What cases take on disk now; logs that are written round and round left out."""


@contextmanager
def with_postgres(_: Path) -> Iterator[Started]:
    """PostgreSQL alone."""
    with postgres(options=_POSTGRES) as address:
        url = address.replace("+psycopg", "")

        def size() -> int:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CHECKPOINT")
                row = connection.execute("SELECT sum(pg_database_size(oid)) FROM pg_database")
                return int((row.fetchone() or (0,))[0])

        yield Started({"postgres": url}, size)


@contextmanager
def with_celery(folder: Path) -> Iterator[Started]:
    """PostgreSQL, RabbitMQ and Celery's workers."""
    with ExitStack() as stack:
        database = stack.enter_context(with_postgres(folder))
        amqp = stack.enter_context(rabbitmq(folder / "rabbitmq"))
        addresses = {**database.addresses, "amqp": amqp}
        os.environ["BENCH_SERVERS"] = json.dumps(addresses)
        stack.enter_context(_workers(folder / "workers"))
        yield Started(addresses, lambda: database.disk_bytes() + folder_bytes(folder / "rabbitmq"))


@contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """One node of RabbitMQ; gives its URL."""
    folder.mkdir()
    port, names, distribution = free_port(), free_port(), free_port()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(names),
        "RABBITMQ_NODENAME": f"bench{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2",
    }
    with _environment(environment), ExitStack() as stack:
        for part in ("names", "node"):
            (folder / part).mkdir()
        ready = _listens(names)
        epmd = (shutil.which("epmd") or "epmd", "-port", str(names), "-address", "127.0.0.1")
        stack.enter_context(running(epmd, folder=folder / "names", ready=ready))
        node = (str(_RABBITMQ),)
        stack.enter_context(
            running(node, folder=folder / "node", ready=_listens(port), start_seconds=60)
        )
        yield f"amqp://guest:guest@127.0.0.1:{port}//"


@contextmanager
def _workers(folder: Path) -> Iterator[None]:
    folder.mkdir()
    command = (
        *(str(PEERS_PYTHON), "-m", "celery", "-A", "celery_app", "worker"),
        *("--pool", "prefork", "--concurrency", str(_CELERY_WORKERS), "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )
    log = folder / "output.log"
    with _environment({**os.environ, "PYTHONPATH": str(CLIENTS)}):
        started = running(command, folder=folder, ready=lambda: " ready." in log.read_text())
        with started:
            yield


@contextmanager
def with_system(folder: Path) -> Iterator[Started]:
    """This system: its servers, five stages, and the ledger with chain, alarms and read models."""
    settings = free_ports(LauncherSettings(home=folder / "home"))
    secrets = ensure_secrets(settings)
    config_path(settings).parent.mkdir(parents=True, exist_ok=True)
    broker = _with_a_door(nats_config(settings, secrets.nats_passwords))
    config_path(settings).write_text(broker, encoding="utf-8")
    specs = plan(settings, secrets, programs=find_programs())
    chosen = tuple(_hosted(each) for each in specs if each.name in _RUN)
    paths = os.pathsep.join((str(CLIENTS), os.environ.get("PYTHONPATH", "")))
    with _environment({**os.environ, "PYTHONPATH": paths}), _in_a_loop(settings, chosen) as system:
        mongo = system.url("mongod")
        nats = system.url("nats").replace("//", f"//{ADMIN}:{secrets.nats_passwords[ADMIN]}@")
        yield Started(
            {"nats": nats, "mongo": mongo},
            lambda: _size_of(settings.home, mongo),
        )


def _with_a_door(config: str) -> str:
    """Intake hears where a case is opened without a chat; no other right is changed."""
    _, _, text = config.partition("\n")
    broker = json.loads(text)
    (intake,) = [each for each in broker["authorization"]["users"] if each["user"] == "intake"]
    intake["permissions"]["subscribe"]["allow"].append(_DOOR)
    return json.dumps(broker)


def _hosted(spec: ProcessSpec) -> ProcessSpec:
    if spec.name not in _HOSTED:
        return spec
    return replace(spec, module="stage_host", env={**spec.env, "BENCH_STAGE": spec.name})


@contextmanager
def _in_a_loop(
    settings: LauncherSettings, specs: tuple[ProcessSpec, ...]
) -> Iterator[RunningSystem]:
    """The launcher lives in an event loop of its own, which has to go on while we measure."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    context = starting_system(settings, specs=specs)

    def done(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    system: RunningSystem = done(context.__aenter__())
    try:
        done(system.wait_ready())
        yield system
    finally:
        done(context.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)


def _size_of(home: Path, mongo: str) -> int:
    """Stores, stream and read models; the oplog is written round and round."""
    stores = 0
    for path in (home / "stores").glob("*.db"):
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        stores += path.stat().st_size
    client: MongoClient[dict[str, Any]] = MongoClient(mongo)
    client.admin.command("fsync")
    models = client["jamila"].command("dbStats")
    client.close()
    size = models["storageSize"] + models["indexSize"]
    return int(stores + folder_bytes(home / "nats") + size)


def folder_bytes(folder: Path) -> int:
    """Everything below a folder."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _listens(port: int) -> Callable[[], bool]:
    return lambda: is_open(port)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """What is started within sees these; the benchmark itself goes on as it was."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def install_peers() -> None:
    """The peers at their pinned versions in an environment of their own; quick when it is there."""
    uv = Path(sys.executable).with_name("uv")
    home = PEERS_PYTHON.parent.parent
    if not PEERS_PYTHON.exists():
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, home], check=True)  # noqa: S603
    wanted = CLIENTS / "requirements.txt"
    install = [uv, "pip", "install", "-q", "--python", PEERS_PYTHON, "-r", wanted]
    subprocess.run(install, check=True)  # noqa: S603 - our own list
