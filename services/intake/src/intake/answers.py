"""Sends the answers in the chat, each at most once.

The start is recorded before the call. Whoever finds a start without an end after a crash, or an
answer that a lost machine may have sent, does not send again: an answer that is lost can be asked
for again, one that comes twice confuses.
"""

import base64
import json
from typing import Any, Final, Protocol
from uuid import UUID

from intake.application import IntakeApplication
from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.metrics import ANSWERS
from intake.options import Reply, spoken
from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.work import Work
from jamila_whatsapp.client import Recipient, WhatsAppClient
from jamila_whatsapp.errors import OutcomeUnknownError

_MOST_ATTEMPTS: Final = 10
"""With doubling pauses about a quarter of an hour; a later answer is no answer."""
_CALLBACK: Final = "jawaban:{}"
_log = get_logger(__name__)


class Directory(Protocol):
    """Knows how to write to a contact."""

    def recipient(self, contact_id: UUID) -> Recipient:
        """The number or user id of the contact."""
        ...


class Envelope(Protocol):
    """Opens what waited to be sent."""

    def open(self, ciphertext: bytes) -> bytes:
        """Decrypt."""
        ...


class AnswerSender:
    """Performs effects of kind ``answer``."""

    def __init__(
        self,
        application: IntakeApplication,
        client: WhatsAppClient,
        directory: Directory,
        envelope: Envelope,
    ) -> None:
        self._application = application
        self._envelope = envelope
        self._client = client
        self._directory = directory

    def send(self, effect: Effect) -> None:
        """Send one answer; raises ``RetryableError`` while it was certainly not sent."""
        chat = self._application.work().find_as(Conversation, effect.case_id)
        has_begun = chat is not None and str(effect.id) in chat.answers_begun
        if has_begun or effect.is_doubted:
            self._end(effect, "tidak-diketahui", is_final=True)
            return
        self._begin(effect)
        try:
            self._client.send(
                self._directory.recipient(effect.case_id),
                self._content(effect),
                callback_data=_CALLBACK.format(effect.id),
            )
        except OutcomeUnknownError:
            self._end(effect, "tidak-diketahui", is_final=True)
        except DomainError as error:
            _log.warning("answer refused", contact_id=str(effect.case_id), fault=error.slug)
            self._end(effect, "gagal", is_final=True)
        except RetryableError:
            is_final = effect.attempts >= _MOST_ATTEMPTS
            self._end(effect, "gagal" if is_final else "ditunda", is_final=is_final)
            if not is_final:
                raise
        else:
            self._end(effect, "terkirim", is_final=True)

    def _content(self, effect: Effect) -> dict[str, Any]:
        """What is to be sent; rows of before there was an envelope hold a plain text."""
        sealed = effect.payload.get("sealed")
        if sealed is None:
            return Reply(effect.payload["text"]).content()
        plain = self._envelope.open(base64.b64decode(sealed))
        content: dict[str, Any] = json.loads(plain)
        return content

    def text_of(self, effect: Effect) -> str:
        """An answer as staff can read it out or copy it."""
        return spoken(self._content(effect))

    def _begin(self, effect: Effect) -> None:
        def begin(work: Work[CaseIntake]) -> None:
            chat = work.find_as(Conversation, effect.case_id)
            if chat is not None:
                chat.begin_answer(effect.id, cause=work.cause)

        self._application.perform(self._application.own_cause(effect.case_id, effect.id), begin)

    def _end(self, effect: Effect, outcome: str, *, is_final: bool) -> None:
        def end(work: Work[CaseIntake]) -> None:
            chat = work.find_as(Conversation, effect.case_id)
            if chat is not None:
                chat.end_answer(effect.id, outcome, cause=work.cause)
            if is_final:
                work.finish(effect.id)

        self._application.perform(self._application.own_cause(effect.case_id, effect.id), end)
        ANSWERS.labels(outcome).inc()
