"""Log in, give the code of the second factor, be recognised, log out."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway import watchman
from gateway.accounts import (
    AccountsStore,
    CodeNeededError,
    Identity,
    LoginLimits,
    LoginLockedError,
    LoginRefusedError,
    PasswordChangeNeededError,
    SecondFactorNeededError,
    SessionKind,
    StoredAccount,
    digest_of,
)
from gateway.passwords import Passwords
from gateway.second_factor import SecondFactors
from gateway.session_book import Office, Opened, SessionBook, complete
from jamila_runtime.clock import Clock
from jamila_runtime.errors import JamilaError


@dataclass(frozen=True)
class Credentials:
    """What somebody says to be let in."""

    account: str
    password: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    """Of the second factor; a browser may give it afterwards, a program has to give it here."""


class LoginDesk:
    """Lets people and programs of one office in."""

    def __init__(  # noqa: PLR0913 - all keyword-only collaborators
        self,
        *,
        store: AccountsStore,
        passwords: Passwords,
        factors: SecondFactors,
        clock: Clock,
        limits: LoginLimits,
        tenant: str,
        demo: bool,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._factors = factors
        self._clock = clock
        self._limits = limits
        self._office = Office(tenant, demo)
        self.sessions = SessionBook(store=store, clock=clock, limits=limits, office=self._office)

    async def open(
        self, credentials: Credentials, *, kind: SessionKind = "browser", name: str = ""
    ) -> Opened:
        """Log in; the session of a browser may be ``pending``, see ``give_code``.

        Raises:
            LoginRefusedError: wrong account or password, or the account is closed.
            LoginLockedError: too many attempts under this name.
            LoginBusyError: too many log-ins at this moment.
            CodeNeededError: a program gave no code though the account has a second factor.
            CodeRefusedError: the code is not good.
            PasswordChangeNeededError: a program may not replace a temporary password.
        """
        found = await asyncio.to_thread(self._store.find, credentials.account)
        try:
            await self.count_attempt(credentials.account)
            usable = found if found is not None and self._office.welcomes(found) else None
            proof = usable.password_hash if usable else None
            if not await self._passwords.matches(credentials.password, proof) or usable is None:
                raise LoginRefusedError("account or password is wrong")
            opened = await asyncio.to_thread(self._admit, usable, credentials, kind, name)
        except JamilaError as error:
            watchman.turned_away(found.account.account if found else None, error)
            raise
        watchman.let_in(opened.identity, by="password")
        return opened

    async def admit(self, account: str, *, second_factor_at: datetime | None) -> Opened:
        """Open a browser's session for whom an identity provider vouches.

        Args:
            account: The account paired with him.
            second_factor_at: When the provider saw a second factor; None: it did not.

        Raises:
            LoginRefusedError: the account is closed.
        """
        found = await asyncio.to_thread(self._store.find, account)
        if found is None or not self._office.welcomes(found):
            raise LoginRefusedError("the account is closed")
        # The password plays no part here, so nobody is asked to replace it.
        stored = replace(found, password_is_temporary=False)
        opened = await asyncio.to_thread(
            self.sessions.open, stored, kind="browser", name="", verified_at=second_factor_at
        )
        watchman.let_in(opened.identity, by="provider")
        return opened

    async def identify(self, token: str) -> Identity:
        """Recognise who holds a token.

        Raises:
            NotLoggedInError: nobody, or not any more.
            CodeNeededError: the log-in stands half done: the code is missing.
            PasswordChangeNeededError: half done: the temporary password has to be replaced.
        """
        return complete(await self.halfway(token))

    async def halfway(self, token: str) -> Identity:
        """Recognise who holds a token, even while the log-in stands half done.

        Raises:
            NotLoggedInError: nobody, or not any more.
        """
        return await asyncio.to_thread(self.sessions.recognise, token)

    async def give_code(self, identity: Identity, code: str) -> Opened:
        """Prove the second factor: goes on with a log-in, or renews the proof of a session.

        Raises:
            CodeRefusedError: it is wrong, was used before or is too old.
            SecondFactorNeededError: the account has none yet.
            LoginLockedError: too many attempts under this name.
            NotLoggedInError: the session was ended or replaced in the meantime.
        """
        account = identity.account.account
        if not identity.has_second_factor:
            raise SecondFactorNeededError("the account has no second factor", enrolled=False)
        try:
            await self.count_attempt(account)
            opened = await asyncio.to_thread(self._prove, identity, code)
        except JamilaError as error:
            watchman.turned_away(account, error)
            raise
        watchman.let_in(opened.identity, by="code")
        return opened

    async def close(self, identity: Identity) -> None:
        """Log out; the token is worth nothing from now on."""
        await asyncio.to_thread(self._store.end_session, identity.session.token_sha256)
        watchman.let_out(identity)

    async def forget(self, token: str) -> None:
        """End the session of a token, if there is one."""
        await asyncio.to_thread(self._store.end_session, digest_of(token))

    async def confirm_password(self, identity: Identity, password: str) -> None:
        """Ask once more for the password of who is logged in.

        Raises:
            LoginRefusedError: it is wrong.
            LoginLockedError: too many attempts under this name.
        """
        account = identity.account.account
        await self.count_attempt(account)
        found = await asyncio.to_thread(self._store.find, account)
        proof = found.password_hash if found else None
        if not await self._passwords.matches(password, proof):
            raise LoginRefusedError("account or password is wrong")

    async def count_attempt(self, account: str) -> None:
        """Count a guess at a password or code before it is looked at.

        Raises:
            LoginLockedError: too many attempts under this name.
        """
        # Counted first: many guesses at once cannot slip through.
        now, window = self._clock.now(), self._limits.attempts_window
        attempts = await asyncio.to_thread(
            self._store.count_attempt, account, now=now, window=window
        )
        if attempts.number > self._limits.attempts:
            wait = max(1, round((attempts.since + window - now).total_seconds()))
            raise LoginLockedError("too many attempts", retry_after_seconds=wait)

    def _admit(
        self, stored: StoredAccount, said: Credentials, kind: SessionKind, name: str
    ) -> Opened:
        account, now = stored.account.account, self._clock.now()
        verified_at = None
        if stored.has_second_factor and said.code is not None:
            self._factors.prove(account, said.code, now=now)
            verified_at = now
        if kind == "program" and stored.has_second_factor and verified_at is None:
            raise CodeNeededError("give the code of the second factor too")
        if kind == "program" and stored.password_is_temporary:
            raise PasswordChangeNeededError("replace the temporary password in a browser first")
        opened = self.sessions.open(stored, kind=kind, name=name, verified_at=verified_at)
        # Who knows the password only must not win new guesses at the code with it.
        if opened.identity.session.pending != "code":
            self._store.forget_attempts(account)
        return opened

    def _prove(self, identity: Identity, code: str) -> Opened:
        account = identity.account.account
        self._factors.prove(account, code, now=self._clock.now())
        opened = self.sessions.proven(identity)
        self._store.forget_attempts(account)
        return opened
