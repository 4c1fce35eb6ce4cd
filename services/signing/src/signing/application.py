"""Use cases of the signature: see, prove, sign, keep; one case at a time."""

from collections.abc import Callable
from typing import Any, ClassVar

from eventsourcing.utils import EnvType

from jamila_contracts.commands import (
    OpenSigningSession,
    RefuseSignature,
    ReplaceDocument,
    RevokeDocument,
    SeeDocument,
    SignDocument,
)
from jamila_contracts.events import Diverifikasi, PermohonanDibatalkan, SignedDocument
from jamila_contracts.sop import load_sop
from jamila_contracts.values import DocumentVersion
from jamila_runtime.aggregate import Cause
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.ended import end_case, has_ended
from jamila_runtime.errors import JamilaError, RetryableError
from jamila_runtime.objects import ObjectVault
from jamila_runtime.officials import Official
from jamila_runtime.stage import MissingCapabilityError
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work
from signing.domain import SIGN, SigningCase
from signing.secrets import SecretDrawer, SigningSecret
from signing.signers import DocumentSigner, Signers

REASON = "Penerbitan dokumen kependudukan"
"""Stands in the signature; readable in every PDF viewer, so without personal data."""

Act = Callable[[Work[SigningCase]], None]


class SigningApplication(StageApplication[SigningCase]):
    """Step 6 (Kepala Dinas)."""

    name = "signing"
    service: ClassVar[str] = "signing"
    aggregate: ClassVar[type[SigningCase]] = SigningCase

    def __init__(  # noqa: PLR0913 - each is named, and each is something else
        self,
        env: EnvType | None = None,
        *,
        signer: DocumentSigner | Signers,
        objects: ObjectVault,
        location: str,
        vault: CaseVault | None = None,
        secrets: SecretDrawer | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env, clock=clock)
        self.signers = signer if isinstance(signer, Signers) else Signers(default=signer)
        self._objects = objects
        self._location = location
        self._vault = vault
        self._secrets = secrets or SecretDrawer()

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

    def see(self, command: SeeDocument, work: Work[SigningCase]) -> None:
        """The Kepala Dinas opened a document."""
        work.get(command.case_id).see(command.sha256, cause=work.cause)

    def open_session(self, command: OpenSigningSession, work: Work[SigningCase]) -> dict[str, Any]:
        """Take the signer's secret into memory and destroy the key it travelled under."""
        require_signer(work.cause)
        if self._vault is None:
            return {}
        value = str(self._vault.open(command.case_id, command.secret))
        self._vault.forget(command.case_id)
        secret = SigningSecret(command.method, value)
        until = self._secrets.lend(command.actor.account, secret, now=self.clock.now())
        return {"until": until.isoformat()}

    def sign(self, command: SignDocument, work: Work[SigningCase]) -> None:
        """The Kepala Dinas signs what was verified; a technical failure is a fact, too."""
        case = work.get(command.case_id)
        documents = case.documents_to_sign(command.document_sha256, cause=work.cause)
        try:
            signed = self.sign_documents(case, documents, work.cause)
        except JamilaError as error:
            self.record_failure(error, work.cause)
            raise
        case.sign(signed, cause=work.cause)

    def refuse(self, command: RefuseSignature, work: Work[SigningCase]) -> None:
        """The Kepala Dinas refuses."""
        work.get(command.case_id).refuse(command.reasons, cause=work.cause)

    def revoke(self, command: RevokeDocument, work: Work[SigningCase]) -> None:
        """A signed document holds no longer."""
        case = work.get(command.case_id)
        case.revoke(command.code, reason_code=command.reason_code, cause=work.cause)

    def replace(self, command: ReplaceDocument, work: Work[SigningCase]) -> None:
        """Another document holds instead of a signed one."""
        work.get(command.case_id).replace(
            command.code,
            replaced_by=command.replaced_by,
            reason_code=command.reason_code,
            cause=work.cause,
        )

    def sign_documents(
        self, case: SigningCase, documents: tuple[DocumentVersion, ...], cause: Cause
    ) -> tuple[SignedDocument, ...]:
        """Sign documents of a case, or confirm those that SIAK signed; nothing is recorded yet.

        Of several documents each is remembered as soon as it is made, in a transaction of its own:
        a retry goes on where the failure was.

        Raises:
            RetryableError: something outside fails for the moment.
            DomainError: account, certificate or document do not allow it.
        """
        official = self.signers.office_of(cause.actor.account, documents, self.clock.now())
        signed = []
        for each in documents:
            made = case.made.get(each.document_sha256)
            if made is None:
                made = self._sign_one(case, each, cause, official)
                if len(documents) > 1:
                    self.perform(cause, _keeping(case, made, cause))
            signed.append(made)
        return tuple(signed)

    def record_failure(
        self, error: JamilaError, cause: Cause, *, retries: bool = False, also: Act | None = None
    ) -> None:
        """Keep the failure although nothing was signed: in a transaction of its own.

        Args:
            error: What went wrong; its ``evidence`` is stored with the case.
            cause: Who wanted it signed.
            retries: Whether it is tried again without anybody asking.
            also: Recorded in the same transaction.
        """
        evidence = self._evidence(cause, error)

        def failed(work: Work[SigningCase]) -> None:
            work.get(cause.case_id).fail(
                error.slug, cause=cause, retries=retries, evidence_sha256=evidence
            )
            if also is not None:
                also(work)

        self.perform(cause, failed)

    def _sign_one(
        self,
        case: SigningCase,
        document: DocumentVersion,
        cause: Cause,
        official: Official | None,
    ) -> SignedDocument:
        # Reading by digest proves that these are the bytes that were verified.
        pdf = self._objects.get(case.case_id, document.document_sha256)
        if document.signed_by_siak is not None:
            return _confirmed(document)
        signed = self.signers.of(cause.actor.account).sign(
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
            signer_title=official.full_title if official else None,
            evidence_sha256=self._evidence(cause, signed),
        )

    def _evidence(self, cause: Cause, source: object) -> str | None:
        """Store what an e-sign service answered, if it did."""
        evidence: bytes | None = getattr(source, "evidence", None)
        if not evidence:
            return None
        try:
            return self._objects.put(cause.case_id, evidence)
        except RetryableError:
            if isinstance(source, JamilaError):
                # The store is down, too: the failure itself is the news.
                return None
            raise


def require_signer(cause: Cause) -> None:
    """Only whoever may sign opens sessions and asks for batches.

    Raises:
        MissingCapabilityError: the account acts in another capability.
    """
    capability = load_sop(cause.sop_version).step(SIGN).capability
    if cause.actor.capability != capability:
        raise MissingCapabilityError(f"this asks for {capability}", capability=capability)


def _keeping(case: SigningCase, made: SignedDocument, cause: Cause) -> Act:
    return lambda work: work.get(case.case_id).keep_signature(made, cause=cause)


def _confirmed(document: DocumentVersion) -> SignedDocument:
    """What SIAK signed is the signed document; the same bytes, no second signature."""
    foreign = document.signed_by_siak
    if foreign is None:
        raise ValueError(document.kind)
    return SignedDocument(
        kind=document.kind,
        code=document.code,
        document_sha256=document.document_sha256,
        signed_sha256=document.document_sha256,
        level=foreign.level,
        signer_name=foreign.signer_name,
        certificate_sha256=foreign.certificate_sha256,
        signer_title=document.signer_title,
        # Printers know no PIN; what officers read is the same document without its lock.
        print_sha256=document.draft_sha256 if foreign.locked else None,
    )
