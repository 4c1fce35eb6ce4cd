"""The board of outages of the office: which outside systems are down, since when, until when.

Errors::

    OutageOpenError      (ConflictError) the system is down already; its outage is named
    OutageUnknownError   (NotFoundError) there is no such outage
    SystemUnknownError   (DomainError)   nobody knows which steps need the system
"""

from typing import ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.domain import event

from jamila_ledger.outages import SYSTEM_STEPS, Outage
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, DomainError, NotFoundError
from jamila_runtime.stage import MissingCapabilityError

BOARD: Final = uuid5(UUID(int=0), "jamila:outage-board")
"""One board per office; in place of a case."""
MAY_DECLARE: Final = frozenset({"kasi", "kabid", "kepala-dinas", "admin", "ops"})
"""An outage stops the clocks of the whole office: whoever is judged by them may not declare it."""


class OutageOpenError(ConflictError):
    """The system is down already."""

    slug = "outage-already-open"


class OutageUnknownError(NotFoundError):
    """There is no such outage."""

    slug = "outage-unknown"


class SystemUnknownError(DomainError):
    """Nobody knows which steps need the system; name them."""

    slug = "outage-system-unknown"


class OutageBoard(CaseAggregate):
    """Every outage of the office."""

    TOPIC: ClassVar[str] = "sla.OutageBoard"

    class Dibuka(CreatedEvent):
        """The first outage is about to be recorded."""

        TOPIC = "sla.OutageBoard.Dibuka"

    class GangguanDimulai(CaseAggregate.Event):
        """A system is down; the case of the cause is the outage."""

        TOPIC = "sla.OutageBoard.GangguanDimulai"
        system: str
        steps: tuple[int, ...]

    class GangguanSelesai(CaseAggregate.Event):
        """It works again."""

        TOPIC = "sla.OutageBoard.GangguanSelesai"
        system: str
        steps: tuple[int, ...]

    @event(Dibuka)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del case_id, cause
        self.outages: dict[UUID, Outage] = {}

    def start(self, system: str, steps: tuple[int, ...], *, cause: Cause) -> None:
        """Declare an outage; the same one again is quiet.

        Raises:
            MissingCapabilityError: the account may not stop the clocks of the office.
            OutageOpenError: the system is down already.
            SystemUnknownError: it is not said which steps are affected, and not known.
        """
        _allow(cause)
        if cause.case_id in self.outages:
            return
        down = self._down(system)
        if down:
            raise OutageOpenError(f"{system} is down already", outage_id=str(down[0].id))
        affected = tuple(sorted(set(steps))) or SYSTEM_STEPS.get(system, ())
        if not affected:
            known = sorted(SYSTEM_STEPS)
            raise SystemUnknownError(f"which steps need {system}?", known=known)
        self.trigger_event(self.GangguanDimulai, cause=cause, system=system, steps=affected)

    def is_down(self, system: str) -> bool:
        """An outage of the system lasts."""
        return bool(self._down(system))

    def _down(self, system: str) -> list[Outage]:
        return [each for each in self.outages.values() if not each.until and each.system == system]

    def end(self, *, cause: Cause) -> None:
        """Declare it over; quiet when it is.

        Raises:
            MissingCapabilityError: the account may not start the clocks of the office.
            OutageUnknownError: there is no such outage.
        """
        _allow(cause)
        known = self.outages.get(cause.case_id)
        if known is None:
            raise OutageUnknownError("there is no such outage", outage_id=str(cause.case_id))
        if known.until is None:
            self.trigger_event(
                self.GangguanSelesai, cause=cause, system=known.system, steps=known.steps
            )

    @event(GangguanDimulai)
    def _on_start(self, system: str, steps: tuple[int, ...], cause: Cause) -> None:
        begun = Outage(id=cause.case_id, system=system, steps=steps, since=cause.occurred_at)
        self.outages[begun.id] = begun

    @event(GangguanSelesai)
    def _on_end(self, cause: Cause) -> None:
        known = self.outages[cause.case_id]
        until = max(cause.occurred_at, known.since)
        self.outages[known.id] = known.model_copy(update={"until": until})


def _allow(cause: Cause) -> None:
    # The system itself: a service noticed it, nobody is judged by clocks it stops.
    if cause.actor.capability not in MAY_DECLARE | {"system"}:
        needed = sorted(MAY_DECLARE)
        raise MissingCapabilityError("may not declare outages", capability=needed)
