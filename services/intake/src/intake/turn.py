"""One message of one contact within one unit of work: what the answers are made of."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, Protocol
from uuid import UUID, uuid5

from intake.burst import PaperBurst
from intake.conversation import Conversation, Draft
from intake.domain import CaseIntake
from intake.messages import InboundMessage, PaperFetcher
from intake.options import Reply
from intake.submission import Submission, office_date
from intake.wording import NOTICE, NOTICE_VERSION
from jamila_contracts.catalogue import (
    DEFAULT_CATALOGUE,
    Catalogue,
    ChecklistItem,
    Service,
    Topic,
    load_catalogue,
)
from jamila_runtime.aggregate import Cause
from jamila_runtime.effects import Effect
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work

ANSWER: Final = "answer"
PAPERS: Final = "answer-papers"
FORGET: Final = "forget-draft"
HELP_DUE: Final = "help-due"


class Promise(Protocol):
    """Knows the working calendar of the office."""

    def left(self, case: CaseIntake, now: datetime) -> timedelta | None:
        """Working time left of the 70 minutes; None when the clock is not running."""
        ...

    def due(self, start: datetime, budget: timedelta) -> datetime:
        """When so much working time is over."""
        ...


class Envelope(Protocol):
    """Seals what waits to be sent."""

    def seal(self, plain: bytes) -> bytes:
        """Encrypt."""
        ...


@dataclass(frozen=True)
class ChatTools:
    """What the conversation reaches for outside its own store."""

    papers: PaperFetcher
    vault: CaseVault
    objects: ObjectVault
    submission: Submission
    promise: Promise
    envelope: Envelope
    burst_pause: timedelta
    """How long more papers may follow before they are answered together."""
    resume_after: timedelta
    """Silence after which a resident is asked whether to go on."""
    help_budget: timedelta
    """Working time within which a person should answer."""


class Turn:
    """One message of one contact; ``say`` makes its one answer."""

    def __init__(
        self,
        work: Work[CaseIntake],
        contact_id: UUID,
        tools: ChatTools,
        message: InboundMessage | None = None,
    ) -> None:
        self.work = work
        self.contact_id = contact_id
        self.tools = tools
        self.message = message
        self.next_item: str | None = None
        """What the answer asks the resident to send next."""
        self._found = work.find_as(Conversation, contact_id)

    @property
    def chat(self) -> Conversation:
        """The conversation; made when there is none."""
        if self._found is None:
            self._found = Conversation(case_id=self.contact_id, cause=self.cause)
            self.work.add(self._found)
        return self._found

    @property
    def burst(self) -> PaperBurst | None:
        """Papers that are not answered yet."""
        return self.work.find_as(PaperBurst, self.contact_id)

    @property
    def cause(self) -> Cause:
        """Why everything in this turn happens."""
        return self.work.cause

    @property
    def now(self) -> datetime:
        """When the resident wrote."""
        return self.cause.occurred_at

    @property
    def today(self) -> date:
        """The date at the office."""
        return office_date(self.now)

    @property
    def draft(self) -> Draft | None:
        """The application that is not submitted yet."""
        return self._found.draft if self._found is not None else None

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue the draft began with, else the newest."""
        draft = self.draft
        return load_catalogue((draft and draft.catalogue_id) or DEFAULT_CATALOGUE)

    @property
    def topic(self) -> Topic | None:
        """What the draft is about."""
        draft = self.draft
        if draft is None:
            return None
        if draft.topic_id is not None:
            return self.catalogue.topic(draft.topic_id)
        # A draft from before there were topics knows its service.
        return self.catalogue.topic_of(draft.service_id) if draft.service_id else None

    @property
    def answers(self) -> dict[str, str]:
        """What the resident answered, as far as it still counts."""
        draft, topic = self.draft, self.topic
        if draft is None or topic is None:
            return {}
        opened = {key: self._opened(draft.case_id, each) for key, each in draft.answers.items()}
        return self.catalogue.relevant(topic, opened, self.today)

    @property
    def facts(self) -> dict[str, str]:
        """The answers, and what follows from them."""
        return self.catalogue.with_derived(self.answers, self.today)

    @property
    def service(self) -> Service | None:
        """The service of the draft, once every question is answered."""
        topic, facts = self.topic, self.facts
        if topic is None or topic.next_ask(facts) is not None:
            return None
        outcome = topic.outcome(facts)
        if outcome is None or outcome.service is None:
            return None
        return self.catalogue.service(outcome.service)

    def checklist(self) -> tuple[ChecklistItem, ...]:
        """What is asked for in this case, as far as it can be sent."""
        service = self.service
        lines = service.checklist(self.facts) if service else ()
        return tuple(line for line in lines if not self.is_presence(line.id))

    def is_presence(self, item_id: str) -> bool:
        """Does the item ask the resident to come?"""
        item = self.catalogue.item(item_id)
        return item is not None and item.kind == "presence"

    def missing(self) -> tuple[str, ...]:
        """Required items of the draft that no paper answers yet."""
        draft = self.draft
        given = draft.given if draft else set()
        lines = (line for line in self.checklist() if line.required)
        return tuple(line.id for line in lines if not line.is_answered_by(given))

    def cases(self) -> list[CaseIntake]:
        """Submitted applications of the contact and of those linked to him, newest first."""
        linked = self.message.linked if self.message else ()
        others = (self.work.find_as(Conversation, each) for each in linked)
        chats = [each for each in (*others, self._found) if each is not None]
        ids = [case_id for chat in chats for case_id in chat.cases]
        found = (self.work.find(case_id) for case_id in reversed(ids))
        return [case for case in found if case is not None]

    def waiting_case(self) -> CaseIntake | None:
        """A case whose operator asked for papers."""
        return next((case for case in self.cases() if case.waits_for_applicant), None)

    def case_at_front_desk(self) -> CaseIntake | None:
        """A case that nobody has decided about yet."""
        return next((case for case in self.cases() if case.is_at_front_desk), None)

    def case_for_papers(self) -> UUID:
        """Where a paper belongs.

        The open draft, else a case that waits for papers, else one that is at the front desk (a
        photo may be overtaken by the word KIRIM), else a new draft.
        """
        if self.draft is not None:
            return self.draft.case_id
        case = self.waiting_case() or self.case_at_front_desk()
        return case.case_id if case else self.new_id()

    def new_id(self) -> UUID:
        """An id that is the same when the message is handled again."""
        return uuid5(self.contact_id, self.message.reference if self.message else "")

    def cause_of(self, case_id: UUID) -> Cause:
        """The cause for facts about a case."""
        return self.cause.model_copy(update={"case_id": case_id, "correlation_id": case_id})

    def forget(self, case_id: UUID) -> None:
        """Destroy the key of a draft that nobody submitted."""
        effect_id = uuid5(case_id, FORGET)
        due_at = self.cause.recorded_at
        self.work.schedule(Effect(id=effect_id, kind=FORGET, case_id=case_id, due_at=due_at))

    def say(self, reply: Reply, answer_id: UUID) -> None:
        """Answer, with the notice about data before the first answer of all."""
        if self.chat.notice_version != NOTICE_VERSION:
            reply = reply.after(NOTICE)
            self.chat.give_notice(NOTICE_VERSION, cause=self.cause)
        self.chat.offer(reply.options, cause=self.cause)
        self.chat.ask_for(self.next_item, cause=self.cause)
        if self.burst is not None:
            self.burst.answer(cause=self.cause)
        self.work.schedule(
            Effect(
                id=answer_id,
                kind=ANSWER,
                case_id=self.contact_id,
                due_at=self.cause.recorded_at,
                payload={"sealed": sealed_content(self.tools.envelope, reply)},
            )
        )

    def _opened(self, case_id: UUID, sealed: str) -> str:
        if sealed not in self._plain:
            self._plain[sealed] = str(self.tools.vault.open(case_id, sealed))
        return self._plain[sealed]

    @cached_property
    def _plain(self) -> dict[str, str]:
        return {}


def sealed_content(envelope: Envelope, reply: Reply) -> str:
    """What is to be sent, encrypted: an answer may name people."""
    content = json.dumps(reply.content(), ensure_ascii=False).encode()
    return base64.b64encode(envelope.seal(content)).decode()
