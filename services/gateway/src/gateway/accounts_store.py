"""Keeps accounts, sessions and attempts to log in."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from gateway.account_changes import Change
from gateway.accounts import (
    Account,
    AccountExistsError,
    AccountUnknownError,
    Attempts,
    Grant,
    Session,
    StoredAccount,
)
from gateway.accounts_tables import AccountsDatabase
from gateway.accounts_tables import accounts as _accounts
from gateway.accounts_tables import attempts as _attempts
from gateway.accounts_tables import factors as _factors
from gateway.accounts_tables import grants as _grants
from gateway.accounts_tables import sessions as _sessions
from gateway.change_log import record
from jamila_runtime.sql import insert_unless_there


class SqlAccountsStore:
    """Accounts, sessions and attempts to log in, in one SQL database."""

    def __init__(self, url: str) -> None:
        self.database = AccountsDatabase(url)
        self._within = self.database.within

    def dispose(self) -> None:
        """Give back connections."""
        self.database.dispose()

    def add(self, stored: StoredAccount, change: Change | None = None) -> None:
        """Keep a new account with its grants, and the line that says who made it.

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
            "password_is_temporary": stored.password_is_temporary,
        }
        grants = [grant_row(account.account, grant) for grant in account.grants]

        def work(connection: Connection) -> None:
            connection.execute(insert(_accounts).values(row))
            if grants:
                connection.execute(insert(_grants), grants)
            if change is not None:
                record(connection, change)

        try:
            self._within(work)
        except IntegrityError as error:
            raise AccountExistsError(
                f"there is an account {account.account} already", account=account.account
            ) from error

    def find(self, account: str) -> StoredAccount | None:
        """An account by its name."""

        def work(connection: Connection) -> StoredAccount | None:
            query = _with_factor().where(_accounts.c.account == account)
            row = connection.execute(query).one_or_none()
            return None if row is None else _stored(connection, row)

        return self._within(work)

    def all(self) -> Sequence[Account]:
        """Every account, by name."""
        return [each.account for each in self.all_stored()]

    def all_stored(self) -> Sequence[StoredAccount]:
        """Every account with what proves it, by name."""

        def work(connection: Connection) -> list[StoredAccount]:
            rows = connection.execute(_with_factor().order_by(_accounts.c.account)).all()
            return [_stored(connection, row) for row in rows]

        return self._within(work)

    def set_password(self, account: str, password_hash: str, *, is_temporary: bool = False) -> None:
        """Give another password and end every session of the account.

        Raises:
            AccountUnknownError: there is no such account.
        """
        values = {"password_hash": password_hash, "password_is_temporary": is_temporary}
        self._change(account, values)

    def replace_password(self, session: Session, password_hash: str) -> None:
        """Give a password of one's own; of all sessions of the account this new one is left."""
        values = {"password_hash": password_hash, "password_is_temporary": False}
        self._change(session.account, values, left=session)

    def set_tour_stop(self, account: str, stop: int) -> None:
        """Remember where its owner stands in the tour; it ends no session."""
        change = update(_accounts).where(_accounts.c.account == account).values(tour_stop=stop)
        self._within(lambda connection: connection.execute(change))

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

    def replace_session(self, token_sha256: str, session: Session) -> bool:
        """Put a session in the place of another; False when that one is gone already."""
        ending = delete(_sessions).where(_sessions.c.token_sha256 == token_sha256)

        def work(connection: Connection) -> bool:
            if connection.execute(ending).rowcount == 0:
                return False
            connection.execute(insert(_sessions), vars(session))
            return True

        return self._within(work)

    def sessions_of(self, account: str) -> Sequence[Session]:
        """Every session of an account, the newest first."""
        query = select(_sessions).where(_sessions.c.account == account)
        newest = query.order_by(_sessions.c.created_at.desc(), _sessions.c.token_sha256)
        rows = self._within(lambda connection: connection.execute(newest).all())
        return [Session(**row._asdict()) for row in rows]

    def end_others(self, account: str, token_sha256: str) -> int:
        """End every session of an account but one; answers how many."""
        mine, other = _sessions.c.account == account, _sessions.c.token_sha256 != token_sha256
        ending = delete(_sessions).where(mine, other)
        return self._within(lambda connection: connection.execute(ending).rowcount)

    def count_attempt(self, name: str, *, now: datetime, window: timedelta) -> Attempts:
        """Count one more attempt under a name; a window that is over begins anew."""
        key = _digest(name)
        same = _attempts.c.name_sha256 == key
        since = _attempts.c.since
        # A window that begins in the future was begun by a clock that was ahead.
        over = delete(_attempts).where(same, or_(since <= now - window, since > now))
        one_more = update(_attempts).where(same).values(number=_attempts.c.number + 1)
        counting = one_more.returning(_attempts.c.number, since)
        first = {"name_sha256": key, "number": 1, "since": now}

        def work(connection: Connection) -> Attempts:
            # The first statement writes: SQLite then holds its one write lock until the commit.
            connection.execute(over)
            if insert_unless_there(connection, _attempts, first):
                return Attempts(1, now)
            counted = connection.execute(counting).first()
            # None: whoever knows the password came in between, and the count began anew.
            return Attempts(1, now) if counted is None else Attempts(*counted)

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

    def _change(self, account: str, values: dict[str, Any], left: Session | None = None) -> None:
        def work(connection: Connection) -> int:
            change = update(_accounts).where(_accounts.c.account == account).values(values)
            connection.execute(delete(_sessions).where(_sessions.c.account == account))
            if left is not None:
                connection.execute(insert(_sessions), vars(left))
            return connection.execute(change).rowcount

        if self._within(work) == 0:
            raise AccountUnknownError(f"there is no account {account}", account=account)


def _with_factor() -> Select[Any]:
    enrolled = _factors.c.sealed.is_not(None).label("has_second_factor")
    return select(_accounts, enrolled).outerjoin_from(_accounts, _factors)


def _stored(connection: Connection, row: Any) -> StoredAccount:
    query = select(_grants).where(_grants.c.account == row.account).order_by(_grants.c.id)
    grants = tuple(
        Grant(
            capability=grant.capability,
            on_behalf_of=grant.on_behalf_of,
            stand_in=grant.stand_in,
            valid_from=grant.valid_from,
            valid_until=grant.valid_until,
            letter=grant.letter,
            id=grant.id,
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
    return StoredAccount(
        account,
        row.password_hash,
        password_is_temporary=bool(row.password_is_temporary),
        has_second_factor=bool(row.has_second_factor),
        tour_stop=row.tour_stop,
    )


def grant_row(account: str, grant: Grant) -> dict[str, Any]:
    """A grant as its table has it."""
    fields = {name: value for name, value in vars(grant).items() if name != "id"}
    return {"account": account, **fields}


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
