"""One case at the signature: opened, signed once, refused, cancelled, failed and tried again."""

import pytest

from jamila_contracts import events
from jamila_contracts.commands import RefuseSignature, SignDocument
from jamila_contracts.envelope import Actor
from jamila_contracts.values import DocumentVersion
from jamila_runtime.aggregate import CaseAggregate
from jamila_testing.signing_desk import DOCUMENT, KABID, KADIS, NINE, REASONS, document
from signing.domain import SIGN, SigningCase
from signing.outbox import PUBLICATIONS
from signing.pades import CertificateExpiredError, TimestampUnavailableError


@pytest.fixture
def desk(open_signing):
    return open_signing()


def verified(desk, *documents: DocumentVersion, actor: Actor = KABID) -> None:
    """Verified and opened; the test itself puts into the store what it needs there."""
    desk.verified(*documents, actor=actor, stored=False)
    for each in documents or (document(),):
        desk.see(each.draft_sha256)


def test_a_verification_opens_the_signature(desk):
    verified(desk)
    assert desk.case().steps[SIGN].is_open


def test_a_verification_delivered_twice_opens_one_attempt(desk):
    record = desk.story.tell(events.Diverifikasi)
    desk.signing.consume([record])
    desk.signing.consume([record])
    assert desk.case().steps[SIGN].attempt == 1


def test_a_verification_out_of_turn_changes_nothing(desk):
    verified(desk)
    verified(desk, document(b"another", version=2))
    assert desk.case().documents == (document(),)


def test_the_signed_document_is_stored_and_told(desk):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    verified(desk)
    reply = desk.sign()
    assert reply.events == ("TugasDiambil", "Ditandatangani")
    [signed] = desk.facts()[-1].documents
    assert desk.objects.get(desk.story.case_id, signed.signed_sha256) == DOCUMENT + b" signed"
    assert signed.document_sha256 == document().document_sha256
    assert (signed.level, signed.certificate_sha256) == ("B-LTA", "cd" * 32)
    assert desk.signer.asked[0]["box"] == document().signature_box
    assert (desk.signer.asked[0]["location"], desk.signer.asked[0]["now"]) == ("Paringin", NINE)


def test_all_documents_of_a_case_are_signed_together(desk):
    contents = (b"%PDF akta", b"%PDF kk")
    for each in contents:
        desk.objects.put(desk.story.case_id, each)
    verified(desk, *(document(each) for each in contents))
    assert desk.sign(*contents).problem is None
    assert len(desk.facts()[-1].documents) == 2


def test_another_document_than_the_verified_one_is_not_signed(desk):
    desk.objects.put(desk.story.case_id, b"%PDF another")
    verified(desk)
    assert desk.sign(b"%PDF another").problem.slug == "draft-changed"
    assert desk.signer.asked == []


def test_a_document_that_is_not_stored_is_not_signed(desk):
    verified(desk)
    assert desk.sign().problem.slug == "object-not-found"
    assert desk.signer.asked == []


def test_a_document_that_was_changed_in_the_store_is_not_signed(desk, tmp_path):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    other = desk.objects.put(desk.story.case_id, b"%PDF forged")
    folder = tmp_path / "objects" / str(desk.story.case_id)
    (folder / other).replace(folder / document().document_sha256)
    verified(desk)
    assert desk.sign().problem.slug == "object-corrupt"
    assert desk.signer.asked == []


def test_a_second_signature_is_refused(desk):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    verified(desk)
    desk.sign()
    assert desk.sign().problem.slug == "step-not-open"
    assert len(desk.signer.asked) == 1


def test_a_signature_asked_twice_is_made_once(desk):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    verified(desk)
    command = desk.command(SignDocument, document_sha256=(document().document_sha256,))
    assert desk.signing.execute(command) == desk.signing.execute(command)
    assert len(desk.signer.asked) == 1


def test_who_verified_may_not_sign(desk):
    verified(desk, actor=Actor(account="kadis-1", capability="kabid"))
    assert desk.sign().problem.slug == "four-eyes"
    assert desk.signer.asked == []


