"""The whole system as one context: made ready on entry, stopped on exit, whatever happens."""

import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from jamila_deploy.child import RestartPolicy
from jamila_deploy.errors import HomeLockedError, HomeTooNewError, HomeUnusableError
from jamila_deploy.nats import config_path, nats_config
from jamila_deploy.plan import ProcessSpec, find_programs, plan
from jamila_deploy.ports import check_ports
from jamila_deploy.secrets import ensure_secrets, private_folder, write_private
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.status import (
    ProcessState,
    ProcessStatus,
    SystemStatus,
    memory_bytes,
    own_memory_bytes,
    status_path,
    write_status,
)
from jamila_deploy.supervisor import Supervisor

Watcher = Callable[[ProcessStatus], None]


class RunningSystem:
    """What tests, the demo and the command line see of a running system."""

    def __init__(
        self,
        settings: LauncherSettings,
        specs: tuple[ProcessSpec, ...],
        *,
        watcher: Watcher,
        policy: RestartPolicy | None,
    ) -> None:
        self.settings = settings
        self.cold_start_seconds: float | None = None
        """From entering the context until every process was first ready."""
        self._urls = {spec.name: spec.url for spec in specs}
        self._watcher = watcher
        self._started_at = datetime.now(UTC)
        self._entered = time.monotonic()
        self._supervisor = Supervisor(specs, on_change=self._changed, policy=policy)

    @property
    def processes(self) -> Mapping[str, ProcessStatus]:
        """Each process as it stands now, by name."""
        return self._supervisor.processes

    @property
    def warm_parent_pid(self) -> int | None:
        """The process that the Python processes are forked from, while it runs."""
        return self._supervisor.warm_parent_pid

    def url(self, name: str) -> str:
        """Address of one process: ``http``, ``nats`` or ``mongodb``."""
        return self._urls[name]

    def kill(self, name: str) -> None:
        """End one process with SIGKILL; it is started again."""
        self._supervisor.kill(name)

    async def start(self) -> None:
        """Begin to start everything."""
        await self._supervisor.start()

    async def wait_ready(self, *names: str) -> None:
        """Wait until the named processes, or all, can be used.

        Raises:
            ProcessNotReadyError: One of them could not within ``start_timeout``.
        """
        limit = self.settings.start_timeout.total_seconds()
        await self._supervisor.wait_ready(*names, timeout_seconds=limit)
        everything = all(each.state is ProcessState.READY for each in self.processes.values())
        if self.cold_start_seconds is None and everything:
            self.cold_start_seconds = time.monotonic() - self._entered
            self._write_status()

    async def stop(self, *, grace_seconds: float | None = None) -> None:
        """Stop services first and servers last.

        Args:
            grace_seconds: Time for each process before SIGKILL; the settings' grace by default. A
                second call with 0 ends an ordered stop that takes too long.
        """
        settled = self.settings.stop_grace.total_seconds()
        grace = settled if grace_seconds is None else grace_seconds
        await self._supervisor.stop(grace_seconds=grace)

    def memory_bytes(self) -> dict[str, int]:
        """Measure each process, the warm parent, and as ``launcher`` the process that called."""
        measured = {name: memory_bytes(each.pid or 0) for name, each in self.processes.items()}
        warm_parent = memory_bytes(self.warm_parent_pid or 0)
        return {**measured, "warm_parent": warm_parent, "launcher": own_memory_bytes()}

    def rss_bytes(self) -> int:
        """Measure all processes together, launcher included, shared pages counted once."""
        return sum(self.memory_bytes().values())

    def _changed(self, status: ProcessStatus) -> None:
        # What people look at may grow old, as on a full disk; who keeps processes up must not fall.
        with suppress(OSError):
            self._write_status()
        self._watcher(status)

    def _write_status(self) -> None:
        write_status(
            status_path(self.settings),
            SystemStatus(
                home=self.settings.home,
                launcher_pid=os.getpid(),
                warm_parent_pid=self.warm_parent_pid,
                started_at=self._started_at,
                cold_start_seconds=self.cold_start_seconds,
                processes=tuple(self.processes.values()),
            ),
        )


@asynccontextmanager
async def running_system(
    settings: LauncherSettings, *, watcher: Watcher = lambda _status: None
) -> AsyncIterator[RunningSystem]:
    """Run the whole system; inside the context every process is ready.

    Raises:
        LauncherError: It cannot be started; nothing is left running.
    """
    async with starting_system(settings, watcher=watcher) as system:
        await system.wait_ready()
        yield system


@asynccontextmanager
async def starting_system(
    settings: LauncherSettings,
    *,
    watcher: Watcher = lambda _status: None,
    specs: tuple[ProcessSpec, ...] | None = None,
    policy: RestartPolicy | None = None,
) -> AsyncIterator[RunningSystem]:
    """Begin to run the system; inside the context processes may still be starting.

    Args:
        settings: Home, ports and patience.
        watcher: Told of every change of a process.
        specs: The processes; all of the system's by default.
        policy: Delays between restarts.

    Raises:
        LauncherError: It cannot be started; nothing is left running.
    """
    with locked_home(settings):
        _check_age(settings)
        check_ports(settings.ports)
        chosen = whole_system(settings) if specs is None else specs
        system = RunningSystem(settings, chosen, watcher=watcher, policy=policy)
        try:
            await system.start()
            yield system
        finally:
            await system.stop()


@contextmanager
def locked_home(settings: LauncherSettings) -> Iterator[None]:
    """Make the home folder and hold it against a second launcher.

    The kernel releases the lock when this process ends, however it ends.

    Raises:
        HomeLockedError: Another launcher holds it.
        HomeUnusableError: The folder cannot be made or written.
    """
    file = lock_path(settings)
    try:
        private_folder(settings.home)
        file.parent.mkdir(exist_ok=True)
        stream = file.open("a+", encoding="ascii")
    except OSError as error:
        raise HomeUnusableError(home=settings.home, reason=error.strerror or "") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.seek(0)
            raise HomeLockedError(home=settings.home, pid=stream.read().strip()) from error
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield


def _check_age(settings: LauncherSettings) -> None:
    # Imported here: the contracts are large, and whoever asks for the status needs none of them.
    from jamila_runtime.vocabulary import HomeNewerError, check_home  # noqa: PLC0415

    try:
        check_home(settings.home)
    except HomeNewerError as error:
        raise HomeTooNewError(home=settings.home, **error.data) from error


def is_running(settings: LauncherSettings) -> bool:
    """Tell whether a launcher holds this home right now."""
    try:
        with lock_path(settings).open(encoding="ascii") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def lock_path(settings: LauncherSettings) -> Path:
    """The file a launcher holds while it runs."""
    return settings.home / "run" / "launcher.lock"


def whole_system(settings: LauncherSettings) -> tuple[ProcessSpec, ...]:
    """Every process of the system on this home, whose secrets and configuration are made here."""
    programs = find_programs()
    secrets = ensure_secrets(settings)
    config_path(settings).parent.mkdir(exist_ok=True)
    write_private(config_path(settings), nats_config(settings, secrets.nats_passwords))
    return plan(settings, secrets, programs=programs)
