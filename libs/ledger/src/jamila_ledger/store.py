"""The port of the case event store, and what it answers.

Errors::

    ForgedDuplicateError   (DomainError)     another content under an identity already recorded
    LedgerUnusableError    (DomainError)     there is no ledger at this address, or not of our form
    RetryableError                           the database is away, or another writer was faster
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from jamila_contracts.wire import Record
from jamila_ledger.chain import Entry, Head
from jamila_runtime.errors import DomainError


class ForgedDuplicateError(DomainError):
    """An event claims an identity under which the ledger holds something else.

    The batch it came in was not recorded.

    Attributes:
        record: The very record that is refused; an honest one may bear the same id.
    """

    slug = "ledger-forged-duplicate"

    def __init__(self, record: Record) -> None:
        event_id = str(record.meta.event_id)
        super().__init__("another event is recorded under this identity", event_id=event_id)
        self.record = record


class LedgerUnusableError(DomainError):
    """There is no ledger at this address."""

    slug = "ledger-unusable"


@dataclass(frozen=True)
class AppendOutcome:
    """What became of a batch of records."""

    appended: tuple[Entry, ...] = ()
    duplicates: int = 0
    """Records that were in the ledger already, word for word."""
    waiting: list[Record] = field(default_factory=list)
    """Records whose predecessor of the same source has not come yet; offer them again later."""


class LedgerStore(Protocol):
    """Append-only, totally ordered, hash-chained store of the events of all cases."""

    def append(self, records: Sequence[Record], *, now: datetime) -> AppendOutcome:
        """Record a batch in one transaction: all that can be recorded, or nothing.

        Per source the ledger is gapless: a record is taken only when the event its source
        published before it is already there. That an event's cause (of another source) is
        recorded first is arranged within a batch, not enforced between batches.

        Args:
            records: In the order of arrival.
            now: The ledger's own clock; never runs backwards in the store.

        Raises:
            ForgedDuplicateError: a record contradicts one that is recorded; nothing was written.
            RetryableError: the database is away or another writer was faster; nothing was written.
        """
        ...

    def read(self, *, after: int, limit: int) -> list[Entry]:
        """The next entries after a position, in order."""
        ...

    def read_case(self, case_id: UUID | str, *, until: int | None = None) -> list[Entry]:
        """All entries of one case, or those up to a position of the ledger."""
        ...

    def read_source(self, source: str, types: Sequence[str], *, until: int) -> list[Entry]:
        """Some types of entries of one source up to a position of the ledger, in order."""
        ...

    def scan(self) -> Iterator[Entry]:
        """The whole ledger as a stream, for checking it."""
        ...

    def entry_at(self, position: int) -> Entry | None:
        """The entry at a position, None beyond the head."""
        ...

    def head(self) -> Head:
        """The last entry."""
        ...

    def source_positions(self) -> dict[str, int]:
        """How far the log of each source is recorded."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
