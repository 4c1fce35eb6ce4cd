"""The printing service on a store in memory, a printer that does what a test says, one case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.blangko import STOCK_ITEMS, stock_id
from jamila_contracts.commands import (
    Command,
    CommandReply,
    HandOver,
    PrintDocument,
    ReceiveStock,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.events import SignedDocument
from jamila_contracts.sop import load_sop
from jamila_runtime.effects import EffectRunner
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_testing.builders import TENANT, Story
from jamila_testing.vaults import new_vault
from printing.application import PrintingApplication
from printing.blangko import BlangkoStock
from printing.domain import PrintingCase
from printing.handlers import register, register_effects
from printing.job_runner import JobRunner
from printing.jobs import JobReport, Printer
from printing.outbox import PUBLICATIONS
from printing.receipts import ReceiptSeal

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
CODE = "PR7K2Q9XW4"
PDF = b"%PDF signed"


class FixedClock:
    at = NINE

    def now(self) -> datetime:
        return self.at


class FixedCode:
    """Gives ``KODE0001``, ``KODE0002``, ..."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"KODE{self.given:04}"


@dataclass
class ScriptedPrinter:
    """Keeps what it was handed; does what a test says, and prints at once when it says nothing."""

    fault: Exception | None = None
    """Raised instead of taking a sheet."""
    fault_after: Exception | None = None
    """Raised after a sheet was taken: the answer is lost."""
    silent: Exception | None = None
    """Raised when it is asked for a job."""
    meanwhile: Callable[[], object] = lambda: None
    """Happens while a sheet is handed over."""
    state: JobReport | None = field(default_factory=lambda: JobReport("selesai"))
    """What it says of any job; None: it knows of none."""
    forgetful: bool = False
    """It does not remember the names of jobs."""
    calls: int = 0
    printed: dict[str, bytes] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)

    def send(self, name: str, document: bytes) -> str:
        self.calls += 1
        self.meanwhile()
        if self.fault is not None:
            raise self.fault
        assert name not in self.printed, "printed twice"
        self.printed[name] = document
        if self.fault_after is not None:
            raise self.fault_after
        return f"job/{name}"

    def find(self, name: str) -> str | None:
        if self.silent is not None:
            raise self.silent
        return f"job/{name}" if name in self.printed and not self.forgetful else None

    def report(self, reference: str) -> JobReport | None:
        assert reference.startswith("job/")
        if self.silent is not None:
            raise self.silent
        return self.state

    def cancel(self, reference: str) -> None:
        self.cancelled.append(reference)

    def discard(self, job_id: UUID) -> None:
        for name in [each for each in self.printed if each.startswith(str(job_id))]:
            del self.printed[name]


