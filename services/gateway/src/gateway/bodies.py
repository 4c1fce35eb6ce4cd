"""What staff say with each command, plain; the gateway seals what is personal on its way in.

One body per command of the contracts, named after it. ``fields`` gives the command's own fields.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from jamila_contracts import commands as c
from jamila_contracts.model import Code, Sha256
from jamila_contracts.sop import load_sop
from jamila_contracts.values import FieldVerdict, ItemProblem, Spot

Seal = Callable[[Any], str]
"""Encrypts a value under the key of the case."""

BODIES: dict[str, type["CommandBody"]] = {}
"""Every body by the name of its route."""

SiakField = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
Text = Annotated[str, Field(min_length=1, max_length=1000)]


class CommandBody(BaseModel):
    """Base of the bodies; a field that is not known is a mistake of the asker."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    COMMAND: ClassVar[type[c.Command]]
    SUMMARY: ClassVar[str]
    """What the command does, as staff read it."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Give every concrete body its route."""
        super().__pydantic_init_subclass__(**kwargs)
        if hasattr(cls, "COMMAND"):
            BODIES[route_name(cls.COMMAND)] = cls

    @property
    def step_number(self) -> int:
        """The step the command works on."""
        number = self.COMMAND.STEP
        if number is None:
            msg = f"{self.COMMAND.__name__} names no step"
            raise TypeError(msg)
        return number

    @property
    def capability(self) -> str:
        """What an account must hold to ask it."""
        return load_sop().step(self.step_number).capability

    def fields(self, seal: Seal) -> dict[str, Any]:
        """The command's own fields, with personal data sealed."""
        del seal
        return dict(self)


def route_name(command: type[c.Command]) -> str:
    """``AcceptPapers`` becomes ``accept-papers``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", command.__name__).lower()


class PlainReason(BaseModel):
    """Why a case goes back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    field: Code | None = None
    note: Text | None = None
    """Free text; may name people and is sealed before it goes on."""
    spot: Spot | None = None
    """Where on a paper or document it is seen."""

    def sealed(self, seal: Seal) -> dict[str, Any]:
        """As the contracts have it."""
        return {**dict(self), "note": None if self.note is None else seal(self.note)}


class Collector(BaseModel):
    """Who came for the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    identity_number: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    relation: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    power_of_attorney: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Number or date of the surat kuasa that was shown."""
    ground: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Why the document is handed over without the code."""


class EntryData(BaseModel):
    """What was entered into SIAK and is to be printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: dict[Code, dict[str, Any]] = Field(min_length=1, max_length=20)
    """By kind of document; the SIAK adapter knows what each kind needs."""


class ReasonsBody(CommandBody):
    """Base of whatever sends a case back."""

    reasons: tuple[PlainReason, ...] = Field(min_length=1, max_length=50)

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal what the officer wrote."""
        return {**dict(self), "reasons": [reason.sealed(seal) for reason in self.reasons]}


class DocumentsBody(CommandBody):
    """Base of whatever decides on the very bytes that were looked at."""

    document_sha256: tuple[Sha256, ...] = Field(min_length=1, max_length=20)


class TaskBody(CommandBody):
    """Base of whatever is about the task of a step itself."""

    step: int = Field(ge=1, le=8)

    @property
    def step_number(self) -> int:
        """The body names it."""
        return self.step


class TakeTaskBody(TaskBody):
    """I work on this now."""

    COMMAND = c.TakeTask
    SUMMARY = "Mengambil tugas"


class ReleaseTaskBody(TaskBody):
    """Somebody else may work on this."""

    COMMAND = c.ReleaseTask
    SUMMARY = "Melepas tugas"


class PauseTaskBody(TaskBody):
    """The clock of this step has to stop."""

    COMMAND = c.PauseTask
    SUMMARY = "Menghentikan waktu langkah"

    reason_code: Code


class ResumeTaskBody(TaskBody):
    """The clock of this step runs again."""

    COMMAND = c.ResumeTask
    SUMMARY = "Menjalankan kembali waktu langkah"


class AddNoteBody(TaskBody):
    """For the others who work on the case; the applicant is never told."""

    COMMAND = c.AddNote
    SUMMARY = "Menulis catatan untuk petugas lain"

    note: Text

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal what may name people."""
        return {"step": self.step, "note": seal(self.note)}


class AcceptPapersBody(CommandBody):
    """The papers are complete."""

    COMMAND = c.AcceptPapers
    SUMMARY = "Langkah 1: berkas lengkap"

    items: dict[Sha256, Code] = Field(default_factory=dict)


class ReturnPapersBody(CommandBody):
    """Something is missing."""

    COMMAND = c.ReturnPapers
    SUMMARY = "Langkah 1: meminta kekurangan kepada pemohon"

    problems: tuple[ItemProblem, ...] = Field(min_length=1, max_length=50)


class CancelApplicationBody(CommandBody):
    """The application ends here."""

    COMMAND = c.CancelApplication
    SUMMARY = "Langkah 1: membatalkan permohonan"

    reason_code: Code


