"""Use cases of printing and hand-over.

Printing is an effect: the wish is saved with the fact that asks for it, the printer is asked
afterwards under the id of the job, and the fact that it is done removes the wish. A crash anywhere
in between neither prints twice nor forgets.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Final, Protocol
from uuid import UUID, uuid5

from eventsourcing.utils import EnvType

from jamila_contracts.commands import HandOver, PrintDocument, ReportSpoiled, ReportUncollected
from jamila_contracts.events import (
    DataPribadiDihapus,
    Ditandatangani,
    PermohonanDiajukan,
    PermohonanDibatalkan,
)
from jamila_runtime.aggregate import Cause
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError
from jamila_runtime.objects import ObjectVault
from jamila_runtime.work import Work
from printing.domain import PrintingCase, PrintJob
from printing.receipts import ReceiptSeal

PRINT_EFFECT: Final = "print"
DISCARD_EFFECT: Final = "discard-prints"
"""Kind of the effect that throws away what was printed of a forgotten case."""
_JOBS: Final = UUID("0b3f5a0e-6311-4c0a-9b57-8d2f6c1e7a54")


class Printer(Protocol):
    """Whatever brings a document onto paper."""

    def print(self, job_id: UUID, documents: Sequence[bytes]) -> None:
        """Print documents as one job; the same job again does nothing.

        Raises:
            RetryableError: the printer does not take the job just now.
        """
        ...

    def discard(self, job_id: UUID) -> None:
        """Throw away whatever is left of a job that can be thrown away; quiet if nothing is.

        Raises:
            RetryableError: it cannot be thrown away just now.
        """
        ...


class PrintingApplication(StageApplication[PrintingCase]):
    """Steps 7 (print) and 8 (hand over)."""

    name = "printing"
    service: ClassVar[str] = "printing"
    aggregate: ClassVar[type[PrintingCase]] = PrintingCase

    def __init__(
        self,
        env: EnvType | None = None,
        *,
        printer: Printer,
        objects: ObjectVault,
        receipts: ReceiptSeal,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env, clock=clock)
        self._printer = printer
        self._objects = objects
        self._receipts = receipts

    def learn_receipt(self, event: PermohonanDiajukan, work: Work[PrintingCase]) -> None:
        """An application is submitted: remember how to recognise its receipt."""
        receipt = self._receipts.of(event.case_id, event.receipt_code)
        _known(event.case_id, work).learn_receipt(receipt, cause=work.cause)

    def receive_documents(self, event: Ditandatangani, work: Work[PrintingCase]) -> None:
        """The documents are signed: the printer's turn, whether or not the receipt is known."""
        _known(event.case_id, work).receive_documents(event.documents, cause=work.cause)

    def stop(self, event: PermohonanDibatalkan, work: Work[PrintingCase]) -> None:
        """The application is cancelled, perhaps before it is heard of here."""
        _known(event.case_id, work).stop(cause=work.cause)

    def forget(self, event: DataPribadiDihapus, work: Work[PrintingCase]) -> None:
        """The case was forgotten: what lies in the tray of a printer goes, too."""
        work.schedule(
            Effect(
                id=uuid5(event.case_id, DISCARD_EFFECT),
                kind=DISCARD_EFFECT,
                case_id=event.case_id,
                due_at=work.cause.recorded_at,
            )
        )

    def discard_prints(self, effect: Effect) -> None:
        """Throw away the files of every job the case ever had.

        Raises:
            RetryableError: they cannot be thrown away just now; try again later.
        """
        history = self.events.get(PrintingCase.create_id(effect.case_id))
        for job_id in {event.job_id for event in history if hasattr(event, "job_id")}:
            self._printer.discard(job_id)
        cause = self.own_cause(effect.case_id, effect.id)
        self.perform(cause, lambda work: work.finish(effect.id))

    def print_document(self, command: PrintDocument, work: Work[PrintingCase]) -> dict[str, Any]:
        """Queue the print, or make the document downloadable at once."""
        case = work.get(command.case_id)
        job_id = uuid5(_JOBS, str(command.command_id))
        if command.medium == "unduh":
            case.make_downloadable(job_id, cause=work.cause)
            return {"job_id": str(job_id), "state": "downloadable"}
        case.request_print(job_id, cause=work.cause)
        work.schedule(
            Effect(
                id=job_id,
                kind=PRINT_EFFECT,
                case_id=command.case_id,
                due_at=work.cause.recorded_at,
                payload={
                    "causation_id": str(work.cause.causation_id),
                    "traceparent": work.cause.traceparent,
                },
            )
        )
        return {"job_id": str(job_id), "state": "queued"}

    def report_spoiled(self, command: ReportSpoiled, work: Work[PrintingCase]) -> None:
        """The print went wrong."""
        work.get(command.case_id).report_spoiled(
            command.reason_code, spoiled_sheets=command.spoiled_sheets, cause=work.cause
        )

    def hand_over(self, command: HandOver, work: Work[PrintingCase]) -> None:
        """The applicant gets the document."""
        work.get(command.case_id).hand_over(
            command.method,
            receipt=self._receipts.of(command.case_id, command.receipt_code),
            collector=command.collector,
            cause=work.cause,
        )

    def report_uncollected(self, command: ReportUncollected, work: Work[PrintingCase]) -> None:
        """Nobody came for the document."""
        work.get(command.case_id).report_uncollected(cause=work.cause)

    def perform_print(self, effect: Effect) -> None:
        """Print a queued job, then record that it is done.

        Raises:
            RetryableError: the printer or the object store does not answer; try again later.
        """
        case = self.find(effect.case_id)
        job = case.job if case else None
        if job is None or job.id != effect.id:
            # Called off, or done by a run that died before it could forget the wish.
            self.perform(self._cause_of_effect(effect), lambda work: work.finish(effect.id))
            return
        cause = self._cause_of_effect(effect, job)
        try:
            self._printer.print(job.id, self._documents(effect.case_id, job))
        except DomainError as error:
            self._give_up(effect, job, reason_code=error.slug)
            return

        def printed(work: Work[PrintingCase]) -> None:
            work.get(effect.case_id).finish_print(job, cause=cause)
            work.finish(effect.id)

        self.perform(cause, printed)

    def _documents(self, case_id: UUID, job: PrintJob) -> list[bytes]:
        return [self._objects.get(case_id, sha256) for sha256 in job.signed_sha256]

    def _give_up(self, effect: Effect, job: PrintJob, *, reason_code: str) -> None:
        """The document is gone or damaged: trying again is useless, an officer has to know."""
        cause = self._cause_of_effect(effect)

        def failed(work: Work[PrintingCase]) -> None:
            work.get(effect.case_id).fail_print(job, reason_code=reason_code, cause=cause)
            work.finish(effect.id)

        self.perform(cause, failed)

    def _cause_of_effect(self, effect: Effect, job: PrintJob | None = None) -> Cause:
        """The cause of a fact about a job; a finished print is the deed of whoever asked for it."""
        cause = self.own_cause(
            effect.case_id,
            UUID(effect.payload["causation_id"]),
            traceparent=effect.payload["traceparent"],
        )
        return cause if job is None else cause.model_copy(update={"actor": job.asked_by})


def _known(case_id: UUID, work: Work[PrintingCase]) -> PrintingCase:
    """The case; made when this is the first that is heard of it."""
    case = work.find(case_id)
    if case is None:
        case = PrintingCase(case_id, cause=work.cause)
        work.add(case)
    return case
