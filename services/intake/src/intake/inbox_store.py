"""The inbound edge's own store: a body is safe here before WhatsApp hears 200.

Bodies lie encrypted and only until everything in them is done; of a message remain its sequence
number and a keyed digest of its id, so that a later delivery is known as a repetition.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from intake.sealing import Drawer
from intake.webhook_body import Found
from jamila_runtime.errors import RetryableError

metadata = MetaData()
_bodies = Table(
    "bodies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("unreadable", String(64)),
    sqlite_autoincrement=True,
)
_items = Table(
    "items",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("identity", String(64), nullable=False, unique=True),
    Column("lane", String(64), nullable=False),
    Column("body_id", Integer),
    Column("place", String(32), nullable=False),
    Column("state", String(8), nullable=False),
    Column("due_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fault", String(64)),
    sqlite_autoincrement=True,
)
Index("items_waiting", _items.c.lane, _items.c.seq, sqlite_where=_items.c.state == "waiting")
Index("items_by_body", _items.c.body_id)
_identity = Table("inbox", metadata, Column("epoch", String(32), primary_key=True))


class InboxUnavailableError(RetryableError):
    """The store cannot be written; WhatsApp has to deliver again."""

    slug = "inbox-unavailable"


@dataclass(frozen=True)
class Waiting:
    """One message or status that is not done yet."""

    seq: int
    kind: Literal["message", "status"]
    lane: str
    body_id: int
    place: str
    attempts: int


@dataclass(frozen=True)
class Counts:
    """What lies in the inbox."""

    waiting: int
    failing: int
    parked: int
    unreadable: int


class InboxStore:
    """Keeps bodies and hands out what is in them, in order per lane."""

    def __init__(self, engine: Engine, drawer: Drawer) -> None:
        self._engine = engine
        self._drawer = drawer
        self.source = f"whatsapp-{self._epoch()}"
        """Names this inbox: sequence numbers of a store made anew are not those of the old."""

    def add(self, body: bytes, found: Sequence[Found], received_at: datetime) -> int:
        """Keep a body and what is new in it; the number of new messages and statuses.

        A body that holds nothing new is not kept.

        Raises:
            InboxUnavailableError: it could not be made durable.
        """
        with self._begin() as connection:
            body_id = self._insert_body(connection, body, received_at, unreadable=None)
            rows = [self._row(each, body_id, received_at) for each in found]
            new = sum(_inserted(connection, row) for row in rows)
            if not new:
                connection.execute(delete(_bodies).where(_bodies.c.id == body_id))
        return new

    def add_unreadable(self, body: bytes, fault: str, received_at: datetime) -> None:
        """Keep a signed body that cannot be read; a person has to look at it.

        Raises:
            InboxUnavailableError: it could not be made durable.
        """
        with self._begin() as connection:
            self._insert_body(connection, body, received_at, unreadable=fault)

    def ready(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Waiting]:
        """What can be done now: the first waiting item of each lane that is not busy."""
        first = (
            select(func.min(_items.c.seq))
            .where(_items.c.state == "waiting")
            .group_by(_items.c.lane)
        )
        query = (
            select(_items)
            .where(_items.c.seq.in_(first), _items.c.due_at <= now.timestamp())
            .where(_items.c.lane.not_in(busy))
            .order_by(_items.c.seq)
            .limit(limit)
        )
        with self._begin() as connection:
            rows = connection.execute(query).all()
        return [
            Waiting(row.seq, row.kind, row.lane, row.body_id, row.place, row.attempts)
            for row in rows
        ]

    def body(self, body_id: int) -> tuple[bytes, datetime]:
        """A body that still has something to be done in it, and when it came."""
        query = select(_bodies.c.sealed, _bodies.c.received_at).where(_bodies.c.id == body_id)
        with self._begin() as connection:
            row = connection.execute(query).one()
        return self._drawer.open(row.sealed), datetime.fromtimestamp(row.received_at, tz=UTC)

    def done(self, item: Waiting) -> None:
        """It is done; with the last one of a body the body goes."""
        with self._begin() as connection:
            _set(connection, item, state="done", body_id=None, fault=None)
            left = select(func.count()).where(_items.c.body_id == item.body_id)
            if connection.execute(left).scalar_one() == 0:
                connection.execute(delete(_bodies).where(_bodies.c.id == item.body_id))

    def postpone(self, item: Waiting, due_at: datetime, *, fault: str) -> None:
        """It failed for the moment; later items of its lane wait with it."""
        with self._begin() as connection:
            _set(
                connection,
                item,
                due_at=due_at.timestamp(),
                attempts=item.attempts + 1,
                fault=fault,
            )

    def park(self, item: Waiting, *, fault: str) -> None:
        """It keeps failing: put it aside with its body, visibly, and let its lane go on."""
        with self._begin() as connection:
            _set(connection, item, state="parked", fault=fault)

    def retry_parked(self, now: datetime) -> int:
        """Try everything again that was put aside; the number of items."""
        change = (
            update(_items)
            .where(_items.c.state == "parked")
            .values(state="waiting", attempts=0, due_at=now.timestamp())
        )
        with self._begin() as connection:
            return connection.execute(change).rowcount

    def counts(self) -> Counts:
        """What lies here, for metrics."""
        states = _items.c.state
        with self._begin() as connection:

            def count(*where: Any, of: Table = _items) -> int:
                query = select(func.count()).select_from(of).where(*where)
                return connection.execute(query).scalar_one()

            return Counts(
                waiting=count(states == "waiting"),
                failing=count(states == "waiting", _items.c.attempts > 0),
                parked=count(states == "parked"),
                unreadable=count(_bodies.c.unreadable.is_not(None), of=_bodies),
            )

    def _insert_body(
        self, connection: Connection, body: bytes, received_at: datetime, *, unreadable: str | None
    ) -> int:
        values = {
            "sealed": self._drawer.seal(body),
            "received_at": received_at.timestamp(),
            "unreadable": unreadable,
        }
        result = connection.execute(insert(_bodies).values(values))
        return int(result.lastrowid)

    def _row(self, found: Found, body_id: int, received_at: datetime) -> dict[str, Any]:
        return {
            "kind": found.kind,
            "identity": self._drawer.name(found.identity),
            "lane": self._drawer.name(found.lane),
            "body_id": body_id,
            "place": found.place,
            "state": "waiting",
            "due_at": received_at.timestamp(),
            "attempts": 0,
        }

    def _epoch(self) -> str:
        with self._begin() as connection:
            known = connection.execute(select(_identity.c.epoch)).scalar_one_or_none()
            epoch = known or uuid4().hex
            if known is None:
                connection.execute(insert(_identity).values(epoch=epoch))
        return str(epoch)

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise InboxUnavailableError(f"inbox: {type(error.orig).__name__}") from error


def _inserted(connection: Connection, row: dict[str, Any]) -> int:
    statement = insert_or(_items).values(row).on_conflict_do_nothing()
    return connection.execute(statement).rowcount


def _set(connection: Connection, item: Waiting, **values: Any) -> None:
    connection.execute(update(_items).where(_items.c.seq == item.seq).values(values))
