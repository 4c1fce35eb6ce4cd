"""Steps 7 and 8: the signed document gets onto paper, or the net, and into the right hands."""

import hmac
from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.envelope import Actor
from jamila_contracts.events import SignedDocument
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, DomainError, RetryableError
from jamila_runtime.stage import StageAggregate

PRINT = 7
"""Step of the printing operator."""
HAND_OVER = 8
"""Step at the counter."""

Medium = Literal["hvs-a4", "unduh"]
Method = Literal["diambil", "dikuasakan", "whatsapp"]
Proof = Literal["kode-tanda-terima", "identitas-pengambil"]


class PrintPendingError(ConflictError):
    """The printer has the job already; wait for it, or report it spoiled."""

    slug = "print-pending"


class ReceiptCodeWrongError(DomainError):
    """The code is not the one the applicant was given."""

    slug = "receipt-code-wrong"


class ReceiptCodeUnknownError(RetryableError):
    """The application itself has not arrived here yet, so no code can be compared."""

    slug = "receipt-code-not-known-yet"


class CollectorMissingError(DomainError):
    """Somebody collects for the applicant, and nobody wrote down who."""

    slug = "collector-missing"


@dataclass(frozen=True)
class PrintJob:
    """What a printer was asked for."""

    id: UUID
    medium: Medium
    attempt: int
    asked_by: Actor
    signed_sha256: tuple[str, ...]


