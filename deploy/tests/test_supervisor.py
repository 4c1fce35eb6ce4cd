"""The supervisor with small real processes: no sockets, no servers."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from jamila_deploy.child import RestartPolicy
from jamila_deploy.errors import ProcessNotReadyError, UnknownDependencyError
from jamila_deploy.plan import ProcessSpec
from jamila_deploy.status import ProcessState, ProcessStatus
from jamila_deploy.supervisor import Supervisor

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
)
QUICK = RestartPolicy(first_delay=0.05, longest_delay=0.2)


@dataclass(frozen=True)
class FileReady:
    path: Path

    async def passes(self) -> bool:
        return self.path.exists()


def spec(folder: Path, name: str, code: str, *arguments: str, **fields: object) -> ProcessSpec:
    argv = (sys.executable, "-S", "-c", code, *arguments)
    return ProcessSpec(name=name, argv=argv, log_path=folder / f"{name}.log", **fields)


@asynccontextmanager
async def supervised(*specs: ProcessSpec, **options: object) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(specs, **{"policy": QUICK, **options})
    await supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop(grace_seconds=5)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


async def until(condition, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # looks at other processes; nothing to await
            await asyncio.sleep(0.01)


async def test_a_crash_is_restarted_with_a_visible_reason(tmp_path: Path):
    changes: list[ProcessStatus] = []
    code = "import sys; print('first'); print('disk is full', flush=True); sys.exit(3)"
    async with supervised(spec(tmp_path, "a", code), on_change=changes.append):
        await until(lambda: any(each.restarts == 3 for each in changes))

    backed_off = [each for each in changes if each.state is ProcessState.BACKING_OFF]
    assert backed_off[0].last_exit.exit_code == 3
    assert backed_off[0].last_exit.last_log_line == "disk is full"
    assert [each.next_start_seconds for each in backed_off[:3]] == [0.05, 0.1, 0.2]


async def test_a_process_that_was_healthy_long_enough_starts_over_at_the_first_delay(
    tmp_path: Path,
):
    changes: list[ProcessStatus] = []
    policy = RestartPolicy(first_delay=0.05, longest_delay=5, healthy_after=0.0)
    code = "import sys; sys.exit(1)"
    async with supervised(spec(tmp_path, "a", code), on_change=changes.append, policy=policy):
        await until(lambda: any(each.restarts == 4 for each in changes))

    pauses = [e.next_start_seconds for e in changes if e.state is ProcessState.BACKING_OFF]
    assert pauses[:4] == [0.05] * 4


async def test_a_killed_process_comes_back_as_another(tmp_path: Path):
    async with supervised(spec(tmp_path, "a", SLEEP)) as supervisor:
        await supervisor.wait_ready(timeout_seconds=10)
        first = supervisor.processes["a"].pid
        supervisor.kill("a")
        await supervisor.wait_ready(timeout_seconds=10)
        again = supervisor.processes["a"]

    assert again.pid not in {None, first}
    assert again.last_exit.signal == "SIGKILL"
    assert not is_alive(first)


async def test_a_process_starts_only_when_what_it_needs_is_ready(tmp_path: Path):
    order: list[tuple[str, ProcessState]] = []
    flag = tmp_path / "flag"
    first = spec(tmp_path, "server", SLEEP, ready=FileReady(flag))
    second = spec(tmp_path, "service", SLEEP, depends_on=("server",))
    watch = {"on_change": lambda each: order.append((each.name, each.state))}
    async with supervised(second, first, **watch) as supervisor:
        await asyncio.sleep(0.2)
        assert supervisor.processes["service"].state is ProcessState.WAITING
        flag.touch()
        await supervisor.wait_ready(timeout_seconds=10)

    ready = order.index(("server", ProcessState.READY))
    assert ready < order.index(("service", ProcessState.STARTING))
    stopped = order.index(("service", ProcessState.STOPPED))
    assert stopped < order.index(("server", ProcessState.STOPPED))


async def test_a_process_that_never_gets_ready_is_named(tmp_path: Path):
    never = spec(tmp_path, "stuck", "raise SystemExit('no key')", ready=FileReady(tmp_path / "no"))
    behind = spec(tmp_path, "behind", SLEEP, depends_on=("stuck",))
    async with supervised(behind, never) as supervisor:
        with pytest.raises(ProcessNotReadyError) as caught:
            await supervisor.wait_ready(timeout_seconds=0.6)

    assert caught.value.name == "stuck"
    assert caught.value.reason == "exit code 1: no key"
    assert supervisor.processes["behind"].state is ProcessState.STOPPED


async def test_a_program_that_is_not_there_is_a_reason_too(tmp_path: Path):
    missing = ProcessSpec(name="x", argv=("/no/such/program",), log_path=tmp_path / "x.log")
    changes: list[ProcessStatus] = []
    async with supervised(missing, on_change=changes.append):
        await until(lambda: any(each.last_exit for each in changes))

    reason = next(each.last_exit for each in changes if each.last_exit)
    assert reason.exit_code == 127
    assert "/no/such/program" in reason.last_log_line


async def test_a_process_that_ignores_sigterm_is_killed_after_its_grace(tmp_path: Path):
    flag = tmp_path / "deaf"
    stubborn = spec(tmp_path, "a", STUBBORN, str(flag), ready=FileReady(flag))
    supervisor = Supervisor((stubborn,))
    await supervisor.start()
    await supervisor.wait_ready(timeout_seconds=10)
    pid = supervisor.processes["a"].pid
    started = asyncio.get_running_loop().time()

    await supervisor.stop(grace_seconds=0.3)

    assert asyncio.get_running_loop().time() - started < 3
    assert not is_alive(pid)
    assert supervisor.processes["a"].state is ProcessState.STOPPED


async def test_a_second_stop_without_grace_cuts_the_first_short(tmp_path: Path):
    flag = tmp_path / "deaf"
    stubborn = spec(tmp_path, "a", STUBBORN, str(flag), ready=FileReady(flag))
    supervisor = Supervisor((stubborn,))
    await supervisor.start()
    await supervisor.wait_ready(timeout_seconds=10)
    orderly = asyncio.create_task(supervisor.stop(grace_seconds=60))
    await asyncio.sleep(0.05)

    await supervisor.stop(grace_seconds=0)

    await asyncio.wait_for(orderly, timeout=25)


async def test_a_stop_during_back_off_does_not_wait_it_out(tmp_path: Path):
    policy = RestartPolicy(first_delay=60)
    supervisor = Supervisor((spec(tmp_path, "a", "raise SystemExit(1)"),), policy=policy)
    await supervisor.start()
    await until(lambda: supervisor.processes["a"].state is ProcessState.BACKING_OFF)

    await asyncio.wait_for(supervisor.stop(grace_seconds=5), timeout=25)


@pytest.mark.parametrize("depends_on", [("nobody",), ("a",), ("b",)])
def test_a_plan_that_could_never_start_is_refused(tmp_path: Path, depends_on: tuple[str, ...]):
    first = spec(tmp_path, "a", SLEEP, depends_on=depends_on)
    second = spec(tmp_path, "b", SLEEP, depends_on=("a",))
    with pytest.raises(UnknownDependencyError):
        Supervisor((first, second))


async def test_nothing_survives_a_launcher_that_is_killed(tmp_path: Path):
    launcher = f"""
import asyncio, sys
from pathlib import Path
from jamila_deploy.plan import ProcessSpec
from jamila_deploy.supervisor import Supervisor

async def main():
    argv = (sys.executable, "-S", "-c", {SLEEP!r})
    log_path = Path({str(tmp_path)!r}) / "a.log"
    keeper = Supervisor((ProcessSpec(name="a", argv=argv, log_path=log_path),))
    await keeper.start()
    await keeper.wait_ready(timeout_seconds=10)
    await asyncio.sleep(0.2)
    print(keeper.processes["a"].pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", launcher, stdout=subprocess.PIPE
    )
    child = int(await process.stdout.readline())
    assert is_alive(child)
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    await until(lambda: not is_alive(child))
