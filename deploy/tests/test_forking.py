"""Processes forked from the warm parent behave like processes started anew."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jamila_deploy.child import LEASH
from jamila_deploy.forking import ForkedProcess, ForkFailedError, WarmParent

PROGRAM = """
import os, pathlib, sys, time
print("i am", __name__, sys.argv, os.environ.get("COLOUR"), os.environ.get("HOME"))
match pathlib.Path(sys.argv[0]).stem.rsplit("_", 1)[1]:
    case "ends": sys.exit(3)
    case "raises": raise RuntimeError("out of paper")
    case "stays":
        pathlib.Path(os.environ["FLAG"]).touch()
        time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for end in ("ends", "raises", "stays"):
        (tmp_path / f"program_{end}.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


@asynccontextmanager
async def warm_parent() -> AsyncIterator[WarmParent]:
    parent = WarmParent(leash=LEASH)
    try:
        yield parent
    finally:
        await parent.stop()


async def forked(parent: WarmParent, folder: Path, end: str) -> ForkedProcess:
    environment = {"COLOUR": "green", "FLAG": str(folder / "flag")}
    return await parent.fork(
        "program", f"program_{end}", environment=environment, log=folder / f"{end}.log"
    )


def of_process(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text()


async def test_a_fork_runs_as_main_with_its_own_environment_and_log(folder: Path):
    async with warm_parent() as parent:
        process = await forked(parent, folder, "ends")
        assert await process.wait() == 3

    said = (folder / "ends.log").read_text().strip()
    assert said.startswith("i am __main__ ")
    # The environment is the one that was given, not the launcher's.
    assert said.endswith("green None")


async def test_the_last_words_of_a_crash_are_in_the_log(folder: Path):
    async with warm_parent() as parent:
        process = await forked(parent, folder, "raises")
        assert await process.wait() == 1

    assert (folder / "raises.log").read_text().strip().endswith("RuntimeError: out of paper")


async def test_a_fork_has_its_own_group_and_its_signal_is_told(folder: Path):
    async with warm_parent() as parent:
        process = await forked(parent, folder, "stays")
        assert os.getpgid(process.pid) == process.pid != os.getpgid(parent.pid)
        os.killpg(process.pid, signal.SIGTERM)
        assert await process.wait() == -signal.SIGTERM
        assert parent.pid is not None


async def test_the_parent_has_one_thread_and_no_child_left_behind(folder: Path):
    async with warm_parent() as parent:
        await (await forked(parent, folder, "ends")).wait()
        # A lock that another thread holds at the moment of a fork stays locked in it for ever.
        assert "\nThreads:\t1\n" in of_process(parent.pid, "status")
        assert of_process(parent.pid, f"task/{parent.pid}/children") == ""


async def test_when_the_parent_dies_its_forks_die_and_the_next_fork_has_a_new_parent(folder: Path):
    async with warm_parent() as parent:
        process = await forked(parent, folder, "stays")
        first = parent.pid
        os.kill(first, signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
        again = await forked(parent, folder, "ends")
        assert await again.wait() == 3
        assert parent.pid != first


async def test_what_cannot_be_made_is_a_failure_of_the_start(folder: Path):
    async with warm_parent() as parent:
        await (await forked(parent, folder, "ends")).wait()
        os.kill(parent.pid, signal.SIGSTOP)
        waiting = forked(parent, folder, "ends")
        os.kill(parent.pid, signal.SIGKILL)
        with pytest.raises(ForkFailedError):
            await waiting
