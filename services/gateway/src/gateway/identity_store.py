"""Which account a subject of an identity provider is; said by an administrator, never guessed."""

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.account_changes import Change
from gateway.accounts_tables import AccountsDatabase
from gateway.accounts_tables import identities as _identities
from gateway.change_log import record
from jamila_runtime.errors import ConflictError


class IdentityTakenError(ConflictError):
    """The subject is another account's, or the account has a subject already."""

    slug = "identity-taken"


@dataclass(frozen=True)
class ForeignIdentity:
    """Somebody as an identity provider knows him."""

    issuer: str
    subject: str = field(repr=False)

    @property
    def key(self) -> str:
        """What is kept of it: subjects can be addresses of mail."""
        return hashlib.sha256(f"{self.issuer}\n{self.subject}".encode()).hexdigest()


class IdentityStore:
    """Subjects and their accounts. Synchronous; call it from a thread."""

    def __init__(self, database: AccountsDatabase) -> None:
        self._within = database.within

    def account_of(self, identity: ForeignIdentity) -> str | None:
        """The account of a subject."""
        query = select(_identities.c.account).where(_identities.c.identity_sha256 == identity.key)
        return self._within(lambda connection: connection.execute(query).scalar_one_or_none())

    def link(self, identity: ForeignIdentity, change: Change) -> None:
        """Pair a subject with an account; quiet when they are paired already.

        Raises:
            IdentityTakenError: one of the two is paired otherwise.
        """
        row = {
            "account": change.account,
            "issuer": identity.issuer,
            "identity_sha256": identity.key,
        }

        def work(connection: Connection) -> None:
            connection.execute(insert(_identities).values(row))
            record(connection, change)

        try:
            self._within(work)
        except IntegrityError as error:
            if self.account_of(identity) != change.account:
                raise IdentityTakenError("account or subject is paired otherwise") from error

    def unlink(self, change: Change) -> None:
        """Part an account from its subject; quiet when it has none."""
        parting = delete(_identities).where(_identities.c.account == change.account)

        def work(connection: Connection) -> None:
            if connection.execute(parting).rowcount:
                record(connection, change)

        self._within(work)
