"""PostgreSQL ends in the middle of what it commits; needs an arena whose stores lie in it."""

import signal
from typing import Final

from jamila_faults.arena import Arena
from jamila_faults.ground_postgres import POSTGRES

_TIMES: Final = (1, 3)


async def restart_postgres(arena: Arena) -> None:
    """PostgreSQL drops everybody at once, in mid-commit, and recovers from its log."""
    for _ in range(arena.chance.randint(*_TIMES)):
        arena.kill(POSTGRES, by=signal.SIGQUIT)
        await arena.system.wait_ready(POSTGRES)
