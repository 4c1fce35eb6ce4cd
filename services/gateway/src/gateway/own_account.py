"""What everybody does with the own account: password, second factor, sessions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.account_changes import Change, What
from gateway.accounts import (
    MAXIMUM_PASSWORD,
    MINIMUM_PASSWORD,
    AccountsStore,
    CodeNeededError,
    Identity,
    PasswordUnfitError,
    Session,
    SessionUnknownError,
)
from gateway.login import LoginDesk
from gateway.passwords import hash_password
from gateway.second_factor import FactorStatus, Proposal, SecondFactors
from gateway.session_book import Opened
from jamila_runtime.clock import Clock
from jamila_runtime.strength import Words

SESSION_ID_LENGTH = 16

_PASSWORD = Words(least=MINIMUM_PASSWORD, bits=24.0)
"""Of a person, who also has a limited number of attempts."""


@dataclass(frozen=True)
class Enrolled:
    """A second factor that is in force: a session in which it counts as proven."""

    opened: Opened
    recovery_codes: tuple[str, ...] = field(repr=False)
    """Shown this once."""


class Noted(Protocol):
    """Where it is noted what was changed about an account."""

    def add(self, change: Change) -> None:
        """Add a line."""
        ...


class OwnAccount:
    """Everybody's own affairs; of others' accounts nothing."""

    def __init__(
        self,
        *,
        login: LoginDesk,
        store: AccountsStore,
        factors: SecondFactors,
        changes: Noted,
        clock: Clock,
    ) -> None:
        self._login = login
        self._store = store
        self._factors = factors
        self._changes = changes
        self._clock = clock

    async def change_password(self, identity: Identity, *, old: str, new: str) -> Opened:
        """Give another password; every other session of the account ends, this one is replaced.

        Raises:
            CodeNeededError: the log-in stands half done before its code.
            LoginRefusedError: the old password is wrong.
            LoginLockedError: too many attempts.
            PasswordUnfitError: the new one is too short, too long, or tells the account.
        """
        if identity.session.pending == "code":
            raise CodeNeededError("give the code of the second factor first")
        account = identity.account.account
        check_new_password(account, new, old=old)
        await self._login.confirm_password(identity, old)
        password_hash = await asyncio.to_thread(hash_password, new)
        opened = await asyncio.to_thread(
            self._login.sessions.with_password, identity, password_hash
        )
        await asyncio.to_thread(self._store.forget_attempts, account)
        await asyncio.to_thread(self._note, identity, "kata-sandi-diganti-pemilik")
        return opened

    async def second_factor(self, identity: Identity) -> FactorStatus:
        """How the account stands with its second factor."""
        return await asyncio.to_thread(self._factors.status, identity.account.account)

    async def propose_second_factor(self, identity: Identity, *, password: str) -> Proposal:
        """Invent a secret for an app, shown this once; ``confirm_second_factor`` puts it in force.

        Raises:
            LoginRefusedError: the password is wrong.
            SecondFactorNeededError: there is a second factor already; prove it before replacing it.
        """
        self._must_be_proven_if_enrolled(identity)
        await self._login.confirm_password(identity, password)
        return await asyncio.to_thread(self._factors.propose, identity.account.account)

    async def confirm_second_factor(self, identity: Identity, code: str) -> Enrolled:
        """Put the proposed secret in force by a first code; other sessions end, this is replaced.

        Raises:
            CodeRefusedError: the code is not of the proposed secret.
            LoginLockedError: too many attempts.
        """
        self._must_be_proven_if_enrolled(identity)
        account = identity.account.account
        await self._login.count_attempt(account)
        return await asyncio.to_thread(self._confirm, identity, code)

    async def new_recovery_codes(self, identity: Identity) -> tuple[str, ...]:
        """Ten new codes for paper, shown this once; the old ones are worthless.

        Raises:
            SecondFactorNeededError: there is none, or it was not proven lately.
        """
        identity.must_be_proven(self._clock.now())
        await asyncio.to_thread(self._note, identity, "kode-pemulihan-dibuat")
        return await asyncio.to_thread(self._factors.new_recovery_codes, identity.account.account)

    async def sessions(self, identity: Identity) -> Sequence[Session]:
        """Where the account is logged in, the newest first."""
        return await asyncio.to_thread(self._login.sessions.of, identity)

    async def end_session(self, identity: Identity, session_id: str) -> None:
        """End one session of the account.

        Raises:
            SessionUnknownError: the account has no such session.
        """
        for each in await self.sessions(identity):
            if session_id_of(each) == session_id:
                await asyncio.to_thread(self._store.end_session, each.token_sha256)
                return
        raise SessionUnknownError("the account has no such session")

    async def end_other_sessions(self, identity: Identity) -> int:
        """End every session of the account but this one; answers how many."""
        session = identity.session
        return await asyncio.to_thread(
            self._store.end_others, session.account, session.token_sha256
        )

    async def stand_in_tour(self, identity: Identity, stop: int) -> None:
        """Remember where the account stands in the tour of the console; 0: it is over."""
        await asyncio.to_thread(self._store.set_tour_stop, identity.account.account, stop)

    def _must_be_proven_if_enrolled(self, identity: Identity) -> None:
        if identity.has_second_factor:
            identity.must_be_proven(self._clock.now())

    def _confirm(self, identity: Identity, code: str) -> Enrolled:
        account = identity.account.account
        codes = self._factors.confirm(account, code, now=self._clock.now())
        opened = self._login.sessions.proven(identity)
        self._store.end_others(account, opened.identity.session.token_sha256)
        self._store.forget_attempts(account)
        self._note(identity, "autentikator-diaktifkan")
        return Enrolled(opened, codes)

    def _note(self, identity: Identity, what: What) -> None:
        account = identity.account
        at, by = self._clock.now(), account.account
        self._changes.add(Change(at=at, by=by, account=by, tenant=account.tenant, what=what))


def session_id_of(session: Session) -> str:
    """What names a session to its owner; nobody can log in with it."""
    return session.token_sha256[:SESSION_ID_LENGTH]


def check_new_password(account: str, password: str, *, old: str = "") -> None:
    """Judge a new password by its length; which kinds of characters it has is nobody's business.

    Raises:
        PasswordUnfitError: too short, too long, the old one, it contains the account, or little is
            left of it without what everybody tries first.
    """
    is_fit = len(password) <= MAXIMUM_PASSWORD and not any(_PASSWORD.judge(password))
    if not is_fit or not password or password == old or account in password.lower():
        raise PasswordUnfitError(
            "choose another password", minimum=MINIMUM_PASSWORD, maximum=MAXIMUM_PASSWORD
        )
