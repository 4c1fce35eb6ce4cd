"""What the applicant says about what we sent him: it opens a window, asks again, or judges."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.model import Code
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent

Way = Literal["whatsapp", "manual"]
_DIFFERENCE: Final = timedelta(hours=1)
"""Writing again within this says nothing new about the window of 24 hours."""


@dataclass(frozen=True)
class Score:
    """How it was, and by which way the applicant said so."""

    item: str
    score: int
    channel: Way


class CaseReplies(CaseAggregate):
    """Beside the application itself: nothing here changes a task of an officer."""

    TOPIC: ClassVar[str] = "intake.CaseReplies"

    class Dimulai(CreatedEvent):
        """The first reply."""

        TOPIC = "intake.CaseReplies.Dimulai"

    class PemohonMenulis(CaseAggregate.Event):
        """The applicant wrote, about whatever."""

        TOPIC = "intake.CaseReplies.PemohonMenulis"
        contact_id: UUID
        channel: Way = "whatsapp"

    class KirimUlangDiminta(CaseAggregate.Event):
        """The applicant asks for his documents again."""

        TOPIC = "intake.CaseReplies.KirimUlangDiminta"
        channel: Way = "whatsapp"

    class SurveiDijawab(CaseAggregate.Event):
        """The applicant said how it was."""

        TOPIC = "intake.CaseReplies.SurveiDijawab"
        survey_id: UUID
        item: Code
        score: int
        channel: Way = "whatsapp"

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.case_id = case_id
        self.wrote_at: datetime | None = None
        self.channel: Way = "whatsapp"
        self.answered: frozenset[str] = frozenset()

    def hear(self, contact_id: UUID, channel: Way, *, cause: Cause) -> None:
        """The applicant wrote; quiet when it makes no difference."""
        is_news = self.wrote_at is None or cause.occurred_at >= self.wrote_at + _DIFFERENCE
        if is_news or channel != self.channel:
            self.trigger_event(
                self.PemohonMenulis, cause=cause, contact_id=contact_id, channel=channel
            )

    def ask_again(self, channel: Way, *, cause: Cause) -> None:
        """The applicant asks for his documents again."""
        self.trigger_event(self.KirimUlangDiminta, cause=cause, channel=channel)

    def answer_survey(self, survey_id: UUID, answer: Score, *, cause: Cause) -> None:
        """The applicant gave a score; the first one counts, later ones are quiet."""
        if f"{survey_id}/{answer.item}" not in self.answered:
            self.trigger_event(self.SurveiDijawab, cause=cause, survey_id=survey_id, **vars(answer))

    @event(PemohonMenulis)
    def _on_written(self, channel: Way, cause: Cause) -> None:
        self.wrote_at, self.channel = cause.occurred_at, channel

    @event(SurveiDijawab)
    def _on_answered(self, survey_id: UUID, item: str) -> None:
        self.answered |= {f"{survey_id}/{item}"}
