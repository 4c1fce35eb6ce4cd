"""What the services have parked, read from their stores without opening them for writing."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime

from jamila_contracts.model import Fact

_QUERY = (
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
    for path in sorted(stores.glob("*.db")):
        address = f"file:{path.absolute()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            if not _has_parked(connection):
                continue
            for row in connection.execute(_QUERY):
                yield _event(path.stem, row)


def _has_parked(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'parked'"
    try:
        return connection.execute(query).fetchone() is not None
    except sqlite3.DatabaseError:
        # Not a store of ours.
        return False


def _event(service: str, row: sqlite3.Row) -> ParkedEvent:
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
