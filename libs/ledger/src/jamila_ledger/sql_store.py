"""The case event store in SQLite (one office) or PostgreSQL (bigger), by URL."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import orjson
from sqlalchemy import Select, func, insert, inspect, select, tuple_
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from jamila_contracts.envelope import EventMeta
from jamila_contracts.wire import Record
from jamila_ledger.arrange import arrange
from jamila_ledger.chain import GENESIS, Entry, Head, entry_hash, microseconds
from jamila_ledger.store import AppendOutcome, ForgedDuplicateError, LedgerUnusableError
from jamila_ledger.tables import ENTRIES, METADATA, WRITES, open_engine
from jamila_runtime.errors import RetryableError

_PAGE_SQL = (
    f"SELECT {', '.join(Entry._fields)} FROM {ENTRIES.name} "  # noqa: S608 - constants only
    "WHERE position > {} ORDER BY position LIMIT 500"
)
"""Plain text, because a check reads every entry there is: twice as fast as a compiled query.

Pages that fit into the cache of the processor: a quarter faster than bigger ones.
"""
_E = ENTRIES.c


def canonical_meta(meta: EventMeta) -> str:
    """Write an envelope in the one form that is stored and hashed: sorted keys, no spaces."""
    return orjson.dumps(meta.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS).decode()


class SqlLedgerStore:
    """`LedgerStore` over SQLAlchemy Core; made for one writer, safe with several."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect, and make the table if there is none.

        Raises:
            LedgerUnusableError: the address cannot be a ledger.
            RetryableError: the database is away.
        """
        try:
            engine = open_engine(url)
        except (SQLAlchemyError, ImportError) as error:
            raise LedgerUnusableError("not an address of a database") from error
        with _translated():
            METADATA.create_all(engine)
        return cls(engine)

    @classmethod
    def open_existing(cls, url: str) -> Self:
        """Connect to a ledger that must be there; for readers, which never make one.

        Raises:
            LedgerUnusableError: there is no ledger at this address.
        """
        try:
            engine = open_engine(url)
            path = engine.url.database if engine.dialect.name == "sqlite" else None
            if path:
                # SQLite would silently make an empty file.
                with Path(path).open("rb"):
                    pass
            if not inspect(engine).has_table(ENTRIES.name):
                engine.dispose()
                raise LedgerUnusableError("the database holds no ledger")
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise LedgerUnusableError("there is no readable ledger at this address") from error
        return cls(engine)

    def append(self, records: Sequence[Record], *, now: datetime) -> AppendOutcome:
        """See :meth:`LedgerStore.append`."""
        if not records:
            return AppendOutcome()
        with self._writing() as connection:
            heads = _source_heads(connection, {record.meta.source for record in records})
            fresh = _without_duplicates(connection, records, heads)
            ready, waiting = arrange(fresh, heads)
            appended = _chained(connection, ready, microseconds(now))
            if appended:
                connection.execute(insert(ENTRIES), [entry._asdict() for entry in appended])
        return AppendOutcome(tuple(appended), len(records) - len(fresh), waiting)

    def read(self, *, after: int, limit: int) -> list[Entry]:
        """See :meth:`LedgerStore.read`."""
        return self._entries(
            select(ENTRIES).where(_E.position > after).order_by(_E.position).limit(limit)
        )

    def read_case(self, case_id: UUID | str, *, until: int | None = None) -> list[Entry]:
        """See :meth:`LedgerStore.read_case`."""
        query = select(ENTRIES).where(_E.case_id == str(case_id)).order_by(_E.case_position)
        return self._entries(query if until is None else query.where(_E.position <= until))

    def read_source(self, source: str, types: Sequence[str], *, until: int) -> list[Entry]:
        """Some types of entries of one source up to a position of the ledger, in order."""
        query = select(ENTRIES).where(_E.source == source, _E.type.in_(types))
        return self._entries(query.where(_E.position <= until).order_by(_E.position))

    def scan(self) -> Iterator[Entry]:
        """See :meth:`LedgerStore.scan`."""
        after = 0
        with self._reading() as connection:
            # Pages instead of one cursor: drivers differ in whether they stream a big result.
            while rows := connection.exec_driver_sql(_PAGE_SQL.format(after)).all():
                yield from map(Entry._make, rows)
                after = rows[-1].position

    def entry_at(self, position: int) -> Entry | None:
        """See :meth:`LedgerStore.entry_at`."""
        found = self._entries(select(ENTRIES).where(_E.position == position))
        return found[0] if found else None

    def head(self) -> Head:
        """See :meth:`LedgerStore.head`."""
        with self._reading() as connection:
            return _head(connection)

    def source_positions(self) -> dict[str, int]:
        """See :meth:`LedgerStore.source_positions`."""
        with self._reading() as connection:
            return _source_heads(connection, _sources(connection))

    def close(self) -> None:
        """See :meth:`LedgerStore.close`."""
        self._engine.dispose()

    def _entries(self, query: Select[Any]) -> list[Entry]:
        with self._reading() as connection:
            return [Entry._make(row) for row in connection.execute(query)]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            _translated(),
            self._engine.connect() as connection,
            connection.execution_options(**{WRITES: True}).begin(),
        ):
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise RetryableError("another writer of the ledger was faster") from error
    except DBAPIError as error:
        raise RetryableError("the database of the ledger does not answer as it should") from error


def _head(connection: Connection) -> Head:
    query = select(ENTRIES).order_by(_E.position.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        return Head()
    entry = Entry._make(row)
    return Head(entry.position, entry.hash, entry.recorded_at)


def _sources(connection: Connection) -> set[str]:
    """All sources, hopping along the index instead of reading it whole."""
    found: set[str] = set()
    source = connection.scalar(select(func.min(_E.source)))
    while source is not None:
        found.add(source)
        source = connection.scalar(select(func.min(_E.source)).where(_E.source > source))
    return found


def _source_heads(connection: Connection, sources: set[str]) -> dict[str, int]:
    query = select(func.max(_E.log_position))
    heads = {source: connection.scalar(query.where(_E.source == source)) for source in sources}
    return {source: head for source, head in sorted(heads.items()) if head is not None}


def _without_duplicates(
    connection: Connection, records: Sequence[Record], heads: Mapping[str, int]
) -> list[Record]:
    """Drop what is recorded already; refuse what contradicts it."""
    by_id, by_place = _recorded_twins(connection, records, heads)
    fresh: list[Record] = []
    for record in records:
        meta = record.meta
        place = (meta.source, meta.log_position)
        content = (str(meta.event_id), canonical_meta(meta), record.data)
        known = by_id.get(content[0]) or by_place.get(place)
        if known is None and meta.log_position > heads.get(meta.source, 0):
            by_id[content[0]] = by_place[place] = content
            fresh.append(record)
        elif known != content:
            raise ForgedDuplicateError(record)
    return fresh


_Content = tuple[str, str, bytes]
_Place = tuple[str, int]


def _recorded_twins(
    connection: Connection, records: Sequence[Record], heads: Mapping[str, int]
) -> tuple[dict[str, _Content], dict[_Place, _Content]]:
    ids = [str(record.meta.event_id) for record in records]
    places = [
        (record.meta.source, record.meta.log_position)
        for record in records
        if record.meta.log_position <= heads.get(record.meta.source, 0)
    ]
    query = select(_E.event_id, _E.source, _E.log_position, _E.meta, _E.data)
    rows = list(connection.execute(query.where(_E.event_id.in_(ids))))
    if places:
        rows += connection.execute(query.where(tuple_(_E.source, _E.log_position).in_(places)))
    contents = [
        ((row.source, row.log_position), (row.event_id, row.meta, row.data)) for row in rows
    ]
    return {content[0]: content for _, content in contents}, dict(contents)


def _chained(connection: Connection, records: Sequence[Record], now_us: int) -> list[Entry]:
    """Give records their places and hashes after what is recorded."""
    if not records:
        return []
    head = _head(connection)
    cases = _case_heads(connection, {str(record.meta.case_id) for record in records})
    # A clock that was set back must not make the ledger's time run backwards.
    recorded_us = max(now_us, microseconds(head.time)) if head.time else now_us
    previous = head.hash
    entries: list[Entry] = []
    for position, record in enumerate(records, start=head.position + 1):
        case_id = str(record.meta.case_id)
        case = cases.get(case_id, (0, GENESIS))
        draft = _draft(record, position=position, recorded_us=recorded_us, links=(previous, case))
        previous = entry_hash(draft)
        entries.append(draft._replace(hash=previous))
        cases[case_id] = (draft.case_position, previous)
    return entries


def _draft(
    record: Record, *, position: int, recorded_us: int, links: tuple[bytes, tuple[int, bytes]]
) -> Entry:
    """An entry in its place, not yet hashed."""
    meta = record.meta
    previous, (case_position, case_previous) = links
    return Entry(
        position=position,
        event_id=str(meta.event_id),
        source=meta.source,
        log_position=meta.log_position,
        case_id=str(meta.case_id),
        case_position=case_position + 1,
        type=meta.type,
        meta=canonical_meta(meta),
        data=record.data,
        recorded_us=recorded_us,
        previous_hash=previous,
        case_previous_hash=case_previous,
        hash=b"",
    )


def _case_heads(connection: Connection, case_ids: set[str]) -> dict[str, tuple[int, bytes]]:
    newest = (
        select(_E.case_id, func.max(_E.case_position).label("newest"))
        .where(_E.case_id.in_(case_ids))
        .group_by(_E.case_id)
        .subquery()
    )
    query = select(_E.case_id, _E.case_position, _E.hash).join(
        newest, (_E.case_id == newest.c.case_id) & (_E.case_position == newest.c.newest)
    )
    return {row.case_id: (row.case_position, row.hash) for row in connection.execute(query)}
