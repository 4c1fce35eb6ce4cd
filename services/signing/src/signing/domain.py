"""Step 6: the Kepala Dinas signs exactly what the Kabid verified."""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.events import SignedDocument
from jamila_contracts.values import DocumentVersion, ReturnReason
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError
from jamila_runtime.stage import StageAggregate

SIGN = 6
"""Step of the Kepala Dinas."""


class OtherDocumentError(ConflictError):
    """What shall be signed is not what was verified."""

    slug = "draft-changed"


class SigningCase(StageAggregate):
    """One case at the Kepala Dinas."""

    TOPIC = "signing.SigningCase"
    STEPS: ClassVar[tuple[int, ...]] = (SIGN,)

    class Dibuka(CreatedEvent):
        """The first verified documents arrived."""

        TOPIC = "signing.SigningCase.Dibuka"
        documents: tuple[DocumentVersion, ...]
        verified_by: str

    class VerifikasiUlangDiterima(CaseAggregate.Event):
        """Verified documents arrived again, after a refusal."""

        TOPIC = "signing.SigningCase.VerifikasiUlangDiterima"
        documents: tuple[DocumentVersion, ...]
        verified_by: str

    class Ditandatangani(CaseAggregate.Event):
        """Signed."""

        TOPIC = "signing.SigningCase.Ditandatangani"
        attempt: int
        documents: tuple[SignedDocument, ...]

    class PenandatangananDitolak(CaseAggregate.Event):
        """Refused; the Kabid's turn again."""

        TOPIC = "signing.SigningCase.PenandatangananDitolak"
        attempt: int
        reasons: tuple[ReturnReason, ...]

    class PenandatangananGagal(CaseAggregate.Event):
        """Tried and failed for a technical reason; still to be signed."""

        TOPIC = "signing.SigningCase.PenandatangananGagal"
        attempt: int
        reason_code: str

    class Dihentikan(CaseAggregate.Event):
        """The application was cancelled."""

        TOPIC = "signing.SigningCase.Dihentikan"

    @event(Dibuka)
    def __init__(
        self,
        case_id: UUID,
        documents: tuple[DocumentVersion, ...],
        *,
        verified_by: str,
        cause: Cause,
    ) -> None:
        self.start_stage(case_id, cause)
        self.was_refused = False
        self.is_stopped = False
        self._use(documents, verified_by)

    def receive_documents(
        self, documents: tuple[DocumentVersion, ...], *, verified_by: str, cause: Cause
    ) -> None:
        """Verified documents came; quiet unless they were refused here before."""
        if self.was_refused and not self.is_stopped:
            self.trigger_event(
                self.VerifikasiUlangDiterima,
                cause=cause,
                documents=documents,
                verified_by=verified_by,
            )

    def documents_to_sign(
        self, document_sha256: tuple[str, ...], *, cause: Cause
    ) -> tuple[DocumentVersion, ...]:
        """What this account may sign now.

        Raises:
            OtherDocumentError: the Kepala Dinas looked at other documents than those verified.
            JamilaError: not the turn, not the account (see ``allow``).
        """
        self.allow(SIGN, cause)
        if document_sha256 != tuple(each.document_sha256 for each in self.documents):
            raise OtherDocumentError("these are not the verified documents", **self.situation())
        return self.documents

    def sign(self, signed: tuple[SignedDocument, ...], *, cause: Cause) -> None:
        """The documents are signed."""
        self.documents_to_sign(tuple(each.document_sha256 for each in signed), cause=cause)
        attempt = self.decide(SIGN, cause)
        self.trigger_event(self.Ditandatangani, cause=cause, attempt=attempt, documents=signed)

    def fail(self, reason_code: str, *, cause: Cause) -> None:
        """Signing failed for a technical reason; quiet when it is not the turn any more."""
        state = self.steps[SIGN]
        if state.is_open:
            self.trigger_event(
                self.PenandatangananGagal,
                cause=cause,
                attempt=state.attempt,
                reason_code=reason_code,
            )

    def refuse(self, reasons: tuple[ReturnReason, ...], *, cause: Cause) -> None:
        """The Kepala Dinas does not sign; back to the Kabid."""
        attempt = self.decide(SIGN, cause)
        self.trigger_event(
            self.PenandatangananDitolak, cause=cause, attempt=attempt, reasons=reasons
        )

    def stop(self, *, cause: Cause) -> None:
        """The application was cancelled; quiet the second time."""
        if not self.is_stopped:
            self.trigger_event(self.Dihentikan, cause=cause)

    def earlier_workers(self, step: int) -> Collection[str]:
        """Four eyes: 5 and 6 are different accounts (SOP, ``not_same_account_as``)."""
        del step
        return (self.verified_by,)

    def _use(self, documents: tuple[DocumentVersion, ...], verified_by: str) -> None:
        self.documents = documents
        self.verified_by = verified_by
        self.open_step(SIGN)

    @event(VerifikasiUlangDiterima)
    def _on_documents(self, documents: tuple[DocumentVersion, ...], verified_by: str) -> None:
        self.was_refused = False
        self._use(documents, verified_by)

    @event(Ditandatangani)
    def _on_signed(self) -> None:
        self.close_step(SIGN)

    @event(PenandatangananDitolak)
    def _on_refused(self) -> None:
        self.was_refused = True
        self.close_step(SIGN)

    @event(Dihentikan)
    def _on_stopped(self) -> None:
        self.is_stopped = True
        self.close_step(SIGN)
