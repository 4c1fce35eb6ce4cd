"""Who is told by hand, about what, and the asking for it."""

from typing import Final, Literal
from uuid import UUID, uuid5

from jamila_contracts.events import LinkedDocument
from jamila_runtime.effects import Effect
from jamila_runtime.vault import CaseKeyMissingError, CaseVault
from jamila_runtime.work import Work
from notifier.audience import ContactNotices
from notifier.domain import CaseNotices
from notifier.hand_notices import HandMessage, HandNotices
from notifier.messages import Applicant, Notice
from notifier.metrics import MESSAGES
from notifier.rules import Telling
from notifier.templates import TemplateBook

Way = Literal["platform", "hand", "none"]
HAND_DUE: Final = "hand-due"
"""Kind of the effect that waits as long as a message has to be told by hand."""
MOVED: Final = "disampaikan-petugas"
"""Why a message is not sent: staff tell it."""
_OVERTAKEN: Final = "didahului"
NEEDS_HIM: Final = frozenset(
    {
        "BerkasTidakLengkap",
        "Dicetak",
        "TidakDiambil",
        "KodePengambilanDiganti",
        "PermohonanDibatalkan",
        "DokumenDicabut",
    }
)
"""What somebody who came to the counter has to hear, because it is his turn or it is over."""


class Hand:
    """Decides whether staff tell a message, and asks them."""

    def __init__(self, telling: Telling, book: TemplateBook, vault: CaseVault) -> None:
        self._telling = telling
        self._book = book
        self._vault = vault

    def has_phone(self, case_id: UUID, sealed: str) -> bool:
        """Whether the applicant left a number."""
        try:
            return bool(self._vault.open(case_id, sealed).get("phone"))
        except CaseKeyMissingError:
            return False

    def way_of(self, applicant: Applicant | None, about: str, work: Work[CaseNotices]) -> Way:
        """How the applicant is told about an event; unknown applicants wait in the queue."""
        if applicant is None:
            return "platform"
        match applicant.channel:
            case None:
                return "platform" if applicant.writes_by_whatsapp else "none"
            case "loket" | "kolektif":
                return self._way_of_counter(applicant, about)
            case channel:
                contact = self._contact(applicant, work)
                is_by_hand = contact.is_by_hand if contact is not None else None
                if is_by_hand is None:
                    is_by_hand = channel == "manual"
                return "hand" if is_by_hand else "platform"

    def takes(
        self, notices: CaseNotices, work: Work[CaseNotices], message_id: UUID, notice: Notice
    ) -> bool:
        """Whether the message is settled here: staff tell it, or nobody does."""
        way = self.way_of(notices.applicant, notice.about_event, work)
        if way == "hand":
            self.give(notices.case_id, work, message_id, notice)
        return way != "platform"

    def give(
        self,
        case_id: UUID,
        work: Work[CaseNotices],
        message_id: UUID,
        notice: Notice,
        *,
        documents: tuple[LinkedDocument, ...] = (),
    ) -> None:
        """Ask staff to tell it; what it makes stale is not told any more."""
        mine = work.find_as(HandNotices, case_id)
        if mine is None:
            mine = HandNotices(case_id=case_id, cause=work.cause)
            work.add(mine)
        now = work.cause.recorded_at
        owner = self._book.template(notice.template_id).owner
        due_at = now + self._telling.by_hand_due
        message = HandMessage(notice, owner, asked_at=now, due_at=due_at, documents=documents)
        earlier = mine.waiting()
        if not mine.ask(message_id, message, cause=work.cause):
            return
        MESSAGES.labels("by-hand").inc()
        work.schedule(_due(case_id, message_id, message))
        for other, known in earlier.items():
            if self._book.template(known.notice.template_id).is_fleeting:
                mine.skip(other, _OVERTAKEN, cause=work.cause)
                work.finish(due_id(other))

    def skip_all(self, case_id: UUID, reason_code: str, work: Work[CaseNotices]) -> None:
        """Nothing that waits need be told any more."""
        mine = work.find_as(HandNotices, case_id)
        for message_id in mine.waiting() if mine is not None else ():
            assert mine is not None  # noqa: S101 - for the type checker
            mine.skip(message_id, reason_code, cause=work.cause)
            work.finish(due_id(message_id))

    def _way_of_counter(self, applicant: Applicant, about: str) -> Way:
        rule = self._telling.counter_by_hand
        is_told = rule == "semua" or (rule == "perlu" and about in NEEDS_HIM)
        return "hand" if applicant.has_phone and is_told else "none"

    @staticmethod
    def _contact(applicant: Applicant, work: Work[CaseNotices]) -> ContactNotices | None:
        if applicant.contact_id is None:
            return None
        return work.find_as(ContactNotices, applicant.contact_id)


def due_id(message_id: UUID) -> UUID:
    """Names the effect that waits for a message to be told."""
    return uuid5(message_id, HAND_DUE)


def _due(case_id: UUID, message_id: UUID, message: HandMessage) -> Effect:
    return Effect(
        id=due_id(message_id),
        kind=HAND_DUE,
        case_id=case_id,
        due_at=message.due_at,
        payload={"message_id": str(message_id)},
    )
