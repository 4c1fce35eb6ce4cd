"""Processes that die or stand still."""

import asyncio
from typing import Final

from jamila_deploy.plan import PYTHON_PROCESSES
from jamila_faults.arena import KILLABLE, Arena
from jamila_faults.ground import SERVERS

_AT_ONCE: Final = 4
_STILL_SECONDS: Final = (3.0, 8.0)


async def kill_one(arena: Arena) -> None:
    """SIGKILL of one process, whichever."""
    arena.kill(arena.chance.choice(KILLABLE))


async def kill_several(arena: Arena) -> None:
    """SIGKILL of some at once, servers among them."""
    arena.kill(*arena.chance.sample(KILLABLE, arena.chance.randint(2, _AT_ONCE)))


async def kill_again_and_again(arena: Arena) -> None:
    """SIGKILL of one process each time it comes back."""
    name = arena.chance.choice(KILLABLE)
    for _ in range(_AT_ONCE):
        arena.kill(name)
        await arena.system.wait_ready(name)
    arena.kill(name)


async def kill_warm_parent(arena: Arena) -> None:
    """All Python processes die in one moment."""
    arena.kill_warm_parent()


async def cut_power(arena: Arena) -> None:
    """Everything dies in one moment, the servers too."""
    arena.kill(*SERVERS)
    arena.kill_warm_parent()


async def pause_one(arena: Arena) -> None:
    """A process hangs for some seconds, and then goes on as if nothing had been."""
    async with arena.paused(arena.chance.choice(PYTHON_PROCESSES)):
        await asyncio.sleep(arena.chance.uniform(*_STILL_SECONDS))
