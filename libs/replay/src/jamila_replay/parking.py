"""What the services have parked, read from their stores without opening them for writing."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime
from sqlalchemy import RowMapping, text

from jamila_contracts.model import Fact
from jamila_runtime.looking import stores_with

_QUERY = text(
    "SELECT source, log_position, case_id, meta, length(data) AS size, reason, parked_at "
    "FROM parked ORDER BY parked_at, source, log_position"
)


class ParkedEvent(Fact):
    """One parked event; its body stays where it is, it may be sealed personal data."""

    service: str
    source: str
    log_position: int
    case_id: str
    event: str
    event_id: str
    reason: str
    parked_at: AwareDatetime
    size_bytes: int

    @property
    def key(self) -> str:
        """How an operator names it."""
        return f"{self.service}/{self.source}:{self.log_position}"


def parked_events(stores: Path) -> Iterator[ParkedEvent]:
    """Everything that is parked, by service."""
    for service, connection in stores_with("parked", stores):
        for row in connection.execute(_QUERY).mappings():
            yield _event(service, row)


def _event(service: str, row: RowMapping) -> ParkedEvent:
    meta = json.loads(row["meta"])
    return ParkedEvent(
        service=service,
        source=row["source"],
        log_position=row["log_position"],
        case_id=row["case_id"],
        event=meta["type"],
        event_id=meta["event_id"],
        reason=row["reason"],
        parked_at=datetime.fromisoformat(row["parked_at"]),
        size_bytes=row["size"],
    )
