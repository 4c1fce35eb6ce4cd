"""The sheets of a print job on their way through a printer: what is recorded of each.

Before a document is handed to a printer that is recorded, so a crash in between leaves a sheet
whose outcome is not known: it is looked for at the printer, and if the printer does not know
either, an officer looks and says so. Nothing is printed a second time without such a record.
"""

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.utils import register_topic

from jamila_runtime.aggregate import CaseAggregate, Cause
from jamila_runtime.errors import ConflictError
from jamila_runtime.stage import StageAggregate
from printing.jobs import OUTCOME_UNKNOWN, PrintJob, Sheet, SheetState

PRINT = 7
"""Step of the printing operator."""


class OutcomeKnownError(ConflictError):
    """Nobody has to say what became of a print: it is known, or still going on."""

    slug = "print-outcome-known"


class JobEvent(CaseAggregate.Event):
    """A fact about the job that the printers have."""

    TOPIC: ClassVar[str]

    job_id: UUID


class SheetEvent(JobEvent):
    """A fact about one sheet of it."""

    STATE: ClassVar[SheetState]

    number: int

    def apply(self, aggregate: "SheetAggregate") -> None:
        """The sheet is so far."""
        if aggregate.job is not None:
            reference: str | None = getattr(self, "reference", None)
            aggregate.job = aggregate.job.with_sheet(self.number, self.STATE, reference=reference)


class LembarDikirim(SheetEvent):
    """A document is about to be handed to the printer: from here its outcome may be unknown."""

    TOPIC = "printing.LembarDikirim"
    STATE = "dikirim"


class LembarBelumDikirim(SheetEvent):
    """It was not handed over after all, or not printed, and may be sent again."""

    TOPIC = "printing.LembarBelumDikirim"
    STATE = "menunggu"


class LembarDiantrekan(SheetEvent):
    """The printer has it, under a reference of its own."""

    TOPIC = "printing.LembarDiantrekan"
    STATE = "diantrekan"

    reference: str


class LembarTercetak(SheetEvent):
    """It is printed."""

    TOPIC = "printing.LembarTercetak"
    STATE = "tercetak"


class CetakTertahan(JobEvent):
    """The printer stands still, and why."""

    TOPIC = "printing.CetakTertahan"

    attempt: int
    reason_code: str

    def apply(self, aggregate: "SheetAggregate") -> None:
        """Remember why."""
        if aggregate.job is not None:
            aggregate.job = replace(aggregate.job, trouble=self.reason_code)


SHEET_EVENTS: tuple[type[JobEvent], ...] = (
    LembarDikirim,
    LembarBelumDikirim,
    LembarDiantrekan,
    LembarTercetak,
    CetakTertahan,
)
for _event in SHEET_EVENTS:
    register_topic(_event.TOPIC, _event)


class SheetAggregate(StageAggregate):
    """The part of a case that is at the printer."""

    job: PrintJob | None

    def begin_sheet(self, job: PrintJob, sheet: Sheet, *, cause: Cause) -> None:
        """The document is about to be handed over; quiet for a job nobody waits for."""
        self._sheet(LembarDikirim, job, sheet, cause=cause)

    def take_sheet_back(self, job: PrintJob, sheet: Sheet, *, cause: Cause) -> None:
        """It was not handed over."""
        self._sheet(LembarBelumDikirim, job, sheet, cause=cause)

    def queue_sheet(self, job: PrintJob, sheet: Sheet, reference: str, *, cause: Cause) -> None:
        """The printer has it."""
        self._sheet(LembarDiantrekan, job, sheet, cause=cause, reference=reference)

    def finish_sheet(self, job: PrintJob, sheet: Sheet, *, cause: Cause) -> None:
        """It is printed."""
        self._sheet(LembarTercetak, job, sheet, cause=cause)

    def note_trouble(self, job: PrintJob, reason_code: str, *, cause: Cause) -> None:
        """The printer stands still; the same trouble again is quiet."""
        if self.job is not None and self.waits_for(job) and self.job.trouble != reason_code:
            self.trigger_event(
                CetakTertahan,
                cause=cause,
                attempt=job.attempt,
                job_id=job.id,
                reason_code=reason_code,
            )

    def resolve_print(self, *, is_printed: bool, cause: Cause) -> PrintJob:
        """An officer looked, and says what became of a sheet whose outcome nobody knew.

        Returns:
            The job it belongs to.

        Raises:
            OutcomeKnownError: the outcome is known, or the printer is still asked.
        """
        self.decide(PRINT, cause)
        sheet = self.job.current if self.job else None
        if self.job is None or sheet is None or self.job.trouble != OUTCOME_UNKNOWN:
            raise OutcomeKnownError("nothing is unknown about the print", **self.situation())
        job = self.job
        self._sheet(LembarTercetak if is_printed else LembarBelumDikirim, job, sheet, cause=cause)
        return job

    def waits_for(self, job: PrintJob) -> bool:
        """This very job is what the case waits for."""
        return self.job is not None and self.job.id == job.id

    def _sheet(
        self,
        event_class: type[SheetEvent],
        job: PrintJob,
        sheet: Sheet,
        *,
        cause: Cause,
        **facts: Any,
    ) -> None:
        if self.waits_for(job):
            self.trigger_event(
                event_class, cause=cause, job_id=job.id, number=sheet.number, **facts
            )
