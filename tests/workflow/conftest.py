"""The whole office in one process: real services, vault and ledger on a bus in memory.

Outside stand a WhatsApp that remembers what it was given, a printer that writes into a folder, and
residents and staff who do what a test says.
"""

import asyncio
import base64
import io
import json
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
from PIL import Image

import intake.app
import intake.outbox
import notifier.app
import notifier.outbox
import printing.outbox
import review.outbox
import siak_adapter.outbox
import signing.outbox
from intake.settings import IntakeSettings
from intake.webhook_body import find_all
from jamila_contracts import commands as c
from jamila_contracts.wire import Record
from jamila_deploy.sample import Birth
from jamila_ledger.casefile import CaseFile
from jamila_ledger.casefold import fold
from jamila_ledger.chain import VerificationReport, verify
from jamila_ledger.recorded import Recorded
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.application import StageApplication
from jamila_runtime.objects import ObjectVault
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.stage import StageAggregate
from jamila_runtime.vault import open_vault, read_master_key
from jamila_testing.builders import MONDAY, WORKERS
from jamila_testing.bus import Disturbance, MemoryBus, Reader
from jamila_testing.clocks import MovableClock
from jamila_testing.phones import ADDRESS, NUMBER_ID, Phone, PhoneNetwork
from jamila_testing.plain import CountingPrinter, PlainRenderer, PlainSigner
from jamila_testing.staff import RESUBMIT, USUAL
from jamila_testing.steady import steady
from jamila_whatsapp.client import WhatsAppClient
from notifier.settings import NotifierSettings
from printing.application import PrintingApplication
from printing.handlers import register as register_printing
from printing.handlers import register_effects as register_printing_effects
from printing.job_runner import JobRunner
from printing.receipts import ReceiptSeal
from review.application import ReviewApplication
from review.handlers import register as register_review
from siak_adapter.application import SiakApplication, SiakTools
from siak_adapter.handlers import register as register_siak
from siak_adapter.settings import DEMO_OFFICE
from signing.application import SigningApplication
from signing.handlers import register as register_signing

COLLECTION_CODE = "KODE2345"
_NOT_YET = frozenset(
    ("case-not-at-this-stage", "step-not-open", "draft-changed", "receipt-code-not-known-yet")
)
"""What staff hear who are faster than the events: look again a little later."""
_PATIENCE = 400


class Resident:
    """One family with a phone."""

    def __init__(self, office: "Office", number: int) -> None:
        self.office = office
        self.birth = Birth.of_couple(number, today=MONDAY.date())
        name = self.birth.mother.name
        self.phone = Phone(self.birth.phone, f"ID.keluarga{number}", name)
        self._colour = (0, 40 * number % 256, 90)

    @property
    def case_id(self) -> UUID:
        """The newest application of this family."""
        told = [each for each in self.office.bus.published if each.meta.type == _SUBMITTED]
        mine = [each for each in told if self.office.applicant(each)["phone"] == self.phone.number]
        return mine[-1].meta.case_id

    @property
    def receipt_code(self) -> str:
        found = re.findall(r"Kode tanda terima: (\w{10})", "\n".join(self.heard()))
        return found[-1]

    def heard(self) -> list[str]:
        """What the phone shows."""
        return self.office.phones.texts_to(self.phone.number)

    async def say(self, text: str, *, carried: bool = True) -> None:
        """Write; ``carried`` False leaves what comes of it lying in the outbox."""
        await self._send("text", {"body": text}, carried=carried)

    async def show(self, caption: str) -> None:
        """Photograph a paper; no two photos are alike."""
        red, green, blue = self._colour
        self._colour = (red + 20, green, blue)
        out = io.BytesIO()
        Image.new("RGB", (60, 40), self._colour).save(out, "JPEG")
        file_id = self.office.phones.upload(out.getvalue())
        await self._send("image", {"id": file_id, "mime_type": "image/jpeg", "caption": caption})

    async def _send(self, kind: str, part: dict[str, Any], *, carried: bool = True) -> None:
        self.office.clock.move(seconds=7)
        now = self.office.clock.now()
        self.office.hear(self.office.phones.message(self.phone, kind, part, now=now))
        if carried:
            await self.office.bus.turn()

    async def submit(self) -> None:
        for words in ("akta kelahiran", *self.birth.answers()):
            await self.say(words)
        await self.show("KK")
        await self.show("buku nikah")
        await self.say("KIRIM")
        await self.say("KIRIM")

    async def resubmit(self) -> None:
        await self.show("surat lahir")
        await self.say("KIRIM")


_SUBMITTED = "PermohonanDiajukan"


