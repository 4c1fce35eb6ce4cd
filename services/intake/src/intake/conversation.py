"""What one contact and the office have said so far: drafts, facts, papers, answers."""

from uuid import UUID

from eventsourcing.domain import event

from intake.draft import Draft
from intake.options import Option
from jamila_contracts.model import Code, Sealed, Sha256
from jamila_contracts.values import Paper
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent

__all__ = ["Conversation", "Draft"]


class Conversation(CaseAggregate):
    """The conversation with one contact, found by the contact's id."""

    TOPIC = "intake.Conversation"

    class Dimulai(CreatedEvent):
        """The contact wrote for the first time; ``case_id`` is the contact."""

        TOPIC = "intake.Conversation.Dimulai"

    class PemberitahuanDataDisampaikan(CaseAggregate.Event):
        """The contact was told what becomes of his data (UU 27/2022)."""

        TOPIC = "intake.Conversation.PemberitahuanDataDisampaikan"
        version: Code

    class PilihanDitawarkan(CaseAggregate.Event):
        """What may be tapped or named by its number from now on."""

        TOPIC = "intake.Conversation.PilihanDitawarkan"
        options: tuple[Option, ...]

    class DraftDimulai(CaseAggregate.Event):
        """The contact began an application."""

        TOPIC = "intake.Conversation.DraftDimulai"
        draft_case_id: UUID
        service_id: Code | None

    class LayananDipilih(CaseAggregate.Event):
        """The contact said what the application is for; recorded before there were topics."""

        TOPIC = "intake.Conversation.LayananDipilih"
        service_id: Code

    class TopikDipilih(CaseAggregate.Event):
        """The contact said what the application is for."""

        TOPIC = "intake.Conversation.TopikDipilih"
        topic_id: Code
        catalogue_id: Code

    class FaktaDijawab(CaseAggregate.Event):
        """The contact answered a question; the value is sealed under the key of the draft."""

        TOPIC = "intake.Conversation.FaktaDijawab"
        question_id: Code
        value: Sealed

    class FaktaDitanyaLagi(CaseAggregate.Event):
        """The contact wants to answer a question again."""

        TOPIC = "intake.Conversation.FaktaDitanyaLagi"
        question_id: Code

    class JawabanTidakDimengerti(CaseAggregate.Event):
        """What came was no answer to the question."""

        TOPIC = "intake.Conversation.JawabanTidakDimengerti"
        question_id: Code

    class BerkasDiterima(CaseAggregate.Event):
        """A paper came for the draft, or for a case that waits for papers."""

        TOPIC = "intake.Conversation.BerkasDiterima"
        for_case_id: UUID
        paper: Paper

    class BerkasDikenali(CaseAggregate.Event):
        """Somebody said which item a paper answers; None: none of them."""

        TOPIC = "intake.Conversation.BerkasDikenali"
        sha256: Sha256
        item_id: Code | None

    class BerkasDitolak(CaseAggregate.Event):
        """A file came that cannot be used; the contact is told why."""

        TOPIC = "intake.Conversation.BerkasDitolak"
        reason_code: Code

    class BerkasDiminta(CaseAggregate.Event):
        """What the contact was asked to send next; None: nothing in particular."""

        TOPIC = "intake.Conversation.BerkasDiminta"
        item_id: Code | None

    class RingkasanDitunjukkan(CaseAggregate.Event):
        """The contact sees everything once more before it is handed in."""

        TOPIC = "intake.Conversation.RingkasanDitunjukkan"

    class KelanjutanDitanyakan(CaseAggregate.Event):
        """After a long silence the contact is asked whether to go on."""

        TOPIC = "intake.Conversation.KelanjutanDitanyakan"

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

    class PetugasDiminta(CaseAggregate.Event):
        """The contact asked for a person; the request has an aggregate of its own."""

        TOPIC = "intake.Conversation.PetugasDiminta"
        request_id: UUID

    class PetugasSelesai(CaseAggregate.Event):
        """The automatic answers speak again."""

        TOPIC = "intake.Conversation.PetugasSelesai"
        request_id: UUID

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
        self.notice_version: str | None = None
        self.offered: tuple[Option, ...] = ()
        self.draft: Draft | None = None
        self.cases: tuple[UUID, ...] = ()
        self.further: dict[str, tuple[Paper, ...]] = {}
        self.help_request: UUID | None = None
        self.answers_begun: set[str] = set()

    def give_notice(self, version: str, *, cause: Cause) -> None:
        """Tell what becomes of the data; the same version again is quiet."""
        if self.notice_version != version:
            self.trigger_event(self.PemberitahuanDataDisampaikan, cause=cause, version=version)

    def offer(self, options: tuple[Option, ...], *, cause: Cause) -> None:
        """Remember what may be tapped; the same again is quiet."""
        if self.offered != options:
            self.trigger_event(self.PilihanDitawarkan, cause=cause, options=options)

    def begin_draft(self, draft_case_id: UUID, *, cause: Cause) -> None:
        """Begin an application; quiet while one is open."""
        if self.draft is None:
            self.trigger_event(
                self.DraftDimulai, cause=cause, draft_case_id=draft_case_id, service_id=None
            )

    def choose_topic(self, topic_id: str, catalogue_id: str, *, cause: Cause) -> None:
        """Say what the draft is for; the same again is quiet."""
        if self.draft is not None and self.draft.topic_id != topic_id:
            self.trigger_event(
                self.TopikDipilih, cause=cause, topic_id=topic_id, catalogue_id=catalogue_id
            )

    def answer(self, question_id: str, value: str, *, cause: Cause) -> None:
        """Answer a question of the draft; an earlier answer is replaced."""
        self.trigger_event(self.FaktaDijawab, cause=cause, question_id=question_id, value=value)

    def ask_again(self, question_id: str, *, cause: Cause) -> None:
        """Open an answered question again; quiet when it is open."""
        if self.draft is not None and question_id in self.draft.answers:
            self.trigger_event(self.FaktaDitanyaLagi, cause=cause, question_id=question_id)

    def misunderstand(self, question_id: str, *, cause: Cause) -> None:
        """Remember that what came was no answer."""
        self.trigger_event(self.JawabanTidakDimengerti, cause=cause, question_id=question_id)

    def keep_paper(self, for_case_id: UUID, paper: Paper, *, cause: Cause) -> bool:
        """Keep a paper; the same bytes twice are one paper, and only its name may be new."""
        kept = self.papers_for(for_case_id)
        known = next((each for each in kept if each.sha256 == paper.sha256), None)
        if known is None:
            self.trigger_event(
                self.BerkasDiterima, cause=cause, for_case_id=for_case_id, paper=paper
            )
        elif paper.item_id is not None and known.item_id != paper.item_id:
            self.name_paper(paper.sha256, paper.item_id, cause=cause)
        return known is None

    def name_paper(self, sha256: str, item_id: str | None, *, cause: Cause) -> None:
        """Say which item a paper of the draft answers; quiet for a paper that is not there."""
        if self.draft is not None and self.draft.has_paper(sha256):
            self.trigger_event(self.BerkasDikenali, cause=cause, sha256=sha256, item_id=item_id)

    def refuse_file(self, reason_code: str, *, cause: Cause) -> None:
        """Remember that a file could not be used."""
        self.trigger_event(self.BerkasDitolak, cause=cause, reason_code=reason_code)

    def ask_for(self, item_id: str | None, *, cause: Cause) -> None:
        """Say what the contact should send next; the same again is quiet."""
        if self.draft is not None and self.draft.next_item != item_id:
            self.trigger_event(self.BerkasDiminta, cause=cause, item_id=item_id)

    def sum_up(self, *, cause: Cause) -> None:
        """Show everything once more; quiet while it is shown."""
        if self.draft is not None and not self.draft.is_summed_up:
            self.trigger_event(self.RingkasanDitunjukkan, cause=cause)

    def ask_to_go_on(self, *, cause: Cause) -> None:
        """Ask after a long silence; that breaks it."""
        self.trigger_event(self.KelanjutanDitanyakan, cause=cause)

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

    def ask_for_person(self, request_id: UUID, *, cause: Cause) -> None:
        """Let a person answer; quiet while one does."""
        if self.help_request is None:
            self.trigger_event(self.PetugasDiminta, cause=cause, request_id=request_id)

    def leave_person(self, *, cause: Cause) -> None:
        """Back to the automatic answers; quiet when no person was asked for."""
        if self.help_request is not None:
            self.trigger_event(self.PetugasSelesai, cause=cause, request_id=self.help_request)

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

    @event(PemberitahuanDataDisampaikan)
    def _on_notice(self, version: str) -> None:
        self.notice_version = version

    @event(PilihanDitawarkan)
    def _on_offered(self, options: tuple[Option, ...]) -> None:
        self.offered = options

    @event(DraftDimulai)
    def _on_draft(self, draft_case_id: UUID, service_id: str | None, cause: Cause) -> None:
        self.draft = Draft(
            case_id=draft_case_id,
            service_id=service_id,
            first_message_at=cause.occurred_at,
            touched_at=cause.occurred_at,
        )

    def _change(self, cause: Cause, **changes: object) -> None:
        """Change the draft; whatever changes it puts the summary away."""
        if self.draft is not None:
            usual = {"touched_at": cause.occurred_at, "is_summed_up": False}
            self.draft = self.draft.model_copy(update={**usual, **changes})

    @event(LayananDipilih)
    def _on_service(self, service_id: str, cause: Cause) -> None:
        self._change(cause, service_id=service_id)

    @event(TopikDipilih)
    def _on_topic(self, topic_id: str, catalogue_id: str, cause: Cause) -> None:
        self._change(cause, topic_id=topic_id, catalogue_id=catalogue_id, service_id=None, faults=0)

    @event(FaktaDijawab)
    def _on_fact(self, question_id: str, value: str, cause: Cause) -> None:
        if self.draft is not None:
            answers = {**self.draft.answers, question_id: value}
            self._change(cause, answers=answers, faults=0)

    @event(FaktaDitanyaLagi)
    def _on_fact_again(self, question_id: str, cause: Cause) -> None:
        if self.draft is not None:
            answers = {k: v for k, v in self.draft.answers.items() if k != question_id}
            self._change(cause, answers=answers, faults=0)

    @event(JawabanTidakDimengerti)
    def _on_misunderstood(self, cause: Cause) -> None:
        if self.draft is not None:
            self._change(cause, faults=self.draft.faults + 1)

    @event(BerkasDiterima)
    def _on_paper(self, for_case_id: UUID, paper: Paper, cause: Cause) -> None:
        papers = (*self.papers_for(for_case_id), paper)
        if self.draft is not None and self.draft.case_id == for_case_id:
            self._change(cause, papers=papers)
        else:
            self.further[str(for_case_id)] = papers

    @event(BerkasDikenali)
    def _on_named(self, sha256: str, item_id: str | None, cause: Cause) -> None:
        if self.draft is not None:
            named = self.draft.with_paper_named(sha256, item_id)
            self._change(cause, papers=named.papers, set_aside=named.set_aside)

    @event(BerkasDitolak)
    def _on_refused(self) -> None:
        pass

    @event(BerkasDiminta)
    def _on_asked_for(self, item_id: str | None) -> None:
        if self.draft is not None:
            self.draft = self.draft.model_copy(update={"next_item": item_id})

    @event(RingkasanDitunjukkan)
    def _on_summed_up(self, cause: Cause) -> None:
        self._change(cause, is_summed_up=True)

    @event(KelanjutanDitanyakan)
    def _on_asked_to_go_on(self, cause: Cause) -> None:
        self._change(cause)

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

    @event(PetugasDiminta)
    def _on_person(self, request_id: UUID) -> None:
        self.help_request = request_id

    @event(PetugasSelesai)
    def _on_person_left(self) -> None:
        self.help_request = None

    @event(JawabanDimulai)
    def _on_answer_begun(self, answer_id: UUID) -> None:
        self.answers_begun.add(str(answer_id))

    @event(JawabanSelesai)
    def _on_answer_ended(self, answer_id: UUID) -> None:
        self.answers_begun.discard(str(answer_id))
