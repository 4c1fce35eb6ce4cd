"""Step 1: are the papers of an application complete?"""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.catalogue import CatalogueReference
from jamila_contracts.model import Code, Sealed, Sha256
from jamila_contracts.sop import SopReference, load_sop
from jamila_contracts.values import ItemProblem, Paper
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, DomainError
from jamila_runtime.stage import MissingCapabilityError, StageAggregate

COMPLETENESS = 1
"""Step of the operator layanan."""

Stage = Literal["periksa", "pemohon", "siak", "draft", "verifikasi", "tte", "cetak", "siap"]
"""Where a case stands in general words; finished and cancelled are kept apart."""

_RANK = {"sent": 1, "delivered": 2, "read": 3, "failed": 4}
"""How far a message got; it never goes back, and nothing follows a failure."""


class UnknownPaperError(DomainError):
    """The operator named a paper that the case does not have."""

    slug = "paper-unknown"


class ApplicationEndedError(ConflictError):
    """The application was cancelled, or its document is signed already."""

    slug = "application-ended"


class CaseIntake(StageAggregate):
    """One application: its papers, and whether they are complete."""

    TOPIC = "intake.CaseIntake"
    STEPS: ClassVar[tuple[int, ...]] = (COMPLETENESS,)

    class Diajukan(CreatedEvent):
        """The applicant submitted; the front desk's turn."""

        TOPIC = "intake.CaseIntake.Diajukan"
        service_id: Code
        channel: Literal["whatsapp", "loket", "kolektif", "manual"]
        contact_id: UUID
        applicant: Sealed
        receipt_code: str
        papers: tuple[Paper, ...]
        first_message_at: datetime
        sop: SopReference
        catalogue: CatalogueReference | None = None
        facts: Sealed | None = None
        documents: tuple[Code, ...] = ()
        model_akta: Code | None = None
        flags: tuple[Code, ...] = ()
        batch_id: UUID | None = None
        batch_row: Code | None = None

    class BerkasDiunggah(CaseAggregate.Event):
        """A further paper; the first one after "incomplete" is the front desk's turn again."""

        TOPIC = "intake.CaseIntake.BerkasDiunggah"
        paper: Paper

    class BerkasDiterima(CaseAggregate.Event):
        """The papers are complete; on to SIAK."""

        TOPIC = "intake.CaseIntake.BerkasDiterima"
        attempt: int
        service_id: Code
        papers: tuple[Paper, ...]

    class BerkasTidakLengkap(CaseAggregate.Event):
        """Something is missing; the applicant's turn."""

        TOPIC = "intake.CaseIntake.BerkasTidakLengkap"
        attempt: int
        problems: tuple[ItemProblem, ...]

    class DikembalikanDariSiak(CaseAggregate.Event):
        """Papers and SIAK disagree; the front desk's turn again."""

        TOPIC = "intake.CaseIntake.DikembalikanDariSiak"

    class PermohonanDibatalkan(CaseAggregate.Event):
        """The application ends here."""

        TOPIC = "intake.CaseIntake.PermohonanDibatalkan"
        reason_code: Code

    class TahapDicatat(CaseAggregate.Event):
        """A later stage told where the case stands; for the answer to STATUS."""

        TOPIC = "intake.CaseIntake.TahapDicatat"
        stage: Stage
        is_finished: bool

    class DataDilupakan(CaseAggregate.Event):
        """The key of the case is destroyed; nothing of it keeps its sender known."""

        TOPIC = "intake.CaseIntake.DataDilupakan"

    class JamBerhenti(CaseAggregate.Event):
        """The clock of some step stopped; for the answer to STATUS."""

        TOPIC = "intake.CaseIntake.JamBerhenti"

    class JamBerjalan(CaseAggregate.Event):
        """The clock runs again."""

        TOPIC = "intake.CaseIntake.JamBerjalan"

    class StatusPesanDilaporkan(CaseAggregate.Event):
        """WhatsApp told what became of a message about the case."""

        TOPIC = "intake.CaseIntake.StatusPesanDilaporkan"
        message_id: UUID
        status: Literal["sent", "delivered", "read", "failed"]
        provider_message_id: str
        error_code: int | None

    @event(Diajukan)
    def __init__(  # noqa: PLR0913 - the fields of the contract PermohonanDiajukan
        self,
        case_id: UUID,
        *,
        service_id: str,
        channel: Literal["whatsapp", "loket", "kolektif", "manual"],
        contact_id: UUID,
        applicant: str,
        receipt_code: str,
        papers: tuple[Paper, ...],
        first_message_at: datetime,
        sop: SopReference,
        cause: Cause,
        catalogue: CatalogueReference | None = None,
        facts: str | None = None,
        documents: tuple[Code, ...] = (),
        model_akta: str | None = None,
        flags: tuple[Code, ...] = (),
        batch_id: UUID | None = None,
        batch_row: str | None = None,
    ) -> None:
        del channel, applicant, first_message_at, sop, model_akta, flags, batch_id, batch_row
        self.start_stage(case_id, cause)
        self.service_id = service_id
        self.contact_id = contact_id
        self.receipt_code = receipt_code
        self.papers = papers
        self.catalogue = catalogue
        self.facts = facts
        self.documents = documents
        self.problems: tuple[ItemProblem, ...] = ()
        self.stage: Stage = "periksa"
        self.stage_at = cause.occurred_at
        self.clock_from = cause.occurred_at
        """Start of the promise: of the attempt whose papers were found complete."""
        self.was_accepted = False
        self.pauses: tuple[tuple[datetime, datetime | None], ...] = ()
        self.is_finished = self.is_cancelled = self.is_forgotten = False
        self.reported: dict[str, str] = {}
        self.open_step(COMPLETENESS)

    @property
    def waits_for_applicant(self) -> bool:
        """Papers were asked for and have not come yet."""
        return self.stage == "pemohon" and not self.is_cancelled

    @property
    def is_at_front_desk(self) -> bool:
        """The operator has not decided yet."""
        return self.steps[COMPLETENESS].is_open

    @property
    def is_over(self) -> bool:
        """It was cancelled, or its documents are handed over."""
        return self.is_cancelled or self.is_finished

    @property
    def may_be_cancelled(self) -> bool:
        """Nothing is signed yet, and it has not ended."""
        return not self.is_cancelled and self.stage not in ("cetak", "siap")

    def situation(self) -> dict[str, Any]:
        """Where this stage stands."""
        return {**super().situation(), "stage": self.stage, "cancelled": self.is_cancelled}

    def accept(self, items: dict[Sha256, Code], *, cause: Cause) -> None:
        """The operator finds the papers complete, and says which paper answers which item.

        Raises:
            UnknownPaperError: a digest is not one of this case.
        """
        self.allow(COMPLETENESS, cause)
        unknown = items.keys() - {paper.sha256 for paper in self.papers}
        if unknown:
            raise UnknownPaperError("the case has no such paper", papers=sorted(unknown))
        papers = tuple(
            paper.model_copy(update={"item_id": items.get(paper.sha256, paper.item_id)})
            for paper in self.papers
        )
        attempt = self.decide(COMPLETENESS, cause)
        self.trigger_event(
            self.BerkasDiterima,
            cause=cause,
            attempt=attempt,
            service_id=self.service_id,
            papers=papers,
        )

    def return_to_applicant(self, problems: tuple[ItemProblem, ...], *, cause: Cause) -> None:
        """The operator asks the applicant for what is missing."""
        attempt = self.decide(COMPLETENESS, cause)
        self.trigger_event(self.BerkasTidakLengkap, cause=cause, attempt=attempt, problems=problems)

    def receive_papers(self, papers: tuple[Paper, ...], *, cause: Cause) -> None:
        """The applicant sent more; papers the case has already are quiet."""
        known = {paper.sha256 for paper in self.papers}
        for paper in papers:
            if paper.sha256 not in known:
                self.trigger_event(self.BerkasDiunggah, cause=cause, paper=paper)

    def cancel(self, reason_code: str, *, cause: Cause) -> None:
        """An operator ends the application, at step 1 or while the applicant is waited for."""
        if self.waits_for_applicant:
            capability = load_sop(self.sop_version).step(COMPLETENESS).capability
            if cause.actor.capability != capability:
                raise MissingCapabilityError(f"asks for {capability}", capability=capability)
        else:
            self.allow(COMPLETENESS, cause)
        self.trigger_event(self.PermohonanDibatalkan, cause=cause, reason_code=reason_code)

    def withdraw(self, *, cause: Cause) -> None:
        """The applicant ends it.

        Raises:
            ApplicationEndedError: it has ended, or the document is signed already.
        """
        if not self.may_be_cancelled:
            raise ApplicationEndedError("nothing to cancel any more", **self.situation())
        self.trigger_event(self.PermohonanDibatalkan, cause=cause, reason_code="permintaan-pemohon")

    def reopen(self, *, cause: Cause) -> None:
        """SIAK disagrees: the front desk again; quiet when it is open or the case has ended."""
        if not self.steps[COMPLETENESS].is_open and not self.is_cancelled:
            self.trigger_event(self.DikembalikanDariSiak, cause=cause)

    def note_stage(self, stage: Stage, *, is_finished: bool, cause: Cause) -> None:
        """A later stage did its work; what happened before the newest known is quiet."""
        if cause.occurred_at > self.stage_at and not self.is_finished:
            self.trigger_event(self.TahapDicatat, cause=cause, stage=stage, is_finished=is_finished)

    def note_pause(self, *, is_running: bool, cause: Cause) -> None:
        """The clock of some step stopped or runs again; the same again is quiet."""
        is_stopped = bool(self.pauses) and self.pauses[-1][1] is None
        if is_stopped == is_running:
            self.trigger_event(self.JamBerjalan if is_running else self.JamBerhenti, cause=cause)

    def report_status(
        self,
        message_id: UUID,
        status: Literal["sent", "delivered", "read", "failed"],
        *,
        provider_message_id: str,
        error_code: int | None,
        cause: Cause,
    ) -> None:
        """WhatsApp tells what became of a message: forward only, whatever order it comes in."""
        known = self.reported.get(str(message_id))
        if known is not None and _RANK[status] <= _RANK[known]:
            return
        self.trigger_event(
            self.StatusPesanDilaporkan,
            cause=cause,
            message_id=message_id,
            status=status,
            provider_message_id=provider_message_id,
            error_code=error_code,
        )

    def forget(self, *, cause: Cause) -> None:
        """Its personal data is gone; quiet the second time."""
        if not self.is_forgotten:
            self.trigger_event(self.DataDilupakan, cause=cause)

    @event(DataDilupakan)
    def _on_forgotten(self) -> None:
        self.is_forgotten = True

    def _go_to(self, stage: Stage, cause: Cause) -> None:
        self.stage, self.stage_at = stage, cause.occurred_at

    def _to_front_desk(self, cause: Cause) -> None:
        self.problems = ()
        self._go_to("periksa", cause)
        self.open_step(COMPLETENESS)

    @event(BerkasDiunggah)
    def _on_paper(self, paper: Paper, cause: Cause) -> None:
        self.papers = (*self.papers, paper)
        if self.waits_for_applicant:
            self._to_front_desk(cause)
            if not self.was_accepted:
                self.clock_from = cause.occurred_at

    @event(BerkasDiterima)
    def _on_accepted(self, papers: tuple[Paper, ...], cause: Cause) -> None:
        self.papers = papers
        self.was_accepted = True
        self.close_step(COMPLETENESS)
        self._go_to("siak", cause)

    @event(BerkasTidakLengkap)
    def _on_incomplete(self, problems: tuple[ItemProblem, ...], cause: Cause) -> None:
        self.problems = problems
        self.close_step(COMPLETENESS)
        self._go_to("pemohon", cause)

    @event(DikembalikanDariSiak)
    def _on_returned(self, cause: Cause) -> None:
        self._to_front_desk(cause)

    @event(PermohonanDibatalkan)
    def _on_cancelled(self) -> None:
        self.is_cancelled = True
        self.close_step(COMPLETENESS)

    @event(TahapDicatat)
    def _on_stage(self, stage: Stage, is_finished: bool, cause: Cause) -> None:  # noqa: FBT001 - the library binds by name
        self._go_to(stage, cause)
        self.is_finished = is_finished

    @event(JamBerhenti)
    def _on_stopped(self, cause: Cause) -> None:
        self.pauses = (*self.pauses, (cause.occurred_at, None))

    @event(JamBerjalan)
    def _on_running(self, cause: Cause) -> None:
        self.pauses = (*self.pauses[:-1], (self.pauses[-1][0], cause.occurred_at))

    @event(StatusPesanDilaporkan)
    def _on_status(self, message_id: UUID, status: str) -> None:
        self.reported[str(message_id)] = status