class Office:
    """Every service, and what staff do with it."""

    def __init__(self, home: Path, stack: ExitStack, **tools: Any) -> None:
        self.home, self.clock, self.phones = home, MovableClock(), PhoneNetwork()
        self.bad_day: Disturbance | None = tools.get("bad_day")
        key = home / "master.key"
        key.write_text(base64.b64encode(bytes(range(32))).decode())
        self.settings = RuntimeSettings(home=home, master_key_file=key)
        self.master_key = read_master_key(key)
        self.vault = open_vault(self.settings)
        self.objects = ObjectVault(self.settings.objects, self.vault)
        self.printer = CountingPrinter()
        self.ledger = SqlLedgerStore.open(self.settings.store_url("ledger"))
        stack.callback(self.ledger.close)
        self.bus = MemoryBus(disturbance=self.bad_day)
        self.desk = Reader(self._record, disturbance=self.bad_day)
        self.bus.listeners.append(self.desk.offer)
        self.services: dict[str, StageApplication[Any]] = {}
        client = self._connect()
        stack.callback(client.close)
        self._open_edges(client)
        self._open_stages(tools)
        for service in self.services.values():
            stack.callback(service.close)
        self._count = 0

    def _record(self, records: Sequence[Record]) -> Sequence[Record]:
        return self.ledger.append(records, now=self.clock.now()).waiting

    def _connect(self) -> WhatsAppClient:
        def answer(request: httpx.Request) -> httpx.Response:
            return httpx.Response(
                200, content=self.phones.answer(request.url.path, request.content)
            )

        transport = httpx.MockTransport(answer)
        return WhatsAppClient(ADDRESS, "token", phone_number_id=NUMBER_ID, transport=transport)

    def _open_edges(self, client: WhatsAppClient) -> None:
        whatsapp = {
            "whatsapp_base_url": ADDRESS,
            "whatsapp_access_token": "token-uji",
            "whatsapp_phone_number_id": NUMBER_ID,
        }
        secrets = {
            "whatsapp_app_secret": "rahasia-aplikasi-uji",
            "whatsapp_verify_token": "verifikasi",
        }
        self.intake = intake.app.wire(
            self.settings, IntakeSettings(**whatsapp, **secrets), client=client, clock=self.clock
        )
        self._join(self.intake.application, intake.outbox.PUBLICATIONS)
        told = NotifierSettings(**whatsapp)
        app = notifier.app.wire(self.settings, told, client=client, clock=self.clock)
        self._join(app, notifier.outbox.PUBLICATIONS)

    def _open_stages(self, tools: dict[str, Any]) -> None:
        env, clock = self.settings.store_env, self.clock
        codes = (f"KODE{number:012}" for number in range(10_000))
        siak_tools = SiakTools(
            vault=self.vault,
            objects=self.objects,
            renderer=tools.get("renderer") or PlainRenderer(),
            office=DEMO_OFFICE,
            new_code=lambda: next(codes),
        )
        siak = SiakApplication(env("siak-adapter"), tools=siak_tools, clock=clock)
        register_siak(siak)
        self._join(siak, siak_adapter.outbox.PUBLICATIONS)
        checking = ReviewApplication(env("review"), clock=clock)
        register_review(checking)
        self._join(checking, review.outbox.PUBLICATIONS)
        sign = SigningApplication(
            env("signing"),
            signer=tools.get("signer") or PlainSigner(),
            objects=self.objects,
            location="Paringin",
            clock=clock,
        )
        register_signing(sign)
        self._join(sign, signing.outbox.PUBLICATIONS)
        press = PrintingApplication(
            env("printing"),
            vault=self.vault,
            receipts=ReceiptSeal(self.master_key),
            tenant=self.settings.tenant,
            code=lambda: COLLECTION_CODE,
            clock=clock,
        )
        register_printing(press)
        runner = JobRunner(
            press, printers={"hvs-a4": self.printer, "kartu": self.printer}, objects=self.objects
        )
        register_printing_effects(press, runner)
        self._join(press, printing.outbox.PUBLICATIONS)

    def _join(self, service: StageApplication[Any], publications: Any) -> None:
        self.services[service.service] = service
        self.bus.join(service, publications)

    def hear(self, webhook: bytes) -> None:
        """A webhook arrives; on a bad day more than once."""
        for _ in range(1 if self.bad_day is None else 2):
            found = find_all(webhook, phone_number_id=NUMBER_ID)
            self.intake.inbox.add(webhook, found, self.clock.now())
            while self.intake.worker.work_on_all():
                continue

    async def report_delivered(self) -> None:
        """WhatsApp tells that every message reached its phone."""
        for webhook in self.phones.delivered(now=self.clock.now()):
            self.hear(webhook)
        await self.settle()

    def resident(self, number: int) -> Resident:
        """The same number is always the same family."""
        return Resident(self, number)

    def command(self, name: str, resident: Resident, **fields: Any) -> c.Command:
        """What somebody of the staff asks for; by default whoever works on the step."""
        kind = c.COMMANDS[name]
        self._count += 1
        self.clock.move(seconds=20)
        usual = {
            "command_id": uuid5(resident.case_id, f"{name}/{self._count}"),
            "case_id": resident.case_id,
            "asked_at": self.clock.now(),
            "actor": fields.pop("by", None) or WORKERS[kind.STEP or fields["step"]],
        }
        return kind(**{**usual, **self._usual(name, resident), **fields})

    def ask(self, name: str, resident: Resident, **fields: Any) -> c.CommandReply:
        """Somebody of the staff asks once, and hears what became of it."""
        for digest in self.seen(resident) if name == "SignDocument" else ():
            self.ask("SeeDocument", resident, sha256=digest, by=fields.get("by"))
        service = fields.pop("service", c.COMMANDS[name].SERVICE)
        return self.services[service].execute(self.command(name, resident, **fields))

    async def do(self, name: str, resident: Resident, **fields: Any) -> c.CommandReply:
        """Somebody of the staff gets it done, however late the events are."""
        once = uuid5(resident.case_id, f"{name}/do/{self._count}")
        for _ in range(_PATIENCE):
            if not self._sees(name, resident):
                await self._wait()
                continue
            # As in the service: signing for real opens an event loop of its own.
            reply = await asyncio.to_thread(self.ask, name, resident, command_id=once, **fields)
            if reply.problem is None:
                return reply
            assert reply.problem.slug in _NOT_YET, reply.problem
            await self._wait()
        pytest.fail(f"{name} is never possible")

    async def _wait(self) -> None:
        self.clock.move(seconds=1)
        await self.bus.turn()
        self.desk.offer([])

    async def walk(self, resident: Resident, *strides: str) -> None:
        """Go along these commands; ``RESUBMIT`` is the resident's own."""
        for stride in strides:
            if stride == RESUBMIT:
                await resident.resubmit()
            else:
                await self.do(stride, resident)

    async def settle(self) -> None:
        """Let time pass until nothing is left to do anywhere."""
        for _ in range(_PATIENCE):
            await self.bus.settle()
            tomorrow = self.clock.now() + timedelta(days=1)
            if not any(each.store.due_effects(tomorrow, 1) for each in self.services.values()):
                self.desk.drain()
                return
            self.clock.move(seconds=1)
        pytest.fail("something is never done")

    def _sees(self, name: str, resident: Resident) -> bool:
        needs = "document_sha256" in c.COMMANDS[name].model_fields
        return not needs or bool(self.seen(resident))

    def seen(self, resident: Resident) -> tuple[str, ...]:
        """The documents that staff see in the case."""
        file = self.file(resident)
        return tuple(each.document_sha256 for each in file.drafts) if file else ()

    def _usual(self, name: str, resident: Resident) -> dict[str, Any]:
        usual = dict(USUAL.get(name, {}))
        if name == "RecordEntry":
            sealed = self.vault.seal(resident.case_id, resident.birth.entry())
            usual |= {"siak_registration": "SIAK-2026-000123", "data": sealed}
        elif "document_sha256" in c.COMMANDS[name].model_fields:
            usual["document_sha256"] = self.seen(resident)
        elif name == "HandOver":
            usual["receipt_code"] = COLLECTION_CODE
        return usual

    def applicant(self, record: Record) -> dict[str, str]:
        sealed = json.loads(record.data)["applicant"]
        opened: dict[str, str] = self.vault.open(record.meta.case_id, sealed)
        return opened

    def file(self, resident: Resident) -> CaseFile | None:
        entries = self.ledger.read_case(resident.case_id)
        return fold(Recorded.of(each) for each in entries)

    def events(self, resident: Resident) -> list[str]:
        """Names of what the ledger holds of the case."""
        return [each.type for each in self.ledger.read_case(resident.case_id)]

    def content(self, resident: Resident) -> dict[str, list[tuple[str, Any]]]:
        """What each service said of the case, without what differs from run to run."""
        said: dict[str, list[tuple[str, Any]]] = {}
        for each in self.ledger.read_case(resident.case_id):
            fact = (each.type, steady(json.loads(each.data)))
            said.setdefault(each.source, []).append(fact)
        return said

    def checked(self) -> VerificationReport:
        return verify(self.ledger.scan())

    def open_steps(self, resident: Resident) -> set[int]:
        """Which steps any stage believes to be open."""
        found: set[int] = set()
        for service in self.services.values():
            case = service.find(resident.case_id)
            if isinstance(case, StageAggregate):
                found |= {number for number, state in case.steps.items() if state.is_open}
        return found

    def parked(self) -> dict[str, list[tuple[UUID, str]]]:
        """What waits in which service, by case and reason."""
        waiting = {name: each.store.parked() for name, each in self.services.items()}
        return {
            name: [(each.record.meta.case_id, each.reason) for each in parked]
            for name, parked in waiting.items()
            if parked
        }


@pytest.fixture
def open_office(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Opens any number of offices, each in a folder of its own."""
    with ExitStack() as stack:

        def opened(**tools: Any) -> Office:
            return Office(tmp_path_factory.mktemp("office"), stack, **tools)

        yield opened


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    return open_office()


@pytest.fixture
def bad_day() -> Callable[[int], Disturbance]:
    return lambda seed: Disturbance(Random(seed), late=0.4)  # noqa: S311 - repeatable on purpose