class PrintingCase(StageAggregate):
    """One case at printer and counter."""

    TOPIC = "printing.PrintingCase"
    STEPS: ClassVar[tuple[int, ...]] = (PRINT, HAND_OVER)

    class Dikenal(CreatedEvent):
        """The case was heard of, whatever came first."""

        TOPIC = "printing.PrintingCase.Dikenal"

    class TandaTerimaDiketahui(CaseAggregate.Event):
        """The applicant's receipt code can be recognised from now on."""

        TOPIC = "printing.PrintingCase.TandaTerimaDiketahui"
        receipt: str

    class DokumenDiterima(CaseAggregate.Event):
        """The signed documents arrived; the printer's turn."""

        TOPIC = "printing.PrintingCase.DokumenDiterima"
        documents: tuple[SignedDocument, ...]

    class CetakDiminta(CaseAggregate.Event):
        """The printer is asked; it will say when it is done."""

        TOPIC = "printing.PrintingCase.CetakDiminta"
        attempt: int
        medium: Medium
        job_id: UUID
        signed_sha256: tuple[str, ...]

    class Dicetak(CaseAggregate.Event):
        """Printed, or ready to be downloaded; the counter's turn."""

        TOPIC = "printing.PrintingCase.Dicetak"
        attempt: int
        medium: Medium
        job_id: UUID
        signed_sha256: tuple[str, ...]

    class CetakGagal(CaseAggregate.Event):
        """Printing went wrong; still to be printed."""

        TOPIC = "printing.PrintingCase.CetakGagal"
        attempt: int
        reason_code: str
        spoiled_sheets: int

    class Diserahkan(CaseAggregate.Event):
        """The applicant has it; the case is finished."""

        TOPIC = "printing.PrintingCase.Diserahkan"
        attempt: int
        method: Method
        proof: Proof
        collector: str | None

    class TidakDiambil(CaseAggregate.Event):
        """Nobody came; the applicant is reminded."""

        TOPIC = "printing.PrintingCase.TidakDiambil"
        attempt: int
        reminders: int

    class Dihentikan(CaseAggregate.Event):
        """The application was cancelled."""

        TOPIC = "printing.PrintingCase.Dihentikan"

    @event(Dikenal)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        self.start_stage(case_id, cause)
        self.receipt: str | None = None
        self.documents: tuple[SignedDocument, ...] = ()
        self.job: PrintJob | None = None
        self.reminders = 0
        self.is_stopped = False

    def learn_receipt(self, receipt: str, *, cause: Cause) -> None:
        """Keep what recognises the receipt code; quiet when it is known."""
        if self.receipt is None:
            self.trigger_event(self.TandaTerimaDiketahui, cause=cause, receipt=receipt)

    def receive_documents(self, documents: tuple[SignedDocument, ...], *, cause: Cause) -> None:
        """The Kepala Dinas signed; quiet when that is known, or the case was cancelled."""
        if not self.documents and not self.is_stopped:
            self.trigger_event(self.DokumenDiterima, cause=cause, documents=documents)

    def request_print(self, job_id: UUID, *, cause: Cause) -> None:
        """Ask the printer; the step stays open until it is done."""
        attempt = self._may_print(cause)
        self.trigger_event(
            self.CetakDiminta,
            cause=cause,
            attempt=attempt,
            medium="hvs-a4",
            job_id=job_id,
            signed_sha256=self._signed_sha256(),
        )

    def make_downloadable(self, job_id: UUID, *, cause: Cause) -> None:
        """No paper: the applicant gets the file."""
        attempt = self._may_print(cause)
        self.trigger_event(
            self.Dicetak,
            cause=cause,
            attempt=attempt,
            medium="unduh",
            job_id=job_id,
            signed_sha256=self._signed_sha256(),
        )

    def finish_print(self, job: PrintJob, *, cause: Cause) -> None:
        """The printer is done; quiet when nobody waits for that job any more."""
        if self.job == job:
            self.trigger_event(
                self.Dicetak,
                cause=cause,
                attempt=job.attempt,
                medium=job.medium,
                job_id=job.id,
                signed_sha256=job.signed_sha256,
            )

    def fail_print(self, job: PrintJob, *, reason_code: str, cause: Cause) -> None:
        """The printer can never do the job; quiet when nobody waits for it any more."""
        if self.job == job:
            self._record_failure(job.attempt, reason_code, spoiled_sheets=0, cause=cause)

    def report_spoiled(self, reason_code: str, *, spoiled_sheets: int, cause: Cause) -> None:
        """The officer saw the print go wrong; a job the printer still has is called off."""
        attempt = self.decide(PRINT, cause)
        self._record_failure(attempt, reason_code, spoiled_sheets=spoiled_sheets, cause=cause)

    def hand_over(
        self, method: Method, *, receipt: str, collector: str | None, cause: Cause
    ) -> None:
        """Give the document to whoever shows the receipt code.

        Raises:
            ReceiptCodeWrongError: it is not the code of this case.
            ReceiptCodeUnknownError: the code of this case has not arrived yet.
            CollectorMissingError: an authorised collector must be named.
        """
        self.allow(HAND_OVER, cause)
        if self.receipt is None:
            raise ReceiptCodeUnknownError(f"the receipt of case {self.case_id} is not known yet")
        if not hmac.compare_digest(receipt, self.receipt):
            raise ReceiptCodeWrongError("this is not the receipt code of the case")
        if method == "dikuasakan" and collector is None:
            raise CollectorMissingError("an authorised collector must be named")
        attempt = self.decide(HAND_OVER, cause)
        proof: Proof = "identitas-pengambil" if method == "dikuasakan" else "kode-tanda-terima"
        self.trigger_event(
            self.Diserahkan,
            cause=cause,
            attempt=attempt,
            method=method,
            proof=proof,
            collector=collector,
        )

    def report_uncollected(self, *, cause: Cause) -> None:
        """Nobody came; the step stays open."""
        attempt = self.allow(HAND_OVER, cause).attempt
        self.trigger_event(
            self.TidakDiambil, cause=cause, attempt=attempt, reminders=self.reminders + 1
        )

    def stop(self, *, cause: Cause) -> None:
        """The application was cancelled; quiet the second time."""
        if not self.is_stopped:
            self.trigger_event(self.Dihentikan, cause=cause)

    def _may_print(self, cause: Cause) -> int:
        self.allow(PRINT, cause)
        if self.job is not None:
            raise PrintPendingError("the printer has the job already", **self.situation())
        return self.decide(PRINT, cause)

    def _signed_sha256(self) -> tuple[str, ...]:
        return tuple(each.signed_sha256 for each in self.documents)

    def _record_failure(
        self, attempt: int, reason_code: str, *, spoiled_sheets: int, cause: Cause
    ) -> None:
        self.trigger_event(
            self.CetakGagal,
            cause=cause,
            attempt=attempt,
            reason_code=reason_code,
            spoiled_sheets=spoiled_sheets,
        )

    @event(TandaTerimaDiketahui)
    def _on_receipt(self, receipt: str) -> None:
        self.receipt = receipt

    @event(DokumenDiterima)
    def _on_documents(self, documents: tuple[SignedDocument, ...]) -> None:
        self.documents = documents
        self.open_step(PRINT)

    @event(CetakDiminta)
    def _on_print_requested(
        self,
        cause: Cause,
        attempt: int,
        medium: Medium,
        job_id: UUID,
        signed_sha256: tuple[str, ...],
    ) -> None:
        self.job = PrintJob(job_id, medium, attempt, cause.actor, signed_sha256)

    @event(Dicetak)
    def _on_printed(self) -> None:
        self.job = None
        self.close_step(PRINT)
        self.open_step(HAND_OVER)

    @event(CetakGagal)
    def _on_spoiled(self) -> None:
        self.job = None

    @event(Diserahkan)
    def _on_handed_over(self) -> None:
        self.close_step(HAND_OVER)

    @event(TidakDiambil)
    def _on_uncollected(self, reminders: int) -> None:
        self.reminders = reminders

    @event(Dihentikan)
    def _on_stopped(self) -> None:
        self.is_stopped = True
        self.job = None
        for number in self.STEPS:
            self.close_step(number)
