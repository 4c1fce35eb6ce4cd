"""Hears residents and answers them, each message once."""

from collections.abc import Callable
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from intake import applying, dialogue, wording
from intake.application import IntakeApplication
from intake.burst import PaperBurst
from intake.domain import CaseIntake
from intake.messages import CleanPaper, InboundMessage, PaperRefusedError
from intake.options import Reply
from intake.refusals import quality, refusal, unreadable
from intake.turn import PAPERS, ChatTools, Turn
from jamila_contracts.catalogue import catalogue_of
from jamila_contracts.values import Paper
from jamila_runtime.effects import Effect
from jamila_runtime.work import Work

_MESSAGE: Final = uuid5(NAMESPACE_URL, "jamila:whatsapp-message")


class Chat:
    """Use cases of the resident: what a message in the chat leads to."""

    def __init__(self, application: IntakeApplication, tools: ChatTools) -> None:
        self._application = application
        self._tools = tools

    def receive(self, message: InboundMessage) -> None:
        """Do what a message asks; a message that was handled before is quiet.

        Raises:
            RetryableError: something outside failed for the moment; nothing was recorded.
        """
        if self._application.store.handled([message.key]):
            return
        if message.kind == "unsupported":
            self._answer(message, lambda _: Reply(unreadable(message.wire_kind)))
        elif message.media is not None:
            self._receive_file(message)
        else:
            self._answer(message, lambda turn: dialogue.reply_to(turn, message.text))

    def forget_draft(self, effect: Effect) -> None:
        """Effect ``forget-draft``: destroy the key of an application nobody submitted."""
        self._tools.vault.forget(effect.case_id)
        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, lambda work: work.finish(effect.id))

    def answer_papers(self, effect: Effect) -> None:
        """Effect ``answer-papers``: one answer for papers that came together."""

        def answer(work: Work[CaseIntake]) -> None:
            turn = Turn(work, effect.case_id, self._tools)
            work.finish(effect.id)
            # A later paper will be answered, or a later word was.
            burst = turn.burst
            if burst is not None and burst.answer_id == effect.id and burst.is_waiting:
                turn.say(_papers_reply(turn, burst), uuid5(effect.id, "answer"))

        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, answer)

    def _receive_file(self, message: InboundMessage) -> None:
        case_id = Turn(
            self._application.work(), message.contact_id, self._tools, message
        ).case_for_papers()
        try:
            paper = self._keep(case_id, message)
        except PaperRefusedError as refused:
            reason = refused.reason_code
            self._answer(message, lambda turn: _refused(turn, reason))
        else:
            self._perform(message, lambda turn: self._on_paper(turn, case_id, paper))

    def _keep(self, case_id: UUID, message: InboundMessage) -> Paper:
        assert message.media is not None  # noqa: S101 - the caller has looked
        clean: CleanPaper = self._tools.papers.fetch(message.media)
        self._tools.vault.create(case_id)
        return Paper(
            sha256=self._tools.objects.put(case_id, clean.content),
            media_type=clean.media_type,
            size_bytes=len(clean.content),
            item_id=None,
            hints=clean.hints,
        )

    def _on_paper(self, turn: Turn, case_id: UUID, paper: Paper) -> None:
        """Keep a paper that lies in the object store of its case; answer a little later."""
        case, is_new = turn.work.find(case_id), True
        hint = turn.message.media.hint if turn.message and turn.message.media else ""
        if case is not None and case.is_at_front_desk:
            named = _named_for_case(paper, hint, case)
            is_new = all(each.sha256 != paper.sha256 for each in case.papers)
            case.receive_papers((named,), cause=turn.cause_of(case_id))
        elif case is not None:
            named = _named_for_case(paper, hint, case)
            is_new = turn.chat.keep_paper(case_id, named, cause=turn.cause)
        else:
            turn.chat.begin_draft(case_id, cause=turn.cause)
            named = _named_for_draft(turn, paper, hint)
            is_new = turn.chat.keep_paper(case_id, named, cause=turn.cause)
        answer_id = uuid5(turn.contact_id, f"{PAPERS}/{turn.new_id()}")
        sha256 = paper.sha256 if is_new else None
        burst = turn.burst
        if burst is None:
            burst = PaperBurst(case_id=turn.contact_id, cause=turn.cause)
            turn.work.add(burst)
        burst.add(answer_id, sha256, paper.hints, cause=turn.cause)
        due_at = turn.cause.recorded_at + self._tools.burst_pause
        turn.work.schedule(
            Effect(id=answer_id, kind=PAPERS, case_id=turn.contact_id, due_at=due_at)
        )

    def _answer(self, message: InboundMessage, action: Callable[[Turn], Reply | None]) -> None:
        def act(turn: Turn) -> None:
            reply = action(turn)
            if reply is not None:
                turn.say(reply, uuid5(message.contact_id, f"answer/{message.reference}"))

        self._perform(message, act)

    def _perform(self, message: InboundMessage, action: Callable[[Turn], None]) -> None:
        cause = self._application.own_cause(
            message.contact_id,
            uuid5(_MESSAGE, message.reference),
            occurred_at=message.sent_at,
        )

        def act(work: Work[CaseIntake]) -> None:
            action(Turn(work, message.contact_id, self._tools, message))

        self._application.perform(cause, act, key=message.key)


def _refused(turn: Turn, reason_code: str) -> Reply:
    turn.chat.refuse_file(reason_code, cause=turn.cause)
    return Reply(refusal(reason_code))


def _named_for_case(paper: Paper, hint: str, case: CaseIntake) -> Paper:
    item_id = catalogue_of(case.catalogue).item_in(hint, case.service_id)
    return paper.model_copy(update={"item_id": item_id})


def _named_for_draft(turn: Turn, paper: Paper, hint: str) -> Paper:
    """By its caption or file name: of this checklist, else of all items."""
    service = turn.service
    item_id = turn.catalogue.item_in(hint, service.id if service else None)
    return paper.model_copy(update={"item_id": item_id})


def _papers_reply(turn: Turn, burst: PaperBurst) -> Reply:
    """What to say to papers that came together."""
    draft, count, repeated = turn.draft, len(burst.new), burst.repeated
    hints = quality(dict.fromkeys(burst.hints))
    if draft is not None:
        taken = applying.take_unnamed(turn)
        newest = [each for each in draft.papers if each.sha256 in burst.new]
        items = [] if taken else [each.item_id for each in newest]
        said = wording.papers_kept(count, items, turn.catalogue, repeated=repeated)
        return applying.proceed(turn).after(said, taken, hints)
    waiting = turn.waiting_case()
    if waiting is not None:
        given = {each.item_id for each in turn.chat.papers_for(waiting.case_id)}
        missing = [each.item_id for each in waiting.problems if each.item_id not in given]
        said = wording.papers_kept(count, [], turn.catalogue, repeated=repeated)
        return wording.further_kept(waiting, missing).after(said, hints)
    case = turn.case_at_front_desk()
    if case is None:
        return wording.menu(turn.catalogue).after(wording.SAVED)
    said = wording.papers_kept(count, [], turn.catalogue, repeated=repeated)
    return wording.papers_added(case.receipt_code).after(said, hints)
