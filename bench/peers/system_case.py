"""The officers of this system: commands by NATS, as the gateway asks, tasks from the read model.

Acknowledged is a decision when its service has answered: its facts are on disk. The next task is
visible when the queue of the read model holds it in MongoDB, behind outbox, JetStream, ledger and
projector; a change stream tells of it, as soon as the transaction is committed.
"""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import nats
import orjson
from meter import STEPS, Asked, Meter, Turn, in_tasks
from motor.motor_asyncio import AsyncIOMotorClient
from nats.aio.client import Client

from jamila_contracts.command import command_subject
from jamila_contracts.commands import COMMANDS
from jamila_testing.samples import WORKERS
from jamila_testing.staff import HAPPY, USUAL

_PATIENCE_SECONDS = 60.0
_NOT_YET = ("case-not-at-this-stage", "step-not-open", "draft-changed")
_PAUSE_SECONDS = 0.003
_FINISHED = len(STEPS) + 1
_ACTORS = {step: actor.model_dump() for step, actor in WORKERS.items()}
_SAID: Mapping[str, Mapping[str, Any]] = {
    "PrintDocument": {"medium": "unduh"},
    "ConfirmMatch": {"verdicts": [each.model_dump() for each in USUAL["ConfirmMatch"]["verdicts"]]},
    "HandOver": {"method": "diambil"},
}


class Queue:
    """What the offices see: which step each case waits at, by the read model."""

    def __init__(self, url: str, database: str) -> None:
        self._client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(url)
        self._queue = self._client[database]["queue"]
        self._at: dict[str, int] = {}
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def watch(self) -> None:
        shown = {"operationType": 1, "documentKey": 1, "fullDocument.step": 1}
        async with self._queue.watch([{"$project": shown}]) as changes:
            async for change in changes:
                case_id = change["documentKey"]["_id"]
                document = change.get("fullDocument")
                self._at[case_id] = document["step"] if document else _FINISHED
                self._news[case_id].set()

    async def shows(self, case_id: str, step: int) -> None:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while self._at.get(case_id) != step:
                self._news[case_id].clear()
                await self._news[case_id].wait()

    def forget(self, case_id: str) -> None:
        self._at.pop(case_id, None)
        self._news.pop(case_id, None)


class Officers:
    def __init__(self, client: Client, queue: Queue) -> None:
        self._client, self._queue = client, queue
        self._numbers = itertools.count()

    async def walk(self, meter: Meter) -> None:
        opened = await self._request("bench.open", str(next(self._numbers)).encode())
        case_id = opened["case_id"]
        await self._queue.shows(case_id, 1)
        seen: dict[str, Any] = {}
        for step, name in zip(STEPS, HAPPY, strict=True):
            said = {**_SAID.get(name, {})}
            if name == "RecordEntry":
                said |= {"siak_registration": "SIAK-2026-000123", "data": opened["entry"]}
            elif name == "HandOver":
                said["receipt_code"] = opened["receipt_code"]
            elif name in ("ApproveDraft", "VerifyDraft", "SignDocument"):
                said |= seen
            asked = time.time()
            for sha256 in seen["document_sha256"] if name == "SignDocument" else ():
                await self._ask("SeeDocument", case_id, step, {"sha256": sha256})
            result = await self._ask(name, case_id, step, said)
            acknowledged = time.time()
            if name == "RecordEntry":
                seen["document_sha256"] = [each["document_sha256"] for each in result["documents"]]
            await self._queue.shows(case_id, step + 1)
            meter.note(Turn(asked, acknowledged, time.time()))
        self._queue.forget(case_id)

    async def _ask(self, name: str, case_id: str, step: int, said: dict[str, Any]) -> Any:
        command = {
            "command_id": str(uuid4()),
            "case_id": case_id,
            "actor": _ACTORS[step],
            "asked_at": datetime.now(tz=UTC),
            **said,
        }
        subject, body = command_subject(COMMANDS[name].SERVICE, name), orjson.dumps(command)
        while problem := (reply := await self._request(subject, body))["problem"]:
            # The read model was faster than the stage: asked again, on the officer's clock.
            if problem["slug"] not in _NOT_YET:
                raise RuntimeError(name, problem)
            await asyncio.sleep(_PAUSE_SECONDS)
        return reply["result"]

    async def _request(self, subject: str, body: bytes) -> Any:
        answer = await self._client.request(subject, body, timeout=_PATIENCE_SECONDS)
        return orjson.loads(answer.data)


async def prepare(asked: Asked) -> Officers:
    queue = Queue(asked.servers["mongo"], "jamila")
    officers = Officers(await nats.connect(asked.servers["nats"]), queue)
    watching = asyncio.create_task(queue.watch())
    watching.add_done_callback(lambda task: task.cancelled() or task.result())
    return officers


def main() -> None:
    asked, loop = Asked.read(), asyncio.new_event_loop()
    officers = loop.run_until_complete(prepare(asked))
    asked.each_level(
        lambda meter, at_once: loop.run_until_complete(in_tasks(meter, at_once, officers.walk))
    )


if __name__ == "__main__":
    main()
