"""Keeps subscriptions and what became of the last deliveries."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from gateway.webhooks.subscriptions import (
    Delivery,
    Subscription,
    WebhookExistsError,
    WebhookUnknownError,
)
from jamila_runtime.errors import RetryableError
from jamila_runtime.sql import open_engine

_metadata = MetaData()
_subscriptions = Table(
    "subscriptions",
    _metadata,
    Column("id", String(36), primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("events", String(8000), nullable=False),
    Column("sealed_secret", String(400), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Float),
    Column("stopped_at", Float),
    Column("fault", String(64)),
    Column("leased_by", String(36)),
    Column("leased_until", Float),
)
_deliveries = Table(
    "deliveries",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("webhook_id", String(36), nullable=False),
    Column("subscription_id", String(36), nullable=False, index=True),
    Column("position", BigInteger, nullable=False),
    Column("event", String(64), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fault", String(64)),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,
)
_KEPT = 200
"""Deliveries that are remembered for each subscription."""
_LEASE = timedelta(seconds=60)


class WebhookStoreError(RetryableError):
    """The store of subscriptions cannot be reached."""

    slug = "temporarily-unavailable"


class SqlWebhookStore:
    """Subscriptions in SQLite or PostgreSQL. Synchronous; call it from a thread."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, _metadata)

    def dispose(self) -> None:
        """Give back connections."""
        self._engine.dispose()

    def add(self, new: Subscription) -> None:
        """Keep a new subscription.

        Raises:
            WebhookExistsError: one of that id is there.
        """
        row = {
            "id": str(new.id),
            "url": new.url,
            "events": " ".join(new.events),
            "sealed_secret": new.sealed_secret,
            "owner": new.owner,
            "created_at": new.created_at.timestamp(),
            "position": new.position,
            "attempts": 0,
        }
        try:
            self._write(insert(_subscriptions).values(row))
        except IntegrityError:
            raise WebhookExistsError("this was made already", id=str(new.id)) from None

    def all(self) -> list[Subscription]:
        """Every subscription, oldest first."""
        query = select(_subscriptions).order_by(_subscriptions.c.created_at)
        return [_subscription(row) for row in self._rows(query)]

    def find(self, subscription_id: UUID) -> Subscription:
        """One of them; ``WebhookUnknownError`` when it is not there."""
        query = select(_subscriptions).where(_subscriptions.c.id == str(subscription_id))
        rows = self._rows(query)
        if not rows:
            raise WebhookUnknownError("there is no such subscription")
        return _subscription(rows[0])

    def remove(self, subscription_id: UUID) -> None:
        """Tell it nothing any more; quiet when it is gone."""
        mine = _deliveries.c.subscription_id == str(subscription_id)
        self._write(
            delete(_deliveries).where(mine),
            delete(_subscriptions).where(_subscriptions.c.id == str(subscription_id)),
        )

    def deliveries(self, subscription_id: UUID) -> list[Delivery]:
        """What became of the last ones, the newest first."""
        mine = _deliveries.c.subscription_id == str(subscription_id)
        query = select(_deliveries).where(mine).order_by(_deliveries.c.number.desc()).limit(_KEPT)
        return [_delivery(row) for row in self._rows(query)]

    def lease(self, subscription_id: UUID, holder: UUID, now: datetime) -> bool:
        """Let one process tell this system for a while; False when another one does."""
        free = or_(
            _subscriptions.c.leased_by == str(holder),
            _subscriptions.c.leased_until.is_(None),
            _subscriptions.c.leased_until < now.timestamp(),
            # Leased for longer than anybody may: by a clock that was ahead.
            _subscriptions.c.leased_until > (now + _LEASE).timestamp(),
        )
        until = (now + _LEASE).timestamp()
        change = (
            update(_subscriptions)
            .where(_subscriptions.c.id == str(subscription_id), free)
            .values(leased_by=str(holder), leased_until=until)
        )
        return self._write(change) == 1

    def release(self, subscription_id: UUID, holder: UUID) -> None:
        """Another process may tell this system at once."""
        mine = (
            _subscriptions.c.id == str(subscription_id),
            _subscriptions.c.leased_by == str(holder),
        )
        self._write(update(_subscriptions).where(*mine).values(leased_until=None))

    def told(self, subscription_id: UUID, position: int, delivery: Delivery | None = None) -> None:
        """It knows everything up to a position; a delivery that led there is remembered."""
        change = (
            update(_subscriptions)
            .where(_subscriptions.c.id == str(subscription_id))
            .values(position=position, attempts=0, due_at=None, fault=None)
        )
        self._write(change, *_remembered(delivery))

    def failed(self, after: Subscription, delivery: Delivery) -> None:
        """An attempt failed; ``after`` says until when to wait, or that it stopped."""
        change = (
            update(_subscriptions)
            .where(_subscriptions.c.id == str(after.id))
            .values(
                attempts=after.attempts,
                due_at=_stamp(after.due_at),
                stopped_at=_stamp(after.stopped_at),
                fault=after.fault,
            )
        )
        self._write(change, *_remembered(delivery))

    def resume(self, subscription_id: UUID) -> None:
        """Try again at once, from where it stands; quiet when it is running."""
        change = (
            update(_subscriptions)
            .where(_subscriptions.c.id == str(subscription_id))
            .values(attempts=0, due_at=None, stopped_at=None, fault=None)
        )
        self._write(change)

    def _rows(self, query: Any) -> Sequence[Row[Any]]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).all()
        except DBAPIError as error:
            raise WebhookStoreError("the store of webhooks does not answer") from error

    def _write(self, *statements: Any) -> int:
        """Do all of it or nothing; how many rows the first one concerned."""
        try:
            with self._engine.begin() as connection:
                counts = [connection.execute(each).rowcount for each in statements]
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise WebhookStoreError("the store of webhooks does not answer") from error
        return counts[0]


def _remembered(delivery: Delivery | None) -> list[Any]:
    if delivery is None:
        return []
    mine = _deliveries.c.subscription_id == str(delivery.subscription_id)
    kept = select(_deliveries.c.number).where(mine).order_by(_deliveries.c.number.desc())
    row = {
        **vars(delivery),
        "webhook_id": str(delivery.webhook_id),
        "subscription_id": str(delivery.subscription_id),
        "at": delivery.at.timestamp(),
    }
    old = delete(_deliveries).where(mine, _deliveries.c.number.not_in(kept.limit(_KEPT)))
    return [insert(_deliveries).values(row), old]


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=UUID(row.id),
        url=row.url,
        events=tuple(row.events.split()),
        sealed_secret=row.sealed_secret,
        owner=row.owner,
        created_at=datetime.fromtimestamp(row.created_at, UTC),
        position=row.position,
        attempts=row.attempts,
        due_at=_moment(row.due_at),
        stopped_at=_moment(row.stopped_at),
        fault=row.fault,
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        webhook_id=UUID(row.webhook_id),
        subscription_id=UUID(row.subscription_id),
        position=row.position,
        event=row.event,
        case_id=row.case_id,
        outcome=row.outcome,
        attempts=row.attempts,
        fault=row.fault,
        at=datetime.fromtimestamp(row.at, UTC),
    )


def _stamp(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _moment(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
