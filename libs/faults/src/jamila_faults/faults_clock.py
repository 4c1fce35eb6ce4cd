"""The wall clock of the office is wrong; needs an arena whose clock can be set."""

import asyncio
from datetime import timedelta
from typing import Final

from jamila_faults.arena import Arena

_HOURS: Final = (1.0, 12.0)
_SECONDS: Final = (3.0, 8.0)


async def jump_clock(arena: Arena) -> None:
    """The clock of all services jumps some hours ahead, then hours back, and is right again."""
    for sign in (1, -1):
        await _show(arena, sign * timedelta(hours=arena.chance.uniform(*_HOURS)))
        await asyncio.sleep(arena.chance.uniform(*_SECONDS))
    await _show(arena, timedelta())


async def _show(arena: Arena, ahead: timedelta) -> None:
    clock = arena.ground.clock
    assert clock is not None  # noqa: S101 - what the fault needs
    arena.history.clock(ahead)
    await asyncio.to_thread(clock.set, ahead)
