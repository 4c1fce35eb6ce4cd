"""WhatsApp and the printer refuse for a while; they are there and say no."""

import asyncio
from typing import Any, Final

import httpx

from jamila_faults.arena import Arena
from jamila_faults.ground import OUTSIDE

_PAIR_LIMIT: Final = 131056
_BROKEN: Final = 131000
_SECONDS: Final = (3.0, 8.0)


async def whatsapp_refuses(arena: Arena) -> None:
    """The next messages of the office fail: too fast, or the platform itself is out of order."""
    for code in (_BROKEN, _PAIR_LIMIT, _BROKEN):
        await _tell(arena, "fail-next", {"code": code, "count": arena.chance.randint(1, 4)})


async def whatsapp_loses_papers(arena: Arena) -> None:
    """Papers of residents cannot be downloaded at once."""
    for fault in ("expired", "broken"):
        await _tell(arena, "media-fault", {"fault": fault, "count": arena.chance.randint(1, 3)})


async def whatsapp_reverses_statuses(arena: Arena) -> None:
    """Statuses of messages come in the wrong order for a while."""
    await _tell(arena, "status-order", {"reversed": True})
    await asyncio.sleep(arena.chance.uniform(*_SECONDS))
    await _tell(arena, "status-order", {"reversed": False})


async def printer_is_off(arena: Arena) -> None:
    """The folder of the printer is not there, and cannot be made."""
    folder = arena.home / "printed"
    away = folder.with_name("printed-away")
    folder.rename(away)
    folder.write_text("in the way\n")
    await asyncio.sleep(arena.chance.uniform(*_SECONDS))
    folder.unlink()
    away.rename(folder)


async def _tell(arena: Arena, lever: str, what: dict[str, Any]) -> None:
    url = f"{arena.system.url(OUTSIDE)}/_sim/whatsapp/{lever}"
    async with httpx.AsyncClient(timeout=30) as client:
        (await client.post(url, json=what)).raise_for_status()
