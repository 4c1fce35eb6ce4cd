from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest

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
from jamila_runtime.aggregate import CaseAggregate
from jamila_runtime.objects import ObjectVault
from jamila_testing.builders import Story
from jamila_testing.vaults import new_vault
from signing.application import SigningApplication
from signing.domain import SIGN, SigningCase
from signing.handlers import register
from signing.outbox import PUBLICATIONS
from signing.pades import CertificateExpiredError, TimestampUnavailableError

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
KABID = Actor(account="kabid-1", capability="kabid")
KADIS = Actor(account="kadis-1", capability="kepala-dinas")
REASONS = (ReturnReason(code="salah-ketik", field="nama"),)
DOCUMENT = b"%PDF of a birth certificate"


class FixedClock:
    def now(self) -> datetime:
        return NINE


@dataclass
class Signed:
    pdf: bytes
    level: Literal["B-B", "B-LTA"] = "B-LTA"
    signer_name: str = "KEPALA DINAS CONTOH"
    certificate_sha256: str = "cd" * 32


@dataclass
class ScriptedSigner:
    """Signs by appending, or fails as the test says."""

    fault: Exception | None = None
    meanwhile: Callable[[], object] = lambda: None
    """Happens while the key is used."""
    asked: list[dict[str, Any]] = field(default_factory=list)

    def sign(self, pdf: bytes, **how: Any) -> Signed:
        self.asked.append(how)
        self.meanwhile()
        if self.fault is not None:
            raise self.fault
        return Signed(pdf + b" signed")


@pytest.fixture
def story() -> Story:
    return Story("kelahiran-aisyah")


@pytest.fixture
def objects(tmp_path, story) -> ObjectVault:
    vault = new_vault(tmp_path)
    vault.create(story.case_id)
    return ObjectVault((tmp_path / "objects").as_uri(), vault)


@pytest.fixture
def signer() -> ScriptedSigner:
    return ScriptedSigner()


@pytest.fixture
def signing(signer, objects) -> SigningApplication:
    application = SigningApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        signer=signer,
        objects=objects,
        location="Paringin",
        clock=FixedClock(),
    )
    register(application)
    return application


def ask(command: type[Command], case_id: UUID, actor: Actor = KADIS, **facts: Any) -> Command:
    given = {"command_id": uuid4(), "case_id": case_id, "actor": actor, "asked_at": NINE}
    return command.model_validate({**given, **facts})


def document(content: bytes = DOCUMENT, *, version: int = 1) -> DocumentVersion:
    return DocumentVersion(
        kind="akta-kelahiran",
        version=version,
        draft_sha256=sha256(b"draft" + content).hexdigest(),
        document_sha256=sha256(content).hexdigest(),
        code="K7M2Q9XW4T8B",
        signature_box=SignatureBox(page=-1, x1=318, y1=98, x2=543, y2=176),
    )


def verified(signing, story, *documents: DocumentVersion, actor: Actor = KABID) -> None:
    record = story.tell(events.Diverifikasi, documents=documents or (document(),), actor=actor)
    signing.consume([record])
    for each in documents or (document(),):
        see(signing, story, each.draft_sha256)


def see(signing, story, sha256: str, actor: Actor = KADIS) -> CommandReply:
    return signing.execute(ask(SeeDocument, story.case_id, actor, sha256=sha256))


def sign(signing, story, *contents: bytes, actor: Actor = KADIS) -> CommandReply:
    seen = tuple(sha256(each).hexdigest() for each in contents or (DOCUMENT,))
    return signing.execute(ask(SignDocument, story.case_id, actor, document_sha256=seen))


def refuse(signing, story) -> CommandReply:
    return signing.execute(ask(RefuseSignature, story.case_id, reasons=REASONS))


def found(signing, story) -> SigningCase:
    case = signing.find(story.case_id)
    assert case is not None
    return case


def facts_of(signing) -> list[Any]:
    rows = signing.recorder.select_notifications(None, 100)
    return [signing.mapper.to_domain_event(row) for row in rows]


