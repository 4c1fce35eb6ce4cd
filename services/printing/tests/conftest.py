"""The printing service on a store in memory, a printer that does what a test says, one case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.commands import Command, CommandReply, HandOver, PrintDocument
from jamila_contracts.envelope import Actor
from jamila_contracts.events import SignedDocument
from jamila_contracts.sop import load_sop
from jamila_runtime.effects import EffectRunner
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_testing.builders import Story
from jamila_testing.vaults import new_vault
from printing.application import PrintingApplication
from printing.domain import PrintingCase
from printing.handlers import register
from printing.receipts import ReceiptSeal

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
CODE = "PR7K2Q9XW4"
PDF = b"%PDF signed"


class FixedClock:
    def now(self) -> datetime:
        return NINE


@dataclass
class ScriptedPrinter:
    """Keeps what it printed; like a real one it prints a job once, or fails as the test says."""

    fault: Exception | None = None
    meanwhile: Callable[[], object] = lambda: None
    """Happens while the printer prints."""
    calls: int = 0
    printed: dict[UUID, list[bytes]] = field(default_factory=dict)

    def print(self, job_id: UUID, documents: Sequence[bytes]) -> None:
        self.calls += 1
        self.meanwhile()
        if self.fault is not None:
            raise self.fault
        self.printed.setdefault(job_id, list(documents))

    def discard(self, job_id: UUID) -> None:
        self.printed.pop(job_id, None)


@dataclass
class Room:
    """One case at printer and counter, and the people who work on it."""

    printing: PrintingApplication
    story: Story

    def hear(self, event: type[events.IntegrationEvent], **facts: Any) -> None:
        self.printing.consume([self.story.tell(event, **facts)])

    def ask(self, command: type[Command], **facts: Any) -> Command:
        """A command by whoever the SOP names for its step, unless the test names somebody."""
        assert command.STEP is not None
        capability = load_sop().step(command.STEP).capability
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

    def signed(self, *, content: bytes = PDF) -> None:
        document = SignedDocument(
            kind="akta-kelahiran",
            code="K7M2Q9XW4T8B",
            document_sha256=sha256(b"document").hexdigest(),
            signed_sha256=sha256(content).hexdigest(),
            level="B-LTA",
            signer_name="KEPALA DINAS CONTOH",
            certificate_sha256="cd" * 32,
        )
        self.hear(events.Ditandatangani, documents=(document,))

    def ready(self) -> None:
        self.submitted()
        self.signed()

    def print_it(self, medium: str = "hvs-a4", **facts: Any) -> CommandReply:
        return self.do(PrintDocument, medium=medium, **facts)

    def printed(self) -> None:
        self.ready()
        self.print_it("unduh")

    def hand_over(self, **changes: Any) -> CommandReply:
        return self.do(HandOver, **{"method": "diambil", "receipt_code": CODE} | changes)

    def run_effects(self) -> int:
        printing = self.printing
        return EffectRunner(printing.store, printing.effects, printing.clock).perform_due()

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
def printing(printer: ScriptedPrinter, objects: ObjectVault) -> PrintingApplication:
    application = PrintingApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        printer=printer,
        objects=objects,
        receipts=ReceiptSeal(bytes(range(32))),
        clock=FixedClock(),
    )
    register(application)
    return application


@pytest.fixture
def room(printing: PrintingApplication, story: Story) -> Room:
    return Room(printing, story)
