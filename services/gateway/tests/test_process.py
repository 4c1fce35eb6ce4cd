"""The whole gateway on real servers: NATS, MongoDB, its own stores; only the stage is ours."""

import base64
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import nats
import pytest
from pydantic import SecretStr

from gateway.app import GatewayProcess, create_process
from gateway.authenticator import Authenticator
from gateway.settings import GatewaySettings
from jamila_contracts.commands import COMMANDS, Command, CommandReply, RecordRead, command_subject
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.views import (
    CASES,
    INDEXES,
    POSITION_ID,
    POSITIONS,
    QUEUE,
    case_writes,
    trail_document,
)
from jamila_runtime.mongo import Documents, Put, Query
from jamila_runtime.settings import RuntimeSettings
from jamila_testing.builders import Story, as_recorded, happy_story

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]


@dataclass
class Town:
    """A running gateway and what it reads from."""

    process: GatewayProcess
    settings: RuntimeSettings
    documents: Documents
    nats_url: str

    async def client(self, account: str) -> httpx.AsyncClient:
        """Log in with a demo account."""
        path = self.settings.home / "secrets" / "demo-accounts.json"
        lines = json.loads(path.read_text())
        line = next(each for each in lines if each["account"] == account)
        said = {"account": account, "password": line["password"], "name": "uji"}
        if "totp_secret" in line:
            said["code"] = Authenticator(line["totp_secret"]).code()
        async with self._http() as http:
            token = (await http.post("/api/v1/tokens", json=said)).json()["token"]
        return self._http(Authorization=f"Bearer {token}")

    def _http(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.process.asgi())
        return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)

    async def health(self, path: str) -> httpx.Response:
        async with self._http() as http:
            return await http.get(path)


@pytest.fixture
async def town(tmp_path: Path, nats_url: str, mongod_url: str) -> AsyncIterator[Town]:
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(bytes(range(32))).decode())
    settings = RuntimeSettings(
        home=tmp_path,
        nats_url=nats_url,
        mongo_url=SecretStr(mongod_url),
        mongo_database=f"gateway-{uuid4().hex[:8]}",
        master_key_file=key,
        demo=True,
    )
    process = create_process(settings, GatewaySettings())
    documents = await Documents.connect(mongod_url, settings.mongo_database)
    await documents.ensure_indexes(INDEXES)
    async with process.running():
        yield Town(process, settings, documents, nats_url)
    await documents.close()


async def show(documents: Documents, story: Story) -> None:
    """Write the read models of one case as the projector does."""
    entries = as_recorded(story.records)
    file = fold(entries)
    assert file is not None
    for collection, write in case_writes(file, load_calendar()).items():
        if isinstance(write, Put):
            await documents.put(collection, write.document)
    for entry in entries:
        await documents.put("trail", trail_document(entry))
    sources = {record.meta.source: record.meta.log_position for record in story.records}
    at = entries[-1].recorded_at
    position = {"position": len(entries), "sources": sources, "as_of": at}
    await documents.put(POSITIONS, {"_id": POSITION_ID, **position})


def at_step_four(name: str) -> Story:
    story = happy_story(name)
    drafted = next(n for n, each in enumerate(story.records) if each.meta.type == "DraftDibuat")
    del story.records[drafted + 1 :]
    return story


async def test_command_crosses_the_real_bus_and_comes_back(town: Town) -> None:
    story = at_step_four("kasus-nats")
    await show(town.documents, story)
    stage = await nats.connect(town.nats_url)
    heard: list[Command] = []

    async def on_command(message: Any) -> None:
        command = COMMANDS["TakeTask"].model_validate_json(message.data)
        heard.append(command)
        reply = CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            version=3,
            log_position=1,
            service="siak-adapter",
        )
        await message.respond(reply.model_dump_json().encode())

    await stage.subscribe(command_subject("review", "TakeTask"), cb=on_command)
    await stage.flush()
    async with await town.client("kasi-1") as client:
        task = (await client.get("/api/v1/queue")).json()["tasks"][0]
        answer = await client.post(
            f"/api/v1/cases/{task['case_id']}/commands/take-task",
            json={"step": 4},
            headers={"Idempotency-Key": str(uuid4()), "If-Match": f'"{task["version"]}"'},
        )
        after = await client.get("/api/v1/queue", params={"after": answer.json()["after"]})
    await stage.close()

    assert answer.status_code == 200
    assert heard[0].actor.account == "kasi-1"
    assert after.status_code == 200


