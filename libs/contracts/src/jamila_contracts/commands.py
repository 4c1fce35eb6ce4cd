"""What staff (through the gateway) may ask of a stage service; request/reply over NATS.

A command is asked with an idempotency key: asked twice, it is done once and answered twice.
"""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field, NonNegativeInt

from jamila_contracts.command import (
    COMMANDS,
    Command,
    CommandReply,
    Problem,
    TaskCommand,
    command_subject,
)
from jamila_contracts.commands_desk import (
    AddPaper,
    BeginEntry,
    DropEntry,
    FindCases,
    ListToTell,
    MarkTold,
    OpenBatch,
    ReadToTell,
    RelayMessage,
    SubmitBatch,
    SubmitEntry,
)
from jamila_contracts.commands_help import (
    AnswerHelpRequest,
    CloseHelpRequest,
    ListHelpRequests,
    ReadHelpRequest,
)
from jamila_contracts.commands_intake import (
    AcceptPapers,
    AddNote,
    CancelApplication,
    ReturnPapers,
)
from jamila_contracts.commands_ops import ListParked, RetryParked
from jamila_contracts.commands_outage import EndOutage, StartOutage
from jamila_contracts.commands_privacy import ForgetCase, RecordRead
from jamila_contracts.commands_stock import (
    CountStock,
    DestroyCards,
    ReceiveStock,
    SetReorderPoint,
    SpoilStock,
    WithdrawCard,
)
from jamila_contracts.commands_telling import (
    ListHandNotices,
    ListTemplates,
    MarkNoticeTold,
    MarkNoticeUnreached,
    ReadHandNotice,
    ResendSoftcopy,
    ResumeSending,
)
from jamila_contracts.model import Code, Fact, Sealed, Sha256
from jamila_contracts.values import FieldVerdict, ReturnReason

__all__ = [  # what lives in modules of its own and is imported from here all the same
    "COMMANDS",
    "AcceptPapers",
    "AddNote",
    "AddPaper",
    "AnswerHelpRequest",
    "BeginEntry",
    "CancelApplication",
    "CloseHelpRequest",
    "Command",
    "CommandReply",
    "CountStock",
    "DestroyCards",
    "DropEntry",
    "EndOutage",
    "FindCases",
    "ForgetCase",
    "ListHandNotices",
    "ListHelpRequests",
    "ListParked",
    "ListTemplates",
    "ListToTell",
    "MarkNoticeTold",
    "MarkNoticeUnreached",
    "MarkTold",
    "OpenBatch",
    "Problem",
    "ReadHandNotice",
    "ReadHelpRequest",
    "ReadToTell",
    "ReceiveStock",
    "RecordRead",
    "RelayMessage",
    "ResendSoftcopy",
    "ResumeSending",
    "RetryParked",
    "ReturnPapers",
    "SetReorderPoint",
    "SpoilStock",
    "StartOutage",
    "SubmitBatch",
    "SubmitEntry",
    "TaskCommand",
    "WithdrawCard",
    "command_subject",
]


class TakeTask(TaskCommand):
    """I work on this now."""


class ReleaseTask(TaskCommand):
    """Somebody else may work on this."""


class PauseTask(TaskCommand):
    """The clock of this step has to stop."""

    reason_code: Code


class ResumeTask(TaskCommand):
    """The clock of this step runs again."""


class CheckClaims(Command):
    """Step 2: ask SIAK's web service about what the papers claim. Records nothing."""

    SERVICE: ClassVar[str] = "siak-adapter"
    STEP: ClassVar[int | None] = 2

    claims: Sealed
    """JSON of SIAK field name to claimed value."""


class ConfirmMatch(Command):
    """Step 2: the papers agree with SIAK."""

    SERVICE: ClassVar[str] = "siak-adapter"
    STEP: ClassVar[int | None] = 2

    method: Literal["manual", "webservice"] = "manual"
    verdicts: tuple[FieldVerdict, ...] = ()
    evidence_sha256: Sha256 | None = None


class RejectMatch(Command):
    """Step 2: they do not; back to the front desk."""

    SERVICE: ClassVar[str] = "siak-adapter"
    STEP: ClassVar[int | None] = 2

    method: Literal["manual", "webservice"] = "manual"
    verdicts: tuple[FieldVerdict, ...] = ()
    evidence_sha256: Sha256 | None = None
    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class RecordEntry(Command):
    """Step 3: the operator entered the application into SIAK; make the draft."""

    SERVICE: ClassVar[str] = "siak-adapter"
    STEP: ClassVar[int | None] = 3

    siak_registration: str = Field(min_length=1, max_length=50)
    data: Sealed
    """JSON of what is to be printed: document kind to its data model."""


class ImportedFile(Fact):
    """One PDF that SIAK signed, already in the object store of the case."""

    kind: Code
    sha256: Sha256
    password: Sealed | None = None
    """SIAK's PIN where the file is locked; used once, kept nowhere."""


