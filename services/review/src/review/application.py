"""Use cases of the review: load, decide, keep."""

from typing import ClassVar

from jamila_contracts.commands import ApproveDraft, ReturnDraft, ReturnVerification, VerifyDraft
from jamila_contracts.events import DraftDibuat, PenandatangananDitolak, PermohonanDibatalkan
from jamila_runtime.application import StageApplication
from jamila_runtime.ended import end_case, has_ended
from jamila_runtime.work import Work
from review.domain import Review


class ReviewApplication(StageApplication[Review]):
    """Steps 4 (Kasi) and 5 (Kabid)."""

    name = "review"
    service: ClassVar[str] = "review"
    aggregate: ClassVar[type[Review]] = Review

    def open_review(self, event: DraftDibuat, work: Work[Review]) -> None:
        """A draft arrives: the Kasi's turn."""
        if has_ended(event.case_id, work):
            return
        entered_by = work.origin.actor.account
        review = work.find(event.case_id)
        if review is None:
            work.add(
                Review(
                    case_id=event.case_id,
                    documents=event.documents,
                    entered_by=entered_by,
                    cause=work.cause,
                )
            )
        else:
            review.receive_draft(event.documents, entered_by=entered_by, cause=work.cause)

    def reopen(self, event: PenandatangananDitolak, work: Work[Review]) -> None:
        """The Kepala Dinas refuses: the Kabid's turn again."""
        if not has_ended(event.case_id, work):
            work.get(event.case_id).reopen_verification(cause=work.cause)

    def stop(self, event: PermohonanDibatalkan, work: Work[Review]) -> None:
        """The application is cancelled, perhaps before it comes here."""
        end_case(event.case_id, work)
        review = work.find(event.case_id)
        if review is not None:
            review.stop(cause=work.cause)

    def approve(self, command: ApproveDraft, work: Work[Review]) -> None:
        """The Kasi approves."""
        work.get(command.case_id).approve(command.document_sha256, cause=work.cause)

    def return_draft(self, command: ReturnDraft, work: Work[Review]) -> None:
        """The Kasi returns to step 3."""
        work.get(command.case_id).return_draft(command.reasons, cause=work.cause)

    def verify(self, command: VerifyDraft, work: Work[Review]) -> None:
        """The Kabid verifies."""
        work.get(command.case_id).verify(command.document_sha256, cause=work.cause)

    def return_verification(self, command: ReturnVerification, work: Work[Review]) -> None:
        """The Kabid returns to step 4."""
        work.get(command.case_id).return_verification(command.reasons, cause=work.cause)
