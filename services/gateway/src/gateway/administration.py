"""Accounts of others, by an administrator: made, closed, allowed, stood in for, helped in again."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.account_changes import Change, RecordedChange, What
from gateway.accounts import (
    Account,
    AccountsStore,
    AccountUnknownError,
    Grant,
    Identity,
    StoredAccount,
)
from gateway.administration_rules import (
    AccountClosedError,
    check_grant,
    check_new_account,
    check_stand_in,
    details_of,
    grant_of,
    must_be_another,
)
from gateway.administration_store import AdministrationStore
from gateway.change_log import ChangeLog
from gateway.identity_store import ForeignIdentity, IdentityStore
from gateway.passwords import hash_password, new_password
from jamila_runtime.clock import Clock

CAPABILITY = "admin"


@dataclass(frozen=True)
class Given:
    """An account and a password for its first log-in, shown this once."""

    account: StoredAccount
    password: str = field(repr=False)


class Administration:
    """Of one office only; each change is recorded with it and asks for a fresh second factor."""

    def __init__(
        self,
        *,
        accounts: AccountsStore,
        store: AdministrationStore,
        changes: ChangeLog,
        identities: IdentityStore,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._changes = changes
        self._identities = identities
        self._clock = clock

    async def accounts(self, identity: Identity) -> Sequence[StoredAccount]:
        """Every account of the office, by name.

        Raises:
            MissingCapabilityError: the asker is no administrator.
        """
        self._must_be_admin(identity)
        tenant = identity.account.tenant
        found = await asyncio.to_thread(self._accounts.all_stored)
        return [each for each in found if each.account.tenant == tenant]

    async def account(self, identity: Identity, account: str) -> StoredAccount:
        """One account.

        Raises:
            MissingCapabilityError: the asker is no administrator.
            AccountUnknownError: there is no such account in this office.
        """
        self._must_be_admin(identity)
        return await asyncio.to_thread(self._known, identity, account)

    async def changes(
        self, identity: Identity, *, before: int | None, account: str | None, limit: int
    ) -> Sequence[RecordedChange]:
        """Who changed what about whose account, the newest first.

        Raises:
            MissingCapabilityError: the asker is no administrator.
        """
        self._must_be_admin(identity)
        tenant = identity.account.tenant
        return await asyncio.to_thread(
            self._changes.newest, tenant, before=before, account=account, limit=limit
        )

    async def create(
        self, identity: Identity, *, account: str, display_name: str, grants: Sequence[Grant]
    ) -> Given:
        """Make an account with a password that is good for its first log-in only.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            AccountExistsError: the name was given before; it is given once, for ever.
            AccountUnfitError, GrantRefusedError: it cannot be.
        """
        self._may_change(identity)
        tenant = identity.account.tenant
        made = Account(account, display_name.strip(), tenant, grants=tuple(grants))
        check_new_account(made, self._clock.now())
        return await asyncio.to_thread(self._create, identity, made)

    async def close(self, identity: Identity, account: str) -> None:
        """Let an account in no more; quiet when it is closed.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            FourEyesError: it is the own account.
            AccountUnknownError: there is no such account in this office.
            LastAdminError: nobody could administer any more.
        """
        await self._change_other(identity, account, "akun-ditutup", self._store.close)

    async def give(self, identity: Identity, account: str, grant: Grant) -> int:
        """Give a capability, of its own or as a stand-in; quiet when the same is held already.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            FourEyesError: it is the own account.
            AccountUnknownError: there is no such account in this office.
            AccountClosedError: it is closed.
            GrantRefusedError: such a grant cannot be.
        """
        self._may_change_other(identity, account)
        check_grant(grant, self._clock.now())
        return await asyncio.to_thread(self._give, identity, account, grant)

    async def take(self, identity: Identity, account: str, grant_id: int) -> None:
        """Take a capability away.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            FourEyesError: it is the own account.
            AccountUnknownError, GrantUnknownError: there is none.
            LastAdminError: nobody could administer any more.
        """
        self._may_change_other(identity, account)
        await asyncio.to_thread(self._take, identity, account, grant_id)

    async def reset_password(self, identity: Identity, account: str) -> Given:
        """Give a password that is good for the next log-in only; every session ends.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            FourEyesError: it is the own account; change the password instead.
            AccountUnknownError: there is no such account in this office.
        """
        self._may_change_other(identity, account)
        password = new_password()
        password_hash = await asyncio.to_thread(hash_password, password)
        stored = await asyncio.to_thread(
            self._done,
            identity,
            account,
            "kata-sandi-diganti-admin",
            lambda change: self._store.give_password(password_hash, change),
        )
        return Given(stored, password)

    async def reset_second_factor(self, identity: Identity, account: str) -> None:
        """Take the second factor away, for a lost phone; every session ends. Quiet without one.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            FourEyesError: it is the own account.
            AccountUnknownError: there is no such account in this office.
        """
        await self._change_other(
            identity, account, "autentikator-dihapus", self._store.forget_factor
        )

    async def pair(self, identity: Identity, account: str, foreign: ForeignIdentity) -> None:
        """Pair an account with a subject of the identity provider; quiet when they are paired.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            FourEyesError: it is the own account.
            AccountUnknownError: there is no such account in this office.
            IdentityTakenError: account or subject is paired otherwise.
        """
        await self._change_other(
            identity,
            account,
            "identitas-oidc-dipasang",
            lambda change: self._identities.link(foreign, change),
        )

    async def part(self, identity: Identity, account: str) -> None:
        """Part an account from its subject; quiet when it has none.

        Raises:
            MissingCapabilityError, SecondFactorNeededError: the asker may not, now.
            FourEyesError: it is the own account.
            AccountUnknownError: there is no such account in this office.
        """
        await self._change_other(
            identity, account, "identitas-oidc-dilepas", self._identities.unlink
        )

    def _create(self, identity: Identity, made: Account) -> Given:
        for grant in made.grants:
            self._check_stand_in(identity, made.account, grant)
        password = new_password()
        stored = StoredAccount(made, hash_password(password), password_is_temporary=True)
        details = {
            "display_name": made.display_name,
            "grants": [details_of(each) for each in made.grants],
        }
        change = self._change(identity, made.account, "akun-dibuat", details)
        self._accounts.add(stored, change)
        return Given(stored, password)

    def _give(self, identity: Identity, account: str, grant: Grant) -> int:
        stored = self._known(identity, account)
        if not stored.account.is_active:
            raise AccountClosedError("the account is closed", account=account)
        self._check_stand_in(identity, account, grant)
        details = details_of(grant)
        return self._store.give(
            grant, self._change(identity, account, "kewenangan-diberi", details)
        )

    def _take(self, identity: Identity, account: str, grant_id: int) -> None:
        grant = grant_of(self._known(identity, account).account.grants, grant_id)
        details = details_of(grant)
        change = self._change(identity, account, "kewenangan-dicabut", details)
        self._store.take(grant_id, change)

    def _done(
        self, identity: Identity, account: str, what: What, work: Callable[[Change], None]
    ) -> StoredAccount:
        stored = self._known(identity, account)
        work(self._change(identity, account, what))
        return stored

    def _check_stand_in(self, identity: Identity, account: str, grant: Grant) -> None:
        found = self._accounts.find(grant.on_behalf_of) if grant.on_behalf_of else None
        at_home = found is not None and found.account.tenant == identity.account.tenant
        check_stand_in(account, grant, found.account if found and at_home else None)

    def _known(self, identity: Identity, account: str) -> StoredAccount:
        found = self._accounts.find(account)
        # Another office's account is as unknown as none: jurisdiction ends at the kabupaten.
        if found is None or found.account.tenant != identity.account.tenant:
            raise AccountUnknownError(f"there is no account {account}", account=account)
        return found

    async def _change_other(
        self, identity: Identity, account: str, what: What, work: Callable[[Change], None]
    ) -> None:
        self._may_change_other(identity, account)
        await asyncio.to_thread(self._done, identity, account, what, work)

    def _may_change_other(self, identity: Identity, account: str) -> None:
        self._may_change(identity)
        must_be_another(identity, account)

    def _may_change(self, identity: Identity) -> None:
        self._must_be_admin(identity)
        identity.must_be_proven(self._clock.now())

    def _must_be_admin(self, identity: Identity) -> None:
        identity.account.actor(CAPABILITY, self._clock.now())

    def _change(
        self, identity: Identity, account: str, what: What, details: Mapping[str, Any] | None = None
    ) -> Change:
        return Change(
            at=self._clock.now(),
            by=identity.account.account,
            account=account,
            tenant=identity.account.tenant,
            what=what,
            details=details or {},
        )
