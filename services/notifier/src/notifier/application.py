"""Use cases of the notifier: what happened, and whether the applicant hears of it."""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.utils import EnvType

from jamila_contracts import events as e
from jamila_contracts.commands import ResendSoftcopy, ResumeSending
from jamila_contracts.sop import load_sop
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.work import Work
from jamila_whatsapp.errors import SPAM_LIMIT, UNDELIVERABLE, WINDOW_CLOSED, stops_the_office
from notifier import templates as t
from notifier.audience import ContactNotices
from notifier.channel import OutageNotices
from notifier.domain import CaseNotices
from notifier.hand_notices import HandNotices
from notifier.handing import MOVED
from notifier.messages import Applicant, Failure, Notice
from notifier.order import unsent
from notifier.queueing import (
    about_the_channel,
    channel_of,
    contact_of,
    note_writing,
    notices_of,
    queue,
    schedule_send,
    speaking_of,
)
from notifier.rules import Rules
from notifier.softcopy import SoftcopyDesk
from notifier.templates import TemplateBook

CLOSED: Final = "di-luar-jendela-24-jam"
ENDED: Final = "permohonan-berakhir"
_STALE: Final = "kabar-lama"
_UNREACHABLE: Final = "tidak-dapat-diterima"
_ANY_REASON: Final = "ditolak-whatsapp"
_LOW_SCORE: Final = 2
_CODE_TOLD: Final = frozenset(
    each.__name__ for each in (e.Dicetak, e.TidakDiambil, e.KodePengambilanDiganti)
)
"""What tells the applicant the code for collecting."""


def failure_of(error_code: int | None) -> str:
    """The reason code of a failure that WhatsApp reports."""
    return {WINDOW_CLOSED: CLOSED, UNDELIVERABLE: _UNREACHABLE}.get(error_code or 0, _ANY_REASON)


