"""The notifier without NATS, one case, and a WhatsApp that does what a test says."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from argon2 import PasswordHasher

from jamila_contracts import events
from jamila_contracts.commands import Command, CommandReply
from jamila_contracts.envelope import Actor
from jamila_contracts.wire import Record
from jamila_runtime.aggregate import CaseAggregate
from jamila_runtime.effects import EffectRunner
from jamila_runtime.objects import ObjectVault
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import CaseVault, open_vault
from jamila_testing.builders import MONDAY, Story
from jamila_whatsapp.client import WhatsAppClient
from notifier.app import wire
from notifier.application import NotifierApplication
from notifier.links import LinkMaker
from notifier.settings import NotifierSettings

NUMBER = "106540352242922"


class MovableClock:
    def __init__(self) -> None:
        self.instant = MONDAY

    def now(self):
        return self.instant

    def move(self, **by: float) -> None:
        self.instant += timedelta(**by)


class FakeWhatsApp:
    """Takes messages, or does what ``fault`` says."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.uploads: list[bytes] = []
        self.calls = 0
        self.fault: Callable[[httpx.Request], httpx.Response | None] = lambda _: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/media"):
            self.uploads.append(request.content)
            return httpx.Response(200, json={"id": f"media-{len(self.uploads)}"})
        self.calls += 1
        faulty = self.fault(request)
        if faulty is not None:
            return faulty
        self.sent.append(json.loads(request.content))
        return httpx.Response(200, json={"messages": [{"id": f"wamid.{len(self.sent)}"}]})

    def refuse(self, code: int) -> None:
        self.fault = lambda _: httpx.Response(400, json={"error": {"code": code}})

    def lose_answer(self) -> None:
        def lose(request: httpx.Request) -> httpx.Response:
            self.sent.append(json.loads(request.content))
            raise httpx.ReadTimeout("x", request=request)

        self.fault = lose

    def recover(self) -> None:
        self.fault = lambda _: None


class World:
    """Everything a test touches."""

    def __init__(
        self,
        app: NotifierApplication,
        whatsapp: FakeWhatsApp,
        clock: MovableClock,
        vault: CaseVault,
        objects: ObjectVault,
    ) -> None:
        self.app, self.whatsapp, self.clock, self.vault = app, whatsapp, clock, vault
        self.objects = objects
        self.story = Story("kelahiran-aisyah")
        self.case_id = self.story.case_id
        vault.create(self.case_id)

    def submission(self, **fields: object) -> Record:
        applicant = {"name": "Siti Rahmah", "phone": "628006311001", "bsuid": "ID.siti"}
        sealed = self.vault.seal(self.case_id, applicant)
        given = {"applicant": sealed, "receipt_code": "K7M2Q9XW4T"} | fields
        return self.story.tell(events.PermohonanDiajukan, **given)

    def hear(self, *records: Record) -> None:
        outcome = self.app.consume(list(records))
        assert outcome.parked == []

    def tell(self, event: type[events.IntegrationEvent], **fields: object) -> Record:
        self.clock.move(seconds=5)
        self.story.now = max(self.story.now, self.clock.now())
        told = self.story.tell(event, **fields)
        self.hear(told)
        return told

    def send(self) -> None:
        runner = EffectRunner(self.app.store, self.app.effects, self.clock, prompt=self.app.prompt)
        while runner.perform_due():
            pass

    def submit(self) -> None:
        self.hear(self.submission())
        self.send()

    def texts(self) -> list[str]:
        return [text for each in self.whatsapp.sent if (text := self.text_of(each))]

    @staticmethod
    def text_of(sent: dict[str, Any]) -> str:
        """What the resident reads; empty for an approved template."""
        match sent["type"]:
            case "text":
                return str(sent["text"]["body"])
            case "interactive":
                return str(sent["interactive"]["body"]["text"])
            case "document":
                return str(sent["document"]["caption"])
        return ""

    def templates(self) -> list[str]:
        """Names of the approved templates that were sent."""
        return [each["template"]["name"] for each in self.whatsapp.sent if "template" in each]

    def states(self) -> dict[str, str]:
        """How far the newest message of each template got."""
        messages = self.app.find(self.case_id).messages.values()
        return {each.notice.template_id: each.state for each in messages}

    def later(self, **by: float) -> None:
        """Time goes by, and what falls due is done."""
        self.clock.move(**by)
        self.send()

    def ask(self, command: type[Command], case_id: UUID, *, capability: str) -> CommandReply:
        return self.app.execute(
            command(
                command_id=uuid4(),
                case_id=case_id,
                actor=Actor(account="petugas-1", capability=capability),
                asked_at=self.clock.now(),
            )
        )

    def pending(self) -> int:
        return len(self.app.store.due_effects(self.clock.now() + timedelta(days=9), 99))

    def message_id(self, index: int = -1) -> str:
        return self.whatsapp.sent[index]["biz_opaque_callback_data"].partition(":")[2]

    def report(self, status: str, index: int = -1, **more: object) -> Record:
        return self.tell(
            events.StatusPesanDilaporkan,
            message_id=self.message_id(index),
            status=status,
            provider_message_id="wamid-laporan",
            **more,
        )

    def recorded_all(self) -> list[Any]:
        notifications = self.app.recorder.select_notifications(0, 10_000)
        return [self.app.mapper.to_domain_event(each) for each in notifications]

    def recorded(self, kind: type[CaseAggregate.Event]) -> list[Any]:
        return [each for each in self.recorded_all() if type(each) is kind]


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world; keywords are settings of the notifier."""
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(bytes(range(32))).decode())
    runtime = RuntimeSettings(home=tmp_path, master_key_file=key)
    whatsapp, clock = FakeWhatsApp(), MovableClock()
    client = WhatsAppClient(
        "http://wa.test/v24.0",
        "token-uji",
        phone_number_id=NUMBER,
        transport=httpx.MockTransport(whatsapp),
    )

    def make(**settings: Any) -> World:
        given = {
            "whatsapp_base_url": "http://wa.test/v24.0",
            "whatsapp_access_token": "token-uji",
            "whatsapp_phone_number_id": NUMBER,
            "public_base_url": "https://layanan.test",
            "most_attempts": 3,
        }
        links = LinkMaker(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        notifier = NotifierSettings(**{**given, **settings})
        app = wire(runtime, notifier, client=client, clock=clock, links=links)
        vault = open_vault(runtime)
        return World(app, whatsapp, clock, vault, ObjectVault(runtime.objects, vault))

    yield make
    client.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
