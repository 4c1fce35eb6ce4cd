"""Changes accounts on behalf of somebody else; each change and its line in one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from gateway.account_changes import Change
from gateway.accounts import AccountUnknownError, Grant
from gateway.accounts_store import grant_row
from gateway.accounts_tables import AccountsDatabase
from gateway.accounts_tables import accounts as _accounts
from gateway.accounts_tables import factors as _factors
from gateway.accounts_tables import grants as _grants
from gateway.accounts_tables import recovery_codes as _codes
from gateway.accounts_tables import sessions as _sessions
from gateway.administration_rules import GrantUnknownError, LastAdminError
from gateway.change_log import record


class AdministrationStore:
    """Synchronous; call it from a thread."""

    def __init__(self, database: AccountsDatabase) -> None:
        self._within = database.within

    def close(self, change: Change) -> None:
        """Let an account in no more and end its sessions; quiet when it is closed.

        Raises:
            AccountUnknownError: there is no such account.
            LastAdminError: nobody could administer any more.
        """

        def work(connection: Connection) -> None:
            _alone(connection, change.tenant)
            if _change(connection, change.account, is_active=False):
                _end_sessions(connection, change.account)
                record(connection, change)
                _must_have_admin(connection, change)

        self._within(work)

    def give(self, grant: Grant, change: Change) -> int:
        """Give a capability; quiet when the very same is held already. Answers its id."""
        row = grant_row(change.account, grant)
        same = [_grants.c[name].is_not_distinct_from(value) for name, value in row.items()]

        def work(connection: Connection) -> int:
            _alone(connection, change.tenant)
            found = connection.execute(select(_grants.c.id).where(*same)).scalars().first()
            if found is not None:
                return int(found)
            record(connection, change)
            inserted = connection.execute(insert(_grants).values(row)).inserted_primary_key
            return int(inserted[0])  # type: ignore[index]  # a table with a primary key

        return self._within(work)

    def take(self, grant_id: int, change: Change) -> None:
        """Take a capability away.

        Raises:
            GrantUnknownError: the account holds no such grant.
            LastAdminError: nobody could administer any more.
        """
        mine = (_grants.c.account == change.account, _grants.c.id == grant_id)

        def work(connection: Connection) -> None:
            _alone(connection, change.tenant)
            if connection.execute(delete(_grants).where(*mine)).rowcount == 0:
                raise GrantUnknownError("the account holds no such grant")
            record(connection, change)
            _must_have_admin(connection, change)

        self._within(work)

    def give_password(
        self, password_hash: str, change: Change, *, is_temporary: bool = True
    ) -> None:
        """Give a password, good for one log-in unless its owner chose it; every session ends.

        Raises:
            AccountUnknownError: there is no such account.
        """

        def work(connection: Connection) -> None:
            _change(
                connection,
                change.account,
                password_hash=password_hash,
                password_is_temporary=is_temporary,
            )
            _end_sessions(connection, change.account)
            record(connection, change)

        self._within(work)

    def forget_factor(self, change: Change) -> None:
        """Take the second factor away and end every session of the account; quiet without one."""
        account = change.account

        def work(connection: Connection) -> None:
            connection.execute(delete(_codes).where(_codes.c.account == account))
            gone = connection.execute(delete(_factors).where(_factors.c.account == account))
            if gone.rowcount:
                _end_sessions(connection, account)
                record(connection, change)

        self._within(work)


def _alone(connection: Connection, tenant: str) -> None:
    """Let one change of an office wait for another, in every database: by writing first."""
    rows = update(_accounts).where(_accounts.c.tenant == tenant)
    connection.execute(rows.values(is_active=_accounts.c.is_active))


def _change(connection: Connection, account: str, **values: Any) -> bool:
    """Change an account; False when it stands so already."""
    same = _accounts.c.account == account
    differs = or_(*(_accounts.c[name].is_distinct_from(value) for name, value in values.items()))
    if connection.execute(update(_accounts).where(same, differs).values(values)).rowcount:
        return True
    if connection.execute(select(exists().where(same))).scalar():
        return False
    raise AccountUnknownError(f"there is no account {account}", account=account)


def _end_sessions(connection: Connection, account: str) -> None:
    connection.execute(delete(_sessions).where(_sessions.c.account == account))


def _must_have_admin(connection: Connection, change: Change) -> None:
    # After the change and before the commit: two who close each other cannot both succeed.
    if _lasting_admins(connection, change.tenant, change.at) == 0:
        raise LastAdminError("somebody else has to be administrator first")


def _lasting_admins(connection: Connection, tenant: str, now: datetime) -> int:
    begun = or_(_grants.c.valid_from.is_(None), _grants.c.valid_from <= now)
    query = (
        select(func.count(_accounts.c.account.distinct()))
        .join(_grants, _grants.c.account == _accounts.c.account)
        .where(
            _accounts.c.tenant == tenant,
            _accounts.c.is_active,
            _grants.c.capability == "admin",
            _grants.c.on_behalf_of.is_(None),
            _grants.c.valid_until.is_(None),
            begun,
        )
    )
    return connection.execute(query).scalar_one()
