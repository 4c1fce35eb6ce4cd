"""An entry of the ledger, read by the contracts: what every fold works on. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from jamila_contracts.envelope import EventMeta
from jamila_contracts.events import IntegrationEvent
from jamila_contracts.wire import MalformedEventError, Record, UnknownEventError
from jamila_ledger.chain import Entry


@dataclass(frozen=True)
class Recorded:
    """One fact with its place and time in the ledger."""

    position: int
    case_position: int
    recorded_at: datetime
    """The ledger's clock."""
    meta: EventMeta
    event: IntegrationEvent | None
    """None: this version of the software cannot read it; folds pass over it, the trail shows it."""

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Read an entry."""
        meta = EventMeta.model_validate_json(entry.meta)
        try:
            event = Record(meta=meta, data=entry.data).event()
        except (UnknownEventError, MalformedEventError):
            event = None
        return cls(
            position=entry.position,
            case_position=entry.case_position,
            recorded_at=entry.recorded_at,
            meta=meta,
            event=event,
        )


def recorded(entries: Iterable[Entry]) -> list[Recorded]:
    """Read entries in their order."""
    return [Recorded.of(entry) for entry in entries]
