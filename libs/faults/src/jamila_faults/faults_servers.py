"""NATS and MongoDB: hanging, and with an empty disk."""

import asyncio
import shutil
from pathlib import Path
from typing import Final

from jamila_deploy.mongo import mongo_folder
from jamila_faults.arena import Arena

_STILL_SECONDS: Final = (4.0, 12.0)


async def pause_nats(arena: Arena) -> None:
    """NATS hangs: connections stay, nothing is answered."""
    await _pause(arena, "nats")


async def pause_mongod(arena: Arena) -> None:
    """MongoDB hangs."""
    await _pause(arena, "mongod")


async def wipe_nats(arena: Arena) -> None:
    """NATS dies and comes back with nothing: no stream, no consumers, no memory of anything."""
    _wipe(arena, "nats", arena.home / "nats")


async def wipe_mongod(arena: Arena) -> None:
    """MongoDB dies and comes back with nothing: no read models."""
    _wipe(arena, "mongod", mongo_folder(arena.system.settings))


async def _pause(arena: Arena, name: str) -> None:
    async with arena.paused(name):
        await asyncio.sleep(arena.chance.uniform(*_STILL_SECONDS))


def _wipe(arena: Arena, name: str, data: Path) -> None:
    # Moved away under the living server, which dies at once: whoever comes next finds nothing.
    away = data.with_name(f"{data.name}-{arena.kills[name]}-wiped")
    data.rename(away)
    arena.kill(name)
    shutil.rmtree(away, ignore_errors=True)
