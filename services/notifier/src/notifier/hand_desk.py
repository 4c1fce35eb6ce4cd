"""Staff tell applicants by hand: what waits, the words for it, and what became of it."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from jamila_contracts.commands import (
    Command,
    ListHandNotices,
    MarkNoticeTold,
    MarkNoticeUnreached,
    ReadHandNotice,
)
from jamila_contracts.sop import load_sop
from jamila_runtime.effects import Effect
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.stage import MissingCapabilityError
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work
from notifier.application import NotifierApplication
from notifier.composing import Composer
from notifier.domain import CaseNotices
from notifier.hand_notices import HandMessage, HandNotices, NoticeUnknownError
from notifier.handing import HAND_DUE, due_id
from notifier.messages import Failure
from notifier.metrics import MESSAGES

_STEP: Final = 1
_MOST: Final = 500
_AGAIN: Final = timedelta(hours=1)
_log = get_logger(__name__)


class NotToldYetError(RetryableError):
    """The time to tell somebody by hand is over, and nobody did: said again every hour."""

    slug = "hand-notice-overdue"


class HandDesk:
    """The use cases of staff."""

    def __init__(
        self, application: NotifierApplication, composer: Composer, vault: CaseVault
    ) -> None:
        self._application = application
        self._composer = composer
        self._vault = vault

    def list_waiting(self, command: ListHandNotices, work: Work[CaseNotices]) -> dict[str, Any]:
        """What has to be told, the one that is due first comes first; nothing personal."""
        _allow(command)
        effects = self._application.store.waiting_effects([HAND_DUE])
        now = work.cause.recorded_at
        found = []
        for effect in effects[:_MOST]:
            mine = work.find_as(HandNotices, effect.case_id)
            message_id = UUID(effect.payload["message_id"])
            if mine is not None and message_id in mine.waiting():
                message = mine.message(message_id)
                is_overdue = now >= message.due_at
                shown = _shown(effect.case_id, message_id, message)
                found.append({**shown, "overdue": is_overdue})
        found.sort(key=lambda each: str(each["due_at"]))
        return {"notices": found, "more": max(len(effects) - _MOST, 0)}

    def read(self, command: ReadHandNotice, work: Work[CaseNotices]) -> dict[str, Any]:
        """Words and number, sealed under the key of the case; whoever shows them records it."""
        _allow(command)
        message = _of(command.case_id, work).message(command.message_id)
        applicant = work.get(command.case_id).applicant
        if applicant is None:
            raise NoticeUnknownError("nobody to tell", message_id=str(command.message_id))
        text = self._composer.words(command.case_id, message.notice, applicant)
        phone = self._vault.open(command.case_id, applicant.sealed).get("phone")
        said = self._vault.seal(command.case_id, {"phone": phone, "text": text})
        shown = _shown(command.case_id, command.message_id, message)
        return {**shown, "state": message.state, "said": said}

    def mark_told(self, command: MarkNoticeTold, work: Work[CaseNotices]) -> None:
        """He was told."""
        _allow(command)
        _of(command.case_id, work).tell(command.message_id, cause=work.cause)
        work.finish(due_id(command.message_id))
        MESSAGES.labels("told-by-hand").inc()

    def mark_unreached(self, command: MarkNoticeUnreached, work: Work[CaseNotices]) -> None:
        """He was not reached: the owner has until the due time to find another way."""
        _allow(command)
        mine = _of(command.case_id, work)
        owner = mine.message(command.message_id).owner
        due_at = work.cause.recorded_at + self._application.rules.telling.failure_due
        failure = Failure(command.reason_code, owner, due_at)
        mine.give_up(command.message_id, failure, cause=work.cause)
        work.finish(due_id(command.message_id))
        MESSAGES.labels("unreached-by-hand").inc()

    def fall_due(self, effect: Effect) -> None:
        """Effect ``hand-due``: nobody told it in time; it stays in the list, and is said aloud.

        Raises:
            NotToldYetError: always, so that the wish stays until somebody settles it.
        """
        MESSAGES.labels("by-hand-overdue").inc()
        _log.error("applicant not told by hand", case_id=str(effect.case_id))
        raise NotToldYetError("nobody told the applicant yet", retry_after=_AGAIN)


def _of(case_id: UUID, work: Work[CaseNotices]) -> HandNotices:
    mine = work.find_as(HandNotices, case_id)
    if mine is None:
        raise NoticeUnknownError("nothing is told by hand", case_id=str(case_id))
    return mine


def _shown(case_id: UUID, message_id: UUID, message: HandMessage) -> dict[str, Any]:
    return {
        "case_id": str(case_id),
        "message_id": str(message_id),
        "about_event": message.notice.about_event,
        "template_id": message.notice.template_id,
        "owner": message.owner,
        "asked_at": message.asked_at.isoformat(),
        "due_at": message.due_at.isoformat(),
        "documents": [each.model_dump() for each in message.documents],
    }


def _allow(command: Command) -> None:
    capability = load_sop().step(_STEP).capability
    if command.actor.capability != capability:
        raise MissingCapabilityError(f"asks for {capability}", capability=capability)
