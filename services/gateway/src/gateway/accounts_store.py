"""Keeps accounts and sessions in a small SQL store; the only module here that imports SQLAlchemy.

Of a token only its SHA-256 is kept, of a name that somebody tried only its SHA-256 too: people
type their password into the wrong field.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.types import TypeDecorator

from gateway.accounts import (
    Account,
    AccountExistsError,
    AccountUnknownError,
    Attempts,
    Grant,
    Session,
    StoredAccount,
)
from jamila_runtime.errors import RetryableError
from jamila_runtime.sql import open_engine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
T = TypeVar("T")


class _Instant(TypeDecorator[datetime]):
    """An aware instant as microseconds since 1970: the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        del dialect
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else _EPOCH + value * _MICROSECOND


_metadata = MetaData()
_accounts = Table(
    "accounts",
    _metadata,
    Column("account", String(32), primary_key=True),
    Column("display_name", String(200), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("tenant", String(4), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("is_demo", Boolean, nullable=False),
)
_grants = Table(
    "grants",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("account", ForeignKey("accounts.account"), nullable=False, index=True),
    Column("capability", String(64), nullable=False),
    Column("on_behalf_of", String(32)),
    Column("stand_in", String(3)),
    Column("valid_from", _Instant),
    Column("valid_until", _Instant),
)
_sessions = Table(
    "sessions",
    _metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.account"), nullable=False, index=True),
    Column("kind", String(7), nullable=False),
    Column("name", String(64), nullable=False),
    Column("created_at", _Instant, nullable=False),
    Column("last_used_at", _Instant, nullable=False),
    Column("expires_at", _Instant, nullable=False, index=True),
)
_attempts = Table(
    "attempts",
    _metadata,
    Column("name_sha256", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("since", _Instant, nullable=False),
)


class SqlAccountsStore:
    """Accounts, sessions and attempts to log in, in one SQL database."""

    def __init__(self, url: str) -> None:
        with _translated():
            self._engine = open_engine(url, _metadata)

    def dispose(self) -> None:
        """Give back connections."""
        self._engine.dispose()

    def add(self, stored: StoredAccount) -> None:
        """Keep a new account with its grants.

        Raises:
            AccountExistsError: the name is taken.
        """
        account = stored.account
        row = {
            "account": account.account,
            "display_name": account.display_name,
            "password_hash": stored.password_hash,
            "tenant": account.tenant,
            "is_active": account.is_active,
            "is_demo": account.is_demo,
        }
        grants = [{"account": account.account, **vars(grant)} for grant in account.grants]

        def work(connection: Connection) -> None:
            connection.execute(insert(_accounts).values(row))
            if grants:
                connection.execute(insert(_grants), grants)

        try:
            self._within(work)
        except IntegrityError as error:
            raise AccountExistsError(
                f"there is an account {account.account} already", account=account.account
            ) from error

    def find(self, account: str) -> StoredAccount | None:
        """An account by its name."""

        def work(connection: Connection) -> StoredAccount | None:
            query = select(_accounts).where(_accounts.c.account == account)
            row = connection.execute(query).one_or_none()
            return None if row is None else _stored(connection, row)

        return self._within(work)

    def all(self) -> Sequence[Account]:
        """Every account, by name."""

        def work(connection: Connection) -> list[Account]:
            rows = connection.execute(select(_accounts).order_by(_accounts.c.account)).all()
            return [_stored(connection, row).account for row in rows]

        return self._within(work)

    def set_password(self, account: str, password_hash: str) -> None:
        """Give another password and end every session of the account.

        Raises:
            AccountUnknownError: there is no such account.
        """
        self._change(account, password_hash=password_hash)

    def close_account(self, account: str) -> None:
        """Let the account in no more and end every session of it.

        Raises:
            AccountUnknownError: there is no such account.
        """
        self._change(account, is_active=False)

    def add_session(self, session: Session) -> None:
        """Keep a session."""
        self._within(lambda connection: connection.execute(insert(_sessions), vars(session)))

    def find_session(self, token_sha256: str) -> Session | None:
        """A session by the digest of its token."""
        query = select(_sessions).where(_sessions.c.token_sha256 == token_sha256)
        row = self._within(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else Session(**row._asdict())

    def touch_session(self, token_sha256: str, at: datetime) -> None:
        """Remember that it was used."""
        same = _sessions.c.token_sha256 == token_sha256
        change = update(_sessions).where(same).values(last_used_at=at)
        self._within(lambda connection: connection.execute(change))

    def end_session(self, token_sha256: str) -> None:
        """Forget a session; quiet when it is gone."""
        ending = delete(_sessions).where(_sessions.c.token_sha256 == token_sha256)
        self._within(lambda connection: connection.execute(ending))

    def count_attempt(self, name: str, *, now: datetime, window: timedelta) -> Attempts:
        """Count one more attempt under a name; a window that is over begins anew."""
        key = _digest(name)
        same = _attempts.c.name_sha256 == key
        one_more = (
            update(_attempts)
            .where(same, _attempts.c.since > now - window)
            .values(number=_attempts.c.number + 1)
        )

        def work(connection: Connection) -> Attempts:
            # The first statement writes: SQLite then holds its one write lock until the commit.
            if connection.execute(one_more).rowcount == 0:
                connection.execute(delete(_attempts).where(same))
                first = {"name_sha256": key, "number": 1, "since": now}
                connection.execute(insert(_attempts).values(first))
            query = select(_attempts.c.number, _attempts.c.since).where(same)
            return Attempts(*connection.execute(query).one())

        try:
            return self._within(work)
        except IntegrityError:
            # Another process began the window in the same instant; there it is now.
            return self._within(work)

    def forget_attempts(self, name: str) -> None:
        """The right password was given."""
        forgetting = delete(_attempts).where(_attempts.c.name_sha256 == _digest(name))
        self._within(lambda connection: connection.execute(forgetting))

    def prune(self, now: datetime, *, window: timedelta) -> None:
        """Throw away sessions and attempts that can have no effect any more."""

        def work(connection: Connection) -> None:
            connection.execute(delete(_sessions).where(_sessions.c.expires_at <= now))
            connection.execute(delete(_attempts).where(_attempts.c.since <= now - window))

        self._within(work)

    def _change(self, account: str, **values: Any) -> None:
        def work(connection: Connection) -> int:
            change = update(_accounts).where(_accounts.c.account == account).values(values)
            connection.execute(delete(_sessions).where(_sessions.c.account == account))
            return connection.execute(change).rowcount

        if self._within(work) == 0:
            raise AccountUnknownError(f"there is no account {account}", account=account)

    def _within(self, work: Callable[[Connection], T]) -> T:
        """Do something in one transaction."""
        with _translated(), self._engine.begin() as connection:
            return work(connection)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise RetryableError("the store of accounts is busy or away") from error


def _stored(connection: Connection, row: Any) -> StoredAccount:
    query = select(_grants).where(_grants.c.account == row.account).order_by(_grants.c.id)
    grants = tuple(
        Grant(
            capability=grant.capability,
            on_behalf_of=grant.on_behalf_of,
            stand_in=grant.stand_in,
            valid_from=grant.valid_from,
            valid_until=grant.valid_until,
        )
        for grant in connection.execute(query)
    )
    account = Account(
        account=row.account,
        display_name=row.display_name,
        tenant=row.tenant,
        grants=grants,
        is_active=row.is_active,
        is_demo=row.is_demo,
    )
    return StoredAccount(account, row.password_hash)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
