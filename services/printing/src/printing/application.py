"""Use cases of printing, stock and hand-over.

Printing is an effect: the wish is saved with the fact that asks for it; the job runner hands the
sheets to the printers afterwards and removes the wish with the fact that it is done.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.utils import EnvType

from jamila_contracts import commands as c
from jamila_contracts.events import (
    DataPribadiDihapus,
    Ditandatangani,
    PermohonanDiajukan,
    PermohonanDibatalkan,
    SoftcopyTerkirim,
    TautanUnduhDibuka,
)
from jamila_runtime.aggregate import Cause
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work
from printing.counter import HAND_OVER
from printing.domain import PrintingCase
from printing.jobs import PrintJob
from printing.receipts import ReceiptSeal
from printing.stock_desk import StockDesk

PRINT_EFFECT: Final = "print"
CANCEL_EFFECT: Final = "cancel-print"
CHASE_EFFECT: Final = "chase"
DISCARD_EFFECT: Final = "discard-prints"
"""Kind of the effect that throws away what was printed of a forgotten case."""
_JOBS: Final = UUID("0b3f5a0e-6311-4c0a-9b57-8d2f6c1e7a54")
_CODE_ALPHABET: Final = "ACDEFGHJKLMNPQRTUVWXYZ2345679"
"""Without letters and digits that look alike on a small screen."""
_CODE_LENGTH: Final = 8

Code = Callable[[], str]


def random_code() -> str:
    """A code nobody can guess: 29^8 possibilities."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


@dataclass(frozen=True)
class ChasePolicy:
    """When an applicant who does not collect is reminded."""

    after: timedelta = timedelta(days=3)
    """Calendar time between the document being ready and each reminder."""
    reminders: int = 3
    """After so many the counter has to find another way; nothing more is sent by itself."""


