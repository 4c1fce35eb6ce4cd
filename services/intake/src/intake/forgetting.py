"""What intake forgets with a case: who sent it, if no other application needs him.

Two effects. The first throws away the contact and everything of his that still lies in the inbox,
and begins a new epoch of the drawers. The second, when whatever was being written has settled,
seals anew what is left and destroys the old keys.
"""

import base64
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from eventsourcing.utils import get_topic

from intake.application import IntakeApplication
from intake.by_hand import ByHand
from intake.contacts import Contacts
from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.epochs import EpochDrawer
from intake.help_request import HelpRequest
from intake.inbox_ending import InboxEnding
from intake.turn import ANSWER, PAPERS
from jamila_contracts.commands_desk import TO_TELL_DESK
from jamila_runtime.effects import Effect
from jamila_runtime.errors import RetryableError
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work

END_EPOCHS: Final = "end-epochs"
_SETTLE: Final = timedelta(seconds=2)
"""Longer than anything that is sealed takes to be written."""
_PAGE: Final = 500


class Forgetter:
    """Performs both effects."""

    def __init__(  # noqa: PLR0913 - every place where something of a sender may lie
        self,
        application: IntakeApplication,
        contacts: Contacts,
        inbox: InboxEnding,
        *,
        vault: CaseVault,
        drawers: Sequence[EpochDrawer],
        by_hand: ByHand,
    ) -> None:
        self._by_hand = by_hand
        self._application = application
        self._contacts = contacts
        self._inbox = inbox
        self._vault = vault
        self._drawers = drawers

    def forget_sender(self, effect: Effect) -> None:
        """Effect ``forget-sender``: the case is forgotten, perhaps its sender too."""
        case = self._application.find(effect.case_id)
        family = self._contacts.family(case.contact_id) if case else ()
        unneeded = bool(family) and not self._is_needed(family)
        # Nothing is sealed for it now. Once every list was, with numbers and words, and is kept as
        # the reply it was.
        self._vault.forget(TO_TELL_DESK)
        if unneeded:
            self._inbox.forget(self._contacts.identifiers(family))
            self._by_hand.forget(family)
            self._contacts.forget(family)
            for sealed_for in (*family, *self._help_requests(family)):
                self._vault.forget(sealed_for)
        for drawer in self._drawers:
            drawer.turn()

        def act(work: Work[CaseIntake]) -> None:
            work.finish(effect.id)
            work.schedule(self._later(effect))
            for answer in self._answers(family) if unneeded else ():
                work.finish(answer.id)

        self._application.perform(self._application.own_cause(effect.case_id, effect.id), act)

    def end_epochs(self, effect: Effect) -> None:
        """Effect ``end-epochs``: what was sealed before can be opened by nobody.

        Raises:
            RetryableError: answers that were sealed before still wait to be sent; they soon are, or
                are given up.
        """
        if any(self._is_old(each) for each in self._application.store.waiting_effects((ANSWER,))):
            raise RetryableError("answers of the old epoch still wait")
        self._contacts.seal_anew()
        self._by_hand.seal_anew()
        self._inbox.seal_anew()
        for drawer in self._drawers:
            drawer.end_old()
        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, lambda work: work.finish(effect.id))

    def _is_needed(self, family: Collection[UUID]) -> bool:
        """Whether they have an application that is not forgotten, or one in the making."""
        work = self._application.work()
        chats = (work.find_as(Conversation, contact_id) for contact_id in family)
        if any(chat is not None and chat.draft is not None for chat in chats):
            return True
        held: set[UUID] = set()
        for event in self._history(CaseIntake.Diajukan, CaseIntake.DataDilupakan):
            case_id = event.cause.case_id
            if isinstance(event, CaseIntake.DataDilupakan):
                held.discard(case_id)
            elif event.contact_id in family:
                held.add(case_id)
        return bool(held)

    def _is_old(self, answer: Effect) -> bool:
        sealed = base64.b64decode(answer.payload.get("sealed", ""))
        return bool(sealed) and not any(each.is_present(sealed) for each in self._drawers)

    def _help_requests(self, family: Collection[UUID]) -> list[UUID]:
        """Talks with a person of the office; each is sealed with a key of its own."""
        opened = self._history(HelpRequest.Dibuka)
        return [each.cause.case_id for each in opened if each.contact_id in family]

    def _history(self, *events: type[Any]) -> Iterator[Any]:
        """Every event of some kinds there was, in order."""
        topics = [get_topic(each) for each in events]
        after = 0
        while True:
            page = self._application.recorder.select_notifications(
                after, _PAGE, topics=topics, inclusive_of_start=False
            )
            if not page:
                return
            for notification in page:
                yield self._application.mapper.to_domain_event(notification)
            after = page[-1].id

    def _answers(self, family: Collection[UUID]) -> Iterator[Effect]:
        waiting = self._application.store.waiting_effects((ANSWER, PAPERS))
        return (each for each in waiting if each.case_id in family)

    def _later(self, effect: Effect) -> Effect:
        return Effect(
            id=uuid5(effect.id, END_EPOCHS),
            kind=END_EPOCHS,
            case_id=effect.case_id,
            due_at=self._application.clock.now() + _SETTLE,
        )
