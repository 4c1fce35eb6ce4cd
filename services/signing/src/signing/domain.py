"""Step 6: the Kepala Dinas signs exactly what the Kabid verified, after having seen it."""

from collections.abc import Collection
from typing import ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.events import SignedDocument
from jamila_contracts.sop import load_sop
from jamila_contracts.values import DocumentVersion, ReturnReason
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, DomainError, NotFoundError
from jamila_runtime.stage import MissingCapabilityError, StageAggregate

SIGN = 6
"""Step of the Kepala Dinas."""


class OtherDocumentError(ConflictError):
    """What shall be signed is not what was verified."""

    slug = "draft-changed"


class NotSeenError(DomainError):
    """Nobody signs what he did not open."""

    slug = "document-not-seen"


class UnknownDocumentError(NotFoundError):
    """No document of that code was signed in this case."""

    slug = "document-unknown"


class DocumentEndedError(ConflictError):
    """The document does not hold any more."""

    slug = "document-already-ended"


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

    class DokumenDilihat(CaseAggregate.Event):
        """An account opened a document that waits to be signed."""

        TOPIC = "signing.SigningCase.DokumenDilihat"
        document_sha256: str

    class TandaTanganDibuat(CaseAggregate.Event):
        """One of several documents is signed; kept, so that a retry does not sign it again."""

        TOPIC = "signing.SigningCase.TandaTanganDibuat"
        attempt: int
        document: SignedDocument

    class Ditandatangani(CaseAggregate.Event):
        """Signed, or the signature made in SIAK is confirmed."""

        TOPIC = "signing.SigningCase.Ditandatangani"
        attempt: int
        documents: tuple[SignedDocument, ...]
        source: Literal["kantor", "siak"] = "kantor"

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
        retries: bool = False
        evidence_sha256: str | None = None

    class DokumenDicabut(CaseAggregate.Event):
        """A signed document holds no longer."""

        TOPIC = "signing.SigningCase.DokumenDicabut"
        code: str
        reason_code: str

    class DokumenDigantikan(CaseAggregate.Event):
        """Another document holds instead of a signed one."""

        TOPIC = "signing.SigningCase.DokumenDigantikan"
        code: str
        replaced_by: str
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
        self.signed: tuple[SignedDocument, ...] = ()
        self.ended: set[str] = set()
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
            NotSeenError: this account did not open all of them.
            JamilaError: not the turn, not the account (see ``allow``).
        """
        self.allow(SIGN, cause)
        if document_sha256 != tuple(each.document_sha256 for each in self.documents):
            raise OtherDocumentError("these are not the verified documents", **self.situation())
        unseen = [d for d in document_sha256 if (cause.actor.account, d) not in self.seen]
        if unseen:
            raise NotSeenError("open the document before signing it", document_sha256=unseen)
        return self.documents

    def see(self, sha256: str, *, cause: Cause) -> None:
        """The account opened a document; quiet the second time, and for what waits for nobody.

        Args:
            sha256: Of the draft or of the document itself; they show the same.
            cause: Who, and when.
        """
        self.require_capability(cause)
        found = [d for d in self.documents if sha256 in (d.draft_sha256, d.document_sha256)]
        if not found or not self.steps[SIGN].is_open:
            return
        digest = found[0].document_sha256
        if (cause.actor.account, digest) not in self.seen:
            self.trigger_event(self.DokumenDilihat, cause=cause, document_sha256=digest)

    def keep_signature(self, document: SignedDocument, *, cause: Cause) -> None:
        """One of several documents is signed."""
        attempt = self.allow(SIGN, cause).attempt
        self.trigger_event(self.TandaTanganDibuat, cause=cause, attempt=attempt, document=document)

    def sign(self, signed: tuple[SignedDocument, ...], *, cause: Cause) -> None:
        """The documents are signed."""
        self.documents_to_sign(tuple(each.document_sha256 for each in signed), cause=cause)
        attempt = self.decide(SIGN, cause)
        source = "siak" if all(each.signed_by_siak for each in self.documents) else "kantor"
        self.trigger_event(
            self.Ditandatangani, cause=cause, attempt=attempt, documents=signed, source=source
        )

    def fail(
        self,
        reason_code: str,
        *,
        cause: Cause,
        retries: bool = False,
        evidence_sha256: str | None = None,
    ) -> None:
        """Signing failed for a technical reason; quiet when it is not the turn any more.

        Waiting for the same thing again is no news either.
        """
        state = self.steps[SIGN]
        if state.is_open and not (retries and self.waits_for == reason_code):
            self.trigger_event(
                self.PenandatangananGagal,
                cause=cause,
                attempt=state.attempt,
                reason_code=reason_code,
                retries=retries,
                evidence_sha256=evidence_sha256,
            )

    def revoke(self, code: str, *, reason_code: str, cause: Cause) -> None:
        """A signed document holds no longer.

        Raises:
            UnknownDocumentError: it was not signed in this case.
            DocumentEndedError: it was revoked or replaced before.
        """
        self._must_hold(code, cause)
        self.trigger_event(self.DokumenDicabut, cause=cause, code=code, reason_code=reason_code)

    def replace(self, code: str, *, replaced_by: str, reason_code: str, cause: Cause) -> None:
        """Another document holds instead of a signed one; raises like ``revoke``."""
        self._must_hold(code, cause)
        if code == replaced_by:
            raise UnknownDocumentError("a document cannot replace itself", code=code)
        self.trigger_event(
            self.DokumenDigantikan,
            cause=cause,
            code=code,
            replaced_by=replaced_by,
            reason_code=reason_code,
        )

    def require_capability(self, cause: Cause) -> None:
        """Whoever signs also sees and revokes, whether or not the step is open.

        Raises:
            MissingCapabilityError: the account acts in another capability.
        """
        capability = load_sop(self.sop_version).step(SIGN).capability
        if cause.actor.capability != capability:
            raise MissingCapabilityError(
                f"this asks for {capability}", capability=capability, step=SIGN
            )

    def _must_hold(self, code: str, cause: Cause) -> None:
        self.require_capability(cause)
        if all(each.code != code for each in self.signed):
            raise UnknownDocumentError(f"no document {code} was signed here", code=code)
        if code in self.ended:
            raise DocumentEndedError(f"document {code} has ended", code=code)

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
        self.seen: set[tuple[str, str]] = set()
        self.made: dict[str, SignedDocument] = {}
        self.waits_for: str | None = None
        self.open_step(SIGN)

    @event(VerifikasiUlangDiterima)
    def _on_documents(self, documents: tuple[DocumentVersion, ...], verified_by: str) -> None:
        self.was_refused = False
        self._use(documents, verified_by)

    @event(DokumenDilihat)
    def _on_seen(self, document_sha256: str, cause: Cause) -> None:
        self.seen.add((cause.actor.account, document_sha256))

    @event(TandaTanganDibuat)
    def _on_made(self, document: SignedDocument) -> None:
        self.made[document.document_sha256] = document

    @event(PenandatangananGagal)
    def _on_failed(self, reason_code: str) -> None:
        self.waits_for = reason_code

    @event(Ditandatangani)
    def _on_signed(self, documents: tuple[SignedDocument, ...]) -> None:
        self.signed += documents
        self.close_step(SIGN)

    @event(DokumenDicabut)
    def _on_revoked(self, code: str) -> None:
        self.ended.add(code)

    @event(DokumenDigantikan)
    def _on_replaced(self, code: str) -> None:
        self.ended.add(code)

    @event(PenandatangananDitolak)
    def _on_refused(self) -> None:
        self.was_refused = True
        self.close_step(SIGN)

    @event(Dihentikan)
    def _on_stopped(self) -> None:
        self.is_stopped = True
        self.close_step(SIGN)
