"""A bad network between the services and their servers; needs an arena with proxies."""

import asyncio
from typing import Final

from jamila_faults.arena import Arena
from jamila_faults.ground import OUTSIDE, SERVERS
from jamila_faults.proxy import Proxy

_SECONDS: Final = (3.0, 10.0)
_DELAY_SECONDS: Final = (0.05, 0.4)


async def cut_servers(arena: Arena) -> None:
    """All connections to one server break, and none can be made for a while."""
    await _cut(arena, _any(arena, SERVERS))


async def delay_servers(arena: Arena) -> None:
    """Everything to and from one server takes long."""
    await _delay(arena, _any(arena, SERVERS))


async def silence_servers(arena: Arena) -> None:
    """Connections to one server stay, and nothing arrives any more."""
    await _silence(arena, _any(arena, SERVERS))


async def cut_outside(arena: Arena) -> None:
    """WhatsApp, SIAK and the time stamps are not reached."""
    await _cut(arena, arena.ground.proxies[OUTSIDE])


async def delay_outside(arena: Arena) -> None:
    """WhatsApp, SIAK and the time stamps are slow."""
    await _delay(arena, arena.ground.proxies[OUTSIDE])


async def silence_outside(arena: Arena) -> None:
    """WhatsApp, SIAK and the time stamps take requests and say nothing."""
    await _silence(arena, arena.ground.proxies[OUTSIDE])


def _any(arena: Arena, names: tuple[str, ...]) -> Proxy:
    return arena.ground.proxies[arena.chance.choice(names)]


async def _cut(arena: Arena, proxy: Proxy) -> None:
    proxy.cut()
    await asyncio.sleep(arena.chance.uniform(*_SECONDS))
    proxy.mend()


async def _delay(arena: Arena, proxy: Proxy) -> None:
    proxy.delay_seconds = arena.chance.uniform(*_DELAY_SECONDS)
    await asyncio.sleep(arena.chance.uniform(*_SECONDS))
    proxy.delay_seconds = 0.0


async def _silence(arena: Arena, proxy: Proxy) -> None:
    proxy.silence()
    await asyncio.sleep(arena.chance.uniform(*_SECONDS))
    proxy.speak()
