"""A burst of webhooks over real connections, at a rate that does not wait for the answers.

Latency is counted from the moment a webhook was due, not from when a connection was free: a door
that is stuck for a second is late for everybody who came in that second.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random

_PATH = "/webhooks/whatsapp"
_STATUSES = ("sent", "delivered", "read")
_REPEATED = 20
"""One webhook in so many is delivered twice."""


@dataclass(frozen=True)
class Shot:
    """One webhook, signed and ready to be sent."""

    request: bytes
    identities: tuple[str, ...]
    """What the inbox must hold afterwards if it was answered with 200."""


@dataclass
class Volley:
    """What became of a burst."""

    latencies: list[float] = field(default_factory=list)
    """Seconds from due to answered."""
    statuses: dict[int, int] = field(default_factory=dict)
    """Answers by HTTP status; 0: no answer."""
    kept: set[str] = field(default_factory=set)
    """Everything that was answered with 200."""
    seconds: float = 0.0

    def percentile(self, part: float) -> float:
        """The latency that so many stay below, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


def shots(count: int, *, secret: str, number_id: str, seed: int = 6311) -> list[Shot]:
    """So many webhooks as an office sees them: one message to two statuses, some twice."""
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    made: list[Shot] = []
    for number in range(count):
        if number % _REPEATED == _REPEATED - 1:
            made.append(random.choice(made[-_REPEATED:]))
            continue
        value, identity = _message(number) if number % 3 == 0 else _status(number)
        whole = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number_id}}
        change = {"field": "messages", "value": {**whole, **value}}
        body = json.dumps(
            {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
        ).encode()
        made.append(Shot(_signed(body, secret), (identity,)))
    return made


async def fire(
    port: int, volley: Sequence[Shot], *, per_second: float, at_once: int = 64
) -> Volley:
    """Send them at that rate over so many connections."""
    outcome = Volley()
    queue: asyncio.Queue[tuple[float, Shot] | None] = asyncio.Queue()
    gunners = [asyncio.create_task(_gunner(port, queue, outcome)) for _ in range(at_once)]
    started = time.perf_counter()
    for number, shot in enumerate(volley):
        due = started + number / per_second
        pause = due - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        queue.put_nowait((due, shot))
    for _ in gunners:
        queue.put_nowait(None)
    await asyncio.gather(*gunners)
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _gunner(
    port: int, queue: "asyncio.Queue[tuple[float, Shot] | None]", outcome: Volley
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (order := await queue.get()) is not None:
            due, shot = order
            writer.write(shot.request)
            status = await _status_of(reader)
            outcome.latencies.append(time.perf_counter() - due)
            outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
            if status == HTTPStatus.OK:
                outcome.kept.update(shot.identities)
            if status == 0:
                # The door is gone; whoever is left in the queue is somebody else's shot.
                return
    finally:
        writer.close()


async def _status_of(reader: asyncio.StreamReader) -> int:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(_lengths(head), 0)
        await reader.readexactly(length)
        return int(head.split(b" ", 2)[1])
    except (OSError, asyncio.IncompleteReadError):
        return 0


def _lengths(head: bytes) -> Iterator[int]:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            yield int(line.partition(b":")[2])


def _message(number: int) -> tuple[dict[str, object], str]:
    sender = f"62800631{number % 500:04d}"
    wamid = f"wamid.burst{number}"
    message = {
        "from": sender,
        "from_user_id": f"ID.{sender}",
        "id": wamid,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "STATUS"},
    }
    contact = {"profile": {"name": "Warga Contoh"}, "wa_id": sender, "user_id": f"ID.{sender}"}
    return {"contacts": [contact], "messages": [message]}, wamid


def _status(number: int) -> tuple[dict[str, object], str]:
    wamid, status = f"wamid.out{number // 3}", _STATUSES[number % 3]
    raw = {
        "id": wamid,
        "status": status,
        "timestamp": str(int(time.time())),
        "recipient_id": f"62800631{number % 500:04d}",
        "biz_opaque_callback_data": f"jawaban:{number // 3}",
    }
    return {"statuses": [raw]}, f"{wamid}|{status}"


def _signed(body: bytes, secret: str) -> bytes:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {_PATH} HTTP/1.1\r\nHost: intake.test\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
