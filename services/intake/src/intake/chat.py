"""Use cases of the resident: what a message in the chat leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from intake import wording
from intake.application import IntakeApplication
from intake.conversation import Conversation, Draft
from intake.domain import CaseIntake
from intake.messages import CleanPaper, InboundMessage, PaperFetcher, PaperRefusedError
from intake.refusals import quality, refusal, unreadable
from intake.submission import Request, Submission
from jamila_contracts.catalogue import Catalogue, words_of
from jamila_contracts.values import Paper
from jamila_runtime.aggregate import Cause
from jamila_runtime.effects import Effect
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work

_MESSAGE = uuid5(NAMESPACE_URL, "jamila:whatsapp-message")
_SHOWN_CASES = 3


@dataclass(frozen=True)
class ChatTools:
    """What the conversation reaches for outside its own store."""

    papers: PaperFetcher
    vault: CaseVault
    objects: ObjectVault
    submission: Submission


class Chat:
    """Hears residents and answers them, each message once."""

    def __init__(
        self, application: IntakeApplication, catalogue: Catalogue, tools: ChatTools
    ) -> None:
        self._application = application
        self._catalogue = catalogue
        self._tools = tools

    def receive(self, message: InboundMessage) -> None:
        """Do what a message asks; a message that was handled before is quiet.

        Raises:
            RetryableError: something outside failed for the moment; nothing was recorded.
        """
        if self._application.store.handled([message.key]):
            return
        if message.media is not None:
            self._receive_file(message)
        else:
            self._perform(message, lambda turn: turn.on_text(message.text))

    def _receive_file(self, message: InboundMessage) -> None:
        case_id = self._turn(self._application.work(), message).case_for_papers()
        try:
            paper, hints = self._keep(case_id, message)
        except PaperRefusedError as refused:
            reason = refused.reason_code
            self._perform(message, lambda turn: turn.on_refused_file(reason))
        else:
            hint = quality(hints)

            def answer(turn: Turn) -> str:
                said = turn.on_paper(case_id, paper)
                return f"{said}\n\n{hint}" if hint else said

            self._perform(message, answer)

    def _keep(self, case_id: UUID, message: InboundMessage) -> tuple[Paper, tuple[str, ...]]:
        assert message.media is not None  # noqa: S101 - the caller has looked
        clean: CleanPaper = self._tools.papers.fetch(message.media)
        self._tools.vault.create(case_id)
        paper = Paper(
            sha256=self._tools.objects.put(case_id, clean.content),
            media_type=clean.media_type,
            size_bytes=len(clean.content),
            item_id=None,
        )
        return paper, clean.hints

    def _perform(self, message: InboundMessage, action: Callable[["Turn"], str]) -> None:
        cause = self._application.own_cause(
            message.contact_id,
            uuid5(_MESSAGE, message.reference),
            occurred_at=message.sent_at,
        )

        def act(work: Work[CaseIntake]) -> None:
            turn = self._turn(work, message)
            turn.begin()
            is_readable = message.kind != "unsupported"
            answer = action(turn) if is_readable else unreadable(message.wire_kind)
            work.schedule(
                Effect(
                    id=uuid5(message.contact_id, f"answer/{message.reference}"),
                    kind="answer",
                    case_id=message.contact_id,
                    due_at=self._application.clock.now(),
                    payload={"text": answer},
                )
            )

        self._application.perform(cause, act, key=message.key)

    def _turn(self, work: Work[CaseIntake], message: InboundMessage) -> "Turn":
        return Turn(work, message, self._catalogue, self._tools)

    def forget_draft(self, effect: Effect) -> None:
        """Effect ``forget-draft``: destroy the key of an application nobody submitted."""
        self._tools.vault.forget(effect.case_id)
        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, lambda work: work.finish(effect.id))


class Turn:
    """One message of one contact within one unit of work; each method returns the answer."""

    def __init__(
        self,
        work: Work[CaseIntake],
        message: InboundMessage,
        catalogue: Catalogue,
        tools: ChatTools,
    ) -> None:
        self._work = work
        self._message = message
        self._catalogue = catalogue
        self._vault = tools.vault
        self._submission = tools.submission
        self._found = work.find_as(Conversation, message.contact_id)

    @property
    def _chat(self) -> Conversation:
        assert self._found is not None  # noqa: S101 - begin() was called
        return self._found

    @property
    def _cause(self) -> Cause:
        return self._work.cause

    def begin(self) -> None:
        """Make sure that there is a conversation."""
        if self._found is None:
            self._found = Conversation(case_id=self._message.contact_id, cause=self._cause)
            self._work.add(self._found)

    def case_for_papers(self) -> UUID:
        """Where a paper belongs.

        The open draft, else a case that waits for papers, else one that is at the front desk (a
        photo may be overtaken by the word KIRIM), else a new draft.
        """
        if self._found is not None and self._found.draft is not None:
            return self._found.draft.case_id
        case = self._waiting_case() or self._case_at_front_desk()
        return case.case_id if case else self._new_case_id()

    def on_refused_file(self, reason_code: str) -> str:
        """A file that cannot be used."""
        self._chat.refuse_file(reason_code, cause=self._cause)
        return refusal(reason_code)

    def on_paper(self, case_id: UUID, paper: Paper) -> str:
        """A paper that lies in the object store of the case."""
        case = self._work.find(case_id)
        if case is None:
            self._chat.begin_draft(case_id, None, cause=self._cause)
        service_id = self._service_id(case_id)
        hint = self._message.media.hint if self._message.media else ""
        named = paper.model_copy(update={"item_id": self._catalogue.item_in(hint, service_id)})
        if case is not None and case.is_at_front_desk:
            case.receive_papers((named,), cause=self._cause_of(case_id))
            return wording.paper_added(named.item_id, self._catalogue, case.receipt_code)
        self._chat.keep_paper(case_id, named, cause=self._cause)
        if service_id is None:
            return wording.ask_service(self._catalogue)
        return wording.paper_kept(
            named.item_id,
            self._catalogue,
            count=len(self._chat.papers_for(case_id)),
            missing=self._missing(case_id),
        )

    def on_text(self, text: str) -> str:
        """A written message."""
        plain = words_of(text)
        first, _, rest = plain.partition(" ")
        if plain in ("kirim", "selesai"):
            return self._submit()
        if plain == "status":
            return self._status()
        if first == "batal":
            return self._cancel(rest.upper())
        return self._service_wanted(text)

    def _service_wanted(self, text: str) -> str:
        draft = self._chat.draft
        # Inside a draft a sentence like "ini kk saya" speaks of a paper, not of a service.
        chosen = draft is not None and draft.service_id is not None
        find = self._catalogue.service_named if chosen else self._catalogue.service_in
        service = find(text)
        if service is None:
            return wording.menu(self._catalogue)
        self._chat.begin_draft(self._new_case_id(), service.id, cause=self._cause)
        self._chat.choose_service(service.id, cause=self._cause)
        missing = self._missing(self._open_draft().case_id)
        return wording.begun(service, self._catalogue, missing=missing)

    def _submit(self) -> str:
        if self._chat.draft is not None:
            return self._submit_draft(self._chat.draft)
        waiting = self._waiting_case()
        if waiting is None:
            return wording.menu(self._catalogue)
        further = self._chat.papers_for(waiting.case_id)
        if not further:
            return wording.WAITING_FOR_MORE
        waiting.receive_papers(further, cause=self._cause_of(waiting.case_id))
        self._chat.submit_further(waiting.case_id, cause=self._cause)
        # Only papers that the case had already: nothing new reached the front desk.
        if waiting.waits_for_applicant:
            return wording.WAITING_FOR_MORE
        return wording.resubmitted(waiting.receipt_code)

    def _submit_draft(self, draft: Draft) -> str:
        if draft.service_id is None:
            return wording.ask_service(self._catalogue)
        if not draft.papers:
            return wording.NO_PAPERS
        request = Request(
            case_id=draft.case_id,
            service_id=draft.service_id,
            channel="whatsapp",
            contact_id=self._message.contact_id,
            applicant=self._applicant(),
            papers=draft.papers,
            first_message_at=draft.first_message_at,
            catalogue_id=self._catalogue.id,
        )
        self._submission.submit(request, self._work, cause=self._cause)
        missing = self._missing(draft.case_id)
        self._chat.submit_draft(cause=self._cause)
        service = self._catalogue.service(draft.service_id)
        return wording.submitted(service, self._catalogue, missing=missing)

    def _status(self) -> str:
        lines = [
            wording.status_line(case, self._catalogue) for case in self._cases()[:_SHOWN_CASES]
        ]
        draft = self._chat.draft
        if draft is not None:
            service = draft.service_id and self._catalogue.service(draft.service_id)
            lines.insert(0, wording.draft_line(service or None, len(draft.papers)))
        return "\n".join(lines) or wording.no_application()

    def _cancel(self, code: str) -> str:
        draft = self._chat.draft
        if draft is not None and not code:
            self._chat.drop_draft(cause=self._cause)
            self._forget(draft.case_id)
            return wording.DRAFT_DROPPED
        named = next((case for case in self._cases() if case.receipt_code == code), None)
        if named is not None:
            if not named.may_be_cancelled:
                return wording.TOO_LATE
            named.withdraw(cause=self._cause_of(named.case_id))
            return wording.CANCELLED
        open_case = next((case for case in self._cases() if case.may_be_cancelled), None)
        if open_case is None:
            return wording.NOTHING_TO_CANCEL
        return wording.confirm_cancel(open_case.receipt_code)

    def _forget(self, case_id: UUID) -> None:
        due_at = self._cause.recorded_at
        self._work.schedule(
            Effect(
                id=uuid5(case_id, "forget-draft"),
                kind="forget-draft",
                case_id=case_id,
                due_at=due_at,
            )
        )

    def _applicant(self) -> dict[str, str | None]:
        sender = self._message.sender
        return {"name": sender.name, "phone": sender.wa_id, "bsuid": sender.user_id}

    def _new_case_id(self) -> UUID:
        return uuid5(self._message.contact_id, self._message.reference)

    def _cause_of(self, case_id: UUID) -> Cause:
        return self._cause.model_copy(update={"case_id": case_id, "correlation_id": case_id})

    def _open_draft(self) -> Draft:
        assert self._chat.draft is not None  # noqa: S101 - begun just before
        return self._chat.draft

    def _cases(self) -> list[CaseIntake]:
        """Submitted applications of the contact, newest first."""
        if self._found is None:
            return []
        found = (self._work.find(case_id) for case_id in reversed(self._found.cases))
        return [case for case in found if case is not None]

    def _waiting_case(self) -> CaseIntake | None:
        return next((case for case in self._cases() if case.waits_for_applicant), None)

    def _case_at_front_desk(self) -> CaseIntake | None:
        return next((case for case in self._cases() if case.is_at_front_desk), None)

    def _service_id(self, case_id: UUID) -> str | None:
        draft = self._chat.draft
        if draft is not None and draft.case_id == case_id:
            return draft.service_id
        case = self._work.find(case_id)
        return case.service_id if case else None

    def _missing(self, case_id: UUID) -> tuple[str, ...]:
        """What is still asked for: by the operator, or by the checklist."""
        service_id = self._service_id(case_id)
        given = {paper.item_id for paper in self._chat.papers_for(case_id)}
        case = self._work.find(case_id)
        if case is not None and case.problems:
            return tuple(each.item_id for each in case.problems if each.item_id not in given)
        return self._catalogue.service(service_id).missing(given) if service_id else ()
