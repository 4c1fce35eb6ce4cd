"""The inbound edge's own store: a body is safe here before WhatsApp hears 200.

Bodies lie encrypted and only until everything in them is done; of a message remain its sequence
number and a keyed digest of its id, so that a later delivery is known as a repetition.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from intake.sealing import Drawer
from intake.webhook_body import Found, ItemKind
from jamila_runtime.errors import RetryableError
from jamila_runtime.places import schema_of
from jamila_runtime.sql import OneWriter, insert_unless_there, wake

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
_IS_WAITING = _items.c.state == "waiting"
Index(
    "items_waiting",
    _items.c.lane,
    _items.c.seq,
    sqlite_where=_IS_WAITING,
    postgresql_where=_IS_WAITING,
)
Index("items_by_body", _items.c.body_id)
_identity = Table("inbox", metadata, Column("epoch", String(32), primary_key=True))
STORE: Final = "intake-inbox"
NEWS: Final = schema_of(STORE)
"""Where replicas hear that something came in at another one."""


class InboxUnavailableError(RetryableError):
    """The store cannot be written; WhatsApp has to deliver again."""

    slug = "inbox-unavailable"


@dataclass(frozen=True)
class Waiting:
    """One message or status that is not done yet."""

    seq: int
    kind: ItemKind
    lane: str
    body_id: int
    place: str
    attempts: int


@dataclass(frozen=True)
class Delivery:
    """One body that came, and what was found in it."""

    body: bytes
    received_at: datetime
    found: Sequence[Found] = ()
    unreadable: str | None = None
    """Why nothing could be found in it; a person has to look at it."""


@dataclass(frozen=True)
class Kept:
    """What became of a delivery; durable when it is told."""

    new: int
    """Messages and statuses that were not here before."""
    turned_away: int = 0
    """Messages of a sender who has too many waiting already; they are not kept."""


@dataclass(frozen=True)
class Trouble:
    """Something that a person has to look at."""

    number: int
    kind: str
    """``message``, ``status`` or ``broken``: an item; ``body``: nothing in it could be read."""
    fault: str
    attempts: int
    received_at: datetime
    size_bytes: int


@dataclass(frozen=True)
class Counts:
    """What lies in the inbox."""

    waiting: int
    failing: int
    parked: int
    unreadable: int


class InboxStore:
    """Keeps bodies and hands out what is in them, in order per lane."""

    def __init__(self, engine: Engine, drawer: Drawer, *, most_waiting: int = 1000) -> None:
        self._engine = engine
        self._drawer = drawer
        self._most_waiting = most_waiting
        self.writing = OneWriter(engine, STORE)
        self.source = f"whatsapp-{self._epoch()}"
        """Names this inbox: sequence numbers of a store made anew are not those of the old."""

    def add(self, body: bytes, found: Sequence[Found], received_at: datetime) -> int:
        """Keep one body; see ``add_all``."""
        return self.add_all([Delivery(body, received_at, found)])[0].new

    def add_unreadable(self, body: bytes, fault: str, received_at: datetime) -> None:
        """Keep one signed body that cannot be read; see ``add_all``."""
        self.add_all([Delivery(body, received_at, unreadable=fault)])

    def add_all(self, deliveries: Sequence[Delivery]) -> list[Kept]:
        """Keep bodies and what is new in each, all of them durable together or none.

        A body that holds nothing new is not kept. A part that cannot be read is put aside at once,
        visibly.

        Raises:
            InboxUnavailableError: they could not be made durable.
        """
        sealed = [self._drawer.seal(each.body) for each in deliveries]
        with self._begin() as connection:
            wake(connection, NEWS)
            return [
                self._add(connection, each, body)
                for each, body in zip(deliveries, sealed, strict=True)
            ]

    def _add(self, connection: Connection, delivery: Delivery, sealed: bytes) -> Kept:
        values = {
            "sealed": sealed,
            "received_at": delivery.received_at.timestamp(),
            "unreadable": delivery.unreadable,
        }
        made = connection.execute(insert(_bodies).values(values)).inserted_primary_key
        body_id = int(made[0]) if made else 0
        if delivery.unreadable is not None:
            return Kept(new=1)
        new = turned_away = 0
        for each in delivery.found:
            row = self._row(each, body_id, delivery.received_at)
            if each.kind == "message" and self._is_flooded(connection, row["lane"]):
                turned_away += 1
            else:
                new += insert_unless_there(connection, _items, row)
        if not new:
            connection.execute(delete(_bodies).where(_bodies.c.id == body_id))
        return Kept(new, turned_away)

    def _is_flooded(self, connection: Connection, lane: str) -> bool:
        waiting = select(_items.c.seq).where(_items.c.lane == lane, _items.c.state == "waiting")
        beyond = waiting.order_by(_items.c.seq).offset(self._most_waiting - 1).limit(1)
        return connection.execute(beyond).first() is not None

    def ready(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Waiting]:
        """What can be done now: the first waiting item of each lane that is not busy."""
        first = select(func.min(_items.c.seq)).where(_IS_WAITING).group_by(_items.c.lane)
        query = (
            select(_items)
            .where(_items.c.seq.in_(first), _items.c.due_at <= now.timestamp())
            .where(_items.c.lane.not_in(busy))
            .order_by(_items.c.seq)
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [_waiting(row) for row in rows]

    def hasten(self, now: datetime, *, longest: timedelta) -> int:
        """Bring back what a clock that was ahead put off; how many items."""
        # Nothing came in the future, and nothing that failed waits for more than ``longest``.
        at, far = now.timestamp(), (now + longest).timestamp()
        came_later = select(_bodies.c.id).where(_bodies.c.received_at > at)
        waits_long = _items.c.fault.is_not(None) & (_items.c.due_at > far)
        late = (_IS_WAITING, _items.c.due_at > at, _items.c.body_id.in_(came_later) | waits_long)
        with self._begin() as connection:
            return connection.execute(update(_items).where(*late).values(due_at=at)).rowcount

    def body(self, body_id: int) -> tuple[bytes, datetime]:
        """A body that still has something to be done in it, and when it came."""
        query = select(_bodies.c.sealed, _bodies.c.received_at).where(_bodies.c.id == body_id)
        with self._reading() as connection:
            row = connection.execute(query).one()
        return self._drawer.open(row.sealed), datetime.fromtimestamp(row.received_at, tz=UTC)

    def done(self, item: Waiting) -> None:
        """It is done; with the last one of a body the body goes."""
        with self._begin() as connection:
            _set(connection, item, state="done", body_id=None, fault=None)
            left = select(func.count()).where(_items.c.body_id == item.body_id)
            if connection.execute(left).scalar_one() == 0:
                connection.execute(delete(_bodies).where(_bodies.c.id == item.body_id))

    def hold(self, item: Waiting, due_at: datetime) -> None:
        """It is not its turn yet: nothing failed, it waits, and its lane with it."""
        with self._begin() as connection:
            _set(connection, item, due_at=due_at.timestamp(), fault=None)

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

    def retry_parked(self, now: datetime, seq: int | None = None) -> int:
        """Try again what was put aside, all or one; the number of items.

        What cannot be read stays: the same software would not read it either.
        """
        change = (
            update(_items)
            .where(_items.c.state == "parked", _items.c.kind != "broken")
            .values(state="waiting", attempts=0, due_at=now.timestamp())
        )
        if seq is not None:
            change = change.where(_items.c.seq == seq)
        with self._begin() as connection:
            return connection.execute(change).rowcount

    def read_again(self, reader: Callable[[bytes], Sequence[Found]]) -> int:
        """Look again, with this version of the software, into what could not be read before.

        Returns:
            How many messages and statuses were found in it.
        """
        found = 0
        for trouble in self.troubles():
            if trouble.kind != "body":
                continue
            body, received_at = self.body(trouble.number)
            try:
                items = reader(body)
            except ValueError:
                continue
            found += self.add(body, items, received_at)
            self.discard_body(trouble.number)
        return found

    def discard(self, seq: int) -> bool:
        """Give up an item that was put aside: it counts as done; False if there is no such."""
        query = select(_items).where(_items.c.seq == seq, _items.c.state == "parked")
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is not None:
            self.done(_waiting(row))
        return row is not None

    def discard_body(self, body_id: int) -> bool:
        """Give up a body that cannot be read; False if there is no such."""
        where = (_bodies.c.id == body_id, _bodies.c.unreadable.is_not(None))
        with self._begin() as connection:
            return connection.execute(delete(_bodies).where(*where)).rowcount > 0

    def troubles(self, *, limit: int = 200) -> list[Trouble]:
        """What a person has to look at, oldest first; nothing of what residents wrote."""
        size = func.length(_bodies.c.sealed)
        came_at, why = _bodies.c.received_at, _bodies.c.unreadable
        bodies = select(_bodies.c.id, literal("body"), why, literal(0), came_at, size).where(
            why.is_not(None)
        )
        joined = _items.join(_bodies, _items.c.body_id == _bodies.c.id)
        items = (
            select(_items.c.seq, _items.c.kind, _items.c.fault, _items.c.attempts, came_at, size)
            .select_from(joined)
            .where(_items.c.state == "parked")
        )
        with self._reading() as connection:
            rows = [
                *connection.execute(bodies.limit(limit)),
                *connection.execute(items.limit(limit)),
            ]
        found = [
            Trouble(number, kind, fault, attempts, datetime.fromtimestamp(at, tz=UTC), size)
            for number, kind, fault, attempts, at, size in rows
        ]
        return sorted(found, key=lambda each: each.received_at)[:limit]

    def counts(self) -> Counts:
        """What lies here, for metrics."""
        states = _items.c.state
        with self._reading() as connection:

            def count(*where: Any, of: Table = _items) -> int:
                query = select(func.count()).select_from(of).where(*where)
                return connection.execute(query).scalar_one()

            return Counts(
                waiting=count(states == "waiting"),
                failing=count(states == "waiting", _items.c.attempts > 0),
                parked=count(states == "parked"),
                unreadable=count(_bodies.c.unreadable.is_not(None), of=_bodies),
            )

    def _row(self, found: Found, body_id: int, received_at: datetime) -> dict[str, Any]:
        return {
            "kind": found.kind,
            "identity": self._drawer.name(found.identity),
            "lane": self._drawer.name(found.lane),
            "body_id": body_id,
            "place": found.place,
            "state": "parked" if found.kind == "broken" else "waiting",
            "due_at": received_at.timestamp(),
            "attempts": 0,
            "fault": "unreadable" if found.kind == "broken" else None,
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
        with self.writing, _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _translated(), self._engine.connect() as connection:
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise InboxUnavailableError(f"inbox: {type(error.orig).__name__}") from error


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(row.seq, row.kind, row.lane, row.body_id, row.place, row.attempts)


def _set(connection: Connection, item: Waiting, **values: Any) -> None:
    connection.execute(update(_items).where(_items.c.seq == item.seq).values(values))
