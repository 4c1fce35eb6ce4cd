"""Who may be written to how: the window of a contact, and the reach of the office in a day."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import event

from jamila_contracts.model import Code
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent

_DAYS = uuid5(UUID(int=0), "jamila:notifier-days")


class ContactNotices(CaseAggregate):
    """One contact of the office, found by the contact's id in place of a case."""

    TOPIC: ClassVar[str] = "notifier.ContactNotices"

    class Dikenal(CreatedEvent):
        """The contact was heard of."""

        TOPIC = "notifier.ContactNotices.Dikenal"

    class Menulis(CaseAggregate.Event):
        """The contact wrote; the window is open for a day."""

        TOPIC = "notifier.ContactNotices.Menulis"
        at: datetime

    class DilayaniManual(CaseAggregate.Event):
        """The contact wrote to the office's phone: told by hand until he writes by WhatsApp."""

        TOPIC = "notifier.ContactNotices.DilayaniManual"

    class JendelaTertutup(CaseAggregate.Event):
        """WhatsApp says that the window is closed, whatever we thought."""

        TOPIC = "notifier.ContactNotices.JendelaTertutup"

    class TidakTerjangkau(CaseAggregate.Event):
        """WhatsApp cannot deliver to the contact: somebody has to call."""

        TOPIC = "notifier.ContactNotices.TidakTerjangkau"
        reason_code: Code

    class KasusMenunggu(CaseAggregate.Event):
        """The documents of a case are sent as soon as the contact writes."""

        TOPIC = "notifier.ContactNotices.KasusMenunggu"
        waiting_case_id: UUID

    class KasusDilayani(CaseAggregate.Event):
        """They were sent, or are no longer to be."""

        TOPIC = "notifier.ContactNotices.KasusDilayani"
        waiting_case_id: UUID

    @event(Dikenal)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.contact_id = case_id
        self.wrote_at: datetime | None = None
        self.unreachable: str | None = None
        self.is_by_hand: bool | None = None
        self.waiting: tuple[UUID, ...] = ()

    def hear(self, at: datetime, *, cause: Cause) -> None:
        """The contact wrote; what is older than the newest known is quiet."""
        if self.wrote_at is None or at > self.wrote_at:
            self.trigger_event(self.Menulis, cause=cause, at=at)

    def answer_by_hand(self, *, cause: Cause) -> None:
        """He is told by hand from now on; quiet when that is known."""
        if not self.is_by_hand:
            self.trigger_event(self.DilayaniManual, cause=cause)

    def close_window(self, *, cause: Cause) -> None:
        """Believe WhatsApp rather than our own clock; quiet when it is closed."""
        if self.wrote_at is not None:
            self.trigger_event(self.JendelaTertutup, cause=cause)

    def give_up(self, reason_code: str, *, cause: Cause) -> None:
        """Nothing can be delivered until the contact writes; quiet when that is known."""
        if self.unreachable is None:
            self.trigger_event(self.TidakTerjangkau, cause=cause, reason_code=reason_code)

    def keep_waiting(self, case_id: UUID, *, cause: Cause) -> None:
        """Remember to send the documents of a case once the contact writes."""
        if case_id not in self.waiting:
            self.trigger_event(self.KasusMenunggu, cause=cause, waiting_case_id=case_id)

    def serve(self, case_id: UUID, *, cause: Cause) -> None:
        """The case waits no longer; quiet when it did not."""
        if case_id in self.waiting:
            self.trigger_event(self.KasusDilayani, cause=cause, waiting_case_id=case_id)

    def is_window_open(self, now: datetime, lasts: timedelta) -> bool:
        """Whether free words may be sent."""
        return self.wrote_at is not None and now < self.wrote_at + lasts

    @event(Menulis)
    def _on_wrote(self, at: datetime) -> None:
        self.wrote_at, self.unreachable, self.is_by_hand = at, None, False

    @event(DilayaniManual)
    def _on_by_hand(self) -> None:
        self.is_by_hand = True

    @event(JendelaTertutup)
    def _on_closed(self) -> None:
        self.wrote_at = None

    @event(TidakTerjangkau)
    def _on_unreachable(self, reason_code: str) -> None:
        self.unreachable = reason_code

    @event(KasusMenunggu)
    def _on_waiting(self, waiting_case_id: UUID) -> None:
        self.waiting = (*self.waiting, waiting_case_id)

    @event(KasusDilayani)
    def _on_served(self, waiting_case_id: UUID) -> None:
        self.waiting = tuple(each for each in self.waiting if each != waiting_case_id)


class DailyReach(CaseAggregate):
    """Whom the office wrote to first on one day (UTC); found by the day in place of a case."""

    TOPIC: ClassVar[str] = "notifier.DailyReach"

    class Dimulai(CreatedEvent):
        """The first contact of the day."""

        TOPIC = "notifier.DailyReach.Dimulai"

    class KontakDisapa(CaseAggregate.Event):
        """A contact outside his window was written to by template."""

        TOPIC = "notifier.DailyReach.KontakDisapa"
        contact_id: UUID

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.day_id = case_id
        self.reached: dict[str, datetime] = {}

    @staticmethod
    def day_of(moment: datetime) -> UUID:
        """What the day of a moment is found by."""
        return uuid5(_DAYS, moment.date().isoformat())

    def reach(self, contact_id: UUID, *, cause: Cause) -> None:
        """Count a contact; once a day is enough, the newest time counts."""
        self.trigger_event(self.KontakDisapa, cause=cause, contact_id=contact_id)

    @event(KontakDisapa)
    def _on_reached(self, contact_id: UUID, cause: Cause) -> None:
        self.reached[str(contact_id)] = cause.recorded_at
