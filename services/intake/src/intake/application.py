"""Use cases of staff and of the other stages at step 1."""

from typing import ClassVar, Final
from uuid import uuid5

from intake.domain import CaseIntake, Stage
from intake.messages import InboundStatus
from jamila_contracts.commands import AcceptPapers, CancelApplication, ReturnPapers
from jamila_contracts.events import (
    DataPribadiDihapus,
    DataSiakCocok,
    DataSiakTidakCocok,
    Dicetak,
    Diserahkan,
    Ditandatangani,
    Diverifikasi,
    DraftDibuat,
    DraftDikembalikan,
    IntegrationEvent,
    JedaDimulai,
    JedaSelesai,
    PenandatangananDitolak,
)
from jamila_runtime.application import StageApplication
from jamila_runtime.effects import Effect
from jamila_runtime.work import Work

STAGES: dict[type[IntegrationEvent], Stage] = {
    DataSiakCocok: "draft",
    DraftDibuat: "verifikasi",
    DraftDikembalikan: "draft",
    Diverifikasi: "tte",
    PenandatangananDitolak: "verifikasi",
    Ditandatangani: "cetak",
    Dicetak: "siap",
    Diserahkan: "siap",
}
"""What a later fact means for the answer to STATUS."""


FORGET_SENDER: Final = "forget-sender"
"""Kind of the effect that forgets who sent a forgotten case."""


class IntakeApplication(StageApplication[CaseIntake]):
    """Step 1 (operator layanan)."""

    name = "intake"
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[type[CaseIntake]] = CaseIntake

    def accept(self, command: AcceptPapers, work: Work[CaseIntake]) -> None:
        """The operator finds the papers complete."""
        work.get(command.case_id).accept(command.items, cause=work.cause)

    def return_papers(self, command: ReturnPapers, work: Work[CaseIntake]) -> None:
        """The operator asks for what is missing."""
        work.get(command.case_id).return_to_applicant(command.problems, cause=work.cause)

    def cancel(self, command: CancelApplication, work: Work[CaseIntake]) -> None:
        """The operator ends the application."""
        work.get(command.case_id).cancel(command.reason_code, cause=work.cause)

    def reopen(self, event: DataSiakTidakCocok, work: Work[CaseIntake]) -> None:
        """SIAK disagrees: the front desk's turn again."""
        work.get(event.case_id).reopen(cause=work.cause)

    def note_stage(self, event: IntegrationEvent, work: Work[CaseIntake]) -> None:
        """A later stage did its work."""
        case = work.find(event.case_id)
        if case is not None:
            case.note_stage(
                STAGES[type(event)], is_finished=isinstance(event, Diserahkan), cause=work.cause
            )

    def forget(self, event: DataPribadiDihapus, work: Work[CaseIntake]) -> None:
        """The personal data of the case is gone: its sender may be forgotten, too."""
        case = work.find(event.case_id)
        if case is None or case.is_forgotten:
            return
        case.forget(cause=work.cause)
        work.schedule(
            Effect(
                id=uuid5(event.case_id, FORGET_SENDER),
                kind=FORGET_SENDER,
                case_id=event.case_id,
                due_at=work.cause.recorded_at,
            )
        )

    def note_pause(self, event: JedaDimulai | JedaSelesai, work: Work[CaseIntake]) -> None:
        """The clock of some step stopped or runs again."""
        case = work.find(event.case_id)
        if case is not None:
            case.note_pause(is_running=isinstance(event, JedaSelesai), cause=work.cause)

    def report_status(self, status: InboundStatus) -> bool:
        """WhatsApp tells what became of a message about a case; False if the case is not here."""
        if self.find(status.case_id) is None:
            return False
        cause = self.own_cause(status.case_id, status.message_id, occurred_at=status.reported_at)

        def report(work: Work[CaseIntake]) -> None:
            work.get(status.case_id).report_status(
                status.message_id,
                status.status,
                provider_message_id=status.reference,
                error_code=status.error_code,
                cause=work.cause,
            )

        self.perform(cause, report, key=status.key)
        return True
