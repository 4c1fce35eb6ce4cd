"""What the applicant of one case was told, and what became of each message."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import event

from jamila_contracts.events import LinkedDocument
from jamila_contracts.model import Code, Sealed, Sha256
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from notifier.messages import Applicant, Failure, Link, Message, Notice, Reported


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

    class DokumenDicatat(CaseAggregate.Event):
        """It is known which signed documents there are."""

        TOPIC = "notifier.CaseNotices.DokumenDicatat"
        documents: tuple[LinkedDocument, ...]

    class DokumenSiap(CaseAggregate.Event):
        """Some documents go to the phone, the others are to be collected with a code."""

        TOPIC = "notifier.CaseNotices.DokumenSiap"
        for_phone: tuple[Sha256, ...]
        collection_code: Sealed | None

    class Berakhir(CaseAggregate.Event):
        """Handed over or cancelled: nothing about it is chased any more."""

        TOPIC = "notifier.CaseNotices.Berakhir"

    class PesanDiantrekan(CaseAggregate.Event):
        """The applicant shall be told."""

        TOPIC = "notifier.CaseNotices.PesanDiantrekan"
        message_id: UUID
        notice: Notice
        template_id: Code
        about_event: str

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
        template_id: Code
        about_event: str
        reason_code: Code

    class PesanDilewati(CaseAggregate.Event):
        """It is not sent, on purpose."""

        TOPIC = "notifier.CaseNotices.PesanDilewati"
        message_id: UUID
        template_id: Code
        about_event: str
        reason_code: Code

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
        due_at: datetime | None = None

    class StatusDicatat(CaseAggregate.Event):
        """WhatsApp reported how far it got."""

        TOPIC = "notifier.CaseNotices.StatusDicatat"
        message_id: UUID
        status: Reported
        error_code: int | None

    class SoftcopyTerkirim(CaseAggregate.Event):
        """All documents reached the applicant's phone."""

        TOPIC = "notifier.CaseNotices.SoftcopyTerkirim"
        message_id: UUID
        signed_sha256: tuple[Sha256, ...]

    class TautanUnduhDibuat(CaseAggregate.Event):
        """A download link exists; the one before it is dead."""

        TOPIC = "notifier.CaseNotices.TautanUnduhDibuat"
        link_id: UUID
        token_sha256: Sha256
        pin_hash: str
        documents: tuple[LinkedDocument, ...]
        expires_at: datetime
        replaces: UUID | None

    class TautanBerakhir(CaseAggregate.Event):
        """The link was opened, or locked."""

        TOPIC = "notifier.CaseNotices.TautanBerakhir"
        link_id: UUID
        was_opened: bool

    @event(Dibuka)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.case_id = case_id
        self.applicant: Applicant | None = None
        self.messages: dict[str, Message] = {}
        self.documents: tuple[LinkedDocument, ...] = ()
        self.for_phone: tuple[str, ...] = ()
        self.collection_code: str | None = None
        self.is_ended = False
        self.link: Link | None = None
        self.links_made: tuple[datetime, ...] = ()
        self.was_opened = False
        self.arrived: tuple[str, ...] = ()

    def meet(self, applicant: Applicant, *, cause: Cause) -> None:
        """Learn who the applicant is; the same again is quiet."""
        if self.applicant != applicant:
            self.trigger_event(self.PemohonDicatat, cause=cause, applicant=applicant)

    def learn_documents(self, documents: tuple[LinkedDocument, ...], *, cause: Cause) -> None:
        """The documents are signed; the same again is quiet."""
        if self.documents != documents:
            self.trigger_event(self.DokumenDicatat, cause=cause, documents=documents)

    def note_ready(
        self, for_phone: tuple[str, ...], collection_code: str | None, *, cause: Cause
    ) -> None:
        """Know which documents go to the phone, and the code for the others."""
        if (self.for_phone, self.collection_code) != (for_phone, collection_code):
            self.trigger_event(
                self.DokumenSiap, cause=cause, for_phone=for_phone, collection_code=collection_code
            )

    @property
    def softcopies(self) -> tuple[LinkedDocument, ...]:
        """The signed documents that go to the phone."""
        return tuple(each for each in self.documents if each.signed_sha256 in self.for_phone)

    def end(self, *, cause: Cause) -> None:
        """Handed over or cancelled; quiet the second time."""
        if not self.is_ended:
            self.trigger_event(self.Berakhir, cause=cause)

    def queue(self, message_id: UUID, notice: Notice, *, cause: Cause) -> bool:
        """Decide that the applicant shall be told.

        Returns:
            False for a message that is known: nothing happened.
        """
        if str(message_id) in self.messages:
            return False
        self._record(self.PesanDiantrekan, message_id, cause, notice=notice)
        return True

    def begin(self, message_id: UUID, *, cause: Cause) -> None:
        """Remember, before the call, that it is being sent."""
        self.trigger_event(self.PengirimanDimulai, cause=cause, message_id=message_id)

    def postpone(self, message_id: UUID, reason_code: str, *, cause: Cause) -> None:
        """It was certainly not sent; quiet when a report says otherwise."""
        if not self.message(message_id).is_at_least("sent"):
            self.trigger_event(
                self.PengirimanDitunda, cause=cause, message_id=message_id, reason_code=reason_code
            )

    def accepted(self, message_id: UUID, provider_message_id: str, *, cause: Cause) -> None:
        """WhatsApp accepted it; quiet when that is known."""
        if not self.message(message_id).is_at_least("sent"):
            self._record(
                self.PemberitahuanTerkirim,
                message_id,
                cause,
                provider_message_id=provider_message_id,
            )

    def fail(self, message_id: UUID, failure: Failure, *, cause: Cause) -> None:
        """Give it to a person; quiet when it is settled already."""
        if not self.message(message_id).is_at_least("failed"):
            self._record(
                self.PemberitahuanGagal,
                message_id,
                cause,
                reason_code=failure.reason_code,
                owner=failure.owner,
                due_at=failure.due_at,
            )

    def skip(self, message_id: UUID, reason_code: str, *, cause: Cause) -> None:
        """Do not send it, on purpose; quiet when it is settled already."""
        if not self.message(message_id).is_at_least("failed"):
            self._record(self.PesanDilewati, message_id, cause, reason_code=reason_code)

    def divert(self, message_id: UUID, reason_code: str, *, cause: Cause) -> UUID | None:
        """The window is closed: say it by the approved template instead.

        Returns:
            Id of the message to send now; None when this one is settled already.
        """
        message = self.message(message_id)
        if message.is_at_least("failed"):
            return None
        other = uuid5(message_id, "utility")
        self._record(
            self.PesanDialihkan, message_id, cause, replaced_by=other, reason_code=reason_code
        )
        plain = {"form": "utility", "attachment": None, "has_secret": False}
        self.queue(other, message.notice.model_copy(update=plain), cause=cause)
        return other

    def note_status(
        self, message_id: UUID, status: Reported, *, error_code: int | None, cause: Cause
    ) -> None:
        """Remember how far it got; steps back and repetitions are quiet."""
        if self.message(message_id).is_at_least(status):
            return
        self.trigger_event(
            self.StatusDicatat,
            cause=cause,
            message_id=message_id,
            status=status,
            error_code=error_code,
        )
        signed = tuple(each.signed_sha256 for each in self.softcopies)
        attached = self.message(message_id).notice.attachment
        if attached and set(self._on_the_phone()) >= set(signed) and self.arrived != signed:
            self.trigger_event(
                self.SoftcopyTerkirim, cause=cause, message_id=message_id, signed_sha256=signed
            )

    def make_link(self, link: Link, token_sha256: str, pin_hash: str, *, cause: Cause) -> None:
        """A new download link; the one before it is dead from now on."""
        self.trigger_event(
            self.TautanUnduhDibuat,
            cause=cause,
            link_id=link.id,
            token_sha256=token_sha256,
            pin_hash=pin_hash,
            documents=self.softcopies,
            expires_at=link.expires_at,
            replaces=self.link.id if self.link else None,
        )

    def end_link(self, link_id: UUID, *, was_opened: bool, cause: Cause) -> bool:
        """The link was opened or locked.

        Returns:
            False, quietly, for a link that is dead anyway.
        """
        if self.link is None or self.link.id != link_id or (was_opened and self.was_opened):
            return False
        self.trigger_event(self.TautanBerakhir, cause=cause, link_id=link_id, was_opened=was_opened)
        return True

    def message(self, message_id: UUID) -> Message:
        """One message; ids only ever come from here."""
        return self.messages[str(message_id)]

    def _record(
        self, kind: type[CaseAggregate.Event], message_id: UUID, cause: Cause, **facts: object
    ) -> None:
        notice = facts["notice"] if "notice" in facts else self.message(message_id).notice
        assert isinstance(notice, Notice)  # noqa: S101 - for the type checker
        self.trigger_event(
            kind,
            cause=cause,
            message_id=message_id,
            template_id=notice.template_id,
            about_event=notice.about_event,
            **facts,
        )

    def _on_the_phone(self) -> Iterator[str]:
        for message in self.messages.values():
            if message.notice.attachment and message.state in ("delivered", "read"):
                yield message.notice.attachment.signed_sha256

    @event(PemohonDicatat)
    def _on_applicant(self, applicant: Applicant) -> None:
        self.applicant = applicant

    @event(DokumenDicatat)
    def _on_documents(self, documents: tuple[LinkedDocument, ...]) -> None:
        self.documents = documents

    @event(DokumenSiap)
    def _on_ready(self, for_phone: tuple[Sha256, ...], collection_code: str | None) -> None:
        self.for_phone, self.collection_code = for_phone, collection_code

    @event(Berakhir)
    def _on_end(self) -> None:
        self.is_ended = True

    @event(PesanDiantrekan)
    def _on_queued(self, message_id: UUID, notice: Notice, cause: Cause) -> None:
        self.messages[str(message_id)] = Message(notice, queued_at=cause.recorded_at)

    @event(PengirimanDimulai)
    def _on_begun(self, message_id: UUID, cause: Cause) -> None:
        message = self.message(message_id)
        message.state, message.started_at = "started", cause.recorded_at

    @event(PengirimanDitunda)
    def _on_postponed(self, message_id: UUID) -> None:
        message = self.message(message_id)
        message.state, message.tries = "queued", message.tries + 1

    @event(PesanDialihkan)
    def _on_diverted(self, message_id: UUID) -> None:
        self.message(message_id).state = "diverted"

    @event(PesanDilewati)
    def _on_skipped(self, message_id: UUID) -> None:
        self.message(message_id).state = "skipped"

    @event(PemberitahuanTerkirim)
    def _on_accepted(self, message_id: UUID) -> None:
        self.message(message_id).state = "sent"

    @event(PemberitahuanGagal)
    def _on_failed(self, message_id: UUID) -> None:
        self.message(message_id).state = "failed"

    @event(StatusDicatat)
    def _on_status(self, message_id: UUID, status: Reported) -> None:
        self.message(message_id).state = status

    @event(SoftcopyTerkirim)
    def _on_arrived(self, signed_sha256: tuple[Sha256, ...]) -> None:
        self.arrived = signed_sha256

    @event(TautanUnduhDibuat)
    def _on_link(self, link_id: UUID, expires_at: datetime, cause: Cause) -> None:
        self.link = Link(link_id, made_at=cause.recorded_at, expires_at=expires_at)
        self.links_made = (*self.links_made, cause.recorded_at)

    @event(TautanBerakhir)
    def _on_link_end(self, was_opened: bool) -> None:  # noqa: FBT001 - the library binds by name
        if was_opened:
            self.was_opened = True
        else:
            self.link = None
