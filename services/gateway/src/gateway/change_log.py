"""Keeps who changed what about whose account, in the database of the accounts."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from gateway.account_changes import Change, RecordedChange
from gateway.accounts_tables import AccountsDatabase
from gateway.accounts_tables import changes as _changes


def record(connection: Connection, change: Change) -> None:
    """Add a line within the transaction that makes the change: never one without the other."""
    row = {**vars(change), "details": json.dumps(dict(change.details), sort_keys=True)}
    connection.execute(insert(_changes), row)


class ChangeLog:
    """Reads the lines, and adds some. Synchronous; call it from a thread."""

    def __init__(self, database: AccountsDatabase) -> None:
        self._within = database.within

    def add(self, change: Change) -> None:
        """Add a line about what was done before."""
        self._within(lambda connection: record(connection, change))

    def newest(
        self, tenant: str, *, before: int | None, account: str | None, limit: int
    ) -> Sequence[RecordedChange]:
        """The newest lines of an office, or of one account, before a place."""
        query = select(_changes).where(_changes.c.tenant == tenant)
        if account is not None:
            query = query.where(_changes.c.account == account)
        if before is not None:
            query = query.where(_changes.c.id < before)
        page = query.order_by(_changes.c.id.desc()).limit(limit)
        rows = self._within(lambda connection: connection.execute(page).all())
        return [_read(row) for row in rows]


def _read(row: Any) -> RecordedChange:
    change = Change(
        at=row.at,
        by=row.by,
        account=row.account,
        tenant=row.tenant,
        what=row.what,
        details=json.loads(row.details),
    )
    return RecordedChange(row.id, change)