class PrintingApplication(StageApplication[PrintingCase]):
    """Steps 7 (print) and 8 (hand over)."""

    name = "printing"
    service: ClassVar[str] = "printing"
    aggregate: ClassVar[type[PrintingCase]] = PrintingCase

    def __init__(  # noqa: PLR0913 - each a part that tests and offices choose
        self,
        env: EnvType | None = None,
        *,
        vault: CaseVault,
        receipts: ReceiptSeal,
        tenant: str,
        chase: ChasePolicy | None = None,
        code: Code = random_code,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env, clock=clock)
        self.desk = StockDesk(tenant)
        self._vault = vault
        self._receipts = receipts
        self._chase = chase or ChasePolicy()
        self._code = code

    def learn_receipt(self, event: PermohonanDiajukan, work: Work[PrintingCase]) -> None:
        """An application is submitted: remember how to recognise its receipt."""
        receipt = self._receipts.of(event.case_id, event.receipt_code)
        _known(event.case_id, work).learn_receipt(receipt, cause=work.cause)

    def receive_documents(self, event: Ditandatangani, work: Work[PrintingCase]) -> None:
        """The documents are signed: the printer's turn, or the wait for blangko."""
        case = _known(event.case_id, work)
        case.receive_documents(event.documents, cause=work.cause)
        short = self.desk.short_of(case, work)
        if short is not None:
            self.desk.wait(short, case, work)

    def stop(self, event: PermohonanDibatalkan, work: Work[PrintingCase]) -> None:
        """The application is cancelled, perhaps before it is heard of here."""
        case = _known(event.case_id, work)
        self._call_off(case.job, work)
        case.stop(cause=work.cause)
        self.desk.release(case, work, cause=work.cause)

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

    def jobs_of(self, case_id: UUID) -> set[UUID]:
        """Every job the case ever had."""
        history = self.events.get(PrintingCase.create_id(case_id))
        return {event.job_id for event in history if hasattr(event, "job_id")}

    def print_document(self, command: c.PrintDocument, work: Work[PrintingCase]) -> dict[str, Any]:
        """Queue the print, or make the document downloadable at once."""
        case = work.get(command.case_id)
        short = self.desk.short_of(case, work)
        if short is not None:
            case.allow(c.PrintDocument.STEP or 0, work.cause)
            self.desk.wait(short, case, work)
            return {"state": "waiting-for-stock", "item": short}
        job_id = uuid5(_JOBS, str(command.command_id))
        case.request_print(job_id, command.medium, cause=work.cause)
        self.desk.reserve(case, work)
        job = case.job
        assert job is not None  # noqa: S101 - requested just before
        if not job.sheets:
            self.finish(job, case, work, cause=work.cause)
            return {"job_id": str(job_id), "state": "downloadable"}
        self._run_soon(job, work)
        return {"job_id": str(job_id), "state": "queued"}

    def resolve_print(self, command: c.ResolvePrint, work: Work[PrintingCase]) -> None:
        """An officer looked at the printer and says what became of a sheet."""
        case = work.get(command.case_id)
        job = case.resolve_print(is_printed=command.outcome == "tercetak", cause=work.cause)
        self._run_soon(job, work)

    def report_spoiled(self, command: c.ReportSpoiled, work: Work[PrintingCase]) -> None:
        """The print went wrong; what the printer still has is called off."""
        case = work.get(command.case_id)
        self._call_off(case.job, work)
        spoiled = command.spoiled_sheets
        case.report_spoiled(command.reason_code, spoiled_sheets=spoiled, cause=work.cause)
        self.desk.spoil(case, spoiled, work, reason_code=command.reason_code)

    def request_reprint(self, command: c.RequestReprint, work: Work[PrintingCase]) -> None:
        """What lies at the counter is no good."""
        work.get(command.case_id).request_reprint(
            command.reasons, spoiled_sheets=command.spoiled_sheets, cause=work.cause
        )

    def hand_over(self, command: c.HandOver, work: Work[PrintingCase]) -> None:
        """The applicant gets the document."""
        code = command.receipt_code
        work.get(command.case_id).hand_over(
            command.method,
            code=self._receipts.of(command.case_id, code) if code else None,
            collector=command.collector,
            cause=work.cause,
        )

    def note_arrived(self, event: SoftcopyTerkirim, work: Work[PrintingCase]) -> None:
        """WhatsApp reports the documents on the applicant's phone."""
        case = _known(event.case_id, work)
        case.deliver("status-terkirim", event.signed_sha256, cause=work.cause)

    def note_opened(self, event: TautanUnduhDibuka, work: Work[PrintingCase]) -> None:
        """The applicant opened the link with its PIN and fetched a document."""
        case = _known(event.case_id, work)
        case.deliver("tautan-dibuka", (event.signed_sha256,), cause=work.cause)

    def renew_code(self, command: c.RenewCollectionCode, work: Work[PrintingCase]) -> None:
        """The applicant lost the code, or somebody else saw it."""
        case = work.get(command.case_id)
        case.renew_code(self._new_code(command.case_id), cause=work.cause)

    def report_uncollected(self, command: c.ReportUncollected, work: Work[PrintingCase]) -> None:
        """Nobody came for the document."""
        work.get(command.case_id).report_uncollected(cause=work.cause)

    def finish(
        self, job: PrintJob, case: PrintingCase, work: Work[PrintingCase], *, cause: Cause
    ) -> None:
        """All sheets are printed: to the counter, with a code for whoever collects."""
        code = self._new_code(case.case_id) if job.sheets else None
        case.finish_print(job, collection=code, cause=cause)
        self.desk.use(case, work, cause=cause)
        self._chase_later(case, work, cause=cause)

    def perform_chase(self, effect: Effect) -> None:
        """Time went by: remind, unless the document was handed over meanwhile."""
        attempt = int(effect.payload["attempt"])
        cause = self.own_cause(effect.case_id, effect.id)

        def chase(work: Work[PrintingCase]) -> None:
            case = work.get(effect.case_id)
            before = case.reminders
            case.chase(attempt, cause=cause)
            work.finish(effect.id)
            if before < case.reminders < self._chase.reminders:
                self._chase_later(case, work, cause=cause)

        self.perform(cause, chase)

    def _chase_later(self, case: PrintingCase, work: Work[PrintingCase], *, cause: Cause) -> None:
        attempt = case.steps[HAND_OVER].attempt
        work.schedule(
            Effect(
                id=uuid5(case.case_id, f"chase/{attempt}/{case.reminders}"),
                kind=CHASE_EFFECT,
                case_id=case.case_id,
                due_at=cause.recorded_at + self._chase.after,
                payload={"attempt": attempt},
            )
        )

    def _new_code(self, case_id: UUID) -> tuple[str, str]:
        code = self._code()
        return self._vault.seal(case_id, code), self._receipts.of(case_id, code)

    @staticmethod
    def _run_soon(job: PrintJob, work: Work[PrintingCase]) -> None:
        cause = work.cause
        work.schedule(
            Effect(
                id=job.id,
                kind=PRINT_EFFECT,
                case_id=cause.case_id,
                due_at=cause.recorded_at,
                payload={
                    "causation_id": str(cause.causation_id),
                    "traceparent": cause.traceparent,
                },
            )
        )

    @staticmethod
    def _call_off(job: PrintJob | None, work: Work[PrintingCase]) -> None:
        """Ask the printers to drop what they still have of a job."""
        at_printer = [
            [sheet.target, sheet.reference]
            for sheet in (job.sheets if job else ())
            if sheet.state == "diantrekan"
        ]
        if job is not None and at_printer:
            work.schedule(
                Effect(
                    id=uuid5(job.id, "cancel"),
                    kind=CANCEL_EFFECT,
                    case_id=work.cause.case_id,
                    due_at=work.cause.recorded_at,
                    payload={"sheets": at_printer},
                )
            )


def _known(case_id: UUID, work: Work[PrintingCase]) -> PrintingCase:
    """The case; made when this is the first that is heard of it."""
    case = work.find(case_id)
    if case is None:
        case = PrintingCase(case_id, cause=work.cause)
        work.add(case)
    return case