class CheckClaimsBody(CommandBody):
    """Ask SIAK about what the papers claim."""

    COMMAND = c.CheckClaims
    SUMMARY = "Langkah 2: menanyakan data kepada SIAK"

    claims: dict[SiakField, str] = Field(min_length=1, max_length=100)

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal the claimed values."""
        return {"claims": seal(self.claims)}


class ConfirmMatchBody(CommandBody):
    """The papers agree with SIAK."""

    COMMAND = c.ConfirmMatch
    SUMMARY = "Langkah 2: data cocok"

    method: Literal["manual", "webservice"] = "manual"
    verdicts: tuple[FieldVerdict, ...] = ()
    evidence_sha256: Sha256 | None = None


class RejectMatchBody(ReasonsBody):
    """The papers and SIAK disagree."""

    COMMAND = c.RejectMatch
    SUMMARY = "Langkah 2: data tidak cocok, kembali ke petugas layanan"

    method: Literal["manual", "webservice"] = "manual"
    verdicts: tuple[FieldVerdict, ...] = ()
    evidence_sha256: Sha256 | None = None


class RecordEntryBody(CommandBody):
    """The application was entered into SIAK."""

    COMMAND = c.RecordEntry
    SUMMARY = "Langkah 3: mencatat entri SIAK dan membuat draft"

    siak_registration: str = Field(min_length=1, max_length=50)
    data: EntryData

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal what is to be printed."""
        data = seal(self.data.model_dump())
        return {"siak_registration": self.siak_registration, "data": data}


class ApproveDraftBody(DocumentsBody):
    """The draft agrees with the application."""

    COMMAND = c.ApproveDraft
    SUMMARY = "Langkah 4: menyetujui draft"


class ReturnDraftBody(ReasonsBody):
    """Back to the SIAK operator."""

    COMMAND = c.ReturnDraft
    SUMMARY = "Langkah 4: mengembalikan draft ke Operator SIAK"


class VerifyDraftBody(DocumentsBody):
    """Verified for signature."""

    COMMAND = c.VerifyDraft
    SUMMARY = "Langkah 5: memverifikasi untuk ditandatangani"


class ReturnVerificationBody(ReasonsBody):
    """Back to the Kasi."""

    COMMAND = c.ReturnVerification
    SUMMARY = "Langkah 5: mengembalikan ke Kepala Seksi"


class SignDocumentBody(DocumentsBody):
    """Sign exactly what was verified."""

    COMMAND = c.SignDocument
    SUMMARY = "Langkah 6: menandatangani secara elektronik"


class RefuseSignatureBody(ReasonsBody):
    """Back to the Kabid."""

    COMMAND = c.RefuseSignature
    SUMMARY = "Langkah 6: menolak menandatangani, kembali ke Kepala Bidang"


class ForgetCaseBody(CommandBody):
    """The personal data of an ended case is destroyed for ever."""

    COMMAND = c.ForgetCase
    SUMMARY = "Menghapus data pribadi permohonan yang sudah berakhir"

    reason_code: Literal["permintaan-subjek", "retensi", "salah-input"]
    dry_run: bool = False

    @property
    def capability(self) -> str:
        """Only an administrator may."""
        return "admin"


class PrintDocumentBody(CommandBody):
    """Print it, or make it ready for download."""

    COMMAND = c.PrintDocument
    SUMMARY = "Langkah 7: mencetak atau menyiapkan unduhan"

    medium: Literal["hvs-a4", "kartu", "unduh"]


class ResolvePrintBody(CommandBody):
    """Whether a sheet was printed whose outcome nobody knew."""

    COMMAND = c.ResolvePrint
    SUMMARY = "Langkah 7: menyatakan apakah lembar sudah tercetak"

    outcome: Literal["tercetak", "tidak-tercetak"]


class ReportSpoiledBody(CommandBody):
    """The print went wrong."""

    COMMAND = c.ReportSpoiled
    SUMMARY = "Langkah 7: mencatat cetak gagal"

    reason_code: Code
    spoiled_sheets: NonNegativeInt = 1


class HandOverBody(CommandBody):
    """The applicant has the document."""

    COMMAND = c.HandOver
    SUMMARY = "Langkah 8: menyerahkan dokumen"

    method: Literal["diambil", "dikuasakan", "whatsapp"]
    receipt_code: str = Field(default="", max_length=64)
    """The collection code, or the receipt code where there is none; empty: identity checked."""
    collector: Collector | None = None

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal who came."""
        collector = (
            None if self.collector is None else seal(self.collector.model_dump(exclude_unset=True))
        )
        return {**dict(self), "collector": collector}


class RenewCollectionCodeBody(CommandBody):
    """The applicant gets a new collection code."""

    COMMAND = c.RenewCollectionCode
    SUMMARY = "Langkah 8: mengirim kode pengambilan baru kepada pemohon"


class RequestReprintBody(ReasonsBody):
    """What lies at the counter is no good."""

    COMMAND = c.RequestReprint
    SUMMARY = "Langkah 8: mengembalikan dokumen untuk dicetak ulang"

    spoiled_sheets: NonNegativeInt = 1


class ReportUncollectedBody(CommandBody):
    """Nobody came."""

    COMMAND = c.ReportUncollected
    SUMMARY = "Langkah 8: mencatat dokumen belum diambil"
