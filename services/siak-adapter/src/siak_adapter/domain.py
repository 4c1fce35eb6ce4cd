"""Steps 2 and 3: do the papers agree with SIAK, and what did the operator enter there?"""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.values import DocumentVersion, FieldVerdict, ReturnReason
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.stage import StageAggregate

MATCH = 2
"""Step in which the papers are compared with SIAK."""
ENTER = 3
"""Step in which the application is entered into SIAK."""

Method = Literal["manual", "webservice"]


@dataclass(frozen=True)
class KnownAnswer:
    """What the web service said about the same claims before."""

    outcome: str
    verdicts: tuple[FieldVerdict, ...]
    evidence_sha256: str


class SiakCase(StageAggregate):
    """One case at the SIAK operators: matched, entered, drafted."""

    TOPIC = "siak_adapter.SiakCase"
    STEPS: ClassVar[tuple[int, ...]] = (MATCH, ENTER)

    class Dibuka(CreatedEvent):
        """Complete papers arrived for the first time."""

        TOPIC = "siak_adapter.SiakCase.Dibuka"
        service_id: str

    class BerkasKembali(CaseAggregate.Event):
        """Complete papers arrived again, after the front desk cleared a mismatch."""

        TOPIC = "siak_adapter.SiakCase.BerkasKembali"
        service_id: str

    class SiakMenjawab(CaseAggregate.Event):
        """The web service compared what the papers claim."""

        TOPIC = "siak_adapter.SiakCase.SiakMenjawab"
        fingerprint: str
        """Keyed digest of the claims: the same question is not asked twice."""
        outcome: str
        verdicts: tuple[FieldVerdict, ...]
        evidence_sha256: str
        claims: str

    class DataSiakCocok(CaseAggregate.Event):
        """The papers agree with SIAK; the entry's turn."""

        TOPIC = "siak_adapter.SiakCase.DataSiakCocok"
        attempt: int
        method: Method
        verdicts: tuple[FieldVerdict, ...]
        evidence_sha256: str | None

    class DataSiakTidakCocok(CaseAggregate.Event):
        """They do not; the front desk's turn."""

        TOPIC = "siak_adapter.SiakCase.DataSiakTidakCocok"
        attempt: int
        method: Method
        verdicts: tuple[FieldVerdict, ...]
        evidence_sha256: str | None
        reasons: tuple[ReturnReason, ...]

    class DraftDibuat(CaseAggregate.Event):
        """Entered into SIAK, and the documents are drafted."""

        TOPIC = "siak_adapter.SiakCase.DraftDibuat"
        attempt: int
        service_id: str
        documents: tuple[DocumentVersion, ...]
        siak_registration: str
        data: str

    class DikembalikanDariKasi(CaseAggregate.Event):
        """The Kasi returned the draft; the entry's turn again."""

        TOPIC = "siak_adapter.SiakCase.DikembalikanDariKasi"

    class Dihentikan(CaseAggregate.Event):
        """The application was cancelled."""

        TOPIC = "siak_adapter.SiakCase.Dihentikan"

    @event(Dibuka)
    def __init__(self, case_id: UUID, service_id: str, *, cause: Cause) -> None:
        self.start_stage(case_id, cause)
        self.service_id = service_id
        self.awaits_papers = False
        self.is_stopped = False
        self.newest: dict[str, DocumentVersion] = {}
        self.answers: dict[str, KnownAnswer] = {}
        """By fingerprint of the claims, of the attempt that is open."""
        self.open_step(MATCH)

    def receive_papers(self, service_id: str, *, cause: Cause) -> None:
        """Complete papers came; quiet unless this stage had sent the case to the front desk."""
        if self.awaits_papers and not self.is_stopped:
            self.trigger_event(self.BerkasKembali, cause=cause, service_id=service_id)

    def note_answer(
        self, fingerprint: str, answer: KnownAnswer, *, claims: str, cause: Cause
    ) -> None:
        """Keep what the web service said; the operator decides what it means."""
        self.trigger_event(
            self.SiakMenjawab,
            cause=cause,
            fingerprint=fingerprint,
            outcome=answer.outcome,
            verdicts=answer.verdicts,
            evidence_sha256=answer.evidence_sha256,
            claims=claims,
        )

    def confirm_match(
        self,
        *,
        method: Method,
        verdicts: tuple[FieldVerdict, ...],
        evidence_sha256: str | None,
        cause: Cause,
    ) -> None:
        """The operator finds that the papers agree with SIAK."""
        self.trigger_event(
            self.DataSiakCocok,
            cause=cause,
            attempt=self.decide(MATCH, cause),
            method=method,
            verdicts=verdicts,
            evidence_sha256=evidence_sha256,
        )

    def reject_match(
        self,
        reasons: tuple[ReturnReason, ...],
        *,
        method: Method,
        verdicts: tuple[FieldVerdict, ...],
        evidence_sha256: str | None,
        cause: Cause,
    ) -> None:
        """The operator finds that they do not."""
        self.trigger_event(
            self.DataSiakTidakCocok,
            cause=cause,
            attempt=self.decide(MATCH, cause),
            method=method,
            verdicts=verdicts,
            evidence_sha256=evidence_sha256,
            reasons=reasons,
        )

    def record_entry(
        self,
        documents: tuple[DocumentVersion, ...],
        *,
        siak_registration: str,
        data: str,
        cause: Cause,
    ) -> None:
        """The operator entered the application into SIAK and this is what came of it."""
        self.trigger_event(
            self.DraftDibuat,
            cause=cause,
            attempt=self.decide(ENTER, cause),
            service_id=self.service_id,
            documents=documents,
            siak_registration=siak_registration,
            data=data,
        )

    def reopen_entry(self, *, cause: Cause) -> None:
        """The Kasi returned the draft; quiet when there is none, or it is being mended already."""
        if self.newest and not self.steps[ENTER].is_open and not self.is_stopped:
            self.trigger_event(self.DikembalikanDariKasi, cause=cause)

    def stop(self, *, cause: Cause) -> None:
        """The application was cancelled; quiet the second time."""
        if not self.is_stopped:
            self.trigger_event(self.Dihentikan, cause=cause)

    @event(BerkasKembali)
    def _on_papers(self, service_id: str) -> None:
        self.service_id = service_id
        self.awaits_papers = False
        self.answers = {}
        self.open_step(MATCH)

    @event(SiakMenjawab)
    def _on_answer(
        self,
        fingerprint: str,
        outcome: str,
        verdicts: tuple[FieldVerdict, ...],
        evidence_sha256: str,
    ) -> None:
        self.answers[fingerprint] = KnownAnswer(outcome, verdicts, evidence_sha256)

    @event(DataSiakCocok)
    def _on_match(self) -> None:
        self.close_step(MATCH)
        self.open_step(ENTER)

    @event(DataSiakTidakCocok)
    def _on_mismatch(self) -> None:
        self.awaits_papers = True
        self.close_step(MATCH)

    @event(DraftDibuat)
    def _on_draft(self, documents: tuple[DocumentVersion, ...]) -> None:
        self.newest |= {each.kind: each for each in documents}
        self.close_step(ENTER)

    @event(DikembalikanDariKasi)
    def _on_returned(self) -> None:
        self.open_step(ENTER)

    @event(Dihentikan)
    def _on_stopped(self) -> None:
        self.is_stopped = True
        for number in self.STEPS:
            self.close_step(number)
