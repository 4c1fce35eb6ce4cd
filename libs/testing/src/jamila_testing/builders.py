"""Records as the services would publish them: realistic, invented, the same at every run.

A :class:`Story` tells one case; several stories share a :class:`Logs`, as cases share the logs of
the services. Ids and digests follow from names, times from one Monday morning in Paringin.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from jamila_contracts import events as e
from jamila_contracts.envelope import Actor, EventMeta
from jamila_contracts.sop import DEFAULT_SOP, load_sop
from jamila_contracts.wire import Record
from jamila_ledger.recorded import Recorded
from jamila_testing.samples import (
    MONDAY,
    SEALED,
    SERVICES,
    TENANT,
    USUAL,
    WORKERS,
    digest,
    document,
    named_id,
    paper,
    signed_document,
)

__all__ = [
    "MONDAY",
    "SEALED",
    "TENANT",
    "WORKERS",
    "Logs",
    "Story",
    "as_recorded",
    "digest",
    "document",
    "happy_road",
    "happy_story",
    "named_id",
    "paper",
    "record",
    "signed_document",
]


class Logs:
    """The logs of the services: where each one's next event stands."""

    def __init__(self) -> None:
        self.last: Counter[str] = Counter()
        self._aggregates: Counter[tuple[str, UUID]] = Counter()

    def next(self, source: str, case_id: UUID) -> tuple[int, int, int]:
        """Place in the log, place before it, version of the aggregate."""
        before = self.last[source]
        self.last[source] += 1
        self._aggregates[source, case_id] += 1
        return before + 1, before, self._aggregates[source, case_id]


class Story:
    """Tells the events of one case, one after another."""

    def __init__(
        self, name: str = "kasus-1", *, logs: Logs | None = None, start: datetime = MONDAY
    ) -> None:
        self.name = name
        self.case_id = named_id(name)
        self.now = start
        self.records: list[Record] = []
        self._logs = logs or Logs()
        self._start = start
        self._attempts: Counter[int] = Counter({1: 1})
        self._sop = load_sop()

    def later(self, **span: float) -> "Story":
        """Let time pass."""
        self.now += timedelta(**span)
        return self

    def tell(
        self, event_class: type[e.IntegrationEvent], *, actor: Actor | None = None, **fields: Any
    ) -> Record:
        """Record that something happened now.

        Args:
            event_class: What happened.
            actor: Who did it; by default whoever works on the step, or the service.
            fields: Whatever shall differ from the usual.
        """
        values = {**self._usual(event_class), **fields}
        source = self.source_of(event_class, values)
        log_position, previous, position = self._logs.next(source, self.case_id)
        values.setdefault("event_id", named_id(f"{self.name}/{source}/{position}"))
        event = event_class.model_validate(values)
        cause = self.records[-1].meta.event_id if self.records else event.event_id
        meta = EventMeta(
            event_id=event.event_id,
            type=event_class.__name__,
            schema_version=event_class.SCHEMA_VERSION,
            source=source,
            tenant=TENANT,
            case_id=self.case_id,
            position=position,
            log_position=log_position,
            previous_log_position=previous,
            occurred_at=event.occurred_at,
            recorded_at=event.occurred_at + timedelta(milliseconds=20),
            actor=actor or self._usual_actor(event, source),
            causation_id=cause,
            correlation_id=self.case_id,
            sop_version=DEFAULT_SOP,
            traceparent=f"00-{self.case_id.hex}-{event.event_id.hex[:16]}-01",
        )
        self._count(event)
        self.records.append(Record.of(meta, event))
        return self.records[-1]

    def source_of(self, event_class: type[e.IntegrationEvent], values: Mapping[str, Any]) -> str:
        """Which service records such an event."""
        if event_class in SERVICES:
            return SERVICES[event_class]
        if issubclass(event_class, e.StepEvent):
            return self._sop.step(event_class.STEP).service
        if issubclass(event_class, e.TaskEvent):
            return self._sop.step(values["step"]).service
        return "intake"

    def _usual_actor(self, event: e.IntegrationEvent, source: str) -> Actor:
        step = getattr(event, "STEP", getattr(event, "step", None))
        return WORKERS[step] if step and source != "sla" else Actor.system(source)

    def _usual(self, event_class: type[e.IntegrationEvent]) -> dict[str, Any]:
        usual: dict[str, Any] = {"case_id": self.case_id, "occurred_at": self.now}
        if issubclass(event_class, e.StepEvent):
            usual["attempt"] = max(self._attempts[event_class.STEP], 1)
        if issubclass(event_class, e.TaskEvent):
            usual |= {"step": 1, "attempt": 1}
        usual |= USUAL.get(event_class.__name__, {})
        if event_class is e.PermohonanDiajukan:
            usual["first_message_at"] = self._start - timedelta(minutes=12)
            usual["contact_id"] = named_id(f"{self.name}/contact")
            usual["receipt_code"] = digest(self.name)[:10].upper()
        return usual

    def _count(self, event: e.IntegrationEvent) -> None:
        if not isinstance(event, e.StepEvent):
            return
        row, name = self._sop.step(event.STEP), type(event).__name__
        if name in row.done_by:
            self._attempts[event.STEP + 1] += 1
        elif isinstance(event, e.CetakUlangDiminta):
            # The SOP's table knows no way back from the counter.
            self._attempts[event.STEP - 1] += 1
        elif name in row.returned_by:
            self._attempts[row.returned_by[name]] += 1
        elif isinstance(event, e.BerkasTidakLengkap):
            self._attempts[1] += 1

    def work(
        self, event_class: type[e.StepEvent], *, wait: float = 1, handle: float = 3, **fields: Any
    ) -> Record:
        """A step is taken after a while (minutes) and decided after another."""
        attempt = fields.get("attempt", max(self._attempts[event_class.STEP], 1))
        self.later(minutes=wait).tell(e.TugasDiambil, step=event_class.STEP, attempt=attempt)
        return self.later(minutes=handle).tell(event_class, **fields)


