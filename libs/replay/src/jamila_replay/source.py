"""The ledger as a rebuild reads it: read-only, case by case, in parts that can be done apart.

Errors::

    LedgerUnusableError   there is no readable ledger at the address
    PointUnknownError     no such position, time or case
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from jamila_ledger.chain import Entry, microseconds
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.store import LedgerUnusableError
from jamila_ledger.tables import ENTRIES
from jamila_replay.errors import PointUnknownError

PARTS: tuple[str, ...] = tuple(f"{number:02x}" for number in range(256))
"""A part of the ledger is the cases whose id begins with these two digits."""
_PAGE = 500
_COLUMNS = ", ".join(Entry._fields)
_E = ENTRIES.c


@dataclass(frozen=True)
class Extent:
    """Which entries a rebuild folds."""

    until: int
    """Last position."""
    after: int = 0
    """Only cases with entries behind this position are folded (each from its beginning)."""
    case_id: str | None = None
    """Only this case."""

    def parts(self) -> tuple[str, ...]:
        """The parts in which there may be something to do."""
        return PARTS if self.case_id is None else (self.case_id[:2],)


class LedgerReader:
    """Reads a ledger that it cannot change."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.store = SqlLedgerStore(engine)
        """The same ledger as the projector reads it; appending fails."""

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect read-only.

        Raises:
            LedgerUnusableError: there is no readable ledger at this address.
        """
        try:
            engine = _read_only(url)
            if not inspect(engine).has_table(ENTRIES.name):
                raise LedgerUnusableError("the database holds no ledger")
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise LedgerUnusableError("there is no readable ledger at this address") from error
        return cls(engine)

    def close(self) -> None:
        """Give back connections."""
        self._engine.dispose()

    def cases(self, part: str, extent: Extent) -> Iterator[list[Entry]]:
        """The entries of each case of one part, whole cases one after another."""
        query = text(_part_sql(extent)).bindparams(**_binds(part, extent))
        with self._engine.connect() as connection:
            streamed = connection.execution_options(stream_results=True, max_row_buffer=_PAGE)
            # Page by page: fetching row by row costs as much as reading them.
            pages = streamed.execute(query).partitions(_PAGE)
            rows = map(Entry._make, chain.from_iterable(pages))
            for _, entries in groupby(rows, key=attrgetter("case_id")):
                yield list(entries)

    def sources_at(self, position: int) -> dict[str, int]:
        """How far the log of each source was recorded at a position."""
        query = (
            select(_E.source, func.max(_E.log_position))
            .where(_E.position <= position)
            .group_by(_E.source)
        )
        with self._engine.connect() as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return dict(sorted(found.items()))

    def cases_between(self, after: int, until: int) -> int:
        """How many cases have entries behind one position and up to another."""
        query = select(func.count(_E.case_id.distinct())).where(
            _E.position > after, _E.position <= until
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def position_of(self, point: str) -> int:
        """The position a point means: a position, or the last entry recorded by an instant.

        Raises:
            PointUnknownError: it is neither, or lies beyond the ledger.
        """
        head = self.store.head().position
        if point.isascii() and point.isdigit():
            if int(point) > head:
                raise PointUnknownError(f"the ledger ends at position {head}", head=head)
            return int(point)
        try:
            moment = datetime.fromisoformat(point)
            instant = microseconds(moment)
        except (ValueError, TypeError) as error:
            detail = "a point is a position, or a time with its zone, e.g. 2026-04-06T09:00+08:00"
            raise PointUnknownError(detail) from error
        return self._last_by(instant, head)

    def _last_by(self, instant: int, head: int) -> int:
        # The ledger's clock never runs backwards, so the entries are sorted by it.
        low, high = 0, head
        while low < high:
            middle = (low + high + 1) // 2
            entry = self.store.entry_at(middle)
            if entry is not None and entry.recorded_us <= instant:
                low = middle
            else:
                high = middle - 1
        return low

    def known_case(self, case_id: str) -> str:
        """The canonical id of a case of this ledger.

        Raises:
            PointUnknownError: it is none.
        """
        try:
            canonical = str(UUID(case_id))
        except ValueError as error:
            raise PointUnknownError("a case is named by its id (UUID)") from error
        query = select(_E.position).where(_E.case_id == canonical).limit(1)
        with self._engine.connect() as connection:
            if connection.scalar(query) is None:
                raise PointUnknownError(f"the ledger does not know case {canonical}")
        return canonical


def _part_sql(extent: Extent) -> str:
    where = ["case_id >= :low", "case_id < :high", "position <= :until"]
    if extent.case_id is not None:
        where.append("case_id = :case_id")
    if extent.after:
        # Not bounded above: what live already knows of a case behind the end was not copied.
        behind = "SELECT case_id FROM entries WHERE position > :after"
        where.append(f"case_id IN ({behind})")
    conditions = " AND ".join(where)
    return f"SELECT {_COLUMNS} FROM entries WHERE {conditions} ORDER BY case_id, case_position"  # noqa: S608 - constants only


def end_of(part: str) -> str:
    """The first text behind the ids of a part."""
    # "g" is the letter behind "f" in every collation we meet; an id is lower-case hexadecimal.
    return "g" if part == PARTS[-1] else f"{int(part, 16) + 1:02x}"


def _binds(part: str, extent: Extent) -> dict[str, Any]:
    binds: dict[str, Any] = {"low": part, "high": end_of(part), "until": extent.until}
    if extent.case_id is not None:
        binds["case_id"] = extent.case_id
    if extent.after:
        binds["after"] = extent.after
    return binds


def _read_only(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        # Added to those of the address, which name the schema.
        named = str(address.query.get("options", ""))
        options = {"options": f"{named} -c default_transaction_read_only=on".strip()}
        return create_engine(address, connect_args=options)
    path = Path(address.database or "")
    with path.open("rb"):
        # SQLite would silently make an empty file.
        pass
    engine = create_engine(f"sqlite:///file:{path.absolute()}?mode=ro&uri=true")
    event.listen(engine, "connect", _refuse_writes)
    return engine


def _refuse_writes(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA busy_timeout=5000")
