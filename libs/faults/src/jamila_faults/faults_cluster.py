"""Nodes of NATS and replicas of services that are lost; needs an arena on a cluster."""

import asyncio
from typing import Final

from jamila_faults.arena import Arena
from jamila_faults.ground import OUTSIDE
from jamila_faults.nats_cluster import NODES, NatsCluster

_AWAY_SECONDS: Final = (4.0, 12.0)


async def lose_node(arena: Arena) -> None:
    """One of the three nodes of NATS dies, and comes back after a while with what it had."""
    nodes, number = _nodes(arena), arena.chance.randrange(NODES)
    await asyncio.to_thread(nodes.kill, number)
    await _a_while(arena)
    await asyncio.to_thread(nodes.start, number)


async def wipe_node(arena: Arena) -> None:
    """One of the three nodes of NATS dies, and comes back with an empty disk."""
    nodes, number = _nodes(arena), arena.chance.randrange(NODES)
    await asyncio.to_thread(nodes.kill, number)
    await asyncio.to_thread(nodes.wipe, number)
    await _a_while(arena)
    await asyncio.to_thread(nodes.start, number)


async def part_node(arena: Arena) -> None:
    """One of the three nodes of NATS is reached by nobody; no connection to it breaks."""
    with _nodes(arena).silenced(arena.chance.randrange(NODES)):
        await _a_while(arena)


async def kill_replica(arena: Arena) -> None:
    """SIGKILL of one replica of one service, whether it leads or not."""
    replicas = sorted(name for name in arena.system.processes if name != OUTSIDE)
    arena.kill(arena.chance.choice(replicas))


def _nodes(arena: Arena) -> NatsCluster:
    nodes = arena.ground.nodes
    assert nodes is not None  # noqa: S101 - what the fault needs
    return nodes


async def _a_while(arena: Arena) -> None:
    await asyncio.sleep(arena.chance.uniform(*_AWAY_SECONDS))
