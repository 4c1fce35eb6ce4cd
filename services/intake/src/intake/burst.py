"""Papers that come together are answered together: one message for ten photos."""

from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.model import Code, Sha256
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent


class PaperBurst(CaseAggregate):
    """Papers of one contact that are not answered yet; its ``case_id`` is the contact."""

    TOPIC = "intake.PaperBurst"

    class Dimulai(CreatedEvent):
        """The contact sent a paper for the first time."""

        TOPIC = "intake.PaperBurst.Dimulai"

    class BerkasDicatat(CaseAggregate.Event):
        """A paper came; more may follow at once."""

        TOPIC = "intake.PaperBurst.BerkasDicatat"
        answer_id: UUID
        hints: tuple[Code, ...]
        sha256: Sha256 | None
        """None: the contact had sent these very bytes before."""

    class Dijawab(CaseAggregate.Event):
        """All of them were answered."""

        TOPIC = "intake.PaperBurst.Dijawab"

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del case_id, cause
        self.new: tuple[str, ...] = ()
        """Digests of those that had not come before."""
        self.repeated = 0
        self.hints: tuple[str, ...] = ()
        self.answer_id: UUID | None = None
        """The answer of the last one speaks for all."""

    @property
    def is_waiting(self) -> bool:
        """Is there anything to be answered?"""
        return bool(self.new or self.repeated)

    def add(
        self, answer_id: UUID, sha256: str | None, hints: tuple[str, ...], *, cause: Cause
    ) -> None:
        """A paper came."""
        self.trigger_event(
            self.BerkasDicatat, cause=cause, answer_id=answer_id, hints=hints, sha256=sha256
        )

    def answer(self, *, cause: Cause) -> None:
        """Answer all of them; quiet when there are none."""
        if self.is_waiting:
            self.trigger_event(self.Dijawab, cause=cause)

    @event(BerkasDicatat)
    def _on_paper(self, answer_id: UUID, hints: tuple[str, ...], sha256: str | None) -> None:
        self.new = (*self.new, *([sha256] if sha256 else []))
        self.repeated += sha256 is None
        self.hints = (*self.hints, *hints)
        self.answer_id = answer_id

    @event(Dijawab)
    def _on_answered(self) -> None:
        self.new, self.repeated, self.hints = (), 0, ()
