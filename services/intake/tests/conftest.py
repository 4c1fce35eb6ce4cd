"""One resident, one intake service without NATS, and a WhatsApp that does what a test says."""

import base64
import hashlib
import hmac
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from intake.app import Intake, webhook_terms, wire
from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.settings import IntakeSettings
from intake.webhook import Webhook
from intake.webhook_body import find_all
from jamila_contracts import events as e
from jamila_runtime.aggregate import CaseAggregate
from jamila_runtime.effects import EffectRunner
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import CaseVault, open_vault
from jamila_simulators.whatsapp.outbound import read_send_request
from jamila_testing.builders import Logs, Story
from jamila_whatsapp.client import WhatsAppClient

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
NUMBER = "106540352242922"
SECRET = "rahasia-aplikasi-uji"


PAUSE = 5
"""Longer than papers that come together may be apart."""
BIRTH = (
    "keluarga",
    "25-03-2026",
    "ada",
    "ada",
    "Nur Aisyah",
    "6311994506900003",
    "lewati",
)
"""Answers to the questions of an ordinary birth."""


def said(message: dict[str, Any]) -> str:
    """The words of a message."""
    part = message[message["type"]]
    return part["body"]["text"] if message["type"] == "interactive" else part["body"]


class MovableClock:
    def __init__(self) -> None:
        self.instant = NINE

    def now(self) -> datetime:
        return self.instant

    def move(self, **by: float) -> None:
        self.instant += timedelta(**by)


class FakeWhatsApp:
    """The Cloud API behind a transport: media, what was sent, and faults."""

    def __init__(self) -> None:
        self.media: dict[str, tuple[bytes, str]] = {}
        self.sent: list[dict[str, Any]] = []
        self.fault: Callable[[httpx.Request], httpx.Response | None] = lambda _: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        faulty = self.fault(request)
        if faulty is not None:
            return faulty
        if request.url.path.endswith("/messages"):
            read_send_request(json.loads(request.content))  # refuses what WhatsApp would refuse
            self.sent.append(json.loads(request.content))
            return httpx.Response(200, json={"messages": [{"id": f"wamid.out{len(self.sent)}"}]})
        media_id = request.url.path.rsplit("/", 1)[-1]
        if media_id not in self.media:
            error = {"code": 100, "error_subcode": 33}
            return httpx.Response(400, json={"error": error})
        content, media_type = self.media[media_id]
        if request.url.path.startswith("/file/"):
            return httpx.Response(200, content=content)
        described = {
            "url": f"http://wa.test/file/{media_id}",
            "mime_type": media_type,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": len(content),
        }
        return httpx.Response(200, json=described)


