"""The manual inbox: staff paste what reached the office's phone; the same chat answers.

The answers are not sent: staff copy them into the phone, and say so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from intake.answers import AnswerSender
from intake.application import IntakeApplication
from intake.by_hand import ByHand, ToTell
from intake.chat import Chat
from intake.contacts import Contacts
from intake.conversation import Conversation
from intake.desk import Desk, EntryInvalidError, must_be_operator
from intake.domain import COMPLETENESS, CaseIntake
from intake.entry_words import NO_MESSAGE, NO_PHONE
from intake.hearing import Hearing
from intake.messages import InboundMessage, MediaPointer, Sender
from intake.turn import ANSWER, PAPERS
from jamila_contracts.commands import ListToTell, MarkTold, ReadToTell, RelayMessage
from jamila_contracts.phone import read_phone
from jamila_contracts.sop import load_sop
from jamila_runtime.effects import Effect
from jamila_runtime.errors import NotFoundError
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work

BY_HAND: Final = "disampaikan-petugas"
_MOST: Final = 500


class AnswerUnknownError(NotFoundError):
    """There is no such answer to be passed on."""

    slug = "answer-unknown"


@dataclass(frozen=True)
class RelayTools:
    """What the relay works with."""

    chat: Chat
    desk: Desk
    contacts: Contacts
    by_hand: ByHand
    hearing: Hearing
    answers: AnswerSender
    vault: CaseVault
    due_within: timedelta
    """Within which an answer has to be passed on."""


class Relay:
    """Hears what staff pass on, and keeps what they have to pass back."""

    def __init__(self, application: IntakeApplication, tools: RelayTools) -> None:
        self._application = application
        self._tools = tools

    def relay(self, command: RelayMessage, work: Work[CaseIntake]) -> dict[str, Any]:
        """Let the chat hear a message; which answers wait for its sender is the result."""
        must_be_operator(work)
        self._tools.desk.entry(command.case_id, work)
        message = self._message(command, work.cause.recorded_at)
        self._tools.by_hand.begin(message.contact_id)
        # Transactions of their own, once for this command however often it is asked.
        if not self._tools.hearing.settles(message):
            self._tools.chat.receive(message)
        if command.upload_sha256 is not None:
            self._tools.desk.drop_later(work, command.case_id, command.upload_sha256)
        for kind, perform in ((PAPERS, self._tools.chat.answer_papers), (ANSWER, self.answer)):
            for effect in self._application.store.waiting_effects([kind]):
                if effect.case_id == message.contact_id:
                    perform(effect)
        waiting = self._tools.by_hand.waiting(message.contact_id)
        return {"answers": [self._shown(each, work) for each in waiting]}

    def list_to_tell(self, command: ListToTell, work: Work[CaseIntake]) -> dict[str, Any]:
        """What has to be passed on, to anybody; nothing personal."""
        del command
        must_be_operator(work)
        waiting = self._tools.by_hand.waiting(limit=_MOST)
        more = self._tools.by_hand.count() - len(waiting)
        return {"answers": [self._shown(each, work) for each in waiting], "more": max(more, 0)}

    def read_to_tell(self, command: ReadToTell, work: Work[CaseIntake]) -> dict[str, Any]:
        """Words and number, sealed under the key of the contact, which ends when he is forgotten.

        Raises:
            AnswerUnknownError: there is no such answer, or it was told and is not kept.
        """
        must_be_operator(work)
        found = self._tools.by_hand.find(command.case_id, command.answer_id)
        if found is None:
            raise AnswerUnknownError("no such answer", answer_id=str(command.answer_id))
        answer, text = found
        phone = self._tools.contacts.recipient(answer.contact_id).wa_id
        vault = self._tools.vault
        vault.create(answer.contact_id)
        said = vault.seal(answer.contact_id, {"phone": phone, "text": text})
        return {**self._shown(answer, work), "said": said}

    def mark_told(self, command: MarkTold, work: Work[CaseIntake]) -> None:
        """Somebody passed an answer on; said twice it is the same."""
        must_be_operator(work)
        if not self._tools.by_hand.told(command.case_id, command.answer_id, work.cause.recorded_at):
            raise AnswerUnknownError("no such answer", answer_id=str(command.answer_id))
        chat = work.find_as(Conversation, command.case_id)
        if chat is not None:
            chat.end_answer(command.answer_id, BY_HAND, cause=work.cause)

    def answer(self, effect: Effect) -> None:
        """Effect ``answer``: send it, or keep it for staff to pass on."""
        if not self._tools.by_hand.answers(effect.case_id):
            self._tools.answers.send(effect)
            return
        asked_at = self._application.clock.now()
        text = self._tools.answers.text_of(effect)
        self._tools.by_hand.keep(ToTell(effect.id, effect.case_id, asked_at), text)
        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, lambda work: work.finish(effect.id))

    def _message(self, command: RelayMessage, now: datetime) -> InboundMessage:
        said = self._tools.desk.opened(command.case_id, command.said)
        phone, _ = read_phone(said.get("phone"))
        if phone is None:
            raise EntryInvalidError("no number", errors=[NO_PHONE])
        text = str(said.get("text") or "").strip()
        if not text and command.upload_sha256 is None:
            raise EntryInvalidError("nothing said", errors=[NO_MESSAGE])
        name = str(said.get("name") or "").strip() or None
        # Staff see on the phone who wrote: this is the WhatsApp number itself, not a statement.
        contact_id, sender = self._tools.contacts.resolve(Sender(phone, None, name))
        return InboundMessage(
            source=f"manual-{command.command_id}",
            seq=1,
            reference=f"manual-{command.command_id}",
            contact_id=contact_id,
            sender=sender,
            sent_at=min(command.sent_at or now, now),
            kind="media" if command.upload_sha256 else "text",
            text=text,
            media=_pointer(command, f"{text} {said.get('file_name') or ''}"),
            channel="manual",
            linked=self._tools.contacts.linked_to(contact_id),
        )

    def _shown(self, answer: ToTell, work: Work[CaseIntake]) -> dict[str, Any]:
        due_at = answer.asked_at + self._tools.due_within
        return {
            "answer_id": str(answer.answer_id),
            "contact_id": str(answer.contact_id),
            "owner": load_sop().step(COMPLETENESS).capability,
            "asked_at": answer.asked_at.isoformat(),
            "due_at": due_at.isoformat(),
            "overdue": work.cause.recorded_at >= due_at,
        }


def _pointer(command: RelayMessage, hint: str) -> MediaPointer | None:
    if command.upload_sha256 is None:
        return None
    return MediaPointer(
        media_id=command.upload_sha256,
        media_type=command.media_type or "",
        hint=hint.strip(),
        upload_of=command.case_id,
    )
