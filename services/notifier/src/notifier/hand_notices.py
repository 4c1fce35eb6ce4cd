"""What staff tell the applicant of one case by hand: asked for, told, or not reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.events import LinkedDocument
from jamila_contracts.model import Code, Sha256
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, NotFoundError
from notifier.messages import Failure, Notice


class NoticeUnknownError(NotFoundError):
    """There is no such message to be told by hand."""

    slug = "notice-unknown"


class NoticeSettledError(ConflictError):
    """Something else became of the message already."""

    slug = "notice-settled"


@dataclass
class HandMessage:
    """One message that somebody of the office has to tell."""

    notice: Notice
    owner: str
    asked_at: datetime
    due_at: datetime
    documents: tuple[LinkedDocument, ...] = ()
    state: Literal["waiting", "told", "unreached", "skipped"] = "waiting"


class HandNotices(CaseAggregate):
    """Beside ``CaseNotices``: nothing here ever goes out by itself."""

    TOPIC: ClassVar[str] = "notifier.HandNotices"

    class Dibuka(CreatedEvent):
        """The first message of the case that is told by hand."""

        TOPIC = "notifier.HandNotices.Dibuka"

    class PenyampaianManualDiminta(CaseAggregate.Event):
        """Staff shall tell the applicant."""

        TOPIC = "notifier.HandNotices.PenyampaianManualDiminta"
        message_id: UUID
        template_id: Code
        about_event: str
        owner: Code
        due_at: datetime
        notice: Notice
        documents: tuple[LinkedDocument, ...]

    class PemberitahuanDisampaikan(CaseAggregate.Event):
        """Staff told him."""

        TOPIC = "notifier.HandNotices.PemberitahuanDisampaikan"
        message_id: UUID
        template_id: Code
        about_event: str

    class PenyampaianManualGagal(CaseAggregate.Event):
        """Staff did not reach him."""

        TOPIC = "notifier.HandNotices.PenyampaianManualGagal"
        message_id: UUID
        template_id: Code
        about_event: str
        reason_code: Code
        owner: Code
        due_at: datetime

    class PesanDilewati(CaseAggregate.Event):
        """It need not be told any more."""

        TOPIC = "notifier.HandNotices.PesanDilewati"
        message_id: UUID
        template_id: Code
        about_event: str
        reason_code: Code

    class SoftcopyDisampaikan(CaseAggregate.Event):
        """The documents that belonged to a message are with the applicant."""

        TOPIC = "notifier.HandNotices.SoftcopyDisampaikan"
        message_id: UUID
        signed_sha256: tuple[Sha256, ...]

    @event(Dibuka)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.case_id = case_id
        self.messages: dict[str, HandMessage] = {}

    def ask(self, message_id: UUID, message: HandMessage, *, cause: Cause) -> bool:
        """Have the applicant told.

        Returns:
            False for a message that is known: nothing happened.
        """
        if str(message_id) in self.messages:
            return False
        self.trigger_event(
            self.PenyampaianManualDiminta,
            cause=cause,
            message_id=message_id,
            template_id=message.notice.template_id,
            about_event=message.notice.about_event,
            owner=message.owner,
            due_at=message.due_at,
            notice=message.notice,
            documents=message.documents,
        )
        return True

    def tell(self, message_id: UUID, *, cause: Cause) -> None:
        """He was told, and has what belongs to the message; said twice it is the same.

        Raises:
            NoticeUnknownError: there is no such message.
            NoticeSettledError: it was settled otherwise.
        """
        message = self._open(message_id, unless="told")
        if message is None:
            return
        self._settle(self.PemberitahuanDisampaikan, message_id, cause)
        if message.documents:
            signed = tuple(each.signed_sha256 for each in message.documents)
            self.trigger_event(
                self.SoftcopyDisampaikan, cause=cause, message_id=message_id, signed_sha256=signed
            )

    def give_up(self, message_id: UUID, failure: Failure, *, cause: Cause) -> None:
        """He was not reached; said twice it is the same.

        Raises:
            NoticeUnknownError: there is no such message.
            NoticeSettledError: it was settled otherwise.
        """
        if self._open(message_id, unless="unreached") is not None:
            self._settle(self.PenyampaianManualGagal, message_id, cause, **vars(failure))

    def skip(self, message_id: UUID, reason_code: str, *, cause: Cause) -> None:
        """It need not be told any more; quiet when it is settled already."""
        if self.messages[str(message_id)].state == "waiting":
            self._settle(self.PesanDilewati, message_id, cause, reason_code=reason_code)

    def waiting(self) -> dict[UUID, HandMessage]:
        """What has to be told, oldest first."""
        return {UUID(i): each for i, each in self.messages.items() if each.state == "waiting"}

    def message(self, message_id: UUID) -> HandMessage:
        """One message.

        Raises:
            NoticeUnknownError: there is no such message.
        """
        message = self.messages.get(str(message_id))
        if message is None:
            raise NoticeUnknownError("no such message", message_id=str(message_id))
        return message

    def _open(self, message_id: UUID, *, unless: str) -> HandMessage | None:
        message = self.message(message_id)
        if message.state == unless:
            return None
        if message.state != "waiting":
            raise NoticeSettledError("the message is settled", state=message.state)
        return message

    def _settle(
        self, kind: type[CaseAggregate.Event], message_id: UUID, cause: Cause, **facts: object
    ) -> None:
        notice = self.messages[str(message_id)].notice
        self.trigger_event(
            kind,
            cause=cause,
            message_id=message_id,
            template_id=notice.template_id,
            about_event=notice.about_event,
            **facts,
        )

    @event(PenyampaianManualDiminta)
    def _on_asked(  # noqa: PLR0913 - the library binds by name
        self,
        *,
        message_id: UUID,
        notice: Notice,
        owner: str,
        due_at: datetime,
        documents: tuple[LinkedDocument, ...],
        cause: Cause,
    ) -> None:
        self.messages[str(message_id)] = HandMessage(
            notice, owner, asked_at=cause.recorded_at, due_at=due_at, documents=documents
        )

    @event(PemberitahuanDisampaikan)
    def _on_told(self, message_id: UUID) -> None:
        self.messages[str(message_id)].state = "told"

    @event(PenyampaianManualGagal)
    def _on_unreached(self, message_id: UUID) -> None:
        self.messages[str(message_id)].state = "unreached"

    @event(PesanDilewati)
    def _on_skipped(self, message_id: UUID) -> None:
        self.messages[str(message_id)].state = "skipped"
