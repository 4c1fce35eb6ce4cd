"""What one contact and the office have said so far: drafts, further papers, answers."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.model import Code, Fact
from jamila_contracts.values import Paper
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent


class Draft(Fact):
    """An application that is not submitted yet."""

    case_id: UUID
    service_id: Code | None
    """None while the resident has not said what he wants."""
    first_message_at: datetime
    papers: tuple[Paper, ...] = ()


class Conversation(CaseAggregate):
    """The conversation with one contact, found by the contact's id."""

    TOPIC = "intake.Conversation"

    class Dimulai(CreatedEvent):
        """The contact wrote for the first time; ``case_id`` is the contact."""

        TOPIC = "intake.Conversation.Dimulai"

    class DraftDimulai(CaseAggregate.Event):
        """The contact began an application."""

        TOPIC = "intake.Conversation.DraftDimulai"
        draft_case_id: UUID
        service_id: Code | None

    class LayananDipilih(CaseAggregate.Event):
        """The contact said what the application is for."""

        TOPIC = "intake.Conversation.LayananDipilih"
        service_id: Code

    class BerkasDiterima(CaseAggregate.Event):
        """A paper came for the draft, or for a case that waits for papers."""

        TOPIC = "intake.Conversation.BerkasDiterima"
        for_case_id: UUID
        paper: Paper

    class BerkasDitolak(CaseAggregate.Event):
        """A file came that cannot be used; the contact is told why."""

        TOPIC = "intake.Conversation.BerkasDitolak"
        reason_code: Code

    class DraftDiajukan(CaseAggregate.Event):
        """The draft became a case."""

        TOPIC = "intake.Conversation.DraftDiajukan"

    class SusulanDiajukan(CaseAggregate.Event):
        """The further papers went to their case."""

        TOPIC = "intake.Conversation.SusulanDiajukan"
        for_case_id: UUID

    class DraftDibatalkan(CaseAggregate.Event):
        """The contact gave the draft up."""

        TOPIC = "intake.Conversation.DraftDibatalkan"

    class JawabanDimulai(CaseAggregate.Event):
        """An answer is about to be sent: from here on its outcome may be unknown."""

        TOPIC = "intake.Conversation.JawabanDimulai"
        answer_id: UUID

    class JawabanSelesai(CaseAggregate.Event):
        """What became of an answer: ``terkirim``, ``ditunda``, ``gagal``, ``tidak-diketahui``."""

        TOPIC = "intake.Conversation.JawabanSelesai"
        answer_id: UUID
        outcome: Code

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.contact_id = case_id
        self.draft: Draft | None = None
        self.cases: tuple[UUID, ...] = ()
        self.further: dict[str, tuple[Paper, ...]] = {}
        self.answers_begun: set[str] = set()

    def begin_draft(self, draft_case_id: UUID, service_id: str | None, *, cause: Cause) -> None:
        """Begin an application; quiet while one is open."""
        if self.draft is None:
            self.trigger_event(
                self.DraftDimulai, cause=cause, draft_case_id=draft_case_id, service_id=service_id
            )

    def choose_service(self, service_id: str, *, cause: Cause) -> None:
        """Say what the draft is for; the same again is quiet."""
        if self.draft is not None and self.draft.service_id != service_id:
            self.trigger_event(self.LayananDipilih, cause=cause, service_id=service_id)

    def keep_paper(self, for_case_id: UUID, paper: Paper, *, cause: Cause) -> None:
        """Keep a paper; the same bytes twice are one paper."""
        kept = self.papers_for(for_case_id)
        if all(each.sha256 != paper.sha256 for each in kept):
            self.trigger_event(
                self.BerkasDiterima, cause=cause, for_case_id=for_case_id, paper=paper
            )

    def refuse_file(self, reason_code: str, *, cause: Cause) -> None:
        """Remember that a file could not be used."""
        self.trigger_event(self.BerkasDitolak, cause=cause, reason_code=reason_code)

    def submit_draft(self, *, cause: Cause) -> None:
        """The draft becomes a case."""
        self.trigger_event(self.DraftDiajukan, cause=cause)

    def submit_further(self, for_case_id: UUID, *, cause: Cause) -> None:
        """The further papers go to their case."""
        self.trigger_event(self.SusulanDiajukan, cause=cause, for_case_id=for_case_id)

    def drop_draft(self, *, cause: Cause) -> None:
        """The contact gave it up; quiet without a draft."""
        if self.draft is not None:
            self.trigger_event(self.DraftDibatalkan, cause=cause)

    def begin_answer(self, answer_id: UUID, *, cause: Cause) -> None:
        """Remember, before the call, that an answer is being sent."""
        self.trigger_event(self.JawabanDimulai, cause=cause, answer_id=answer_id)

    def end_answer(self, answer_id: UUID, outcome: str, *, cause: Cause) -> None:
        """Remember what became of it; ``ditunda`` allows another try."""
        self.trigger_event(self.JawabanSelesai, cause=cause, answer_id=answer_id, outcome=outcome)

    def papers_for(self, case_id: UUID) -> tuple[Paper, ...]:
        """Papers that came for a draft or a case and are not handed in yet."""
        if self.draft is not None and self.draft.case_id == case_id:
            return self.draft.papers
        return self.further.get(str(case_id), ())

    @event(DraftDimulai)
    def _on_draft(self, draft_case_id: UUID, service_id: str | None, cause: Cause) -> None:
        self.draft = Draft(
            case_id=draft_case_id, service_id=service_id, first_message_at=cause.occurred_at
        )

    @event(LayananDipilih)
    def _on_service(self, service_id: str) -> None:
        if self.draft is not None:
            self.draft = self.draft.model_copy(update={"service_id": service_id})

    @event(BerkasDiterima)
    def _on_paper(self, for_case_id: UUID, paper: Paper) -> None:
        papers = (*self.papers_for(for_case_id), paper)
        if self.draft is not None and self.draft.case_id == for_case_id:
            self.draft = self.draft.model_copy(update={"papers": papers})
        else:
            self.further[str(for_case_id)] = papers

    @event(BerkasDitolak)
    def _on_refused(self) -> None:
        pass

    @event(DraftDiajukan)
    def _on_submitted(self) -> None:
        if self.draft is not None:
            self.cases = (*self.cases, self.draft.case_id)
        self.draft = None

    @event(SusulanDiajukan)
    def _on_further_submitted(self, for_case_id: UUID) -> None:
        self.further.pop(str(for_case_id), None)

    @event(DraftDibatalkan)
    def _on_dropped(self) -> None:
        self.draft = None

    @event(JawabanDimulai)
    def _on_answer_begun(self, answer_id: UUID) -> None:
        self.answers_begun.add(str(answer_id))

    @event(JawabanSelesai)
    def _on_answer_ended(self, answer_id: UUID) -> None:
        self.answers_begun.discard(str(answer_id))
