"""Which event and which command leads to which use case."""

from jamila_contracts.commands import ApproveDraft, ReturnDraft, ReturnVerification, VerifyDraft
from jamila_contracts.events import DraftDibuat, PenandatangananDitolak, PermohonanDibatalkan
from review.application import ReviewApplication


def register(review: ReviewApplication) -> None:
    """Fill the table of the review service."""
    handlers = review.handlers
    handlers.on(DraftDibuat, review.open_review)
    handlers.on(PenandatangananDitolak, review.reopen)
    handlers.on(PermohonanDibatalkan, review.stop)
    handlers.command(ApproveDraft, review.approve)
    handlers.command(ReturnDraft, review.return_draft)
    handlers.command(VerifyDraft, review.verify)
    handlers.command(ReturnVerification, review.return_verification)
