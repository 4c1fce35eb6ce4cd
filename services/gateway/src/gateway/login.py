"""Log in, be recognised, log out."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from gateway.accounts import (
    AccountsStore,
    Identity,
    LoginLimits,
    LoginLockedError,
    LoginRefusedError,
    NotLoggedInError,
    Session,
    SessionKind,
    StoredAccount,
    csrf_token_of,
    digest_of,
    new_token,
)
from gateway.passwords import Passwords
from jamila_runtime.clock import Clock

_TOUCH_EVERY = timedelta(minutes=1)
"""A session's last use is kept this exactly: a write per request would buy nothing."""


@dataclass(frozen=True)
class Opened:
    """A fresh session; the only moment at which its token is known to us."""

    token: str
    identity: Identity


@dataclass(frozen=True)
class Credentials:
    """What somebody says to be let in."""

    account: str
    password: str


class LoginDesk:
    """Lets people and programs of one office in."""

    def __init__(  # noqa: PLR0913 - all keyword-only collaborators
        self,
        *,
        store: AccountsStore,
        passwords: Passwords,
        clock: Clock,
        limits: LoginLimits,
        tenant: str,
        demo: bool,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        self._limits = limits
        self._tenant = tenant
        self._demo = demo

    async def open(
        self, credentials: Credentials, *, kind: SessionKind = "browser", name: str = ""
    ) -> Opened:
        """Log in.

        Raises:
            LoginRefusedError: wrong account or password, or the account is closed.
            LoginLockedError: too many attempts under this name.
            LoginBusyError: too many log-ins at this moment.
        """
        await self._count(credentials.account)
        found = await asyncio.to_thread(self._store.find, credentials.account)
        usable = found if found is not None and self._welcome(found) else None
        proof = usable.password_hash if usable else None
        if not await self._passwords.matches(credentials.password, proof) or usable is None:
            raise LoginRefusedError("account or password is wrong")
        token = new_token()
        session = self._session(token, usable.account.account, kind=kind, name=name)
        await asyncio.to_thread(self._keep, session)
        identity = Identity(usable.account, session, csrf_token_of(token))
        return Opened(token=token, identity=identity)

    async def identify(self, token: str) -> Identity:
        """Recognise who holds a token.

        Raises:
            NotLoggedInError: nobody, or not any more.
        """
        return await asyncio.to_thread(self._identify, token)

    async def close(self, identity: Identity) -> None:
        """Log out; the token is worth nothing from now on."""
        await asyncio.to_thread(self._store.end_session, identity.session.token_sha256)

    async def _count(self, account: str) -> None:
        # Counted before the password is looked at: many guesses at once cannot slip through.
        now, window = self._clock.now(), self._limits.attempts_window
        attempts = await asyncio.to_thread(
            self._store.count_attempt, account, now=now, window=window
        )
        if attempts.number > self._limits.attempts:
            wait = max(1, round((attempts.since + window - now).total_seconds()))
            raise LoginLockedError("too many attempts", retry_after_seconds=wait)

    def _welcome(self, stored: StoredAccount) -> bool:
        account = stored.account
        at_home = account.tenant == self._tenant and (self._demo or not account.is_demo)
        return account.is_active and at_home

    def _session(self, token: str, account: str, *, kind: SessionKind, name: str) -> Session:
        now, limits = self._clock.now(), self._limits
        lifetime = limits.session_lifetime if kind == "browser" else limits.token_lifetime
        return Session(
            token_sha256=digest_of(token),
            account=account,
            kind=kind,
            name=name,
            created_at=now,
            last_used_at=now,
            expires_at=now + lifetime,
        )

    def _keep(self, session: Session) -> None:
        self._store.forget_attempts(session.account)
        self._store.prune(session.created_at, window=self._limits.attempts_window)
        self._store.add_session(session)

    def _identify(self, token: str) -> Identity:
        digest, now = digest_of(token), self._clock.now()
        session = self._store.find_session(digest)
        if session is None:
            raise NotLoggedInError("no such session")
        stored = self._store.find(session.account)
        over = session.is_over(now, idle=self._limits.session_idle)
        if over or stored is None or not self._welcome(stored):
            self._store.end_session(digest)
            raise NotLoggedInError("the session has ended")
        if now - session.last_used_at >= _TOUCH_EVERY:
            self._store.touch_session(digest, now)
        return Identity(stored.account, session, csrf_token_of(token))
