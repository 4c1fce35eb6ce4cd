"""Brings the signed documents to the applicant's phone: as a link with a PIN, or as files."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from jamila_contracts.events import Dicetak
from jamila_runtime.effects import Effect
from jamila_runtime.errors import ConflictError
from jamila_runtime.logs import get_logger
from jamila_runtime.vault import CaseKeyMissingError, CaseVault
from jamila_runtime.work import Work
from notifier import templates as t
from notifier.domain import CaseNotices
from notifier.hand_notices import HandNotices
from notifier.handing import Hand
from notifier.links import LinkMaker
from notifier.messages import Link, Notice
from notifier.queueing import contact_of, queue
from notifier.rules import Rules
from notifier.times import in_words

REMIND: Final = "remind"
"""Kind of the effect that looks whether a link was opened; its id is derived from the link's."""
_ABOUT: Final = Dicetak.__name__
_JUST_NOW: Final = timedelta(minutes=1)
_DAY: Final = timedelta(hours=24)
_log = get_logger(__name__)


class SoftcopyNotReadyError(ConflictError):
    """There is nothing to send to the applicant's phone (yet), or nobody to send it to."""

    slug = "softcopy-not-ready"


class SoftcopyDesk:
    """Decides what is sent so that the applicant gets the documents."""

    def __init__(self, rules: Rules, vault: CaseVault, links: LinkMaker, hand: Hand) -> None:
        self._rules = rules
        self._vault = vault
        self._links = links
        self.hand = hand

    def deliver_once(self, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        """Deliver when everything is known that it takes, and nothing was delivered before."""
        kinds = (t.LINK, t.DOCUMENT, t.ASK_TO_WRITE)
        began = any(m.notice.template_id in kinds for m in notices.messages.values())
        began = began or self._is_given(notices, work)
        if not began and self.can_deliver(notices, work) and not notices.is_ended:
            self.deliver(notices, work)

    def can_deliver(self, notices: CaseNotices, work: Work[CaseNotices]) -> bool:
        """Whether there are documents for the phone, and a phone."""
        applicant = notices.applicant
        way = self.hand.way_of(applicant, _ABOUT, work)
        return applicant is not None and way != "none" and bool(notices.softcopies)

    def deliver(self, notices: CaseNotices, work: Work[CaseNotices]) -> str:
        """Send the documents or a new link, or ask the applicant to write first.

        Returns:
            What was done: ``menunggu``, ``tautan``, ``dokumen`` or ``manual``.
        """
        assert notices.applicant is not None  # noqa: S101 - can_deliver has looked
        if self.hand.way_of(notices.applicant, _ABOUT, work) == "hand":
            self._give(notices, work)
            return "manual"
        contact = contact_of(notices.applicant, work)
        now = work.cause.recorded_at
        if contact is None or not contact.is_window_open(now, self._rules.telling.window):
            self._ask_to_write(notices, work)
            return "menunggu"
        contact.serve(notices.case_id, cause=work.cause)
        if self._rules.softcopy.mode == "dokumen":
            self._send_documents(notices, work)
        else:
            self._send_link(notices, work)
        return self._rules.softcopy.mode

    def resend(self, notices: CaseNotices, work: Work[CaseNotices]) -> str:
        """Staff ask to send them again.

        Raises:
            SoftcopyNotReadyError: there is nothing to send, or nobody to send it to.
        """
        if not self.can_deliver(notices, work):
            raise SoftcopyNotReadyError("no documents for the phone of an applicant")
        return self.deliver(notices, work)

    def resend_to_applicant(self, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        """The applicant asks for them again; what was sent just now is not repeated."""
        now, rules = work.cause.recorded_at, self._rules.softcopy
        sent_at = _sent_at(notices)
        is_locked = bool(notices.links_made) and notices.link is None
        if not is_locked and any(now - at < _JUST_NOW for at in sent_at):
            self._tell(notices, work, t.JUST_SENT)
        elif not self.can_deliver(notices, work):
            self._tell(notices, work, t.NOTHING_TO_SEND)
        elif sum(now - at < _DAY for at in sent_at) > rules.most_resends:
            self._tell(notices, work, t.TOO_OFTEN)
        else:
            self.deliver(notices, work)

    def remind(self, effect: Effect, work: Work[CaseNotices]) -> None:
        """Nobody opened the link for a while: bring it to mind, once."""
        notices = work.find(effect.case_id)
        work.finish(effect.id)
        if notices is None or notices.is_ended or notices.was_opened or notices.link is None:
            return
        if str(notices.link.id) == effect.payload["link_id"]:
            message_id = uuid5(notices.case_id, t.REMINDER)
            notice = Notice(template_id=t.REMINDER, about_event=_ABOUT)
            if not self.hand.takes(notices, work, message_id, notice):
                queue(notices, work, message_id, notice)

    def await_writing(self, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        """The documents are sent as soon as the applicant writes."""
        contact = contact_of(notices.applicant, work) if notices.applicant else None
        if contact is not None:
            contact.keep_waiting(notices.case_id, cause=work.cause)

    def _ask_to_write(self, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        self.await_writing(notices, work)
        message_id = uuid5(work.cause.causation_id, f"{t.ASK_TO_WRITE}/{notices.case_id}")
        notice = Notice(template_id=t.ASK_TO_WRITE, about_event=_ABOUT, form="utility")
        queue(notices, work, message_id, notice)

    def _send_link(self, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        made, now = self._links.make(), work.cause.recorded_at
        rules = self._rules.softcopy
        link_id = uuid5(work.cause.causation_id, f"link/{notices.case_id}")
        link = Link(link_id, made_at=now, expires_at=now + rules.link_lives)
        url = f"{rules.public_base_url.rstrip('/')}/unduh/{made.token}"
        try:
            sealed_url = self._vault.seal(notices.case_id, {"tautan": url})
            sealed_pin = self._vault.seal(notices.case_id, {"pin": made.pin})
        except CaseKeyMissingError:
            _log.warning("no link: personal data is forgotten", case_id=str(notices.case_id))
            return
        notices.make_link(link, made.token_sha256, made.pin_hash, cause=work.cause)
        told = Notice(
            template_id=t.LINK,
            about_event=_ABOUT,
            values={"sampai": in_words(link.expires_at)},
            has_secret=True,
        )
        queue(notices, work, uuid5(link_id, t.LINK), told, sealed=sealed_url)
        told = Notice(template_id=t.PIN, about_event=_ABOUT, has_secret=True)
        queue(notices, work, uuid5(link_id, t.PIN), told, sealed=sealed_pin)
        work.schedule(
            Effect(
                id=uuid5(link_id, REMIND),
                kind=REMIND,
                case_id=notices.case_id,
                due_at=now + rules.remind_after,
                payload={"link_id": str(link_id)},
            )
        )

    def _send_documents(self, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        for document in notices.softcopies:
            name = f"{t.DOCUMENT}/{notices.case_id}/{document.signed_sha256}"
            notice = Notice(template_id=t.DOCUMENT, about_event=_ABOUT, attachment=document)
            queue(notices, work, uuid5(work.cause.causation_id, name), notice)

    def _tell(self, notices: CaseNotices, work: Work[CaseNotices], template_id: str) -> None:
        message_id = uuid5(work.cause.causation_id, template_id)
        notice = Notice(template_id=template_id, about_event="KirimUlangDiminta")
        if not self.hand.takes(notices, work, message_id, notice):
            queue(notices, work, message_id, notice)

    def _give(self, notices: CaseNotices, work: Work[CaseNotices]) -> None:
        """Staff send the documents from the office's phone; once is enough while they have not."""
        assert notices.applicant is not None  # noqa: S101 - the caller has looked
        contact = contact_of(notices.applicant, work)
        if contact is not None:
            contact.serve(notices.case_id, cause=work.cause)
        mine = work.find_as(HandNotices, notices.case_id)
        if mine is not None and any(each.documents for each in mine.waiting().values()):
            return
        message_id = uuid5(work.cause.causation_id, f"{t.BY_HAND}/{notices.case_id}")
        notice = Notice(template_id=t.BY_HAND, about_event=_ABOUT)
        documents = notices.softcopies
        self.hand.give(notices.case_id, work, message_id, notice, documents=documents)

    @staticmethod
    def _is_given(notices: CaseNotices, work: Work[CaseNotices]) -> bool:
        mine = work.find_as(HandNotices, notices.case_id)
        return mine is not None and any(each.documents for each in mine.messages.values())


def _sent_at(notices: CaseNotices) -> list[datetime]:
    """When the documents, or links to them, went into the queue."""
    kinds = (t.LINK, t.DOCUMENT)
    messages = notices.messages.values()
    return sorted({m.queued_at for m in messages if m.notice.template_id in kinds})
