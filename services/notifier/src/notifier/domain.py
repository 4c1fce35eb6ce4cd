"""What the applicant of one case was told, and what became of each message."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID, uuid5

from eventsourcing.domain import event
from pydantic import Field

from jamila_contracts.model import Code, Fact, Sealed
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent

OWNER = "operator-layanan"
"""Who has to reach the applicant when a message could not."""

Form = Literal["text", "utility"]
Reported = Literal["sent", "delivered", "read", "failed"]
State = Literal["queued", "started", "sent", "delivered", "read", "failed", "diverted", "dropped"]

_RANK: dict[State, int] = {
    "queued": 0,
    "started": 1,
    "sent": 2,
    "delivered": 3,
    "read": 4,
    "failed": 5,
    "diverted": 5,
    "dropped": 5,
}
"""A message only goes forward; a failure is final."""


class Applicant(Fact):
    """What the submission said of the applicant."""

    sealed: Sealed
    receipt_code: str
    service_id: Code


class Notice(Fact):
    """What the applicant shall be told; the words come from the template."""

    template_id: Code
    about_event: str
    form: Form = "text"
    values: dict[str, str | list[str]] = Field(default_factory=dict)
    """Values for the template that the event itself brought; never personal."""


@dataclass
class Message:
    """One message about the case."""

    notice: Notice
    state: State = "queued"
    started_at: datetime | None = None

    def is_at_least(self, state: State) -> bool:
        """It came that far, or further."""
        return _RANK[self.state] >= _RANK[state]


class CaseNotices(CaseAggregate):
    """The messages about one case."""

    TOPIC: ClassVar[str] = "notifier.CaseNotices"

    class Dibuka(CreatedEvent):
        """Something about the case was heard for the first time."""

        TOPIC = "notifier.CaseNotices.Dibuka"

    class PemohonDicatat(CaseAggregate.Event):
        """It is known who has to be told."""

        TOPIC = "notifier.CaseNotices.PemohonDicatat"
        applicant: Applicant

    class PesanDiantrekan(CaseAggregate.Event):
        """The applicant shall be told."""

        TOPIC = "notifier.CaseNotices.PesanDiantrekan"
        message_id: UUID
        notice: Notice

    class PengirimanDimulai(CaseAggregate.Event):
        """The call to WhatsApp begins; from here on the outcome may be unknown."""

        TOPIC = "notifier.CaseNotices.PengirimanDimulai"
        message_id: UUID

    class PengirimanDitunda(CaseAggregate.Event):
        """It was certainly not sent, and will be tried again."""

        TOPIC = "notifier.CaseNotices.PengirimanDitunda"
        message_id: UUID
        reason_code: Code

    class PesanDialihkan(CaseAggregate.Event):
        """The 24-hour window is closed: another message takes its place."""

        TOPIC = "notifier.CaseNotices.PesanDialihkan"
        message_id: UUID
        replaced_by: UUID

    class PemberitahuanTerkirim(CaseAggregate.Event):
        """WhatsApp accepted it."""

        TOPIC = "notifier.CaseNotices.PemberitahuanTerkirim"
        message_id: UUID
        template_id: Code
        about_event: str
        provider_message_id: str

    class PemberitahuanGagal(CaseAggregate.Event):
        """The applicant could not be told, or it is not known; somebody owns it now."""

        TOPIC = "notifier.CaseNotices.PemberitahuanGagal"
        message_id: UUID
        template_id: Code
        about_event: str
        reason_code: Code
        owner: Code

    class PesanDibatalkan(CaseAggregate.Event):
        """It is not sent: nobody knows any more to whom, the case was forgotten."""

        TOPIC = "notifier.CaseNotices.PesanDibatalkan"
        message_id: UUID

    class StatusDicatat(CaseAggregate.Event):
        """WhatsApp reported how far it got."""

        TOPIC = "notifier.CaseNotices.StatusDicatat"
        message_id: UUID
        status: Reported
        error_code: int | None

    @event(Dibuka)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.case_id = case_id
        self.applicant: Applicant | None = None
        self.messages: dict[str, Message] = {}

    def meet(self, applicant: Applicant, *, cause: Cause) -> None:
        """Learn who the applicant is; the same again is quiet."""
        if self.applicant != applicant:
            self.trigger_event(self.PemohonDicatat, cause=cause, applicant=applicant)

    def queue(self, message_id: UUID, notice: Notice, *, cause: Cause) -> None:
        """Decide that the applicant shall be told; a message that is known is quiet."""
        if str(message_id) not in self.messages:
            self.trigger_event(
                self.PesanDiantrekan, cause=cause, message_id=message_id, notice=notice
            )

    def begin(self, message_id: UUID, *, cause: Cause) -> None:
        """Remember, before the call, that it is being sent."""
        self.trigger_event(self.PengirimanDimulai, cause=cause, message_id=message_id)

    def postpone(self, message_id: UUID, reason_code: str, *, cause: Cause) -> None:
        """It was certainly not sent; quiet when a report says otherwise."""
        if self.message(message_id).state == "started":
            self.trigger_event(
                self.PengirimanDitunda, cause=cause, message_id=message_id, reason_code=reason_code
            )

    def accepted(self, message_id: UUID, provider_message_id: str, *, cause: Cause) -> None:
        """WhatsApp accepted it; quiet when that is known."""
        message = self.message(message_id)
        if not message.is_at_least("sent"):
            self.trigger_event(
                self.PemberitahuanTerkirim,
                cause=cause,
                message_id=message_id,
                template_id=message.notice.template_id,
                about_event=message.notice.about_event,
                provider_message_id=provider_message_id,
            )

    def fail(self, message_id: UUID, reason_code: str, *, cause: Cause) -> None:
        """Give it to a person; quiet when it failed already."""
        message = self.message(message_id)
        if not message.is_at_least("failed"):
            self.trigger_event(
                self.PemberitahuanGagal,
                cause=cause,
                message_id=message_id,
                template_id=message.notice.template_id,
                about_event=message.notice.about_event,
                reason_code=reason_code,
                owner=OWNER,
            )

    def divert(self, message_id: UUID, *, cause: Cause) -> UUID | None:
        """The window is closed: say it by the approved template instead.

        Returns:
            Id of the message to send now; None when it was diverted or failed already.
        """
        message = self.message(message_id)
        if message.is_at_least("failed"):
            return None
        other = uuid5(message_id, "utility")
        self.trigger_event(
            self.PesanDialihkan, cause=cause, message_id=message_id, replaced_by=other
        )
        notice = message.notice.model_copy(update={"form": "utility"})
        self.queue(other, notice, cause=cause)
        return other

    def drop(self, *, cause: Cause) -> tuple[UUID, ...]:
        """The case was forgotten: give up every message that was not sent; gives their ids."""
        waiting = [UUID(key) for key, each in self.messages.items() if not each.is_at_least("sent")]
        for message_id in waiting:
            self.trigger_event(self.PesanDibatalkan, cause=cause, message_id=message_id)
        return tuple(waiting)

    def note_status(
        self, message_id: UUID, status: Reported, *, error_code: int | None, cause: Cause
    ) -> None:
        """Remember how far it got; steps back and repetitions are quiet."""
        if not self.message(message_id).is_at_least(status):
            self.trigger_event(
                self.StatusDicatat,
                cause=cause,
                message_id=message_id,
                status=status,
                error_code=error_code,
            )

    def message(self, message_id: UUID) -> Message:
        """One message; ids only ever come from here."""
        return self.messages[str(message_id)]

    @event(PemohonDicatat)
    def _on_applicant(self, applicant: Applicant) -> None:
        self.applicant = applicant

    @event(PesanDiantrekan)
    def _on_queued(self, message_id: UUID, notice: Notice) -> None:
        self.messages[str(message_id)] = Message(notice)

    @event(PengirimanDimulai)
    def _on_begun(self, message_id: UUID, cause: Cause) -> None:
        message = self.message(message_id)
        message.state, message.started_at = "started", cause.recorded_at

    @event(PengirimanDitunda)
    def _on_postponed(self, message_id: UUID) -> None:
        self.message(message_id).state = "queued"

    @event(PesanDialihkan)
    def _on_diverted(self, message_id: UUID) -> None:
        self.message(message_id).state = "diverted"

    @event(PemberitahuanTerkirim)
    def _on_accepted(self, message_id: UUID) -> None:
        self.message(message_id).state = "sent"

    @event(PemberitahuanGagal)
    def _on_failed(self, message_id: UUID) -> None:
        self.message(message_id).state = "failed"

    @event(PesanDibatalkan)
    def _on_dropped(self, message_id: UUID) -> None:
        self.message(message_id).state = "dropped"

    @event(StatusDicatat)
    def _on_status(self, message_id: UUID, status: Reported) -> None:
        self.message(message_id).state = status