async def test_stage_that_is_away_is_said_so_at_once(town: Town) -> None:
    async with await town.client("kadis-1") as client:
        answer = await client.post(
            f"/api/v1/cases/{uuid4()}/commands/sign-document",
            json={"document_sha256": ["a" * 64]},
            headers={"Idempotency-Key": str(uuid4())},
        )

    assert (answer.status_code, answer.json()["slug"]) == (503, "service-unavailable")


async def test_real_queue_is_paged_by_urgency_through_its_index(town: Town) -> None:
    for number in range(5):
        await show(town.documents, at_step_four(f"kasus-{number}"))
    paused = await town.documents.find(QUEUE, Query(limit=1))
    await town.documents.put(QUEUE, {**paused[0], "due_at": None})

    seen, cursor = [], None
    async with await town.client("kasi-2") as client:
        while True:
            asked = {"capability": "kasi", "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/api/v1/queue", params=asked)).json()
            seen += page["tasks"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        counts = (await client.get("/api/v1/queue/counts")).json()["counts"]

    assert len({each["case_id"] for each in seen}) == len(seen) == 5
    assert seen[-1]["due_at"] is None
    assert counts[0]["open"] == 5
    where = {"capability": {"$in": ["kasi"]}, "due_at": {"$ne": None}}
    plan = await town.documents.explain(QUEUE, Query(where=where, order=(("due_at", "ascending"),)))
    assert "queue_by_due" in json.dumps(plan, default=str)


async def test_finished_case_is_read_back_from_mongo(town: Town) -> None:
    story = happy_story("kasus-mongo")
    await show(town.documents, story)

    async with await town.client("it-1") as client:
        base = f"/api/v1/cases/{story.case_id}"
        case, trail, sla = [
            (await client.get(base + part)).json() for part in ("", "/trail", "/sla")
        ]

    assert case["status"] == "selesai"
    assert case["personal_data"] == "withheld"
    assert len(trail["lines"]) == len(story.records)
    assert len(sla["steps"]) == 8


async def test_process_tells_how_it_is(town: Town) -> None:
    ready = await town.health("/readyz")
    metrics = await town.health("/metrics")
    alive = await town.health("/healthz")

    assert set(ready.json()) == {"nats", "mongo", "mongo-watch", "heartbeat", "webhooks"}
    assert alive.text == "ok\n"
    assert "jamila_commands" in metrics.text


async def test_read_is_recorded_before_it_is_shown_and_logs_name_nobody(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    story = at_step_four("kasus-log")
    vault = town.process.asgi().state.door.vault
    vault.create(story.case_id)
    applicant = {"nik": "6311991212120001", "phone": "+6281200000001", "name": "Rahmah"}
    await show(town.documents, story)
    known = await town.documents.get(CASES, str(story.case_id))
    assert known is not None
    sealed = {"applicant": vault.seal(story.case_id, applicant), "data": None}
    await town.documents.put(CASES, {**known, **sealed})

    async with await town.client("kasi-1") as client:
        unrecorded = await client.get(f"/api/v1/cases/{story.case_id}")
        recorder = await nats.connect(town.nats_url)
        heard: list[RecordRead] = []

        async def on_read(message: Any) -> None:
            heard.append(RecordRead.model_validate_json(message.data))
            reply = CommandReply(
                command_id=heard[0].command_id, case_id=story.case_id, service="privacy"
            )
            await message.respond(reply.model_dump_json().encode())

        await recorder.subscribe(command_subject("privacy", "RecordRead"), cb=on_read)
        await recorder.flush()
        answer = await client.get(f"/api/v1/cases/{story.case_id}")
        await recorder.close()

    written = capsys.readouterr().out
    assert (unrecorded.status_code, unrecorded.json()["slug"]) == (503, "read-not-recorded")
    assert "Rahmah" not in unrecorded.text
    assert answer.json()["applicant"] == {**applicant, "nik": "631199******0001"}
    assert [(each.actor.account, each.what, each.via) for each in heard] == [
        ("kasi-1", "data-pemohon", "gateway")
    ]
    assert "Rahmah" not in written
    assert re.search(r"\+?62\d{8,}|\d{16}", written) is None
