"""Hears what a message means for the notifier, before and beside the conversation."""

import re
from collections.abc import Callable
from functools import partial
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from intake.application import IntakeApplication
from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.messages import InboundMessage
from intake.replies import CaseReplies, Score, Way
from jamila_contracts.catalogue import words_of
from jamila_runtime.aggregate import Cause
from jamila_runtime.work import Work
from jamila_whatsapp.references import SurveyReply

_MESSAGE: Final = uuid5(NAMESPACE_URL, "jamila:whatsapp-reply")
_AGAIN: Final = ("kirim ulang", "kirimulang")
_READY: Final = "siap"
_JUDGED: Final = re.compile(r"^nilai\W*([1-4])$")
_BY_HAND: Final = "jamila:survey-by-hand"
_WHOLE: Final = "umum"


class Hearing:
    """Records replies that are not about papers; the notifier answers them."""

    def __init__(self, application: IntakeApplication) -> None:
        self._application = application

    def settles(self, message: InboundMessage) -> bool:
        """Whether the message needs no further answer in the chat; records what it says.

        The first message of a contact opens no window here: PermohonanDiajukan does.
        """
        if message.media is None:
            reply = SurveyReply.parse(message.text)
            if reply is not None:
                return self._answer_survey(message, reply)
            judged = _JUDGED.match(message.text.strip().lower())
            if judged is not None and message.channel == "manual":
                return self._judge(message, int(judged[1]))
            if words_of(message.text) in _AGAIN:
                return self._ask_again(message)
        self.hear(message)
        return False

    def hear(self, message: InboundMessage) -> None:
        """The applicant wrote; told about the newest case of each contact that is he."""
        for contact_id in (message.contact_id, *message.linked):
            case = self._newest(contact_id)
            if case is not None:
                hear = partial(_hear, contact_id=case.contact_id, channel=message.channel)
                self._record(message, case.case_id, hear, is_all=False)

    def _answer_survey(self, message: InboundMessage, reply: SurveyReply) -> bool:
        case = self._application.find(reply.case_id)
        if case is None or case.contact_id not in (message.contact_id, *message.linked):
            # Made up, or forwarded: nobody judges for another.
            return True
        self._record(
            message,
            reply.case_id,
            lambda r, c: r.answer_survey(
                reply.survey_id, Score(reply.item, reply.score, message.channel), cause=c
            ),
        )
        return True

    def _judge(self, message: InboundMessage, score: int) -> bool:
        """By hand nothing can be tapped: ``NILAI 4`` judges the newest case handed over."""
        contacts = (message.contact_id, *message.linked)
        cases = (self._newest(each, stage=_READY) for each in contacts)
        case = next((each for each in cases if each is not None and each.is_finished), None)
        if case is None:
            return False
        survey_id = uuid5(case.case_id, _BY_HAND)
        answer = Score(_WHOLE, score, message.channel)
        self._record(
            message, case.case_id, lambda r, c: r.answer_survey(survey_id, answer, cause=c)
        )
        return True

    def _ask_again(self, message: InboundMessage) -> bool:
        contacts = (message.contact_id, *message.linked)
        cases = [self._newest(each, stage=_READY) for each in contacts]
        cases += [self._newest(each) for each in contacts]
        case = next((each for each in cases if each is not None), None)
        if case is None:
            return False
        self._record(message, case.case_id, lambda r, c: r.ask_again(message.channel, cause=c))
        return True

    def _newest(self, contact_id: UUID, *, stage: str | None = None) -> CaseIntake | None:
        work = self._application.work()
        chat = work.find_as(Conversation, contact_id)
        for case_id in reversed(chat.cases if chat else ()):
            case = work.find(case_id)
            if case is not None and not case.is_cancelled and stage in (None, case.stage):
                return case
        return None

    def _record(
        self,
        message: InboundMessage,
        case_id: UUID,
        action: Callable[[CaseReplies, Cause], None],
        *,
        is_all: bool = True,
    ) -> None:
        cause = self._application.own_cause(
            case_id, uuid5(_MESSAGE, message.reference), occurred_at=message.sent_at
        )

        def act(work: Work[CaseIntake]) -> None:
            replies = work.find_as(CaseReplies, case_id)
            if replies is None:
                replies = CaseReplies(case_id=case_id, cause=work.cause)
                work.add(replies)
            action(replies, work.cause)

        # A message that goes on to the chat is counted as handled there.
        self._application.perform(cause, act, key=message.key if is_all else None)


def _hear(replies: CaseReplies, cause: Cause, *, contact_id: UUID, channel: Way) -> None:
    replies.hear(contact_id, channel, cause=cause)