def test_only_the_kepala_dinas_may_sign(desk):
    verified(desk)
    assert desk.sign(actor=KABID).problem.slug == "capability-missing"


@pytest.mark.parametrize(
    "fault", [TimestampUnavailableError("timeout"), CertificateExpiredError(NINE)]
)
def test_a_technical_failure_is_recorded_and_the_step_stays_open(desk, fault):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    verified(desk)
    desk.signer.faults = [fault]
    reply = desk.sign()
    assert reply.problem.slug == fault.slug
    failure = desk.facts()[-1]
    assert isinstance(failure, SigningCase.PenandatangananGagal)
    assert (failure.reason_code, failure.attempt) == (fault.slug, 1)
    assert failure.cause.actor == KADIS
    assert desk.case().steps[SIGN].is_open


def test_after_a_technical_failure_the_same_command_signs(desk):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    verified(desk)
    command = desk.command(SignDocument, document_sha256=(document().document_sha256,))
    desk.signer.faults = [TimestampUnavailableError("timeout")]
    desk.signing.execute(command)
    assert desk.signing.execute(command).events == ("TugasDiambil", "Ditandatangani")


@pytest.mark.parametrize("fault", [None, TimestampUnavailableError("timeout")])
def test_a_refusal_while_the_key_is_used_wins(desk, fault):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    verified(desk)
    desk.signer.meanwhile, desk.signer.faults = desk.refuse, [fault]
    reply = desk.sign()
    assert reply.problem.slug == (fault.slug if fault else "step-not-open")
    assert isinstance(desk.facts()[-1], SigningCase.PenandatangananDitolak)


def test_a_refused_signature_closes_the_step(desk):
    verified(desk)
    assert desk.refuse().events == ("TugasDiambil", "PenandatangananDitolak")
    assert not desk.case().steps[SIGN].is_open


def test_a_refusal_out_of_turn_is_refused(desk):
    assert desk.refuse().problem.slug == "case-not-at-this-stage"


def test_a_refusal_asked_twice_is_recorded_once(desk):
    verified(desk)
    command = desk.command(RefuseSignature, reasons=REASONS)
    assert desk.signing.execute(command) == desk.signing.execute(command)
    told = [type(each).__name__ for each in desk.facts()]
    assert told.count("PenandatangananDitolak") == 1


def test_what_is_verified_again_opens_a_second_attempt(desk):
    verified(desk)
    desk.refuse()
    verified(desk, document(b"mended", version=2))
    case = desk.case()
    assert (case.steps[SIGN].attempt, case.steps[SIGN].is_open) == (2, True)
    assert case.documents == (document(b"mended", version=2),)


def test_a_cancelled_case_is_closed_and_stays_closed(desk):
    verified(desk)
    desk.refuse()
    cancelled = desk.story.tell(events.PermohonanDibatalkan)
    desk.signing.consume([cancelled, cancelled, desk.story.tell(events.PermohonanDibatalkan)])
    verified(desk)
    assert not desk.case().steps[SIGN].is_open


def test_a_cancelled_case_never_seen_is_quiet(desk):
    assert desk.signing.consume([desk.story.tell(events.PermohonanDibatalkan)]).parked == []


def test_a_verification_after_the_cancellation_asks_for_no_signature(desk):
    desk.signing.consume([desk.story.tell(events.PermohonanDibatalkan)])
    verified(desk)
    assert desk.signing.find(desk.story.case_id) is None


def test_every_fact_is_published_or_internal():
    own = {
        each
        for each in vars(SigningCase).values()
        if isinstance(each, type) and issubclass(each, CaseAggregate.Event)
    } - {SigningCase.Event}
    assert own <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_published_facts_fit_their_contracts(desk):
    desk.objects.put(desk.story.case_id, DOCUMENT)
    verified(desk)
    desk.signer.faults = [TimestampUnavailableError("timeout")]
    desk.sign()
    desk.refuse()
    verified(desk)
    desk.sign()
    assert desk.told() >= {
        events.Ditandatangani,
        events.PenandatangananDitolak,
        events.PenandatangananGagal,
    }