@dataclass
class Room:
    """One case at printer and counter, and the people who work on it."""

    printing: PrintingApplication
    story: Story
    clock: FixedClock
    printers: dict[str, Printer]

    def hear(self, event: type[events.IntegrationEvent], **facts: Any) -> None:
        self.printing.consume([self.story.tell(event, **facts)])

    def ask(self, command: type[Command], **facts: Any) -> Command:
        """A command by whoever the SOP names for its step, unless the test names somebody."""
        capability = load_sop().step(command.STEP or facts["step"]).capability
        given = {
            "command_id": uuid4(),
            "case_id": self.story.case_id,
            "actor": Actor(account=f"{capability}-1", capability=capability),
            "asked_at": NINE,
        }
        return command.model_validate({**given, **facts})

    def do(self, command: type[Command], **facts: Any) -> CommandReply:
        return self.printing.execute(self.ask(command, **facts))

    def submitted(self) -> None:
        self.hear(events.PermohonanDiajukan, receipt_code=CODE)

    def signed(self, *kinds: str, content: bytes = PDF, **facts: Any) -> None:
        documents = tuple(
            SignedDocument(
                kind=kind,
                code="K7M2Q9XW4T8B",
                document_sha256=sha256(b"document").hexdigest(),
                signed_sha256=sha256(content).hexdigest(),
                level="B-LTA",
                signer_name="KEPALA DINAS CONTOH",
                certificate_sha256="cd" * 32,
                **facts,
            )
            for kind in kinds or ("akta-kelahiran",)
        )
        self.hear(events.Ditandatangani, documents=documents)

    def ready(self, *kinds: str) -> None:
        self.submitted()
        self.signed(*kinds)

    def print_it(self, medium: str = "hvs-a4", **facts: Any) -> CommandReply:
        return self.do(PrintDocument, medium=medium, **facts)

    def printed(self) -> None:
        self.ready()
        self.print_it("unduh")

    def hand_over(self, **changes: Any) -> CommandReply:
        return self.do(HandOver, **{"method": "diambil", "receipt_code": CODE} | changes)

    def keep_stock(self, command: type[Command], item: str, **facts: Any) -> CommandReply:
        """A command about an item, by the printing operator unless the test names somebody."""
        given = {
            "command_id": uuid4(),
            "case_id": stock_id(TENANT, item),
            "actor": Actor(account="operator-cetak-1", capability="operator-cetak"),
            "asked_at": NINE,
        }
        return self.printing.execute(command.model_validate({**given, **facts}))

    def stocked(self, quantity: int = 10, *items: str) -> None:
        for item in items or [each.id for each in STOCK_ITEMS]:
            reply = self.keep_stock(ReceiveStock, item, quantity=quantity, reference="SJ-1")
            assert reply.problem is None

    def stock(self, item: str) -> BlangkoStock:
        found = self.printing.work().find_as(BlangkoStock, stock_id(TENANT, item))
        assert found is not None
        return found

    def run_effects(self) -> int:
        printing = self.printing
        return EffectRunner(printing.store, printing.effects, printing.clock).perform_due()

    def later(self, time: timedelta = timedelta(minutes=10)) -> int:
        """Let time go by, and do what is due then."""
        self.clock.at += time
        return self.run_effects()

    def found(self) -> PrintingCase:
        case = self.printing.find(self.story.case_id)
        assert case is not None
        return case

    def facts(self) -> list[Any]:
        rows = self.printing.recorder.select_notifications(None, 100)
        return [self.printing.mapper.to_domain_event(row) for row in rows]


@pytest.fixture
def story() -> Story:
    return Story("kelahiran-aisyah")


@pytest.fixture
def vault(tmp_path: Path, story: Story) -> CaseVault:
    vault = new_vault(tmp_path)
    vault.create(story.case_id)
    return vault


@pytest.fixture
def objects(tmp_path: Path, vault: CaseVault, story: Story) -> ObjectVault:
    objects = ObjectVault((tmp_path / "objects").as_uri(), vault)
    objects.put(story.case_id, PDF)
    return objects


@pytest.fixture
def printer() -> ScriptedPrinter:
    return ScriptedPrinter()


@pytest.fixture
def cards() -> ScriptedPrinter:
    return ScriptedPrinter()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def printers(printer: Printer, cards: Printer) -> dict[str, Printer]:
    return {"hvs-a4": printer, "kartu": cards}


@pytest.fixture
def printing(
    printers: dict[str, Printer],
    objects: ObjectVault,
    vault: CaseVault,
    clock: FixedClock,
) -> PrintingApplication:
    application = PrintingApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        vault=vault,
        receipts=ReceiptSeal(bytes(range(32))),
        tenant=TENANT,
        code=FixedCode(),
        clock=clock,
    )
    application.internal = PUBLICATIONS.internal
    runner = JobRunner(application, printers=printers, objects=objects)
    register(application)
    register_effects(application, runner)
    return application


@pytest.fixture
def room(
    printing: PrintingApplication,
    story: Story,
    clock: FixedClock,
    printers: dict[str, Printer],
) -> Room:
    return Room(printing, story, clock, printers)
