"""Keeps second factors beside the accounts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from gateway.accounts_tables import AccountsDatabase
from gateway.accounts_tables import factors as _factors
from gateway.accounts_tables import recovery_codes as _codes
from gateway.second_factor import StoredFactor


class SqlFactorStore:
    """Second factors and recovery codes, in the database of the accounts."""

    def __init__(self, database: AccountsDatabase) -> None:
        self._within = database.within

    def factor(self, account: str) -> StoredFactor | None:
        """What is kept for an account."""
        query = select(_factors).where(_factors.c.account == account)
        left = select(func.count()).select_from(_codes).where(_codes.c.account == account)

        def work(connection: Connection) -> StoredFactor | None:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            return StoredFactor(
                sealed=row.sealed,
                last_step=row.last_step,
                confirmed_at=row.confirmed_at,
                proposed=row.proposed,
                recovery_codes=connection.execute(left).scalar_one(),
            )

        return self._within(work)

    def propose(self, account: str, sealed: str) -> None:
        """Keep a secret that waits for its first code, in place of an earlier one."""
        same = _factors.c.account == account

        def work(connection: Connection) -> None:
            change = update(_factors).where(same).values(proposed=sealed)
            if connection.execute(change).rowcount == 0:
                row = {"account": account, "proposed": sealed}
                connection.execute(insert(_factors).values(row))

        self._within(work)

    def confirm(
        self, account: str, proposed: str, *, step: int, at: datetime, codes: Sequence[str]
    ) -> bool:
        """Put the proposed secret in force with its recovery codes; False when it is another."""
        same = (_factors.c.account == account, _factors.c.proposed == proposed)
        values = {"sealed": proposed, "last_step": step, "confirmed_at": at, "proposed": None}

        def work(connection: Connection) -> bool:
            if connection.execute(update(_factors).where(*same).values(values)).rowcount == 0:
                return False
            _replace_codes(connection, account, codes)
            return True

        return self._within(work)

    def use_step(self, account: str, step: int) -> bool:
        """Remember a used time-step; False when it, or a later one, was used already."""
        unused = or_(_factors.c.last_step.is_(None), _factors.c.last_step < step)
        use = update(_factors).where(_factors.c.account == account, unused).values(last_step=step)
        return self._within(lambda connection: connection.execute(use).rowcount == 1)

    def use_recovery_code(self, account: str, digest: str) -> bool:
        """Cross out a recovery code; False when it is not, or no more, on the list."""
        crossing = delete(_codes).where(_codes.c.account == account, _codes.c.code_sha256 == digest)
        return self._within(lambda connection: connection.execute(crossing).rowcount == 1)

    def replace_recovery_codes(self, account: str, digests: Sequence[str]) -> None:
        """Give new recovery codes; the old ones are worthless."""
        self._within(lambda connection: _replace_codes(connection, account, digests))

    def forget_factor(self, account: str) -> None:
        """Take the second factor away; quiet when there is none."""

        def work(connection: Connection) -> None:
            connection.execute(delete(_codes).where(_codes.c.account == account))
            connection.execute(delete(_factors).where(_factors.c.account == account))

        self._within(work)


def _replace_codes(connection: Connection, account: str, digests: Sequence[str]) -> None:
    connection.execute(delete(_codes).where(_codes.c.account == account))
    if digests:
        rows = [{"account": account, "code_sha256": each} for each in digests]
        connection.execute(insert(_codes), rows)
