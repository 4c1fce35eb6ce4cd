from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.commands import (
    ApproveDraft,
    Command,
    CommandReply,
    ReturnDraft,
    ReturnVerification,
    VerifyDraft,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.values import ReturnReason
from jamila_testing.builders import Story, document
from review.application import ReviewApplication
from review.domain import CHECK, VERIFY, Review
from review.handlers import register
from review.outbox import PUBLICATIONS

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
KASI = Actor(account="kasi-1", capability="kasi")
KABID = Actor(account="kabid-1", capability="kabid")
SIAK = Actor(account="siak-1", capability="operator-siak")
REASONS = (ReturnReason(code="salah-ketik", field="nama"),)
SEEN = (document().document_sha256,)


@pytest.fixture
def review() -> ReviewApplication:
    application = ReviewApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"}
    )
    register(application)
    return application


@pytest.fixture
def story() -> Story:
    return Story("kelahiran-aisyah")


def ask(command: type[Command], case_id: UUID, actor: Actor, **facts: object) -> Command:
    given = {"command_id": uuid4(), "case_id": case_id, "actor": actor, "asked_at": NINE}
    return command.model_validate({**given, **facts})


def drafted(review: ReviewApplication, story: Story, *, version: int = 1) -> None:
    draft = story.tell(events.DraftDibuat, actor=SIAK, documents=(document(version=version),))
    review.consume([draft])


def approve(review: ReviewApplication, story: Story, actor: Actor = KASI) -> CommandReply:
    return review.execute(ask(ApproveDraft, story.case_id, actor, document_sha256=SEEN))


def verify(review: ReviewApplication, story: Story, actor: Actor = KABID) -> CommandReply:
    return review.execute(ask(VerifyDraft, story.case_id, actor, document_sha256=SEEN))


def found(review: ReviewApplication, story: Story) -> Review:
    aggregate = review.find(story.case_id)
    assert aggregate is not None
    return aggregate


def test_a_draft_opens_the_step_of_the_kasi(review, story):
    drafted(review, story)
    assert found(review, story).steps[CHECK].is_open
    assert not found(review, story).steps[VERIFY].is_open


def test_draft_dibuat_delivered_twice_opens_one_review(review, story):
    draft = story.tell(events.DraftDibuat, actor=SIAK)
    review.consume([draft])
    review.consume([draft])
    assert found(review, story).steps[CHECK].attempt == 1


def test_an_approved_draft_goes_to_the_kabid(review, story):
    drafted(review, story)
    assert approve(review, story).events == ("TugasDiambil", "DraftDisetujui")
    assert found(review, story).steps[VERIFY].is_open


def test_a_verified_draft_leaves_the_review(review, story):
    drafted(review, story)
    approve(review, story)
    assert verify(review, story).events == ("TugasDiambil", "Diverifikasi")
    assert not any(state.is_open for state in found(review, story).steps.values())


def test_second_verification_is_refused(review, story):
    drafted(review, story)
    approve(review, story)
    verify(review, story)
    again = verify(review, story, Actor(account="kabid-2", capability="kabid"))
    assert again.problem.slug == "step-not-open"


def test_verification_before_approval_is_out_of_turn(review, story):
    drafted(review, story)
    assert verify(review, story).problem.slug == "step-not-open"


def test_who_entered_the_draft_may_not_approve_it(review, story):
    drafted(review, story)
    same = Actor(account="siak-1", capability="kasi")
    assert approve(review, story, same).problem.slug == "four-eyes"


def test_who_approved_the_draft_may_not_verify_it(review, story):
    drafted(review, story)
    approve(review, story)
    same = Actor(account="kasi-1", capability="kabid")
    assert verify(review, story, same).problem.slug == "four-eyes"


def test_a_draft_that_changed_since_it_was_seen_is_not_approved(review, story):
    drafted(review, story, version=2)
    refused = approve(review, story)
    assert refused.problem.slug == "draft-changed"
    assert refused.problem.data["steps"]["4"]["taken_by"] is None


def test_a_returned_draft_waits_for_the_siak_operator_and_comes_back_as_a_new_attempt(
    review, story
):
    drafted(review, story)
    returned = review.execute(ask(ReturnDraft, story.case_id, KASI, reasons=REASONS))
    assert returned.events == ("TugasDiambil", "DraftDikembalikan")
    assert approve(review, story).problem.slug == "step-not-open"
    drafted(review, story, version=2)
    assert found(review, story).steps[CHECK].attempt == 2


def test_a_returned_verification_goes_back_to_the_kasi(review, story):
    drafted(review, story)
    approve(review, story)
    command = ask(ReturnVerification, story.case_id, KABID, reasons=REASONS)
    assert review.execute(command).events == ("TugasDiambil", "VerifikasiDikembalikan")
    assert found(review, story).steps[CHECK].attempt == 2
    assert approve(review, story).problem is None
    assert found(review, story).steps[VERIFY].attempt == 2


def test_a_refused_signature_goes_back_to_the_kabid_once(review, story):
    drafted(review, story)
    approve(review, story)
    verify(review, story)
    refusal = story.tell(events.PenandatangananDitolak)
    review.consume([refusal])
    review.consume([refusal])
    assert found(review, story).steps[VERIFY].attempt == 2


def test_a_cancelled_application_closes_the_review(review, story):
    drafted(review, story)
    review.consume([story.tell(events.PermohonanDibatalkan)])
    assert approve(review, story).problem.slug == "step-not-open"


def test_cancelling_what_never_came_to_review_is_quiet(review, story):
    assert review.consume([story.tell(events.PermohonanDibatalkan)]).parked == []
    assert review.find(story.case_id) is None


def test_a_draft_after_the_cancellation_opens_no_review(review, story):
    review.consume([story.tell(events.PermohonanDibatalkan)])
    drafted(review, story)
    assert review.find(story.case_id) is None


def test_a_cancelled_application_is_not_reviewed_again(review, story):
    drafted(review, story)
    cancelled = story.tell(events.PermohonanDibatalkan)
    review.consume([cancelled, cancelled, story.tell(events.PermohonanDibatalkan)])
    drafted(review, story)
    review.consume([story.tell(events.PenandatangananDitolak)])
    assert not any(state.is_open for state in found(review, story).steps.values())


def test_every_command_asked_twice_is_done_once(review, story):
    drafted(review, story)
    command = ask(ApproveDraft, story.case_id, KASI, document_sha256=SEEN)
    assert review.execute(command) == review.execute(command)
    assert found(review, story).steps[VERIFY].attempt == 1


def test_every_fact_of_the_review_is_published_or_named_internal():
    named = {*PUBLICATIONS.published, *PUBLICATIONS.internal}
    facts = {
        fact
        for fact in vars(Review).values()
        if isinstance(fact, type) and issubclass(fact, Review.Event) and fact is not Review.Event
    }
    assert facts <= named