def test_a_verification_opens_the_signature(signing, story):
    verified(signing, story)
    assert found(signing, story).steps[SIGN].is_open


def test_a_verification_delivered_twice_opens_one_attempt(signing, story):
    record = story.tell(events.Diverifikasi)
    signing.consume([record])
    signing.consume([record])
    assert found(signing, story).steps[SIGN].attempt == 1


def test_a_verification_out_of_turn_changes_nothing(signing, story):
    verified(signing, story)
    verified(signing, story, document(b"another", version=2))
    assert found(signing, story).documents == (document(),)


def test_the_signed_document_is_stored_and_told(signing, story, objects, signer):
    objects.put(story.case_id, DOCUMENT)
    verified(signing, story)
    reply = sign(signing, story)
    assert reply.events == ("TugasDiambil", "Ditandatangani")
    [signed] = facts_of(signing)[-1].documents
    assert objects.get(story.case_id, signed.signed_sha256) == DOCUMENT + b" signed"
    assert signed.document_sha256 == document().document_sha256
    assert (signed.level, signed.certificate_sha256) == ("B-LTA", "cd" * 32)
    assert signer.asked[0]["box"] == document().signature_box
    assert (signer.asked[0]["location"], signer.asked[0]["now"]) == ("Paringin", NINE)


def test_all_documents_of_a_case_are_signed_together(signing, story, objects):
    contents = (b"%PDF akta", b"%PDF kk")
    for each in contents:
        objects.put(story.case_id, each)
    verified(signing, story, *(document(each) for each in contents))
    assert sign(signing, story, *contents).problem is None
    assert len(facts_of(signing)[-1].documents) == 2


def test_another_document_than_the_verified_one_is_not_signed(signing, story, objects, signer):
    objects.put(story.case_id, b"%PDF another")
    verified(signing, story)
    assert sign(signing, story, b"%PDF another").problem.slug == "draft-changed"
    assert signer.asked == []


def test_a_document_that_is_not_stored_is_not_signed(signing, story, signer):
    verified(signing, story)
    assert sign(signing, story).problem.slug == "object-not-found"
    assert signer.asked == []


def test_a_document_that_was_changed_in_the_store_is_not_signed(
    signing, story, objects, signer, tmp_path
):
    objects.put(story.case_id, DOCUMENT)
    other = objects.put(story.case_id, b"%PDF forged")
    folder = tmp_path / "objects" / str(story.case_id)
    (folder / other).replace(folder / document().document_sha256)
    verified(signing, story)
    assert sign(signing, story).problem.slug == "object-corrupt"
    assert signer.asked == []


def test_a_second_signature_is_refused(signing, story, objects, signer):
    objects.put(story.case_id, DOCUMENT)
    verified(signing, story)
    sign(signing, story)
    assert sign(signing, story).problem.slug == "step-not-open"
    assert len(signer.asked) == 1


def test_a_signature_asked_twice_is_made_once(signing, story, objects, signer):
    objects.put(story.case_id, DOCUMENT)
    verified(signing, story)
    command = ask(SignDocument, story.case_id, document_sha256=(document().document_sha256,))
    assert signing.execute(command) == signing.execute(command)
    assert len(signer.asked) == 1


def test_who_verified_may_not_sign(signing, story, signer):
    verified(signing, story, actor=Actor(account="kadis-1", capability="kabid"))
    assert sign(signing, story).problem.slug == "four-eyes"
    assert signer.asked == []


def test_only_the_kepala_dinas_may_sign(signing, story):
    verified(signing, story)
    assert sign(signing, story, actor=KABID).problem.slug == "capability-missing"


@pytest.mark.parametrize(
    "fault", [TimestampUnavailableError("timeout"), CertificateExpiredError(NINE)]
)
def test_a_technical_failure_is_recorded_and_the_step_stays_open(
    signing, story, objects, signer, fault
):
    objects.put(story.case_id, DOCUMENT)
    verified(signing, story)
    signer.fault = fault
    reply = sign(signing, story)
    assert reply.problem.slug == fault.slug
    failure = facts_of(signing)[-1]
    assert isinstance(failure, SigningCase.PenandatangananGagal)
    assert (failure.reason_code, failure.attempt) == (fault.slug, 1)
    assert failure.cause.actor == KADIS
    assert found(signing, story).steps[SIGN].is_open


