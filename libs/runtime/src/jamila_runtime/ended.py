"""Cancelled cases: a stage has to remember them even before the case reaches it.

A cancellation and the last decision of a stage may cross on their way. Whoever hears of the
cancellation first must not take up the work that arrives afterwards.
"""

from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.work import Work


class EndedCase(CaseAggregate):
    """Says that a case was cancelled, whether or not this stage knew it."""

    TOPIC = "stage.EndedCase"

    class Berakhir(CreatedEvent):
        """The application was cancelled."""

        TOPIC = "stage.EndedCase.Berakhir"

    @event(Berakhir)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.case_id = case_id


def end_case(case_id: UUID, work: Work[Any]) -> None:
    """Remember that the case is cancelled; quiet the second time."""
    if not has_ended(case_id, work):
        work.add(EndedCase(case_id, cause=work.cause))


def has_ended(case_id: UUID, work: Work[Any]) -> bool:
    """Whether a cancellation was heard of."""
    return work.find_as(EndedCase, case_id) is not None
