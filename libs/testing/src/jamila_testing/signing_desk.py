"""The signing service on its own: cases, officers, and a signer that does as the test says.

The service itself is handed in: this package knows none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

from jamila_contracts import events
from jamila_contracts.commands import (
    Command,
    CommandReply,
    RefuseSignature,
    SeeDocument,
    SignDocument,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.values import DocumentVersion, ReturnReason, SignatureBox
from jamila_runtime.application import StageApplication
from jamila_runtime.effects import EffectRunner
from jamila_runtime.objects import ObjectVault
from jamila_runtime.outbox import Publications
from jamila_testing.builders import Logs, Story
from jamila_testing.vaults import new_vault

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
KABID = Actor(account="kabid-1", capability="kabid")
KADIS = Actor(account="kadis-1", capability="kepala-dinas")
REASONS = (ReturnReason(code="salah-ketik", field="nama"),)
DOCUMENT = b"%PDF of a birth certificate"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.instant = NINE

    def now(self) -> datetime:
        """Where it stands."""
        return self.instant

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.instant += timedelta(**by)


@dataclass
class Signed:
    """What a signer gives back."""

    pdf: bytes
    level: Literal["B-B", "B-LTA"] = "B-LTA"
    signer_name: str = "KEPALA DINAS CONTOH"
    certificate_sha256: str = "cd" * 32
    evidence: bytes | None = None


@dataclass
class ScriptedSigner:
    """Signs by appending, or fails as the test says."""

    faults: list[Exception | None] = field(default_factory=list)
    """What goes wrong at the next calls; none left: nothing."""
    evidence: bytes | None = None
    meanwhile: Callable[[], object] = lambda: None
    asked: list[dict[str, Any]] = field(default_factory=list)
    done: list[tuple[bytes, bool]] = field(default_factory=list)

    def sign(self, pdf: bytes, **how: Any) -> Signed:
        """Sign, or raise the next fault."""
        self.asked.append(how)
        self.meanwhile()
        fault = self.faults.pop(0) if self.faults else None
        self.done.append((pdf, fault is None))
        if fault is not None:
            raise fault
        return Signed(pdf + b" signed", evidence=self.evidence)


def document(content: bytes = DOCUMENT, *, version: int = 1) -> DocumentVersion:
    """A document of that content, as the Kabid verified it."""
    return DocumentVersion(
        kind="akta-kelahiran",
        version=version,
        draft_sha256=sha256(b"draft" + content).hexdigest(),
        document_sha256=sha256(content).hexdigest(),
        code="K7M2Q9XW4T8B",
        signature_box=SignatureBox(page=-1, x1=318, y1=98, x2=543, y2=176),
    )


class SigningDesk:
    """One signing service and what is around it."""

    def __init__(  # noqa: PLR0913 - tests name what they need
        self,
        folder: Path,
        open_service: Callable[["SigningDesk", dict[str, str]], StageApplication[Any]],
        publications: Publications,
        *,
        store: str = ":memory:",
        signer: Any = None,
        secrets: Any = None,
    ) -> None:
        """Open the service of a test.

        Args:
            folder: For vault and objects.
            open_service: Makes the application with signer, vault and objects of this desk.
            publications: Of the service.
            store: File of the event store; by default in memory.
            signer: In place of the scripted one.
            secrets: Where the service keeps secrets; by default its own place.
        """
        self.clock = Clock()
        self.signer = signer or ScriptedSigner()
        self.secrets = secrets
        self.vault = new_vault(folder)
        self.objects = ObjectVault((folder / "objects").as_uri(), self.vault)
        self.logs = Logs()
        self.story = Story("kelahiran-aisyah", logs=self.logs)
        self.vault.create(self.story.case_id)
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": store}
        self.publications = publications
        self.signing: Any = open_service(self, env)
        self.signing.internal = publications.internal
        self.signing.uncounted = publications.uncounted
        self.runner = EffectRunner(self.signing.store, self.signing.effects, self.clock)

    def new_story(self, name: str) -> Story:
        """Another case, with a key of its own."""
        story = Story(name, logs=self.logs)
        self.vault.create(story.case_id)
        return story

    def command(
        self,
        command: type[Command],
        actor: Actor = KADIS,
        *,
        case_id: UUID | None = None,
        **facts: Any,
    ) -> Command:
        """A wish of the Kepala Dinas, or of whoever is named."""
        given = {
            "command_id": uuid4(),
            "case_id": case_id or self.story.case_id,
            "actor": actor,
            "asked_at": self.clock.now(),
        }
        return command.model_validate({**given, **facts})

    def ask(self, command: type[Command], actor: Actor = KADIS, **facts: Any) -> CommandReply:
        """Ask it."""
        reply: CommandReply = self.signing.execute(self.command(command, actor, **facts))
        return reply

    def verified(
        self,
        *documents: DocumentVersion,
        story: Story | None = None,
        actor: Actor = KABID,
        stored: bool = True,
    ) -> None:
        """The Kabid verified; usually the documents are in the store."""
        story = story or self.story
        given = documents or (document(),)
        if stored:
            for content in (DOCUMENT, b"mended", b"%PDF akta", b"%PDF kk"):
                self.objects.put(story.case_id, content)
        told = story.tell(events.Diverifikasi, documents=given, actor=actor)
        self.signing.consume([told])

    def see(self, sha256: str, **how: Any) -> CommandReply:
        """Open a document."""
        return self.ask(SeeDocument, how.pop("actor", KADIS), sha256=sha256, **how)

    def see_all(self, *contents: bytes, case_id: UUID | None = None) -> None:
        """Open the drafts of these contents."""
        for each in contents or (DOCUMENT,):
            self.see(document(each).draft_sha256, case_id=case_id)

    def sign(self, *contents: bytes, actor: Actor = KADIS) -> CommandReply:
        """Ask for the signature of documents of these contents."""
        digests = tuple(sha256(each).hexdigest() for each in contents or (DOCUMENT,))
        return self.ask(SignDocument, actor, document_sha256=digests)

    def sign_case(self, case_id: UUID) -> CommandReply:
        """Ask for the signature of another case."""
        digests = tuple(each.document_sha256 for each in self.case(case_id).documents)
        return self.ask(SignDocument, case_id=case_id, document_sha256=digests)

    def refuse(self) -> CommandReply:
        """Send the case back to the Kabid."""
        return self.ask(RefuseSignature, reasons=REASONS)

    def case(self, case_id: UUID | None = None) -> Any:
        """The case as it is saved."""
        return self.signing.find(case_id or self.story.case_id)

    def facts(self) -> list[Any]:
        """Everything the service recorded."""
        rows = self.signing.recorder.select_notifications(None, 10_000)
        return [self.signing.mapper.to_domain_event(row) for row in rows]

    def told(self) -> set[type[events.IntegrationEvent]]:
        """Which contracts the published facts fulfil."""
        told = set()
        for fact in self.facts():
            contract = self.publications.contract_of(fact)
            if contract is not None:
                frame = {
                    "event_id": uuid4(),
                    "occurred_at": NINE,
                    "case_id": self.story.case_id,
                }
                told.add(type(contract.model_validate({**vars(fact), **frame})))
        return told