def test_after_a_technical_failure_the_same_command_signs(signing, story, objects, signer):
    objects.put(story.case_id, DOCUMENT)
    verified(signing, story)
    command = ask(SignDocument, story.case_id, document_sha256=(document().document_sha256,))
    signer.fault = TimestampUnavailableError("timeout")
    signing.execute(command)
    signer.fault = None
    assert signing.execute(command).events == ("TugasDiambil", "Ditandatangani")


@pytest.mark.parametrize("fault", [None, TimestampUnavailableError("timeout")])
def test_a_refusal_while_the_key_is_used_wins(signing, story, objects, signer, fault):
    objects.put(story.case_id, DOCUMENT)
    verified(signing, story)
    signer.meanwhile, signer.fault = lambda: refuse(signing, story), fault
    reply = sign(signing, story)
    assert reply.problem.slug == (fault.slug if fault else "step-not-open")
    assert isinstance(facts_of(signing)[-1], SigningCase.PenandatangananDitolak)


def test_a_refused_signature_closes_the_step(signing, story):
    verified(signing, story)
    assert refuse(signing, story).events == ("TugasDiambil", "PenandatangananDitolak")
    assert not found(signing, story).steps[SIGN].is_open


def test_a_refusal_out_of_turn_is_refused(signing, story):
    assert refuse(signing, story).problem.slug == "case-not-at-this-stage"


def test_a_refusal_asked_twice_is_recorded_once(signing, story):
    verified(signing, story)
    command = ask(RefuseSignature, story.case_id, reasons=REASONS)
    assert signing.execute(command) == signing.execute(command)
    told = [type(each).__name__ for each in facts_of(signing)]
    assert told.count("PenandatangananDitolak") == 1


def test_what_is_verified_again_opens_a_second_attempt(signing, story):
    verified(signing, story)
    refuse(signing, story)
    verified(signing, story, document(b"mended", version=2))
    case = found(signing, story)
    assert (case.steps[SIGN].attempt, case.steps[SIGN].is_open) == (2, True)
    assert case.documents == (document(b"mended", version=2),)


def test_a_cancelled_case_is_closed_and_stays_closed(signing, story):
    verified(signing, story)
    refuse(signing, story)
    cancelled = story.tell(events.PermohonanDibatalkan)
    signing.consume([cancelled, cancelled, story.tell(events.PermohonanDibatalkan)])
    verified(signing, story)
    assert not found(signing, story).steps[SIGN].is_open


def test_a_cancelled_case_never_seen_is_quiet(signing, story):
    assert signing.consume([story.tell(events.PermohonanDibatalkan)]).parked == []


def test_a_verification_after_the_cancellation_asks_for_no_signature(signing, story):
    signing.consume([story.tell(events.PermohonanDibatalkan)])
    verified(signing, story)
    assert signing.find(story.case_id) is None


def test_every_fact_is_published_or_internal():
    own = {
        each
        for each in vars(SigningCase).values()
        if isinstance(each, type) and issubclass(each, CaseAggregate.Event)
    } - {SigningCase.Event}
    assert own <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_published_facts_fit_their_contracts(signing, story, objects, signer):
    objects.put(story.case_id, DOCUMENT)
    verified(signing, story)
    signer.fault = TimestampUnavailableError("timeout")
    sign(signing, story)
    signer.fault = None
    refuse(signing, story)
    verified(signing, story)
    sign(signing, story)
    told = set()
    for fact in facts_of(signing):
        contract = PUBLICATIONS.contract_of(fact)
        if contract is not None:
            envelope = {"event_id": uuid4(), "occurred_at": NINE, "case_id": story.case_id}
            told.add(type(contract.model_validate({**vars(fact), **envelope})))
    assert told >= {
        events.Ditandatangani,
        events.PenandatangananDitolak,
        events.PenandatangananGagal,
    }
