"""Steps 7 and 8: the signed document gets onto paper, or the net, and into the right hands."""

import hmac
from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.events import SignedDocument
from jamila_contracts.values import ReturnReason
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, DomainError
from jamila_runtime.stage import JedaDimulai, JedaSelesai
from printing.blangko import STOCK_EMPTY
from printing.counter import (
    HAND_OVER,
    CollectorMissingError,
    CounterAggregate,
    ReceiptCodeUnknownError,
    ReceiptCodeWrongError,
)
from printing.jobs import CARDS, Delivery, Medium, Method, PrintJob, Proof, sheets_of
from printing.sheets import PRINT


class PrintPendingError(ConflictError):
    """The printer has the job already; wait for it, or report it spoiled."""

    slug = "print-pending"


class MediumUnfitError(DomainError):
    """A card cannot be downloaded or put on paper, and paper is no card."""

    slug = "medium-unfit"


class PrintingCase(CounterAggregate):
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
        """The printers are asked; they will say when they are done."""

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
        to_collect: tuple[str, ...] = ()
        collection_code: str | None = None
        """Sealed; only the applicant is told."""
        collection: str | None = None
        """Keyed digest of the code."""

    class KodePengambilanDiganti(CaseAggregate.Event):
        """The applicant gets a new code, and the old one is worth nothing."""

        TOPIC = "printing.PrintingCase.KodePengambilanDiganti"
        collection_code: str
        collection: str

    class CetakGagal(CaseAggregate.Event):
        """Printing went wrong; still to be printed."""

        TOPIC = "printing.PrintingCase.CetakGagal"
        attempt: int
        reason_code: str
        spoiled_sheets: int

    class CetakUlangDiminta(CaseAggregate.Event):
        """What is at the counter cannot be handed over; back to the printer."""

        TOPIC = "printing.PrintingCase.CetakUlangDiminta"
        attempt: int
        reasons: tuple[ReturnReason, ...]
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
        self.collection: str | None = None
        self.documents: tuple[SignedDocument, ...] = ()
        self.job: PrintJob | None = None
        self.to_collect: tuple[str, ...] = ()
        self.reminders = 0
        self.is_stopped = False

    @property
    def cards(self) -> tuple[str, ...]:
        """Kinds of the documents that are cards."""
        return tuple(each.kind for each in self.documents if each.kind in CARDS)

    def situation(self) -> dict[str, Any]:
        """Where this stage stands, the printer's trouble included."""
        trouble = self.job.trouble if self.job else None
        return {**super().situation(), "printing": self.job is not None, "trouble": trouble}

    def learn_receipt(self, receipt: str, *, cause: Cause) -> None:
        """Keep what recognises the receipt code; quiet when it is known."""
        if self.receipt is None:
            self.trigger_event(self.TandaTerimaDiketahui, cause=cause, receipt=receipt)

    def receive_documents(self, documents: tuple[SignedDocument, ...], *, cause: Cause) -> None:
        """The Kepala Dinas signed; quiet when that is known, or the case was cancelled."""
        if not self.documents and not self.is_stopped:
            self.trigger_event(self.DokumenDiterima, cause=cause, documents=documents)

    def wait_for_stock(self, *, cause: Cause) -> None:
        """There is no blangko: the clock stops; quiet when it stands still already."""
        state = self.steps[PRINT]
        if state.is_open and state.paused_for is None:
            self._record(JedaDimulai, PRINT, cause, reason_code=STOCK_EMPTY)

    def stock_arrived(self, *, cause: Cause) -> None:
        """There is blangko again: the clock runs; quiet when it does not wait for that."""
        state = self.steps[PRINT]
        if state.is_open and state.paused_for == STOCK_EMPTY:
            self._record(JedaSelesai, PRINT, cause, reason_code=STOCK_EMPTY)

    def request_print(self, job_id: UUID, medium: Medium, *, cause: Cause) -> None:
        """Ask the printers; the step stays open until they are done.

        Raises:
            MediumUnfitError: the documents do not exist on that medium.
            PrintPendingError: the printer has a job of the case already.
        """
        self.allow(PRINT, cause)
        if (medium == "kartu") != (len(self.cards) == len(self.documents)):
            raise MediumUnfitError(f"not on {medium}", cards=list(self.cards))
        if self.job is not None:
            raise PrintPendingError("the printer has the job already", **self.situation())
        attempt = self.decide(PRINT, cause)
        self.trigger_event(
            self.CetakDiminta,
            cause=cause,
            attempt=attempt,
            medium=medium,
            job_id=job_id,
            signed_sha256=tuple(each.signed_sha256 for each in self.documents),
        )

    def finish_print(
        self,
        job: PrintJob,
        *,
        collection: tuple[str, str] | None,
        cause: Cause,
    ) -> None:
        """All is printed; quiet when nobody waits for that job any more.

        Args:
            job: What was asked for.
            collection: Sealed code of whoever may collect it, and its keyed digest.
            cause: Why.
        """
        if not self.waits_for(job):
            return
        sealed, digest = collection or (None, None)
        self.trigger_event(
            self.Dicetak,
            cause=cause,
            attempt=job.attempt,
            medium=job.medium,
            job_id=job.id,
            signed_sha256=tuple(each.signed_sha256 for each in self.documents),
            to_collect=tuple(each.signed_sha256 for each in job.sheets),
            collection_code=sealed,
            collection=digest,
        )
        self.await_applicant(cause=cause)

    def renew_code(self, collection: tuple[str, str], *, cause: Cause) -> None:
        """Give the applicant a new code: the old one was lost, or seen by somebody."""
        self.attend(cause=cause)
        sealed, digest = collection
        self.trigger_event(
            self.KodePengambilanDiganti, cause=cause, collection_code=sealed, collection=digest
        )

    def fail_print(self, job: PrintJob, *, reason_code: str, cause: Cause) -> None:
        """The printer will not do the job; quiet when nobody waits for it any more."""
        if self.waits_for(job):
            self._record_failure(job.attempt, reason_code, spoiled_sheets=0, cause=cause)

    def report_spoiled(self, reason_code: str, *, spoiled_sheets: int, cause: Cause) -> None:
        """The officer saw the print go wrong; a job the printer still has is called off."""
        attempt = self.decide(PRINT, cause)
        self._record_failure(attempt, reason_code, spoiled_sheets=spoiled_sheets, cause=cause)

    def request_reprint(
        self, reasons: tuple[ReturnReason, ...], *, spoiled_sheets: int, cause: Cause
    ) -> None:
        """What lies at the counter is no good: print it again."""
        self.attend(cause=cause)
        self.receive_applicant(cause=cause)
        attempt = self.decide(HAND_OVER, cause)
        self.trigger_event(
            self.CetakUlangDiminta,
            cause=cause,
            attempt=attempt,
            reasons=reasons,
            spoiled_sheets=spoiled_sheets,
        )

    def hand_over(
        self, method: Method, *, code: str | None, collector: str | None, cause: Cause
    ) -> None:
        """Give the document to whoever shows the code, or whose identity was checked.

        Raises:
            ReceiptCodeWrongError: it is not the code of this case.
            ReceiptCodeUnknownError: the code of this case has not arrived yet.
            CollectorMissingError: it must be written down who came.
        """
        self.attend(cause=cause)
        proof = self._proof(code)
        if collector is None and (method == "dikuasakan" or proof == "identitas-pengambil"):
            raise CollectorMissingError("it must be written down who collects")
        self.receive_applicant(cause=cause)
        attempt = self.decide(HAND_OVER, cause)
        self.trigger_event(
            self.Diserahkan,
            cause=cause,
            attempt=attempt,
            method=method,
            proof="identitas-pengambil" if method == "dikuasakan" else proof,
            collector=collector,
        )

    def deliver(self, proof: Delivery, signed_sha256: Collection[str], *, cause: Cause) -> None:
        """The documents reached the applicant's phone, and nothing waits at the counter.

        Quiet when somebody was faster, or something is to be collected.
        """
        state = self.steps[HAND_OVER]
        known = {each.signed_sha256 for each in self.documents}
        if not state.is_open or self.to_collect or not known.intersection(signed_sha256):
            return
        self.receive_applicant(cause=cause)
        self.trigger_event(
            self.Diserahkan,
            cause=cause,
            attempt=state.attempt,
            method="whatsapp",
            proof=proof,
            collector=None,
        )

    def report_uncollected(self, *, cause: Cause) -> None:
        """Nobody came; the step stays open."""
        self._chase(self.attend(cause=cause), cause)

    def chase(self, attempt: int, *, cause: Cause) -> None:
        """Time went by and nobody came; quiet when that attempt is over."""
        state = self.steps[HAND_OVER]
        if state.is_open and state.attempt == attempt:
            self._chase(attempt, cause)

    def stop(self, *, cause: Cause) -> None:
        """The application was cancelled; quiet the second time."""
        if not self.is_stopped:
            self.trigger_event(self.Dihentikan, cause=cause)

    def _proof(self, code: str | None) -> Proof:
        if code is None:
            return "identitas-pengambil"
        known = self.collection or self.receipt
        if known is None:
            raise ReceiptCodeUnknownError(f"the receipt of case {self.case_id} is not known yet")
        if not hmac.compare_digest(code, known):
            raise ReceiptCodeWrongError("this is not the code of the case")
        return "kode-pengambilan" if self.collection else "kode-tanda-terima"

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

    def _chase(self, attempt: int, cause: Cause) -> None:
        self.trigger_event(
            self.TidakDiambil, cause=cause, attempt=attempt, reminders=self.reminders + 1
        )

    @event(TandaTerimaDiketahui)
    def _on_receipt(self, receipt: str) -> None:
        self.receipt = receipt

    @event(DokumenDiterima)
    def _on_documents(self, documents: tuple[SignedDocument, ...]) -> None:
        self.documents = documents
        self.open_step(PRINT)

    @event(CetakDiminta)
    def _on_print_requested(self, cause: Cause, attempt: int, medium: Medium, job_id: UUID) -> None:
        sheets = sheets_of(self.documents, medium)
        self.job = PrintJob(job_id, medium, attempt, cause.actor, sheets)

    @event(Dicetak)
    def _on_printed(self, to_collect: tuple[str, ...], collection: str | None) -> None:
        self.job = None
        self.to_collect = to_collect
        self.collection = collection
        self.close_step(PRINT)
        self.open_step(HAND_OVER)

    @event(KodePengambilanDiganti)
    def _on_code(self, collection: str) -> None:
        self.collection = collection

    @event(CetakGagal)
    def _on_spoiled(self) -> None:
        self.job = None

    @event(CetakUlangDiminta)
    def _on_reprint(self) -> None:
        self.close_step(HAND_OVER)
        self.open_step(PRINT)

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
