"""Use cases of the notifier: what happened, and whether the applicant hears of it."""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.utils import EnvType

from jamila_contracts.events import (
    BerkasTidakLengkap,
    DataPribadiDihapus,
    IntegrationEvent,
    PermohonanDiajukan,
    StatusPesanDilaporkan,
    TerdampakGangguan,
)
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.work import Work
from jamila_whatsapp.errors import UNDELIVERABLE, WINDOW_CLOSED
from notifier.domain import Applicant, CaseNotices, Notice
from notifier.templates import TemplateBook, load_templates

SEND: Final = "send"
"""Kind of the effect that sends a message; its id is the message's."""
_REASONS: Final = {
    WINDOW_CLOSED: "di-luar-jendela-24-jam",
    UNDELIVERABLE: "tidak-dapat-diterima",
}
"""Why WhatsApp could not deliver, for whoever has to reach the applicant otherwise."""
_ANY_REASON: Final = "ditolak-whatsapp"


def failure_of(error_code: int | None) -> str:
    """The reason code of a failure that WhatsApp reports."""
    return _REASONS.get(error_code or 0, _ANY_REASON)


class NotifierApplication(StageApplication[CaseNotices]):
    """Messages to the applicant about the case."""

    name = "notifier"
    service: ClassVar[str] = "notifier"
    aggregate: ClassVar[type[CaseNotices]] = CaseNotices

    def __init__(self, env: EnvType | None = None, *, clock: Clock | None = None) -> None:
        super().__init__(env, clock=clock)
        self.templates: TemplateBook = load_templates()

    def meet_and_tell(self, event: PermohonanDiajukan, work: Work[CaseNotices]) -> None:
        """An application was submitted: remember whom to tell, and tell him the receipt code."""
        applicant = Applicant(
            sealed=event.applicant, receipt_code=event.receipt_code, service_id=event.service_id
        )
        _notices(event.case_id, work).meet(applicant, cause=work.cause)
        # Nobody to write to on the other channels: the counter tells in person.
        if event.channel == "whatsapp":
            self.tell(event, work)

    def tell(self, event: IntegrationEvent, work: Work[CaseNotices]) -> None:
        """Something happened that the applicant shall hear of, if a template says so."""
        reason_code = getattr(event, "reason_code", None)
        about = type(event).__name__
        template = self.templates.about(about, reason_code)
        if template is None:
            return
        message_id = uuid5(event.event_id, template.id)
        notice = Notice(template_id=template.id, about_event=about, values=self._values(event))
        _notices(event.case_id, work).queue(message_id, notice, cause=work.cause)
        schedule_send(work, event.case_id, message_id, due_at=work.cause.recorded_at)

    def note_status(self, event: StatusPesanDilaporkan, work: Work[CaseNotices]) -> None:
        """WhatsApp reports what became of a message; it may answer an open question."""
        notices = work.find(event.case_id)
        if notices is None or str(event.message_id) not in notices.messages:
            return
        message = notices.message(event.message_id)
        if event.status == "failed":
            self._on_failure(notices, event, work)
            return
        if message.state in ("queued", "started"):
            # The call's own answer was lost, or is only just being recorded.
            notices.accepted(event.message_id, event.provider_message_id, cause=work.cause)
            work.finish(event.message_id)
        notices.note_status(
            event.message_id, event.status, error_code=event.error_code, cause=work.cause
        )

    def forget(self, event: DataPribadiDihapus, work: Work[CaseNotices]) -> None:
        """The case was forgotten: what still waits to be sent is sent to nobody."""
        notices = work.find(event.case_id)
        for message_id in notices.drop(cause=work.cause) if notices else ():
            work.finish(message_id)

    def close_window(self, message_id: UUID, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        """More than 24 hours since the applicant wrote: the approved template, or a person."""
        message = notices.message(message_id)
        has_other = self.templates.template(message.notice.template_id).utility is not None
        if message.notice.form == "text" and has_other:
            other = notices.divert(message_id, cause=work.cause)
            if other is not None:
                due_at = work.cause.recorded_at
                schedule_send(work, notices.case_id, other, due_at=due_at)
        else:
            notices.fail(message_id, failure_of(WINDOW_CLOSED), cause=work.cause)

    def _on_failure(
        self, notices: CaseNotices, event: StatusPesanDilaporkan, work: Work[CaseNotices]
    ) -> None:
        if event.error_code == WINDOW_CLOSED:
            self.close_window(event.message_id, notices, work)
        else:
            notices.fail(event.message_id, failure_of(event.error_code), cause=work.cause)
        work.finish(event.message_id)

    def tell_of_outage(self, event: TerdampakGangguan, work: Work[CaseNotices]) -> None:
        """An outage stops the case: the applicant hears of it once per outage."""
        template = self.templates.about(type(event).__name__, None)
        notices = _notices(event.case_id, work)
        # Known, and never written to: a case of the counter, which tells in person.
        has_no_phone = notices.applicant is not None and not notices.messages
        message_id = uuid5(event.outage_id, str(event.case_id))
        if template is None or has_no_phone or str(message_id) in notices.messages:
            return
        reason = self.templates.reason(f"gangguan-{event.system}")
        about = type(event).__name__
        notice = Notice(template_id=template.id, about_event=about, values={"alasan": reason})
        notices.queue(message_id, notice, cause=work.cause)
        schedule_send(work, event.case_id, message_id, due_at=work.cause.recorded_at)

    def _values(self, event: IntegrationEvent) -> dict[str, str | list[str]]:
        values: dict[str, str | list[str]] = {}
        if isinstance(event, BerkasTidakLengkap):
            values["kekurangan"] = list(self.templates.problems(event.problems))
        reason_code = getattr(event, "reason_code", None)
        if reason_code is not None:
            values["alasan"] = self.templates.reason(reason_code)
        return values


def schedule_send(
    work: Work[CaseNotices], case_id: UUID, message_id: UUID, *, due_at: datetime
) -> None:
    """Have a message sent once the facts are saved."""
    work.schedule(Effect(id=message_id, kind=SEND, case_id=case_id, due_at=due_at))


def _notices(case_id: UUID, work: Work[CaseNotices]) -> CaseNotices:
    """The case's messages; facts of different services come in any order, so any may be first."""
    notices = work.find(case_id)
    if notices is None:
        notices = CaseNotices(case_id=case_id, cause=work.cause)
        work.add(notices)
    return notices