class ImportSigned(Command):
    """Step 3: SIAK made and signed the documents; check them and go on with them."""

    SERVICE: ClassVar[str] = "siak-adapter"
    STEP: ClassVar[int | None] = 3

    siak_registration: str = Field(min_length=1, max_length=50)
    data: Sealed
    """JSON of SIAK's numbers: document kind to its number, as SIAK shows them."""
    files: tuple[ImportedFile, ...] = Field(min_length=1, max_length=20)


class ApproveDraft(Command):
    """Step 4: the draft agrees with the application."""

    SERVICE: ClassVar[str] = "review"
    STEP: ClassVar[int | None] = 4

    document_sha256: tuple[Sha256, ...] = Field(min_length=1)
    """What the officer saw; must be the current version."""


class ReturnDraft(Command):
    """Step 4: back to the SIAK operator."""

    SERVICE: ClassVar[str] = "review"
    STEP: ClassVar[int | None] = 4

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class VerifyDraft(Command):
    """Step 5: verified for signature."""

    SERVICE: ClassVar[str] = "review"
    STEP: ClassVar[int | None] = 5

    document_sha256: tuple[Sha256, ...] = Field(min_length=1)


class ReturnVerification(Command):
    """Step 5: back to the Kasi."""

    SERVICE: ClassVar[str] = "review"
    STEP: ClassVar[int | None] = 5

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class SignDocument(Command):
    """Step 6: sign exactly what was verified."""

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6

    document_sha256: tuple[Sha256, ...] = Field(min_length=1)


class SeeDocument(Command):
    """Step 6: the account opened a document, as draft or as what will be signed."""

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6
    BY_STAFF: ClassVar[bool] = False

    sha256: Sha256


class OpenSigningSession(Command):
    """Step 6: lend the e-sign service's secret for a while; ``case_id`` is the session itself.

    The secret is sealed under a key of the session, which is destroyed as soon as it is read; it
    stays in the memory of one process.
    """

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6

    method: Literal["passphrase", "totp"]
    secret: Sealed


class BatchItem(Fact):
    """One case of a batch, and what its officer saw."""

    case_id: UUID
    document_sha256: tuple[Sha256, ...] = Field(min_length=1)


class SignBatch(Command):
    """Step 6: sign many cases; ``case_id`` is the batch itself, chosen by the asker."""

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6

    items: tuple[BatchItem, ...] = Field(min_length=1, max_length=100)


class ShowBatch(Command):
    """Step 6: how far a batch is; records nothing. ``case_id`` is the batch."""

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6


class RevokeDocument(Command):
    """A signed document shall no longer be valid."""

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6

    code: str = Field(pattern=r"^[A-Z0-9]{10,32}$")
    reason_code: Code


class ReplaceDocument(Command):
    """Another document holds instead of a signed one."""

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6

    code: str = Field(pattern=r"^[A-Z0-9]{10,32}$")
    replaced_by: str = Field(pattern=r"^[A-Z0-9]{10,32}$")
    reason_code: Code


class RefuseSignature(Command):
    """Step 6: back to the Kabid."""

    SERVICE: ClassVar[str] = "signing"
    STEP: ClassVar[int | None] = 6

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class PrintDocument(Command):
    """Step 7: print it, or make it ready for download."""

    SERVICE: ClassVar[str] = "printing"
    STEP: ClassVar[int | None] = 7

    medium: Literal["hvs-a4", "kartu", "unduh"]
    """``kartu`` when all are cards; cards beside other documents are printed with them."""


class ResolvePrint(Command):
    """Step 7: an officer looked at the printer and says what became of a sheet."""

    SERVICE: ClassVar[str] = "printing"
    STEP: ClassVar[int | None] = 7

    outcome: Literal["tercetak", "tidak-tercetak"]
    """The second lets it be printed again."""


class ReportSpoiled(Command):
    """Step 7: the print went wrong."""

    SERVICE: ClassVar[str] = "printing"
    STEP: ClassVar[int | None] = 7

    reason_code: Code
    spoiled_sheets: NonNegativeInt = 1


class HandOver(Command):
    """Step 8: the applicant has the document."""

    SERVICE: ClassVar[str] = "printing"
    STEP: ClassVar[int | None] = 8

    method: Literal["diambil", "dikuasakan", "whatsapp"]
    receipt_code: str = ""
    """What the collector showed: the collection code, or the receipt code where there is none.

    Empty: nobody could show it, the identity was checked instead; ``collector`` is needed then.
    """
    collector: Sealed | None = None
    """JSON: who came, and on what ground."""


class RenewCollectionCode(Command):
    """Step 8: the applicant lost the code; a new one is sent to him."""

    SERVICE: ClassVar[str] = "printing"
    STEP: ClassVar[int | None] = 8


class RequestReprint(Command):
    """Step 8: what lies at the counter is no good; back to the printer (step 7)."""

    SERVICE: ClassVar[str] = "printing"
    STEP: ClassVar[int | None] = 8

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)
    spoiled_sheets: NonNegativeInt = 1


class ReportUncollected(Command):
    """Step 8: nobody came; chase."""

    SERVICE: ClassVar[str] = "printing"
    STEP: ClassVar[int | None] = 8
