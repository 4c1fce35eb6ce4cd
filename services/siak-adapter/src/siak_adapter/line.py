"""The line to SIAK's NIK web service: is it cut, and how many calls are left today?"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import event

from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent


class SiakLine(CaseAggregate):
    """The line of one office; its id stands in place of a case."""

    TOPIC: ClassVar[str] = "siak_adapter.SiakLine"

    class Dibuka(CreatedEvent):
        """The office asks for the first time."""

        TOPIC = "siak_adapter.SiakLine.Dibuka"

    class SambunganPutus(CaseAggregate.Event):
        """It does not answer any more; the case of the cause is the outage that this is."""

        TOPIC = "siak_adapter.SiakLine.SambunganPutus"
        reason_code: str
        failures: int

    class SambunganPulih(CaseAggregate.Event):
        """It answers again."""

        TOPIC = "siak_adapter.SiakLine.SambunganPulih"

    class PanggilanDihitung(CaseAggregate.Event):
        """One call was answered; what the service says is left, where it says so."""

        TOPIC = "siak_adapter.SiakLine.PanggilanDihitung"
        day: str
        left: int | None

    @event(Dibuka)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.line_id = case_id
        self.outage_id: UUID | None = None
        """The outage while it is cut."""
        self.day = ""
        self.calls = 0
        """Answered today."""
        self.left: int | None = None
        """None: the service does not say."""

    def cut(self, *, reason_code: str, failures: int, now: datetime, cause: Cause) -> UUID:
        """It does not answer any more; quiet while that is known.

        Returns:
            The outage that this is.
        """
        if self.outage_id is not None:
            return self.outage_id
        outage_id = uuid5(self.line_id, now.isoformat())
        about = cause.model_copy(update={"case_id": outage_id, "correlation_id": outage_id})
        self.trigger_event(
            self.SambunganPutus, cause=about, reason_code=reason_code, failures=failures
        )
        return outage_id

    def restore(self, *, cause: Cause) -> None:
        """It answers again; quiet while nothing else is known."""
        if self.outage_id is not None:
            about = {"case_id": self.outage_id, "correlation_id": self.outage_id}
            self.trigger_event(self.SambunganPulih, cause=cause.model_copy(update=about))

    def count(self, day: str, left: int | None, *, cause: Cause) -> None:
        """A call was answered on a day of the office."""
        about = {"case_id": self.line_id, "correlation_id": self.line_id}
        self.trigger_event(
            self.PanggilanDihitung, cause=cause.model_copy(update=about), day=day, left=left
        )

    @event(SambunganPutus)
    def _on_cut(self, cause: Cause) -> None:
        self.outage_id = cause.case_id

    @event(SambunganPulih)
    def _on_restored(self) -> None:
        self.outage_id = None

    @event(PanggilanDihitung)
    def _on_counted(self, day: str, left: int | None) -> None:
        self.calls = self.calls + 1 if day == self.day else 1
        self.day, self.left = day, left
