"""Use cases of the signature: prove, sign, keep."""

from datetime import datetime
from typing import ClassVar, Literal, Protocol

from eventsourcing.utils import EnvType

from jamila_contracts.commands import RefuseSignature, SignDocument
from jamila_contracts.events import Diverifikasi, PermohonanDibatalkan, SignedDocument
from jamila_contracts.values import DocumentVersion, SignatureBox
from jamila_runtime.aggregate import Cause
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.ended import end_case, has_ended
from jamila_runtime.errors import JamilaError
from jamila_runtime.objects import ObjectVault
from jamila_runtime.work import Work
from signing.domain import SigningCase

REASON = "Penerbitan dokumen kependudukan"
"""Stands in the signature; readable in every PDF viewer, so without personal data."""


class Signed(Protocol):
    """A signed document and the evidence to record with it."""

    @property
    def pdf(self) -> bytes:
        """The signed bytes."""

    @property
    def level(self) -> Literal["B-B", "B-LTA"]:
        """How long the signature can be proved."""

    @property
    def signer_name(self) -> str:
        """Common name in the certificate."""

    @property
    def certificate_sha256(self) -> str:
        """Of the certificate, hexadecimal."""


class DocumentSigner(Protocol):
    """Whoever holds the key of the Kepala Dinas."""

    def sign(
        self, pdf: bytes, *, box: SignatureBox, reason: str, location: str, now: datetime
    ) -> Signed:
        """Sign a document.

        Raises:
            RetryableError: a service that signing needs does not answer.
            DomainError: certificate or document do not allow it.
        """
        ...


class SigningApplication(StageApplication[SigningCase]):
    """Step 6 (Kepala Dinas)."""

    name = "signing"
    service: ClassVar[str] = "signing"
    aggregate: ClassVar[type[SigningCase]] = SigningCase

    def __init__(
        self,
        env: EnvType | None = None,
        *,
        signer: DocumentSigner,
        objects: ObjectVault,
        location: str,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env, clock=clock)
        self._signer = signer
        self._objects = objects
        self._location = location

    def open_signing(self, event: Diverifikasi, work: Work[SigningCase]) -> None:
        """The Kabid verified: the Kepala Dinas' turn."""
        if has_ended(event.case_id, work):
            return
        verified_by = work.origin.actor.account
        case = work.find(event.case_id)
        if case is None:
            work.add(
                SigningCase(
                    event.case_id, event.documents, verified_by=verified_by, cause=work.cause
                )
            )
        else:
            case.receive_documents(event.documents, verified_by=verified_by, cause=work.cause)

    def stop(self, event: PermohonanDibatalkan, work: Work[SigningCase]) -> None:
        """The application is cancelled, perhaps before it comes here."""
        end_case(event.case_id, work)
        case = work.find(event.case_id)
        if case is not None:
            case.stop(cause=work.cause)

    def sign(self, command: SignDocument, work: Work[SigningCase]) -> None:
        """The Kepala Dinas signs what was verified; a technical failure is a fact, too."""
        case = work.get(command.case_id)
        documents = case.documents_to_sign(command.document_sha256, cause=work.cause)
        try:
            signed = tuple(self._sign(case, each) for each in documents)
        except JamilaError as error:
            self._record_failure(error, work.cause)
            raise
        case.sign(signed, cause=work.cause)

    def refuse(self, command: RefuseSignature, work: Work[SigningCase]) -> None:
        """The Kepala Dinas refuses."""
        work.get(command.case_id).refuse(command.reasons, cause=work.cause)

    def _sign(self, case: SigningCase, document: DocumentVersion) -> SignedDocument:
        # Reading by digest proves that these are the bytes that were verified.
        pdf = self._objects.get(case.case_id, document.document_sha256)
        signed = self._signer.sign(
            pdf,
            box=document.signature_box,
            reason=REASON,
            location=self._location,
            now=self.clock.now(),
        )
        return SignedDocument(
            kind=document.kind,
            code=document.code,
            document_sha256=document.document_sha256,
            signed_sha256=self._objects.put(case.case_id, signed.pdf),
            level=signed.level,
            signer_name=signed.signer_name,
            certificate_sha256=signed.certificate_sha256,
        )

    def _record_failure(self, error: JamilaError, cause: Cause) -> None:
        """Keep the failure although the command is refused: in a transaction of its own."""
        self.perform(cause, lambda work: work.get(cause.case_id).fail(error.slug, cause=cause))