def record(event_class: type[e.IntegrationEvent], **overrides: Any) -> Record:
    """One event out of nowhere.

    Args:
        event_class: What happened.
        overrides: Fields of the event or of its envelope (``log_position``, ``actor``, ...).
    """
    of_meta = set(EventMeta.model_fields) - set(event_class.model_fields)
    changes = {name: overrides.pop(name) for name in of_meta & set(overrides)}
    told = Story().tell(event_class, **overrides)
    event = told.event()
    same = {"event_id": event.event_id, "case_id": event.case_id, "occurred_at": event.occurred_at}
    return Record(told.meta.model_copy(update={**same, **changes}), told.data)


def as_recorded(records: Iterable[Record], *, at: datetime | None = None) -> list[Recorded]:
    """Records of one case as the ledger gives them back.

    Args:
        records: In the order in which it recorded them, from its first place on.
        at: The ledger's clock; None: each when it was told.
    """
    return [
        Recorded(number, number, at or each.meta.recorded_at, each.meta, each.event())
        for number, each in enumerate(records, start=1)
    ]


ROAD: tuple[type[e.StepEvent], ...] = (
    e.BerkasDiterima,
    e.DataSiakCocok,
    e.DraftDibuat,
    e.DraftDisetujui,
    e.Diverifikasi,
    e.Ditandatangani,
    e.Dicetak,
    e.Diserahkan,
)
"""The facts that finish steps 1 to 8."""


def happy_story(
    name: str = "kasus-1", *, logs: Logs | None = None, start: datetime = MONDAY
) -> Story:
    """A case from submission to hand-over: each step waits one minute and takes three."""
    story = Story(name, logs=logs, start=start)
    story.tell(e.PermohonanDiajukan)
    for event_class in ROAD:
        story.work(event_class)
    return story


def happy_road(
    name: str = "kasus-1", *, logs: Logs | None = None, start: datetime = MONDAY
) -> list[Record]:
    """The records of :func:`happy_story`."""
    return happy_story(name, logs=logs, start=start).records
