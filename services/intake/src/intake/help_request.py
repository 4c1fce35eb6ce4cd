"""A resident asks for a person; what is said there is sealed, and somebody owes an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import event

from jamila_contracts.model import Code, Sealed
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError

DESK: Final = uuid5(NAMESPACE_URL, "jamila:help-desk")
"""The one list of open requests."""
OWNER: Final = "operator-layanan"


class HelpEndedError(ConflictError):
    """The conversation with the person has ended."""

    slug = "help-ended"


@dataclass(frozen=True)
class Line:
    """One message between a resident and a person of the office."""

    side: Literal["pemohon", "petugas"]
    text: Sealed
    at: datetime
    account: str | None = None


class HelpRequest(CaseAggregate):
    """One conversation with a person; its ``case_id`` is the request, whose key seals the texts."""

    TOPIC = "intake.HelpRequest"

    class Dibuka(CreatedEvent):
        """The resident asked for a person."""

        TOPIC = "intake.HelpRequest.Dibuka"
        contact_id: UUID
        owner: Code
        due_at: datetime

    class PesanMasuk(CaseAggregate.Event):
        """The resident wrote."""

        TOPIC = "intake.HelpRequest.PesanMasuk"
        text: Sealed

    class DibacaPetugas(CaseAggregate.Event):
        """A person of the office read what was said."""

        TOPIC = "intake.HelpRequest.DibacaPetugas"

    class Dijawab(CaseAggregate.Event):
        """A person of the office answered."""

        TOPIC = "intake.HelpRequest.Dijawab"
        text: Sealed

    class BatasTerlewati(CaseAggregate.Event):
        """Nobody answered in time."""

        TOPIC = "intake.HelpRequest.BatasTerlewati"

    class Ditutup(CaseAggregate.Event):
        """It has ended: by the office, or the resident went back to the automatic answers."""

        TOPIC = "intake.HelpRequest.Ditutup"
        reason_code: Code

    @event(Dibuka)
    def __init__(
        self, case_id: UUID, *, contact_id: UUID, owner: str, due_at: datetime, cause: Cause
    ) -> None:
        self.case_id = case_id
        self.contact_id = contact_id
        self.owner = owner
        self.due_at = due_at
        self.asked_at = cause.occurred_at
        self.lines: tuple[Line, ...] = ()
        self.is_waiting = True
        self.is_overdue = False
        self.is_open = True
        self.last_reader: str | None = None

    def situation(self) -> dict[str, object]:
        """Where it stands; nothing that was said."""
        return {
            "request_id": str(self.case_id),
            "owner": self.owner,
            "asked_at": self.asked_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "waiting": self.is_waiting,
            "overdue": self.is_overdue,
            "open": self.is_open,
            "messages": len(self.lines),
            "last_reader": self.last_reader,
        }

    def hear(self, text: str, *, cause: Cause) -> None:
        """The resident wrote."""
        self._expect_open()
        self.trigger_event(self.PesanMasuk, cause=cause, text=text)

    def read(self, *, cause: Cause) -> Sequence[Line]:
        """A person reads what was said; that it was read is recorded."""
        self.trigger_event(self.DibacaPetugas, cause=cause)
        return self.lines

    def answer(self, text: str, *, cause: Cause) -> None:
        """A person answers.

        Raises:
            HelpEndedError: the resident has gone back to the automatic answers.
        """
        self._expect_open()
        self.trigger_event(self.Dijawab, cause=cause, text=text)

    def fall_due(self, *, cause: Cause) -> bool:
        """The time to answer is over; quiet when somebody answered."""
        if not self.is_open or not self.is_waiting or self.is_overdue:
            return False
        self.trigger_event(self.BatasTerlewati, cause=cause)
        return True

    def close(self, reason_code: str, *, cause: Cause) -> None:
        """End it; quiet when it has ended."""
        if self.is_open:
            self.trigger_event(self.Ditutup, cause=cause, reason_code=reason_code)

    def _expect_open(self) -> None:
        if not self.is_open:
            raise HelpEndedError("the conversation has ended", **self.situation())

    @event(PesanMasuk)
    def _on_heard(self, text: str, cause: Cause) -> None:
        self.lines = (*self.lines, Line("pemohon", text, cause.occurred_at))
        self.is_waiting = True

    @event(DibacaPetugas)
    def _on_read(self, cause: Cause) -> None:
        self.last_reader = cause.actor.account

    @event(Dijawab)
    def _on_answered(self, text: str, cause: Cause) -> None:
        line = Line("petugas", text, cause.occurred_at, cause.actor.account)
        self.lines = (*self.lines, line)
        self.is_waiting = False

    @event(BatasTerlewati)
    def _on_overdue(self) -> None:
        self.is_overdue = True

    @event(Ditutup)
    def _on_closed(self) -> None:
        self.is_open = False
        self.is_waiting = False


class HelpDesk(CaseAggregate):
    """Which requests are open; there is one desk."""

    TOPIC = "intake.HelpDesk"

    class Dimulai(CreatedEvent):
        """The first request came."""

        TOPIC = "intake.HelpDesk.Dimulai"

    class PermintaanMasuk(CaseAggregate.Event):
        """A request is open."""

        TOPIC = "intake.HelpDesk.PermintaanMasuk"
        request_id: UUID

    class PermintaanKeluar(CaseAggregate.Event):
        """A request has ended."""

        TOPIC = "intake.HelpDesk.PermintaanKeluar"
        request_id: UUID

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del case_id, cause
        self.requests: tuple[UUID, ...] = ()

    def add(self, request_id: UUID, *, cause: Cause) -> None:
        """A request is open; the same again is quiet."""
        if request_id not in self.requests:
            self.trigger_event(self.PermintaanMasuk, cause=cause, request_id=request_id)

    def remove(self, request_id: UUID, *, cause: Cause) -> None:
        """A request has ended; quiet when it is not on the list."""
        if request_id in self.requests:
            self.trigger_event(self.PermintaanKeluar, cause=cause, request_id=request_id)

    @event(PermintaanMasuk)
    def _on_added(self, request_id: UUID) -> None:
        self.requests = (*self.requests, request_id)

    @event(PermintaanKeluar)
    def _on_removed(self, request_id: UUID) -> None:
        self.requests = tuple(each for each in self.requests if each != request_id)
