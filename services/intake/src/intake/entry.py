"""What staff write down for somebody before it becomes a case: one wish, or a village's list."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.model import Code, Fact, Sealed
from jamila_contracts.values import Paper
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError

DeskChannel = Literal["loket", "manual", "kolektif"]


class EntryClosedError(ConflictError):
    """It is handed in, or given up."""

    slug = "entry-closed"


class Description(Fact):
    """What the application is about; personal parts are sealed under the key of its case."""

    service_id: Code
    contact_id: UUID
    applicant: Sealed
    facts: Sealed | None = None


class BatchRow(Fact):
    """One family of a village's list."""

    row: Code
    case_id: UUID


class CounterEntry(CaseAggregate):
    """One application that is being written down."""

    TOPIC = "intake.CounterEntry"

    class Dimulai(CreatedEvent):
        """An officer began to write."""

        TOPIC = "intake.CounterEntry.Dimulai"
        channel: DeskChannel
        batch_id: UUID | None
        batch_row: Code | None

    class Diuraikan(CaseAggregate.Event):
        """It is known what it is about."""

        TOPIC = "intake.CounterEntry.Diuraikan"
        description: Description

    class BerkasDiterima(CaseAggregate.Event):
        """A paper was examined and kept."""

        TOPIC = "intake.CounterEntry.BerkasDiterima"
        paper: Paper

    class Diajukan(CaseAggregate.Event):
        """It became a case."""

        TOPIC = "intake.CounterEntry.Diajukan"

    class Dibatalkan(CaseAggregate.Event):
        """It was given up, or nobody came back for it."""

        TOPIC = "intake.CounterEntry.Dibatalkan"

    @event(Dimulai)
    def __init__(
        self,
        case_id: UUID,
        *,
        channel: DeskChannel,
        batch_id: UUID | None,
        batch_row: str | None,
        cause: Cause,
    ) -> None:
        self.case_id = case_id
        self.channel: DeskChannel = channel
        self.batch_id, self.batch_row = batch_id, batch_row
        self.begun_at: datetime = cause.occurred_at
        self.description: Description | None = None
        self.papers: tuple[Paper, ...] = ()
        self.state: Literal["terbuka", "diajukan", "dibatalkan"] = "terbuka"

    def describe(self, description: Description, *, cause: Cause) -> None:
        """Say what it is about; the last word counts."""
        self._must_be_open()
        self.trigger_event(self.Diuraikan, cause=cause, description=description)

    def keep_paper(self, paper: Paper, *, cause: Cause) -> None:
        """Keep a paper; the same bytes for the same item again are quiet."""
        self._must_be_open()
        if paper not in self.papers:
            self.trigger_event(self.BerkasDiterima, cause=cause, paper=paper)

    def submit(self, *, cause: Cause) -> None:
        """It becomes a case."""
        self._must_be_open()
        self.trigger_event(self.Diajukan, cause=cause)

    def drop(self, *, cause: Cause) -> None:
        """Give it up; quiet when it is given up already."""
        if self.state != "dibatalkan":
            self._must_be_open()
            self.trigger_event(self.Dibatalkan, cause=cause)

    def _must_be_open(self) -> None:
        if self.state != "terbuka":
            raise EntryClosedError("the entry is closed", state=self.state)

    @event(Diuraikan)
    def _on_described(self, description: Description) -> None:
        self.description = description

    @event(BerkasDiterima)
    def _on_paper(self, paper: Paper) -> None:
        others = tuple(each for each in self.papers if each.sha256 != paper.sha256)
        self.papers = (*others, paper)

    @event(Diajukan)
    def _on_submitted(self) -> None:
        self.state = "diajukan"

    @event(Dibatalkan)
    def _on_dropped(self) -> None:
        self.state = "dibatalkan"


class Batch(CaseAggregate):
    """A village's list: one sender, many families, one entry each."""

    TOPIC = "intake.Batch"

    class Dibuka(CreatedEvent):
        """The list was taken in."""

        TOPIC = "intake.Batch.Dibuka"
        rows: tuple[BatchRow, ...]
        is_whole: bool

    class Diajukan(CaseAggregate.Event):
        """Some of its rows became cases."""

        TOPIC = "intake.Batch.Diajukan"
        rows: tuple[Code, ...]

    @event(Dibuka)
    def __init__(
        self,
        case_id: UUID,
        *,
        rows: tuple[BatchRow, ...],
        is_whole: bool,
        cause: Cause,
    ) -> None:
        del cause
        self.case_id = case_id
        self.rows = rows
        self.is_whole = is_whole
        self.submitted: tuple[str, ...] = ()

    def submit(self, rows: tuple[str, ...], *, cause: Cause) -> None:
        """Some rows became cases; quiet without any."""
        if rows:
            self.trigger_event(self.Diajukan, cause=cause, rows=rows)

    @event(Diajukan)
    def _on_submitted(self, rows: tuple[str, ...]) -> None:
        self.submitted = (*self.submitted, *rows)
