"""Events that come twice, late, out of order, or that nobody can read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import nats
from nats.aio.client import Client

from jamila_contracts.envelope import Actor, EventMeta
from jamila_deploy.nats_names import ADMIN
from jamila_deploy.secrets import ensure_secrets
from jamila_faults.arena import Arena
from jamila_faults.stores import LEDGER
from jamila_runtime.streams import ALL_EVENTS

_SECONDS: Final = 6.0
_PAUSE_SECONDS: Final = 0.1
_HANDFUL: Final = 5
_VISIBLE_SECONDS: Final = 30.0
_LONGEST_MEMORY: Final = 2_000


async def repeat_events(arena: Arena) -> None:
    """Everything passes again, late and out of order, under ids that JetStream does not know."""
    async with _client(arena) as client:
        await repeat(client, arena, seconds=_SECONDS)


async def repeat(client: Client, arena: Arena, *, seconds: float) -> None:
    """Repeat what passes, some events at a time."""
    seen: list[Any] = []

    async def remember(message: Any) -> None:
        # Only what a service published: not what was repeated here.
        if "Nats-Msg-Id" in (message.headers or {}) and len(seen) < _LONGEST_MEMORY:
            seen.append(message)

    await client.subscribe(ALL_EVENTS, cb=remember)
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        await asyncio.sleep(_PAUSE_SECONDS)
        for message in arena.chance.sample(seen, min(_HANDFUL, len(seen))):
            headers = {k: v for k, v in message.headers.items() if k != "Nats-Msg-Id"}
            await client.publish(message.subject, message.data, headers=headers)


async def poison(arena: Arena) -> None:
    """Messages that are no events, and events that nobody can read, of cases that nobody has."""
    async with _client(arena) as client:
        js = client.jetstream()
        await js.publish(f"permohonan.6311.{uuid4()}.DraftDibuat", b"\xff not an event")
        for kind, body in (("DraftDibuat", b"{}"), ("BelumDikenal", b"{}"), ("Dicetak", b"\x00")):
            meta = _stranger(kind)
            arena.history.poisoned(meta.case_id)
            await js.publish(meta.subject, body, headers=meta.to_headers())
            await _until_visible(arena, meta.case_id)


def _stranger(kind: str) -> EventMeta:
    now = datetime.now(tz=UTC)
    return EventMeta(
        event_id=uuid4(),
        type=kind,
        schema_version=1,
        # A source of its own each time: what it said before nobody can be asked for.
        source=f"asing-{uuid4().hex[:8]}",
        tenant="6311",
        case_id=uuid4(),
        position=1,
        log_position=1,
        previous_log_position=0,
        occurred_at=now,
        recorded_at=now,
        actor=Actor.system("asing"),
        causation_id=uuid4(),
        correlation_id=uuid4(),
        sop_version="sop-dik-jamila-2020",
        traceparent=f"00-{uuid4().hex}-{uuid4().hex[:16]}-01",
    )


async def _until_visible(arena: Arena, case_id: UUID) -> None:
    """Nobody could publish it again: it must be in the ledger before something else happens."""
    query = f"SELECT 1 FROM entries WHERE case_id = '{case_id}'"  # noqa: S608 - a number of ours
    async with asyncio.timeout(_VISIBLE_SECONDS):
        while True:
            if await asyncio.to_thread(arena.ground.stores.rows, LEDGER, query):
                return
            await asyncio.sleep(_PAUSE_SECONDS)


@asynccontextmanager
async def _client(arena: Arena) -> AsyncIterator[Client]:
    password = ensure_secrets(arena.system.settings).nats_passwords[ADMIN]
    client = await nats.connect(
        arena.system.url("nats"),
        user=ADMIN,
        password=password,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
    )
    try:
        yield client
    finally:
        await client.close()
