"""What a print job is, and what a printer says of it; words that domain and printers share."""

from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol
from uuid import UUID

from jamila_contracts.envelope import Actor
from jamila_contracts.events import SignedDocument
from jamila_runtime.errors import DomainError, RetryableError

Medium = Literal["hvs-a4", "kartu", "unduh"]
Method = Literal["diambil", "dikuasakan", "whatsapp"]
Delivery = Literal["status-terkirim", "tautan-dibuka"]
Proof = Literal[
    "kode-tanda-terima",
    "kode-pengambilan",
    "identitas-pengambil",
    "status-terkirim",
    "tautan-dibuka",
]
Target = Literal["hvs-a4", "kartu"]
"""Which printer: paper, or cards on blangko."""
SheetState = Literal["menunggu", "dikirim", "diantrekan", "tercetak"]
JobState = Literal["berjalan", "selesai", "dibatalkan", "gagal"]

CARDS: Final = frozenset({"ktp-el", "kia"})
"""Kinds that exist as cards only. Source: Permendagri 109/2019, domain rules 2.1."""
OUTCOME_UNKNOWN: Final = "hasil-tidak-diketahui"
"""Nobody can tell whether the sheet was printed: an officer looks and says so."""


class PrinterUnreachableError(RetryableError):
    """The printer was not reached: nothing was handed to it."""

    slug = "printer-unreachable"


class PrinterSilentError(RetryableError):
    """The printer was reached and did not answer: what it did is not known."""

    slug = "printer-silent"


class PrinterRefusedError(DomainError):
    """The printer will never take this document."""

    slug = "printer-refused"


@dataclass(frozen=True)
class JobReport:
    """What the printer says of one job."""

    state: JobState
    reasons: tuple[str, ...] = ()
    """Why it stands still, in our codes (``kertas-habis``, ``kertas-macet``, ...)."""


class Printer(Protocol):
    """Whatever brings a document onto paper or card."""

    def send(self, name: str, document: bytes) -> str:
        """Hand over one document.

        Args:
            name: Of the job; ours, unique, says nothing about a person.
            document: PDF.

        Returns:
            The printer's own reference of the job.

        Raises:
            PrinterUnreachableError: nothing was handed over.
            PrinterSilentError: it may have been.
            PrinterRefusedError: it never will be.
        """
        ...

    def find(self, name: str) -> str | None:
        """The reference of the job of that name; None if the printer knows none."""
        ...

    def report(self, reference: str) -> JobReport | None:
        """What became of a job; None if the printer does not know it any more."""
        ...

    def cancel(self, reference: str) -> None:
        """Ask for a job to be dropped; quiet when there is nothing to drop."""
        ...

    def discard(self, job_id: UUID) -> None:
        """Throw away what is left of a job's sheets; quiet when nothing is."""
        ...


@dataclass(frozen=True)
class Sheet:
    """One document on its way through a printer."""

    number: int
    signed_sha256: str
    print_sha256: str
    """What the printer is handed: the signed file, or its copy without a lock."""
    target: Target
    kind: str
    state: SheetState = "menunggu"
    reference: str | None = None


@dataclass(frozen=True)
class PrintJob:
    """What the printers were asked for."""

    id: UUID
    medium: Medium
    attempt: int
    asked_by: Actor
    sheets: tuple[Sheet, ...]
    trouble: str | None = None
    """Why it stands still just now."""

    @property
    def current(self) -> Sheet | None:
        """The sheet that is being printed, or comes next; None when all are printed."""
        return next((each for each in self.sheets if each.state != "tercetak"), None)

    def name_of(self, sheet: Sheet) -> str:
        """What the printer knows the sheet as."""
        return f"{self.id}-{sheet.number}"

    def with_sheet(
        self, number: int, state: SheetState, *, reference: str | None = None
    ) -> "PrintJob":
        """The job after one of its sheets went on; what was wrong is over once a printer has it."""
        sheets = tuple(
            replace(each, state=state, reference=reference or each.reference)
            if each.number == number
            else each
            for each in self.sheets
        )
        is_over = state in ("diantrekan", "tercetak") or self.trouble == OUTCOME_UNKNOWN
        return replace(self, sheets=sheets, trouble=None if is_over else self.trouble)


def sheets_of(documents: tuple[SignedDocument, ...], medium: Medium) -> tuple[Sheet, ...]:
    """What has to go through a printer: cards always, the others unless they are downloaded."""
    printed = [each for each in documents if medium != "unduh" or each.kind in CARDS]
    return tuple(
        Sheet(
            number=number,
            signed_sha256=each.signed_sha256,
            print_sha256=each.print_sha256 or each.signed_sha256,
            target="kartu" if each.kind in CARDS else "hvs-a4",
            kind=each.kind,
        )
        for number, each in enumerate(printed, start=1)
    )
