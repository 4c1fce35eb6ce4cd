"""Notes that officers leave on a case for each other; the applicant is never told."""

from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import event

from intake.domain import CaseIntake
from jamila_contracts.commands import AddNote
from jamila_contracts.model import Sealed
from jamila_contracts.sop import load_sop
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.stage import MissingCapabilityError
from jamila_runtime.vault import CaseKeyMissingError
from jamila_runtime.work import Work


class CaseNotes(CaseAggregate):
    """Beside the application itself: a note changes no task and no clock."""

    TOPIC: ClassVar[str] = "intake.CaseNotes"

    class Dimulai(CreatedEvent):
        """The first note."""

        TOPIC = "intake.CaseNotes.Dimulai"

    class CatatanDitambahkan(CaseAggregate.Event):
        """Somebody wrote a note."""

        TOPIC = "intake.CaseNotes.CatatanDitambahkan"
        note: Sealed

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.case_id = case_id

    def add(self, note: str, *, cause: Cause) -> None:
        """Keep a note."""
        self.trigger_event(self.CatatanDitambahkan, cause=cause, note=note)


def add_note(command: AddNote, work: Work[CaseIntake]) -> None:
    """An officer of any step writes a note, on a case that has ended, too.

    Raises:
        MissingCapabilityError: he is no officer of the step he named.
        CaseNotHereError: there is no such case.
        CaseKeyMissingError: its personal data is gone, a note could never be read.
    """
    wanted = load_sop().step(command.step).capability
    if work.cause.actor.capability != wanted:
        raise MissingCapabilityError(f"asks for {wanted}", capability=wanted)
    if work.get(command.case_id).is_forgotten:
        raise CaseKeyMissingError(
            f"case {command.case_id} was forgotten", case_id=str(command.case_id)
        )
    notes = work.find_as(CaseNotes, command.case_id)
    if notes is None:
        notes = CaseNotes(case_id=command.case_id, cause=work.cause)
        work.add(notes)
    notes.add(command.note, cause=work.cause)