class World:
    """Everything a test touches."""

    BIRTH = BIRTH
    PAUSE = PAUSE

    def __init__(
        self, intake: Intake, whatsapp: FakeWhatsApp, clock: MovableClock, vault: CaseVault
    ) -> None:
        self.intake, self.whatsapp, self.clock, self.vault = intake, whatsapp, clock, vault
        self.app = intake.application
        self.number = "628006311001"
        self.user_id: str | None = "ID.siti"
        self._count = 0
        self._privacy_logs = Logs()

    def forget(self, case_id: UUID) -> None:
        """The key of a case is destroyed: intake hears of it, and does all that follows."""
        story = Story(logs=self._privacy_logs)
        story.case_id = case_id
        self.app.consume([story.tell(e.DataPribadiDihapus)])
        self.answer_all()
        self.clock.move(seconds=3)
        self.answer_all()

    def message(self, kind: str, part: dict[str, Any], *, wamid: str = "") -> dict[str, Any]:
        self._count += 1
        self.clock.move(seconds=5)
        raw = {
            "from": self.number,
            "from_user_id": self.user_id,
            "id": wamid or f"wamid.in{self._count}",
            "timestamp": str(int(self.clock.now().timestamp())),
            "type": kind,
            kind: part,
        }
        return {key: value for key, value in raw.items() if value}

    def body(self, *messages: dict[str, Any], number_id: str = NUMBER, **value: Any) -> bytes:
        contact = {"profile": {"name": "Siti Rahmah"}, "wa_id": self.number}
        change = {
            "field": "messages",
            "value": {
                "metadata": {"phone_number_id": number_id},
                "contacts": [contact | {"user_id": self.user_id}],
                "messages": list(messages),
                **value,
            },
        }
        return json.dumps({"entry": [{"changes": [change]}]}).encode()

    def status(self, callback: str, status: str, *, wamid: str = "wamid.s1", **more: Any) -> bytes:
        raw = {
            "id": wamid,
            "status": status,
            "timestamp": str(int(self.clock.now().timestamp())),
            "biz_opaque_callback_data": callback,
            **more,
        }
        return self.body(statuses=[raw])

    def deliver(self, body: bytes) -> int:
        found = find_all(body, phone_number_id=NUMBER)
        return self.intake.inbox.add(body, found, self.clock.now())

    def work(self) -> None:
        while self.intake.worker.work_on_all():
            pass
        self.answer_all()

    def answer_all(self) -> None:
        runner = EffectRunner(self.app.store, self.app.effects, self.clock)
        while runner.perform_due():
            pass

    def hear(self, *messages: dict[str, Any]) -> str:
        """Messages that come together, and the pause in which no more follow."""
        self.deliver(self.body(*messages))
        self.work()
        self.clock.move(seconds=PAUSE)
        self.answer_all()
        return self.answers()[-1]

    def say(self, text: str) -> str:
        return self.hear(self.message("text", {"body": text}))

    def file(
        self, content: bytes, media_type: str, *, caption: str = "", kind: str = "document"
    ) -> dict[str, Any]:
        media_id = str(1000 + len(self.whatsapp.media))
        self.whatsapp.media[media_id] = (content, media_type)
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        part = {"id": media_id, "mime_type": media_type, "sha256": digest, "caption": caption}
        return self.message(kind, part)

    def send_photo(self, caption: str, *, shade: int = 10) -> str:
        return self.hear(self.file(photo(shade), "image/jpeg", caption=caption, kind="image"))

    def draft_id(self) -> UUID:
        conversations = self.recorded(Conversation.DraftDimulai)
        return conversations[-1].draft_case_id

    def photo(self, shade: int) -> bytes:
        return photo(shade)

    def last_contact_case(self) -> UUID:
        """An id that no case has yet."""
        return uuid4()

    def last_case(self) -> UUID:
        return self.recorded(CaseIntake.Diajukan)[-1].case_id

    def tap(self, title: str) -> str:
        """Tap a button or a row of the last message."""
        found = {name: key for key, name in self.options().items()}
        reply = {"type": "button_reply", "button_reply": {"id": found[title], "title": title}}
        return self.hear(self.message("interactive", reply))

    def begin(self, wish: str = "akta kelahiran", *answers: str) -> str:
        """Say what is wanted and answer every question; gives the checklist."""
        said = self.say(wish)
        for answer in answers or self.BIRTH:
            said = self.say(answer)
        return said

    def submit(self) -> str:
        self.begin()
        self.send_photo("KK")
        self.say("KIRIM")
        return self.say("KIRIM")

    def answers(self) -> list[str]:
        """What the phone shows: the words only."""
        return [said(each) for each in self.whatsapp.sent]

    def options(self) -> dict[str, str]:
        """What may be tapped in the last message, by id."""
        action = self.whatsapp.sent[-1].get("interactive", {}).get("action", {})
        rows = [row for section in action.get("sections", ()) for row in section["rows"]]
        rows += [each["reply"] for each in action.get("buttons", ())]
        return {row["id"]: row["title"] for row in rows}

    def recorded(self, kind: type[CaseAggregate.Event]) -> list[Any]:
        notifications = self.app.recorder.select_notifications(0, 10_000)
        events = [self.app.mapper.to_domain_event(each) for each in notifications]
        return [each for each in events if type(each) is kind]


def photo(shade: int) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "HP Contoh"
    Image.new("RGB", (60, 40), (shade, 120, 90)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def intake_settings() -> IntakeSettings:
    return IntakeSettings(
        whatsapp_base_url="http://wa.test/v24.0",
        whatsapp_app_secret=SECRET,
        whatsapp_access_token="token-uji",
        whatsapp_verify_token="verifikasi-uji",
        whatsapp_phone_number_id=NUMBER,
        most_attempts=3,
    )


@pytest.fixture
def runtime_settings(tmp_path: Path) -> RuntimeSettings:
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(bytes(range(32))).decode())
    return RuntimeSettings(home=tmp_path, master_key_file=key)


@pytest.fixture
def world(runtime_settings: RuntimeSettings, intake_settings: IntakeSettings) -> Iterator[World]:
    whatsapp, clock = FakeWhatsApp(), MovableClock()
    client = WhatsAppClient(
        "http://wa.test/v24.0",
        "token-uji",
        phone_number_id=NUMBER,
        transport=httpx.MockTransport(whatsapp),
    )
    intake = wire(runtime_settings, intake_settings, client=client, clock=clock)
    vault = open_vault(runtime_settings)
    yield World(intake, whatsapp, clock, vault)
    client.close()


@pytest.fixture
def door(world: World, intake_settings: IntakeSettings) -> FastAPI:
    app = FastAPI()
    webhook = Webhook(
        webhook_terms(intake_settings), world.intake.inbox, world.clock, on_news=lambda: None
    )
    app.include_router(webhook.router())
    return app


@pytest.fixture
def post(door: FastAPI) -> Callable[..., Any]:
    async def post(body: bytes, *, signature: str | bytes | None = None) -> httpx.Response:
        right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        given = right if signature is None else signature
        headers = {"X-Hub-Signature-256": given} if given else {}
        transport = httpx.ASGITransport(door)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake.test") as client:
            return await client.post("/webhooks/whatsapp", content=body, headers=headers)

    return post
