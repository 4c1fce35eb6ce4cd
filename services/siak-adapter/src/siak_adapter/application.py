"""Use cases of the SIAK operators: compare, enter, draft."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from eventsourcing.utils import EnvType

from jamila_contracts.commands import (
    CheckClaims,
    ConfirmMatch,
    ImportedFile,
    ImportSigned,
    RecordEntry,
    RejectMatch,
)
from jamila_contracts.events import BerkasDiterima, DraftDikembalikan, PermohonanDibatalkan
from jamila_contracts.values import DocumentVersion, SignatureBox
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.ended import end_case, has_ended
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work
from siak_adapter.asking import AskingDesk, as_result
from siak_adapter.breaker import BreakerPolicy
from siak_adapter.documents import (
    NATIONAL_CODES,
    CertificateCodes,
    Checks,
    DocumentData,
    DocumentKind,
    photo_of,
    signature_box,
    warnings,
)
from siak_adapter.domain import ENTER, MATCH, KnownAnswer, SiakCase
from siak_adapter.drafting import (
    DocumentRenderer,
    Office,
    day_in_office,
    read_entry,
)
from siak_adapter.fingerprints import Fingerprint, random_fingerprint
from siak_adapter.importing import ImportCheck, ImportNotConfiguredError, ImportPolicy
from siak_adapter.lookup import Answer, ClaimsInvalidError, Outcome, SiakLookup

NO_BOX = SignatureBox(page=-1, x1=0, y1=0, x2=0, y2=0)
"""Nothing is drawn on what SIAK signed."""


@dataclass(frozen=True)
class SiakTools:
    """What the use cases need of the outside."""

    vault: CaseVault
    objects: ObjectVault
    renderer: DocumentRenderer
    office: Office
    new_code: Callable[[], str]
    """Makes an unguessable document code, 10 to 32 of A-Z and 0-9."""
    lookup: SiakLookup | None = None
    """None: this office compares by hand."""
    fingerprint: Fingerprint = field(default_factory=random_fingerprint)
    """Recognises claims that were asked before."""
    tenant: str = "6311"
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    codes: CertificateCodes = field(default_factory=lambda: NATIONAL_CODES)
    """Letters of akta numbers; those that nobody published are the office's to fill in."""
    imports: ImportPolicy = field(default_factory=ImportPolicy)
    """Which services' documents are made and signed in SIAK."""
    import_check: ImportCheck | None = None
    """None: this office imports nothing."""


