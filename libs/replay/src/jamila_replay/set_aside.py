"""What the intake could not take in, read from its store without opening it for writing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime
from sqlalchemy import RowMapping, text

from jamila_contracts.model import Fact
from jamila_runtime.looking import stores_with

SERVICE: Final = "intake"
_QUERY: Final = text(
    "SELECT 'body' AS kind, id AS number, unreadable AS fault, 0 AS attempts, received_at, "
    "length(sealed) AS size FROM bodies WHERE unreadable IS NOT NULL UNION ALL "
    "SELECT kind, seq, fault, attempts, received_at, length(sealed) "
    "FROM items JOIN bodies ON items.body_id = bodies.id WHERE state = 'parked' "
    "ORDER BY received_at, number"
)


class SetAside(Fact):
    """One message, status or whole body; what it says stays sealed where it is."""

    kind: str
    """``message``, ``status``, ``broken``: a part that cannot be read; ``body``: all of it."""
    number: int
    fault: str
    attempts: int
    received_at: AwareDatetime
    size_bytes: int

    @property
    def key(self) -> str:
        """How an operator names it."""
        return f"{self.kind}:{self.number}"


def set_aside(stores: Path) -> list[SetAside]:
    """Everything that waits for a person, oldest first; empty without a store."""
    return [
        _read(row)
        for _, connection in stores_with("bodies", stores)
        for row in connection.execute(_QUERY).mappings()
    ]


def _read(row: RowMapping) -> SetAside:
    return SetAside(
        kind=row["kind"],
        number=row["number"],
        fault=row["fault"],
        attempts=row["attempts"],
        received_at=datetime.fromtimestamp(row["received_at"], tz=UTC),
        size_bytes=row["size"],
    )
