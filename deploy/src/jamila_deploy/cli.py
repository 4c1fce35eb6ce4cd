"""The ``jamila`` command: runs the system, shows its state, and carries other packages' commands.

Another package adds its commands by the entry point group ``jamila.commands``: the name is the
word typed after ``jamila``, the value a ``typer.Typer`` or a plain function.
"""

import asyncio
import select
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from jamila_deploy.by_hand import tell_places
from jamila_deploy.errors import LauncherError
from jamila_deploy.messages import (
    describe_change,
    describe_system,
    explain,
    explain_settings,
    welcome,
)
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.status import ProcessStatus, memory_bytes, read_status
from jamila_deploy.system import RunningSystem, is_running, starting_system

COMMAND_GROUP: Final = "jamila.commands"
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HANGUP_POLL_SECONDS: Final = 1.0
_DEMO_DAY: Final = ("demo-day",)

app = typer.Typer(
    name="jamila",
    help="Dik Jamila Me-WA: menjalankan dan merawat sistem layanan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def run(
    *,
    demo_day: Annotated[
        bool, typer.Option("--demo-day", help="Isi kantor demo dengan satu hari yang ramai")
    ] = False,
) -> None:
    """Jalankan seluruh sistem pada komputer ini sampai Ctrl-C."""
    settings = LauncherSettings()
    say(f"Memulai Dik Jamila di {settings.home} ...")
    asyncio.run(_run(settings, also=_DEMO_DAY if demo_day else ()))
    say("Semua proses sudah berhenti.")


@app.command()
def status() -> None:
    """Tampilkan keadaan setiap proses; kode keluar 1 bila tidak semuanya siap."""
    settings = LauncherSettings()
    seen = read_status(settings)
    if not is_running(settings) or seen is None:
        say(f"Sistem tidak berjalan pada folder {settings.home}. Mulai dengan: make run")
        raise typer.Exit(1)
    pids = {each.pid for each in seen.processes} | {seen.warm_parent_pid, seen.launcher_pid}
    say(describe_system(seen, memory=sum(memory_bytes(pid) for pid in pids if pid)))
    if any(each.state != "ready" for each in seen.processes):
        raise typer.Exit(1)


def main() -> None:
    """Entry point of the ``jamila`` command; an operator's mistake never shows a traceback."""
    add_commands(app, sys.argv[1:])
    try:
        tell_places(sys.argv[1:])
        app()
    except LauncherError as error:
        complain(explain(error))
        sys.exit(1)
    except ValidationError as error:
        if error.title not in {"LauncherSettings", "Ports"}:
            raise
        complain(explain_settings(error))
        sys.exit(2)


def add_commands(root: typer.Typer, arguments: Sequence[str]) -> None:
    """Attach other packages' commands, loading only the one that is asked for.

    ``jamila run`` lives as long as the system: what it does not need it must not import. Without a
    command, or with an option first, all are attached so that the help lists them.
    """
    found = entry_points(group=COMMAND_GROUP)
    own = {
        (each.name or each.callback.__name__) for each in root.registered_commands if each.callback
    }
    asked = arguments[0] if arguments and not arguments[0].startswith("-") else None
    if asked in own:
        return
    chosen = [each for each in found if each.name == asked] or list(found)
    for entry in sorted(chosen, key=lambda each: each.name):
        _attach(root, entry)


def say(text: str) -> None:
    """Print to whoever still listens; a closed terminal must not keep the system from stopping."""
    with suppress(OSError):
        print(text, flush=True)


def complain(text: str) -> None:
    """Print an error to whoever still listens."""
    with suppress(OSError):
        print(f"GALAT: {text}", file=sys.stderr, flush=True)


def _attach(root: typer.Typer, entry: EntryPoint) -> None:
    command = entry.load()
    if isinstance(command, typer.Typer):
        root.add_typer(command, name=entry.name)
    else:
        root.command(entry.name)(command)


def _report(status: ProcessStatus) -> None:
    line = describe_change(status)
    if line is not None:
        say(f"  {line}")


async def _run(settings: LauncherSettings, *, also: Sequence[str] = ()) -> None:
    stop_asked = _listen_for_stop()
    hangup = asyncio.create_task(_stop_on_hangup(stop_asked))
    try:
        await _run_until(stop_asked, settings, also=also)
    finally:
        hangup.cancel()


async def _run_until(
    stop_asked: asyncio.Event, settings: LauncherSettings, *, also: Sequence[str]
) -> None:
    async with starting_system(settings, watcher=_report) as system:
        if await _ready_before_stop(system, stop_asked):
            took = system.cold_start_seconds or 0.0
            address = system.url("gateway")
            say(welcome(settings, gateway_url=address, cold_start_seconds=took))
            async with _beside(also):
                await stop_asked.wait()
        say("\nMenghentikan semua proses ... (Ctrl-C sekali lagi: paksa)")
        stop_asked.clear()
        await _stop_or_force(system, stop_asked)


@asynccontextmanager
async def _beside(command: Sequence[str]) -> AsyncIterator[None]:
    """Let another command of ours run meanwhile, in a process that takes its memory with it."""
    if not command:
        yield
        return
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "jamila_deploy", *command)
    try:
        yield
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


def _listen_for_stop() -> asyncio.Event:
    asked = asyncio.Event()
    for number in _STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    return asked


async def _stop_on_hangup(stop_asked: asyncio.Event) -> None:
    # A closed terminal signals its session leader only. Where that is make, as in
    # `ssh -t host make run`, make waits for its child and the child would never hear of it.
    if not sys.stdin.isatty():
        return
    terminal = select.poll()
    terminal.register(sys.stdin.fileno(), 0)
    while not terminal.poll(0):  # noqa: ASYNC110  # the kernel offers no event without reading input
        await asyncio.sleep(_HANGUP_POLL_SECONDS)
    stop_asked.set()


async def _ready_before_stop(system: RunningSystem, stop_asked: asyncio.Event) -> bool:
    ready = asyncio.create_task(system.wait_ready())
    stop = asyncio.create_task(stop_asked.wait())
    try:
        await asyncio.wait({ready, stop}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            ready.result()
        return not stop_asked.is_set()
    finally:
        ready.cancel()
        stop.cancel()


async def _stop_or_force(system: RunningSystem, stop_asked: asyncio.Event) -> None:
    orderly = asyncio.create_task(system.stop())
    force = asyncio.create_task(stop_asked.wait())
    try:
        await asyncio.wait({orderly, force}, return_when=asyncio.FIRST_COMPLETED)
        if not orderly.done():
            await system.stop(grace_seconds=0)
        await orderly
    finally:
        force.cancel()
