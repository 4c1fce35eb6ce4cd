"""The doctor: proves with a canary that a breach would be noticed, and looks at what is stuck.

The canary walks the whole way of a real breach: durable timer, alarm, log of the service, outbox,
stream, ledger. It is marked, and no queue or figure counts it.

Errors::

    UnreachableError   (RetryableError) NATS does not answer; nothing could be examined
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import ConsumerInfo
from nats.js.errors import Error as JetStreamError
from sqlalchemy import text

from jamila_contracts.envelope import EnvelopeError, EventMeta
from jamila_ledger.checkpoints import CheckpointFile, CheckpointsUnusableError
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.timers_process import CANARY_SUBJECT
from jamila_ledger.trail import wita
from jamila_runtime.connecting import connect_once
from jamila_runtime.errors import JamilaError, RetryableError
from jamila_runtime.looking import stores_with
from jamila_runtime.streams import STREAM

NOTICED_WITHIN: Final = timedelta(seconds=2)
"""How late a breach may be recorded. Source: ARCHITECTURE section 4."""
_PATIENCE_SECONDS: Final = 6.0
_ASK_SECONDS: Final = 3.0
_PARKED: Final = text("SELECT count(*) FROM parked")
_CHECKPOINT_AGE: Final = timedelta(days=2)
"""Checkpoints are signed daily; one missed day is a day nobody switched the system on."""
_FAULTS: Final = (NatsError, JetStreamError, TimeoutError, OSError)


class UnreachableError(RetryableError):
    """NATS does not answer."""

    slug = "nats-unreachable"


@dataclass(frozen=True)
class Finding:
    """What one examination showed."""

    name: str
    ok: bool
    detail: str

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


async def examine(settings: LedgerSettings) -> list[Finding]:
    """Examine a running system.

    Raises:
        UnreachableError: NATS does not answer.
    """
    try:
        client = await connect_once(settings)
    except _FAULTS as error:
        raise UnreachableError("NATS does not answer") from error
    try:
        before = await _consumers(client)
        canary = await _canary(client, settings)
        after = await _consumers(client)
    finally:
        await client.close()
    local = await asyncio.to_thread(_stores, settings)
    return [*canary, _progress(before, after), *local]


async def _canary(client: Client, settings: LedgerSettings) -> list[Finding]:
    name, canary = "alarm SLA", uuid4()
    heard: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def on_breach(message: Any) -> None:
        if not heard.done():
            heard.set_result(message)

    subject = f"permohonan.{settings.tenant}.{canary}.SlaTerlampaui"
    try:
        await client.subscribe(subject, cb=on_breach)
        answer = await client.request(CANARY_SUBJECT, str(canary).encode(), timeout=_ASK_SECONDS)
        due = datetime.fromisoformat(json.loads(answer.data)["due_at"])
    except _FAULTS:
        return [Finding(name, ok=False, detail="layanan sla tidak menjawab")]
    try:
        message = await asyncio.wait_for(heard, _PATIENCE_SECONDS)
        meta = EventMeta.from_headers(message.headers or {})
    except TimeoutError:
        return [Finding(name, ok=False, detail="kenari tidak berbunyi: pelanggaran tidak terlihat")]
    except EnvelopeError:
        return [Finding(name, ok=False, detail="kenari berbunyi tanpa amplop yang benar")]
    delay = meta.recorded_at - due
    seconds = f"{delay.total_seconds():.2f}".replace(".", ",")
    detail = f"kenari tercatat {seconds} detik sesudah tenggat"
    rang = Finding(name, ok=delay <= NOTICED_WITHIN, detail=detail)
    return [rang, await _in_the_ledger(str(canary), settings)]


async def _in_the_ledger(canary: str, settings: LedgerSettings) -> Finding:
    name = "kenari di buku besar"

    def is_recorded() -> bool:
        with closing(SqlLedgerStore.open_existing(settings.ledger)) as store:
            return any(entry.type == "SlaTerlampaui" for entry in store.read_case(canary))

    deadline = asyncio.get_running_loop().time() + _ASK_SECONDS
    try:
        while not await asyncio.to_thread(is_recorded):
            if asyncio.get_running_loop().time() > deadline:
                return Finding(name, ok=False, detail="peristiwa kenari belum sampai")
            await asyncio.sleep(0.1)
    except JamilaError:
        return Finding(name, ok=False, detail="buku besar tidak dapat dibaca dari komputer ini")
    return Finding(name, ok=True, detail="peristiwa kenari sudah tercatat")


async def _consumers(client: Client) -> dict[str, ConsumerInfo]:
    try:
        infos = await client.jetstream().consumers_info(STREAM)
    except _FAULTS:
        return {}
    return {info.name: info for info in infos}


def _progress(before: dict[str, ConsumerInfo], after: dict[str, ConsumerInfo]) -> Finding:
    name = "pembaca aliran"
    if not after:
        return Finding(name, ok=False, detail="aliran peristiwa tidak ada")
    stuck = [each for each in sorted(after) if _is_stuck(before.get(each), after[each])]
    behind = {
        each: (info.num_pending or 0) + (info.num_ack_pending or 0) for each, info in after.items()
    }
    if stuck:
        told = ", ".join(f"{each} ({behind[each]} peristiwa)" for each in stuck)
        return Finding(name, ok=False, detail=f"tidak maju: {told}")
    return Finding(name, ok=True, detail=f"{len(after)} pembaca, tertinggal {sum(behind.values())}")


def _is_stuck(before: ConsumerInfo | None, after: ConsumerInfo) -> bool:
    """It had work when the canary began and when it had sung, and did none in between."""
    if before is None or before.ack_floor is None or after.ack_floor is None:
        return False
    had_work = bool(before.num_pending or before.num_ack_pending)
    has_work = bool(after.num_pending or after.num_ack_pending)
    return had_work and has_work and before.ack_floor.stream_seq == after.ack_floor.stream_seq


def _stores(settings: LedgerSettings) -> Sequence[Finding]:
    return (_parked(settings.stores), _checkpoint(settings))


def _parked(stores: Path) -> Finding:
    found = {
        service: connection.execute(_PARKED).scalar_one()
        for service, connection in stores_with("parked", stores)
    }
    stuck = {service: number for service, number in found.items() if number}
    if stuck:
        told = ", ".join(f"{service} {number}" for service, number in stuck.items())
        return Finding("peristiwa terparkir", ok=False, detail=told)
    return Finding("peristiwa terparkir", ok=True, detail="tidak ada")


def _checkpoint(settings: LedgerSettings) -> Finding:
    name = "titik periksa"
    try:
        last = CheckpointFile(settings.checkpoints_file).last()
    except CheckpointsUnusableError:
        return Finding(name, ok=False, detail="berkas titik periksa rusak")
    if last is None:
        return Finding(name, ok=False, detail="belum ada titik periksa yang ditandatangani")
    signed_at = datetime.fromisoformat(last.time)
    detail = f"posisi {last.position}, ditandatangani {wita(signed_at)}"
    return Finding(name, ok=datetime.now(tz=UTC) - signed_at <= _CHECKPOINT_AGE, detail=detail)