class SiakApplication(StageApplication[SiakCase]):
    """Steps 2 (match) and 3 (entry, draft)."""

    name = "siak-adapter"
    service: ClassVar[str] = "siak-adapter"
    aggregate: ClassVar[type[SiakCase]] = SiakCase

    def __init__(
        self, env: EnvType | None = None, *, tools: SiakTools, clock: Clock | None = None
    ) -> None:
        super().__init__(env, clock=clock)
        self._tools = tools
        self.desk = AskingDesk(self, tools.lookup, tenant=tools.tenant, policy=tools.breaker)

    def receive_papers(self, event: BerkasDiterima, work: Work[SiakCase]) -> None:
        """Complete papers arrive: step 2's turn."""
        if has_ended(event.case_id, work):
            return
        case = work.find(event.case_id)
        if case is None:
            work.add(SiakCase(event.case_id, event.service_id, cause=work.cause))
        else:
            case.receive_papers(event.service_id, cause=work.cause)

    def reopen(self, event: DraftDikembalikan, work: Work[SiakCase]) -> None:
        """The Kasi returns the draft: step 3's turn again."""
        work.get(event.case_id).reopen_entry(cause=work.cause)

    def stop(self, event: PermohonanDibatalkan, work: Work[SiakCase]) -> None:
        """The application is cancelled, perhaps before it comes here."""
        end_case(event.case_id, work)
        case = work.find(event.case_id)
        if case is not None:
            case.stop(cause=work.cause)

    def check_claims(self, command: CheckClaims, work: Work[SiakCase]) -> dict[str, Any]:
        """Ask SIAK about what the papers claim; what was asked before is not asked again."""
        case = work.get(command.case_id)
        case.allow(MATCH, work.cause)
        claims = self._tools.vault.open(command.case_id, command.claims)
        if not isinstance(claims, dict):
            raise ClaimsInvalidError("claims:not-an-object")
        fingerprint = self._tools.fingerprint(command.case_id, claims)
        known = case.answers.get(fingerprint)
        if known is not None:
            answer = Answer(Outcome(known.outcome), known.verdicts, known.evidence_sha256)
            return as_result(answer, is_new=False)
        answer = self.desk.ask(claims)
        said = KnownAnswer(answer.outcome.value, answer.verdicts, answer.evidence_sha256)
        case.note_answer(fingerprint, said, claims=command.claims, cause=work.cause)
        self.desk.count(answer, work)
        return as_result(answer, is_new=True)

    def confirm_match(self, command: ConfirmMatch, work: Work[SiakCase]) -> None:
        """The papers agree with SIAK."""
        work.get(command.case_id).confirm_match(
            method=command.method,
            verdicts=command.verdicts,
            evidence_sha256=command.evidence_sha256,
            cause=work.cause,
        )

    def reject_match(self, command: RejectMatch, work: Work[SiakCase]) -> None:
        """They do not: back to the front desk."""
        work.get(command.case_id).reject_match(
            command.reasons,
            method=command.method,
            verdicts=command.verdicts,
            evidence_sha256=command.evidence_sha256,
            cause=work.cause,
        )

    def record_entry(self, command: RecordEntry, work: Work[SiakCase]) -> dict[str, Any]:
        """The application stands in SIAK: draft its documents."""
        case = work.get(command.case_id)
        case.allow(ENTER, work.cause)
        self._tools.imports.must_be_made_here(case.service_id)
        entry = read_entry(self._tools.vault.open(command.case_id, command.data))
        documents = tuple(self._draft(case, kind, data) for kind, data in entry.items())
        case.record_entry(
            documents,
            siak_registration=command.siak_registration,
            data=command.data,
            cause=work.cause,
        )
        return {
            "documents": [each.model_dump(mode="json") for each in documents],
            "warnings": {
                kind.value: warnings(data, checks=self._checks()) for kind, data in entry.items()
            },
        }

    def import_signed(self, command: ImportSigned, work: Work[SiakCase]) -> dict[str, Any]:
        """SIAK made and signed the documents: check them, and go on with the very same bytes."""
        case = work.get(command.case_id)
        case.allow(ENTER, work.cause)
        self._tools.imports.must_be_imported(case.service_id)
        documents = tuple(self._import(case, each) for each in command.files)
        case.record_entry(
            documents,
            siak_registration=command.siak_registration,
            data=command.data,
            cause=work.cause,
        )
        return {"documents": [each.model_dump(mode="json") for each in documents]}

    def _import(self, case: SiakCase, file: ImportedFile) -> DocumentVersion:
        tools = self._tools
        if tools.import_check is None:
            raise ImportNotConfiguredError
        kind = DocumentKind(file.kind)
        pdf = tools.objects.get(case.case_id, file.sha256)
        password = tools.vault.open(case.case_id, file.password) if file.password else None
        checked = tools.import_check.check(pdf, password=password, now=self.clock.now())
        before = case.newest.get(kind.value)
        return DocumentVersion(
            kind=kind.value,
            version=before.version + 1 if before else 1,
            draft_sha256=tools.objects.put(case.case_id, checked.readable),
            document_sha256=file.sha256,
            code=before.code if before else tools.new_code(),
            signature_box=NO_BOX,
            signed_by_siak=checked.signature,
        )

    def _draft(self, case: SiakCase, kind: DocumentKind, data: DocumentData) -> DocumentVersion:
        """Render one document and store both files; the code behind its QR never changes."""
        before = case.newest.get(kind.value)
        code = before.code if before else self._tools.new_code()
        issue = self._tools.office.issue(code=code, on=day_in_office(self.clock.now()))
        rendering = self._tools.renderer.render(data, issue, self._pictures(case, data))
        return DocumentVersion(
            kind=kind.value,
            version=before.version + 1 if before else 1,
            draft_sha256=self._tools.objects.put(case.case_id, rendering.draft),
            document_sha256=self._tools.objects.put(case.case_id, rendering.document),
            code=code,
            signature_box=SignatureBox.model_validate(asdict(signature_box(kind))),
            signer_title=issue.signer_title,
        )

    def _pictures(self, case: SiakCase, data: DocumentData) -> dict[str, bytes]:
        """The photo a document shows, from the papers of its own case.

        Raises:
            ObjectMissingError: the case has no such paper.
        """
        sha256 = photo_of(data)
        return {sha256: self._tools.objects.get(case.case_id, sha256)} if sha256 else {}

    def _checks(self) -> Checks:
        return Checks(today=day_in_office(self.clock.now()), codes=self._tools.codes)
