"""Carries a job through the printers, sheet by sheet; every step of it is recorded first.

Called as an effect, again and again until the job has ended. What it may find of a sheet::

    menunggu     not handed over: hand it over; look for it first if a lost machine may have
    dikirim      a crash or a silent printer in between: look for it at the printer
    diantrekan   the printer has it: ask what became of it
    tercetak     the next one
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, NoReturn
from uuid import UUID

from jamila_runtime.aggregate import Cause
from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.objects import ObjectVault
from jamila_runtime.work import Work
from printing.application import PrintingApplication
from printing.domain import PrintingCase
from printing.jobs import (
    OUTCOME_UNKNOWN,
    Printer,
    PrinterUnreachableError,
    PrintJob,
    Sheet,
    Target,
)

_LOOK_AGAIN: Final = timedelta(seconds=1)
_TRY_AGAIN: Final = timedelta(seconds=10)
_UNREACHABLE: Final = "pencetak-tidak-terjangkau"
_ENDED_BADLY: Final = {"dibatalkan": "dibatalkan-di-pencetak", "gagal": "pencetak-gagal"}

Record = Callable[[PrintingCase], None]


class StillPrintingError(RetryableError):
    """The printer is at it."""

    slug = "still-printing"


class JobRunner:
    """The hands of the printing service."""

    def __init__(
        self,
        printing: PrintingApplication,
        *,
        printers: Mapping[Target, Printer],
        objects: ObjectVault,
    ) -> None:
        self._printing = printing
        self._printers = printers
        self._objects = objects

    def perform_print(self, effect: Effect) -> None:
        """Bring a job further; done again after a crash it prints nothing twice.

        Raises:
            RetryableError: the printer is not done, or not there; look again later.
        """
        while (job := self._job(effect)) is not None:
            sheet = job.current
            if sheet is None:
                self._finish(effect, job)
                return
            go_on = {
                "menunggu": self._look_first if effect.is_doubted else self._hand_over,
                "dikirim": self._look_for,
                "diantrekan": self._ask_after,
            }[sheet.state](effect, job, sheet)
            if not go_on:
                return
        # Called off, or finished by a run that died before it could forget the wish.
        self._end(effect, lambda _case: None)

    def perform_cancel(self, effect: Effect) -> None:
        """Ask the printers to drop what an officer called off."""
        targets: list[tuple[Target, str]] = effect.payload["sheets"]
        for target, reference in targets:
            self._printers[target].cancel(reference)
        self._printing.perform(
            self._printing.own_cause(effect.case_id, effect.id),
            lambda work: work.finish(effect.id),
        )

    def perform_discard(self, effect: Effect) -> None:
        """Throw away what is left of a forgotten case's prints.

        Raises:
            RetryableError: it cannot be thrown away just now; try again later.
        """
        for job_id in self._printing.jobs_of(effect.case_id):
            for printer in self._printers.values():
                printer.discard(job_id)
        self._printing.perform(
            self._printing.own_cause(effect.case_id, effect.id),
            lambda work: work.finish(effect.id),
        )

    def _job(self, effect: Effect) -> PrintJob | None:
        case = self._printing.find(effect.case_id)
        job = case.job if case else None
        return job if job is not None and job.id == effect.id else None

    def _hand_over(self, effect: Effect, job: PrintJob, sheet: Sheet) -> bool:
        cause = self._cause(effect)
        if job.trouble == _UNREACHABLE:
            # Knock first: a printer that is off all night must not fill the log with attempts.
            self._reached(effect, job, sheet)
        try:
            document = self._objects.get(effect.case_id, sheet.print_sha256)
        except DomainError as error:
            # The document is gone or damaged: trying again is useless, an officer has to know.
            return self._fail(effect, job, error.slug)
        self._record(effect, lambda case: case.begin_sheet(job, sheet, cause=cause))
        try:
            reference = self._printers[sheet.target].send(job.name_of(sheet), document)
        except PrinterUnreachableError as error:
            self._record(effect, lambda case: case.take_sheet_back(job, sheet, cause=cause))
            self._stand_still(effect, job, _UNREACHABLE, error)
        except DomainError as error:
            return self._fail(effect, job, error.slug)
        self._record(effect, lambda case: case.queue_sheet(job, sheet, reference, cause=cause))
        return True

    def _look_first(self, effect: Effect, job: PrintJob, sheet: Sheet) -> bool:
        """A machine that was lost may have handed it over: like a start without an end."""
        cause = self._cause(effect)
        self._record(effect, lambda case: case.begin_sheet(job, sheet, cause=cause))
        return self._look_for(effect, job, sheet)

    def _reached(self, effect: Effect, job: PrintJob, sheet: Sheet) -> str | None:
        """The printer's reference of a sheet, if it answers."""
        try:
            return self._printers[sheet.target].find(job.name_of(sheet))
        except RetryableError as error:
            self._stand_still(effect, job, _UNREACHABLE, error)

    def _look_for(self, effect: Effect, job: PrintJob, sheet: Sheet) -> bool:
        cause = self._cause(effect)
        reference = self._reached(effect, job, sheet)
        if reference is None:
            return self._ask_officer(effect, job)
        self._record(effect, lambda case: case.queue_sheet(job, sheet, reference, cause=cause))
        return True

    def _ask_after(self, effect: Effect, job: PrintJob, sheet: Sheet) -> bool:
        cause = self._cause(effect)
        try:
            report = self._printers[sheet.target].report(sheet.reference or "")
        except RetryableError as error:
            self._stand_still(effect, job, _UNREACHABLE, error)
        if report is None:
            return self._ask_officer(effect, job)
        if report.state == "berjalan":
            waiting = StillPrintingError("the printer is at it", retry_after=_LOOK_AGAIN)
            if report.reasons:
                self._stand_still(effect, job, report.reasons[0], waiting)
            raise waiting
        if report.state != "selesai":
            return self._fail(effect, job, _ENDED_BADLY[report.state])
        self._record(effect, lambda case: case.finish_sheet(job, sheet, cause=cause))
        return True

    def _finish(self, effect: Effect, job: PrintJob) -> None:
        # A finished print is the deed of whoever asked for it.
        cause = self._cause(effect).model_copy(update={"actor": job.asked_by})

        def finish(work: Work[PrintingCase]) -> None:
            case = work.get(effect.case_id)
            if case.waits_for(job):
                self._printing.finish(job, case, work, cause=cause)
            work.finish(effect.id)

        self._printing.perform(cause, finish)

    def _fail(self, effect: Effect, job: PrintJob, reason_code: str) -> bool:
        cause = self._cause(effect)

        def fail(work: Work[PrintingCase]) -> None:
            case = work.get(effect.case_id)
            if case.waits_for(job):
                case.fail_print(job, reason_code=reason_code, cause=cause)
                self._printing.desk.release(case, work, cause=cause)
            work.finish(effect.id)

        self._printing.perform(cause, fail)
        return False

    def _ask_officer(self, effect: Effect, job: PrintJob) -> bool:
        """Only eyes can tell whether the sheet lies in the tray."""
        cause = self._cause(effect)
        self._end(effect, lambda case: case.note_trouble(job, OUTCOME_UNKNOWN, cause=cause))
        return False

    def _stand_still(
        self, effect: Effect, job: PrintJob, reason_code: str, error: RetryableError
    ) -> NoReturn:
        cause = self._cause(effect)
        self._record(effect, lambda case: case.note_trouble(job, reason_code, cause=cause))
        after = error.retry_after or _TRY_AGAIN
        raise StillPrintingError(error.detail, retry_after=after) from error

    def _record(self, effect: Effect, record: Record) -> None:
        self._printing.perform(self._cause(effect), lambda work: record(work.get(effect.case_id)))

    def _end(self, effect: Effect, record: Record) -> None:
        def end(work: Work[PrintingCase]) -> None:
            record(work.get(effect.case_id))
            work.finish(effect.id)

        self._printing.perform(self._cause(effect), end)

    def _cause(self, effect: Effect) -> Cause:
        return self._printing.own_cause(
            effect.case_id,
            UUID(effect.payload["causation_id"]),
            traceparent=effect.payload["traceparent"],
        )