class NotifierApplication(StageApplication[CaseNotices]):
    """Messages to the applicant about the case."""

    name = "notifier"
    service: ClassVar[str] = "notifier"
    aggregate: ClassVar[type[CaseNotices]] = CaseNotices

    def __init__(
        self,
        env: EnvType | None = None,
        *,
        book: TemplateBook,
        rules: Rules,
        desk: SoftcopyDesk,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env, clock=clock)
        self.templates = book
        self.rules = rules
        self.desk = desk
        self.hand = desk.hand

    def meet_and_tell(self, event: e.PermohonanDiajukan, work: Work[CaseNotices]) -> None:
        """An application was submitted: remember whom to tell, and tell him the receipt code."""
        applicant = Applicant(
            sealed=event.applicant,
            receipt_code=event.receipt_code,
            service_id=event.service_id,
            contact_id=event.contact_id,
            writes_by_whatsapp=event.channel == "whatsapp",
            channel=event.channel,
            has_phone=self.hand.has_phone(event.case_id, event.applicant),
        )
        notices = notices_of(event.case_id, work)
        notices.meet(applicant, cause=work.cause)
        if event.channel in ("whatsapp", "manual"):
            self._hear(notices, event, work)
        self.tell(event, work)
        self.desk.deliver_once(notices, work)

    def tell(self, event: e.IntegrationEvent, work: Work[CaseNotices]) -> None:
        """Something happened that the applicant shall hear of, if a template says so."""
        about, reason_code = type(event).__name__, getattr(event, "reason_code", None)
        template = self.templates.about(about, reason_code)
        if template is not None:
            message_id = uuid5(event.event_id, template.id)
            notices = notices_of(event.case_id, work)
            notice = Notice(
                template_id=template.id,
                about_event=about,
                values=self._values(event),
                collection_code=notices.collection_code if about in _CODE_TOLD else None,
            )
            self._say(notices, work, message_id, notice)

    def hear_paper(self, event: e.BerkasDiunggah, work: Work[CaseNotices]) -> None:
        """The applicant sent another paper, so he wrote; by hand staff brought it for him."""
        notices = notices_of(event.case_id, work)
        if self.hand.way_of(notices.applicant, type(event).__name__, work) == "platform":
            self._hear(notices, event, work)

    def hear(self, event: e.PemohonMenulis, work: Work[CaseNotices]) -> None:
        """The applicant wrote: documents that waited for it are sent now."""
        contact = work.find_as(ContactNotices, event.contact_id)
        if contact is None:
            contact = ContactNotices(case_id=event.contact_id, cause=work.cause)
            work.add(contact)
        note_writing(contact, event, work)
        for case_id in contact.waiting:
            with speaking_of(case_id, work) as notices:
                if self.desk.can_deliver(notices, work):
                    self.desk.deliver(notices, work)

    def learn_documents(self, event: e.Ditandatangani, work: Work[CaseNotices]) -> None:
        """The documents are signed."""
        notices = notices_of(event.case_id, work)
        signed = tuple(
            e.LinkedDocument(kind=each.kind, signed_sha256=each.signed_sha256)
            for each in event.documents
        )
        notices.learn_documents(signed, cause=work.cause)
        self.tell(event, work)
        self.desk.deliver_once(notices, work)

    def documents_ready(self, event: e.Dicetak, work: Work[CaseNotices]) -> None:
        """What was printed can be collected, with a code; the rest goes to the phone."""
        notices = notices_of(event.case_id, work)
        signed = event.signed_sha256 if event.medium == "unduh" else ()
        for_phone = tuple(each for each in signed if each not in event.to_collect)
        notices.note_ready(for_phone, event.collection_code, cause=work.cause)
        if len(for_phone) < len(event.signed_sha256):
            self.tell(event, work)
        if self._is_news(work):
            self.desk.deliver_once(notices, work)

    def renew_code(self, event: e.KodePengambilanDiganti, work: Work[CaseNotices]) -> None:
        """The applicant gets a new code for collecting."""
        notices = notices_of(event.case_id, work)
        notices.note_ready(notices.for_phone, event.collection_code, cause=work.cause)
        self.tell(event, work)

    def not_collected(self, event: e.TidakDiambil, work: Work[CaseNotices]) -> None:
        """Nobody came, or nobody opened the link."""
        notices = notices_of(event.case_id, work)
        if notices.collection_code or not notices.for_phone:
            self.tell(event, work)
            return
        notice = Notice(template_id=t.NOT_FETCHED, about_event=type(event).__name__)
        self._say(notices, work, uuid5(event.event_id, t.NOT_FETCHED), notice)
        self.desk.await_writing(notices, work)

    def finish(self, event: e.Diserahkan | e.PermohonanDibatalkan, work: Work[CaseNotices]) -> None:
        """The case is over, and that is told; the contact need not write for its documents."""
        notices = notices_of(event.case_id, work)
        notices.end(cause=work.cause)
        contact = contact_of(notices.applicant, work) if notices.applicant else None
        if contact is not None:
            contact.serve(notices.case_id, cause=work.cause)
        self.hand.skip_all(notices.case_id, ENDED, work)
        self.tell(event, work)

    def forget(self, event: e.DataPribadiDihapus, work: Work[CaseNotices]) -> None:
        """Nobody can be told any more: what waits goes, with what was sealed for it."""
        notices = work.find(event.case_id)
        self.hand.skip_all(event.case_id, ENDED, work)
        if notices is not None:
            notices.end(cause=work.cause)
            for message_id in unsent(notices.messages):
                notices.skip(message_id, ENDED, cause=work.cause)
                work.finish(message_id)

    def tell_of_outage(self, event: e.TerdampakGangguan, work: Work[CaseNotices]) -> None:
        """An outage stops the case: the applicant hears of it once per outage."""
        template = self.templates.about(type(event).__name__)
        if template is None:
            return
        reason = self.templates.reason(f"gangguan-{event.system}")
        about = type(event).__name__
        notice = Notice(template_id=template.id, about_event=about, values={"alasan": reason})
        notices = notices_of(event.case_id, work)
        self._say(notices, work, uuid5(event.outage_id, str(event.case_id)), notice)
        outage = work.find_as(OutageNotices, event.outage_id)
        if outage is None:
            outage = OutageNotices(case_id=event.outage_id, cause=work.cause)
            work.add(outage)
        outage.note(event.case_id, cause=work.cause)

    def tell_of_recovery(self, event: e.GangguanSelesai, work: Work[CaseNotices]) -> None:
        """The outage is over: whoever was told of it hears so, unless his case has ended."""
        outage = work.find_as(OutageNotices, event.case_id)
        template = self.templates.about(type(event).__name__)
        if outage is None or template is None:
            return
        notice = Notice(template_id=template.id, about_event=type(event).__name__)
        for case_id in outage.told:
            with speaking_of(case_id, work) as notices:
                if not notices.is_ended:
                    self._say(notices, work, uuid5(event.event_id, str(case_id)), notice)

    def tell_of_delay(self, event: e.SlaTerlampaui, work: Work[CaseNotices]) -> None:
        """A step is late; the applicant hears of it once, when the whole promise is broken."""
        notices = work.find(event.case_id)
        template = self.templates.about(type(event).__name__)
        if notices is None or template is None or event.canary or notices.is_ended:
            return
        complete_at = self._told_of(e.BerkasDiterima, notices, work)
        promise = load_sop(work.cause.sop_version).total
        if complete_at and event.occurred_at - min(complete_at) >= promise:
            notice = Notice(template_id=template.id, about_event=type(event).__name__)
            self._say(notices, work, uuid5(event.case_id, template.id), notice)

    @staticmethod
    def _told_of(
        kind: type[e.IntegrationEvent], notices: CaseNotices, work: Work[CaseNotices]
    ) -> list[datetime]:
        """When it was decided to tell an event, by whichever way."""
        by_hand = work.find_as(HandNotices, notices.case_id)
        told = [(each.notice, each.queued_at) for each in notices.messages.values()]
        if by_hand is not None:
            told += [(each.notice, each.asked_at) for each in by_hand.messages.values()]
        return [at for notice, at in told if notice.about_event == kind.__name__]

    def thank(self, event: e.SurveiDijawab, work: Work[CaseNotices]) -> None:
        """The applicant said how it was."""
        usual = self.templates.about(type(event).__name__)
        template_id = t.SORRY if event.score <= _LOW_SCORE or usual is None else usual.id
        notices = notices_of(event.case_id, work)
        self._hear(notices, event, work)
        notice = Notice(template_id=template_id, about_event=type(event).__name__)
        self._say(notices, work, uuid5(event.survey_id, "terima-kasih"), notice)

    def send_again(self, event: e.KirimUlangDiminta, work: Work[CaseNotices]) -> None:
        """The applicant asks for the documents again."""
        notices = notices_of(event.case_id, work)
        self._hear(notices, event, work)
        if self._is_news(work):
            self.desk.resend_to_applicant(notices, work)

    def resend(self, command: ResendSoftcopy, work: Work[CaseNotices]) -> dict[str, str]:
        """Staff ask for the documents to be sent again."""
        return {"state": self.desk.resend(work.get(command.case_id), work)}

    def remind(self, effect: Effect) -> None:
        """Effect ``remind``: look whether a link was opened."""
        cause = self.own_cause(effect.case_id, effect.id)
        self.perform(cause, lambda work: self.desk.remind(effect, work))

    def note_opened(self, event: e.TautanUnduhDibuka, work: Work[CaseNotices]) -> None:
        """The applicant opened the link."""
        notices_of(event.case_id, work).end_link(event.link_id, was_opened=True, cause=work.cause)

    def note_locked(self, event: e.TautanUnduhDikunci, work: Work[CaseNotices]) -> None:
        """The link is dead before its time."""
        notices = notices_of(event.case_id, work)
        if notices.end_link(event.link_id, was_opened=False, cause=work.cause):
            self.tell(event, work)

    def resume(self, command: ResumeSending, work: Work[CaseNotices]) -> None:
        """The account is in order again."""
        del command
        channel_of(work).resume(cause=about_the_channel(work.cause))

    def note_status(self, event: e.StatusPesanDilaporkan, work: Work[CaseNotices]) -> None:
        """WhatsApp reports what became of a message; it may answer an open question."""
        notices = work.find(event.case_id)
        if notices is None or str(event.message_id) not in notices.messages:
            return
        message = notices.message(event.message_id)
        if event.status == "failed":
            self.refuse(event.message_id, event.error_code, notices, work)
            work.finish(event.message_id)
            return
        if message.state in ("queued", "started"):
            # The call's own answer was lost, or is only just being recorded.
            notices.accepted(event.message_id, event.provider_message_id, cause=work.cause)
            work.finish(event.message_id)
        notices.note_status(
            event.message_id, event.status, error_code=event.error_code, cause=work.cause
        )

    def refuse(
        self, message_id: UUID, code: int | None, notices: CaseNotices, work: Work[CaseNotices]
    ) -> None:
        """WhatsApp will never deliver the message: the template instead, or a person."""
        contact = contact_of(notices.applicant, work) if notices.applicant else None
        if code == WINDOW_CLOSED:
            if contact is not None:
                contact.close_window(cause=work.cause)
            self.close_window(message_id, notices, work)
            return
        if code == UNDELIVERABLE and contact is not None:
            contact.give_up(_UNREACHABLE, cause=work.cause)
        if code is not None and stops_the_office(code):
            self.stop(code, work)
        self.fail(message_id, failure_of(code), notices, work)

    def close_window(self, message_id: UUID, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        """No free words now: the approved template once, else nothing or a person."""
        notice = notices.message(message_id).notice
        template = self.templates.template(notice.template_id)
        if notice.form == "utility":
            self.fail(message_id, CLOSED, notices, work)
        elif template.utility is None:
            notices.skip(message_id, CLOSED, cause=work.cause)
        else:
            other = notices.divert(message_id, CLOSED, cause=work.cause)
            if other is not None:
                schedule_send(work, notices.case_id, other, work.cause.recorded_at)
            if notice.has_secret or notice.attachment:
                self.desk.await_writing(notices, work)

    def fail(
        self, message_id: UUID, reason_code: str, notices: CaseNotices, work: Work[CaseNotices]
    ) -> None:
        """Give the message to whoever has to reach the applicant otherwise."""
        template = self.templates.template(notices.message(message_id).notice.template_id)
        due_at = work.cause.recorded_at + self.rules.telling.failure_due
        failure = Failure(reason_code, template.owner, due_at)
        notices.fail(message_id, failure, cause=work.cause)

    def move_to_hand(self, message_id: UUID, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        """A message of the queue whose applicant is not told by the platform: staff tell it."""
        notice = notices.message(message_id).notice
        notices.skip(message_id, MOVED, cause=work.cause)
        is_hand = self.hand.way_of(notices.applicant, notice.about_event, work) == "hand"
        if is_hand and notice.template_id in t.CARRY_DOCUMENTS:
            self.desk.deliver(notices, work)
        elif is_hand:
            plain = notice.model_copy(update={"form": "text"})
            self.hand.give(notices.case_id, work, message_id, plain)

    def stop(self, code: int, work: Work[CaseNotices]) -> None:
        """WhatsApp refuses the office itself: nothing is sent until somebody has acted."""
        reason = "batas-spam" if code == SPAM_LIMIT else "akun-diblokir"
        channel = channel_of(work)
        channel.stop(reason, code, cause=about_the_channel(work.cause))

    def _say(
        self, notices: CaseNotices, work: Work[CaseNotices], message_id: UUID, notice: Notice
    ) -> None:
        """Queue a message or give it to staff, unless it comes too late or nobody is told."""
        telling, recorded_at = self.rules.telling, work.origin.recorded_at
        if telling.tell_from is not None and recorded_at < telling.tell_from:
            return
        if self.hand.takes(notices, work, message_id, notice):
            return
        if not self._is_news(work):
            if notices.queue(message_id, notice, cause=work.cause):
                self.fail(message_id, _STALE, notices, work)
            return
        queue(notices, work, message_id, notice)

    def _is_news(self, work: Work[CaseNotices]) -> bool:
        telling, recorded_at = self.rules.telling, work.origin.recorded_at
        if telling.tell_from is not None and recorded_at < telling.tell_from:
            return False
        return work.cause.recorded_at - recorded_at < telling.news_lives

    def _hear(
        self, notices: CaseNotices, event: e.IntegrationEvent, work: Work[CaseNotices]
    ) -> None:
        contact = contact_of(notices.applicant, work) if notices.applicant else None
        if contact is not None:
            note_writing(contact, event, work)

    def _values(self, event: e.IntegrationEvent) -> dict[str, str | list[str]]:
        values: dict[str, str | list[str]] = {}
        if isinstance(event, e.BerkasTidakLengkap):
            values["kekurangan"] = list(self.templates.problems(event.problems))
        reason_code = getattr(event, "reason_code", None)
        if reason_code is not None:
            values["alasan"] = self.templates.reason(reason_code)
        return values
