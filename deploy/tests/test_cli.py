"""The ``jamila`` command as an operator meets it."""

import asyncio
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from jamila_deploy import cli
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings, Ports
from jamila_deploy.status import ProcessState, read_status

# The real command line over two small processes in place of the real plan.
LAUNCHER = """
import sys
from jamila_deploy import system
from jamila_deploy.cli import main
from jamila_deploy.plan import ProcessSpec

def two_processes(settings):
    argv = (sys.executable, "-S", "-c", {code!r})
    return tuple(
        ProcessSpec(name=name, argv=argv, log_path=settings.home / "logs" / name, url="http://here")
        for name in ("gateway", "ledger")
    )

system.whole_system = two_processes
sys.argv = ["jamila", "run", *{options!r}]
main()
"""
SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> LauncherSettings:
    request.getfixturevalue("socket_enabled")
    return free_ports(LauncherSettings(home=tmp_path / "home"))


@asynccontextmanager
async def launcher(
    settings: LauncherSettings, code: str = SLEEP, *, options: tuple[str, ...] = ()
) -> AsyncIterator[Process]:
    ports = {Ports.variable(name): str(port) for name, port in settings.ports.model_dump().items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LAUNCHER.format(code=code, options=options)),
        env={**os.environ, **ports, "JAMILA_HOME": str(settings.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def read_until(process: Process, word: str) -> str:
    text = ""
    async with asyncio.timeout(25):
        while word not in text:
            line = await process.stdout.readline()
            assert line, text + (await process.stderr.read()).decode()
            text += line.decode()
    return text


@pytest.mark.connected
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_stop_signal_ends_everything_in_order(settings: LauncherSettings, number: int):
    async with launcher(settings) as process:
        shown = await read_until(process, "Ctrl-C menghentikan semuanya")
        pids = [each.pid for each in read_status(settings).processes]
        process.send_signal(number)
        out, err = await asyncio.wait_for(process.communicate(), timeout=25)

    assert "Loket petugas      http://here" in shown
    assert "Semua proses sudah berhenti." in out.decode()
    assert (process.returncode, err) == (0, b"")
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert {each.state for each in read_status(settings).processes} == {ProcessState.STOPPED}


@pytest.mark.connected
async def test_a_busy_day_that_cannot_come_is_told_and_the_system_goes_on(
    settings: LauncherSettings, monkeypatch: pytest.MonkeyPatch
):
    # Two small processes are no office of a demonstration: there is nobody who could log in.
    monkeypatch.setenv("JAMILA_HOME", str(settings.home))
    async with launcher(settings, options=("--demo-day",)) as process:
        async with asyncio.timeout(20):
            said = (await process.stderr.readline()).decode()
        assert process.returncode is None
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), timeout=25)

    assert said.startswith("GALAT: Tidak ada kantor demo yang sedang berjalan")
    assert process.returncode == 0


@pytest.mark.connected
async def test_a_second_ctrl_c_does_not_wait_for_the_grace(settings: LauncherSettings):
    async with launcher(settings, DEAF) as process:
        await read_until(process, "Ctrl-C menghentikan semuanya")
        await asyncio.sleep(0.3)
        process.send_signal(signal.SIGINT)
        await read_until(process, "sekali lagi")
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), timeout=25)
    assert process.returncode == 0


@pytest.mark.connected
async def test_an_operators_mistake_shows_a_sentence_and_no_traceback(settings: LauncherSettings):
    async with launcher(settings) as first, launcher(settings) as second:
        finished = [first, second]
        done = {asyncio.create_task(each.wait()): each for each in finished}
        quick, slow = await asyncio.wait(done, timeout=25, return_when=asyncio.FIRST_COMPLETED)
        loser = done[quick.pop()]
        error = (await loser.stderr.read()).decode()
        for task in slow:
            task.cancel()

    assert loser.returncode == 1
    assert error.startswith("GALAT: Sistem sudah berjalan pada folder")
    assert "Traceback" not in error


def test_status_without_a_running_system_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(cli.app, ["status"])
    assert result.exit_code == 1
    assert "tidak berjalan" in result.output


@pytest.mark.connected
async def test_status_lists_each_process_of_a_running_system(
    settings: LauncherSettings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JAMILA_HOME", str(settings.home))
    async with launcher(settings) as process:
        await read_until(process, "Ctrl-C menghentikan semuanya")
        result = CliRunner().invoke(cli.app, ["status"])
    assert result.exit_code == 0
    assert "gateway" in result.output
    assert "siap" in result.output
    assert "Memori seluruh proses" in result.output


def test_a_wrong_setting_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("JAMILA_PORT_NATS", "banyak")
    monkeypatch.setattr(sys, "argv", ["jamila", "status"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert "JAMILA_PORT_NATS" in capsys.readouterr().err


def offer(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    loaded: list[str] = []

    class Offered(EntryPoint):
        def load(self) -> typer.Typer:
            loaded.append(self.name)
            added = typer.Typer()
            added.command("verify")(lambda: typer.echo("chain holds"))
            added.callback()(lambda: None)
            return added

    found = [Offered(name, f"{name}:app", cli.COMMAND_GROUP) for name in names]
    monkeypatch.setattr(cli, "entry_points", lambda **_group: found)
    return loaded


def test_another_package_adds_its_commands(monkeypatch: pytest.MonkeyPatch):
    loaded = offer(monkeypatch, "ledger", "replay")
    root = typer.Typer()
    root.callback()(lambda: None)

    cli.add_commands(root, ["ledger", "verify"])

    assert loaded == ["ledger"]
    assert CliRunner().invoke(root, ["ledger", "verify"]).output == "chain holds\n"


def test_run_does_not_load_what_it_does_not_need(monkeypatch: pytest.MonkeyPatch):
    loaded = offer(monkeypatch, "ledger", "replay")
    cli.add_commands(cli.app, ["run"])
    assert loaded == []


def test_the_help_knows_every_command(monkeypatch: pytest.MonkeyPatch):
    loaded = offer(monkeypatch, "replay", "ledger")
    cli.add_commands(typer.Typer(), ["--help"])
    assert loaded == ["ledger", "replay"]
