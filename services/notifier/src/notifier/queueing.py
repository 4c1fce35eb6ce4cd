"""Puts messages into the queue: fact and wish to send in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from jamila_contracts.event import IntegrationEvent
from jamila_runtime.aggregate import Cause
from jamila_runtime.effects import Effect
from jamila_runtime.work import Work
from notifier.audience import ContactNotices
from notifier.channel import CHANNEL, OfficeChannel
from notifier.domain import CaseNotices
from notifier.messages import Applicant, Notice

SEND = "send"
"""Kind of the effect that sends a message; its id is the message's."""
SECRETS = "sealed"
"""Where its payload holds what goes only into the message, under the key of the case."""


def notices_of(case_id: UUID, work: Work[CaseNotices]) -> CaseNotices:
    """The case's messages; facts of different services come in any order, so any may be first."""
    notices = work.find(case_id)
    if notices is None:
        notices = CaseNotices(case_id=case_id, cause=work.cause)
        work.add(notices)
    return notices


@contextmanager
def speaking_of(case_id: UUID, work: Work[CaseNotices]) -> Iterator[CaseNotices]:
    """Record about another case than the one whose event is being handled."""
    before = work.cause
    work.cause = before.model_copy(update={"case_id": case_id, "correlation_id": case_id})
    try:
        yield notices_of(case_id, work)
    finally:
        work.cause = before


def contact_of(applicant: Applicant, work: Work[CaseNotices]) -> ContactNotices | None:
    """The contact behind an applicant; None for applicants of before contacts were kept."""
    if applicant.contact_id is None:
        return None
    contact = work.find_as(ContactNotices, applicant.contact_id)
    if contact is None:
        contact = ContactNotices(case_id=applicant.contact_id, cause=work.cause)
        work.add(contact)
    return contact


def note_writing(contact: ContactNotices, event: IntegrationEvent, work: Work[CaseNotices]) -> None:
    """He wrote by WhatsApp, or to the office's phone: that is how he is told from now on."""
    if getattr(event, "channel", "whatsapp") == "manual":
        contact.answer_by_hand(cause=work.cause)
    else:
        contact.hear(event.occurred_at, cause=work.cause)


def queue(
    notices: CaseNotices,
    work: Work[CaseNotices],
    message_id: UUID,
    notice: Notice,
    *,
    sealed: str | None = None,
) -> None:
    """Queue a message and have it sent once the facts are saved; one that is known is quiet."""
    if notices.queue(message_id, notice, cause=work.cause):
        schedule_send(work, notices.case_id, message_id, work.cause.recorded_at, sealed=sealed)


def schedule_send(
    work: Work[CaseNotices],
    case_id: UUID,
    message_id: UUID,
    due_at: datetime,
    *,
    sealed: str | None = None,
) -> None:
    """Have a queued message sent."""
    payload = {SECRETS: sealed} if sealed else {}
    work.schedule(Effect(id=message_id, kind=SEND, case_id=case_id, due_at=due_at, payload=payload))


def channel_of(work: Work[CaseNotices]) -> OfficeChannel:
    """The office's channel."""
    channel = work.find_as(OfficeChannel, CHANNEL)
    if channel is None:
        channel = OfficeChannel(case_id=CHANNEL, cause=about_the_channel(work.cause))
        work.add(channel)
    return channel


def about_the_channel(cause: Cause) -> Cause:
    """The same cause for a fact about the channel instead of a case."""
    return cause.model_copy(update={"case_id": CHANNEL, "correlation_id": CHANNEL})
