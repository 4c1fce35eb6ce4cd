"""Steps 4 and 5: does the draft agree with the application, and may it be signed?"""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.values import DocumentVersion, ReturnReason
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError
from jamila_runtime.stage import StageAggregate

CHECK = 4
"""Step of the Kasi."""
VERIFY = 5
"""Step of the Kabid."""


class OtherDraftError(ConflictError):
    """The officer looked at another version of the draft than the current one."""

    slug = "draft-changed"


class Review(StageAggregate):
    """One review per case; decides whether a draft may go on to signing."""

    TOPIC = "review.Review"
    STEPS: ClassVar[tuple[int, ...]] = (CHECK, VERIFY)

    class Dibuka(CreatedEvent):
        """The first draft arrived; the Kasi's turn."""

        TOPIC = "review.Review.Dibuka"
        documents: tuple[DocumentVersion, ...]
        entered_by: str

    class DraftDiperbarui(CaseAggregate.Event):
        """A corrected draft arrived; the Kasi's turn again."""

        TOPIC = "review.Review.DraftDiperbarui"
        documents: tuple[DocumentVersion, ...]
        entered_by: str

    class DraftDisetujui(CaseAggregate.Event):
        """The Kasi approved; the Kabid's turn."""

        TOPIC = "review.Review.DraftDisetujui"
        attempt: int
        documents: tuple[DocumentVersion, ...]

    class DraftDikembalikan(CaseAggregate.Event):
        """The Kasi sent the draft back to the SIAK operator."""

        TOPIC = "review.Review.DraftDikembalikan"
        attempt: int
        reasons: tuple[ReturnReason, ...]

    class Diverifikasi(CaseAggregate.Event):
        """The Kabid verified; ready for signature."""

        TOPIC = "review.Review.Diverifikasi"
        attempt: int
        documents: tuple[DocumentVersion, ...]

    class VerifikasiDikembalikan(CaseAggregate.Event):
        """The Kabid sent the draft back to the Kasi."""

        TOPIC = "review.Review.VerifikasiDikembalikan"
        attempt: int
        reasons: tuple[ReturnReason, ...]

    class DikembalikanDariTte(CaseAggregate.Event):
        """The Kepala Dinas refused to sign; the Kabid's turn again."""

        TOPIC = "review.Review.DikembalikanDariTte"

    class Dihentikan(CaseAggregate.Event):
        """The application was cancelled; nothing is left to review."""

        TOPIC = "review.Review.Dihentikan"

    @event(Dibuka)
    def __init__(
        self,
        case_id: UUID,
        documents: tuple[DocumentVersion, ...],
        *,
        entered_by: str,
        cause: Cause,
    ) -> None:
        self.start_stage(case_id, cause)
        self.checked_by: str | None = None
        self._use(documents, entered_by)

    def receive_draft(
        self, documents: tuple[DocumentVersion, ...], *, entered_by: str, cause: Cause
    ) -> None:
        """A draft came from step 3, again."""
        self.trigger_event(
            self.DraftDiperbarui, cause=cause, documents=documents, entered_by=entered_by
        )

    def approve(self, document_sha256: tuple[str, ...], *, cause: Cause) -> None:
        """The Kasi finds that the draft agrees with the application."""
        self.allow(CHECK, cause)
        self._must_be_current(document_sha256)
        attempt = self.decide(CHECK, cause)
        self.trigger_event(
            self.DraftDisetujui, cause=cause, attempt=attempt, documents=self.documents
        )

    def return_draft(self, reasons: tuple[ReturnReason, ...], *, cause: Cause) -> None:
        """The Kasi sends the draft back to the SIAK operator."""
        attempt = self.decide(CHECK, cause)
        self.trigger_event(self.DraftDikembalikan, cause=cause, attempt=attempt, reasons=reasons)

    def verify(self, document_sha256: tuple[str, ...], *, cause: Cause) -> None:
        """The Kabid verifies the draft for signature."""
        self.allow(VERIFY, cause)
        self._must_be_current(document_sha256)
        attempt = self.decide(VERIFY, cause)
        self.trigger_event(
            self.Diverifikasi, cause=cause, attempt=attempt, documents=self.documents
        )

    def return_verification(self, reasons: tuple[ReturnReason, ...], *, cause: Cause) -> None:
        """The Kabid sends the draft back to the Kasi."""
        attempt = self.decide(VERIFY, cause)
        self.trigger_event(
            self.VerifikasiDikembalikan, cause=cause, attempt=attempt, reasons=reasons
        )

    def reopen_verification(self, *, cause: Cause) -> None:
        """The Kepala Dinas refused; quiet when the Kabid has the case already."""
        if not self.steps[VERIFY].is_open:
            self.trigger_event(self.DikembalikanDariTte, cause=cause)

    def stop(self, *, cause: Cause) -> None:
        """The application was cancelled; quiet when nothing is open."""
        if any(state.is_open for state in self.steps.values()):
            self.trigger_event(self.Dihentikan, cause=cause)

    def earlier_workers(self, step: int) -> Collection[str]:
        """Four eyes: 3 and 4, 4 and 5 are different accounts (SOP, ``not_same_account_as``)."""
        earlier = self.entered_by if step == CHECK else self.checked_by
        return () if earlier is None else (earlier,)

    def _must_be_current(self, document_sha256: tuple[str, ...]) -> None:
        if document_sha256 != tuple(each.document_sha256 for each in self.documents):
            raise OtherDraftError("the draft changed since it was looked at", **self.situation())

    def _use(self, documents: tuple[DocumentVersion, ...], entered_by: str) -> None:
        self.documents = documents
        self.entered_by = entered_by
        self.open_step(CHECK)

    @event(DraftDiperbarui)
    def _on_draft(self, documents: tuple[DocumentVersion, ...], entered_by: str) -> None:
        self._use(documents, entered_by)

    @event(DraftDisetujui)
    def _on_approved(self, cause: Cause) -> None:
        self.checked_by = cause.actor.account
        self.close_step(CHECK)
        self.open_step(VERIFY)

    @event(DraftDikembalikan)
    def _on_returned(self) -> None:
        self.close_step(CHECK)

    @event(Diverifikasi)
    def _on_verified(self) -> None:
        self.close_step(VERIFY)

    @event(VerifikasiDikembalikan)
    def _on_verification_returned(self) -> None:
        self.close_step(VERIFY)
        self.open_step(CHECK)

    @event(DikembalikanDariTte)
    def _on_refused_signature(self) -> None:
        self.open_step(VERIFY)

    @event(Dihentikan)
    def _on_stopped(self) -> None:
        for number in self.STEPS:
            self.close_step(number)
