"""The sessions of an office: made, recognised, replaced and ended. Synchronous."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.accounts import (
    AccountsStore,
    CodeNeededError,
    Identity,
    LoginLimits,
    NotLoggedInError,
    PasswordChangeNeededError,
    Pending,
    Session,
    SessionKind,
    StoredAccount,
    csrf_token_of,
    digest_of,
    new_token,
)
from jamila_runtime.clock import Clock

_TOUCH_EVERY = timedelta(minutes=1)
"""A session's last use is kept this exactly: a write per request would buy nothing."""
_HALFWAY = timedelta(minutes=10)
"""So long a log-in may stand half done."""


@dataclass(frozen=True)
class Opened:
    """A fresh session; the only moment at which its token is known to us."""

    token: str = field(repr=False)
    identity: Identity


@dataclass(frozen=True)
class Office:
    """Whose accounts are welcome."""

    tenant: str
    demo: bool

    def welcomes(self, stored: StoredAccount) -> bool:
        """Whether the account may come in here at all."""
        account = stored.account
        at_home = account.tenant == self.tenant and (self.demo or not account.is_demo)
        return account.is_active and at_home


class SessionBook:
    """Every privilege change gives a new token; the old one is dead at that moment."""

    def __init__(
        self, *, store: AccountsStore, clock: Clock, limits: LoginLimits, office: Office
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._office = office

    def open(
        self, stored: StoredAccount, *, kind: SessionKind, name: str, verified_at: datetime | None
    ) -> Opened:
        """Begin a session for whoever gave the right password."""
        now = self._clock.now()
        pending = _missing(stored, is_verified=verified_at is not None)
        token = new_token()
        session = Session(
            token_sha256=digest_of(token),
            account=stored.account.account,
            kind=kind,
            name=name,
            created_at=now,
            last_used_at=now,
            expires_at=now + (_HALFWAY if pending else self._lifetime(kind)),
            pending=pending,
            verified_at=verified_at,
        )
        self._store.prune(now, window=self._limits.attempts_window)
        self._store.add_session(session)
        return Opened(token, self._identity(token, session, stored))

    def recognise(self, token: str) -> Identity:
        """Who holds a token, even while the log-in stands half done.

        Raises:
            NotLoggedInError: nobody, or not any more.
        """
        digest, now = digest_of(token), self._clock.now()
        session = self._store.find_session(digest)
        if session is None:
            raise NotLoggedInError("no such session")
        stored = self._store.find(session.account)
        over = session.is_over(now, idle=self._limits.session_idle)
        if over or stored is None or not self._office.welcomes(stored):
            self._store.end_session(digest)
            raise NotLoggedInError("the session has ended")
        if now - session.last_used_at >= _TOUCH_EVERY:
            self._store.touch_session(digest, now)
        return self._identity(token, session, stored)

    def proven(self, identity: Identity) -> Opened:
        """Replace a session after its second factor was proven.

        Raises:
            NotLoggedInError: it was ended or replaced in the meantime.
        """
        stored = self._known(identity)
        token, session = self._next(identity.session, stored, verified_at=self._clock.now())
        if not self._store.replace_session(identity.session.token_sha256, session):
            raise NotLoggedInError("the session was ended or replaced")
        return Opened(token, self._identity(token, session, stored))

    def with_password(self, identity: Identity, password_hash: str) -> Opened:
        """Give another password and replace the session; all others of the account end."""
        stored = replace(self._known(identity), password_is_temporary=False)
        verified_at = identity.session.verified_at
        token, session = self._next(identity.session, stored, verified_at=verified_at)
        self._store.replace_password(session, password_hash)
        return Opened(token, self._identity(token, session, stored))

    def of(self, identity: Identity) -> Sequence[Session]:
        """The sessions of an account that are still good, the newest first."""
        now, idle = self._clock.now(), self._limits.session_idle
        all_of_it = self._store.sessions_of(identity.account.account)
        return [each for each in all_of_it if not each.is_over(now, idle=idle)]

    def _known(self, identity: Identity) -> StoredAccount:
        stored = self._store.find(identity.account.account)
        if stored is None or not self._office.welcomes(stored):
            raise NotLoggedInError("the account was closed")
        return stored

    def _next(
        self, session: Session, stored: StoredAccount, *, verified_at: datetime | None
    ) -> tuple[str, Session]:
        pending = _missing(stored, is_verified=verified_at is not None)
        expires_at = session.expires_at
        if session.pending is not None and pending is None:
            expires_at = session.created_at + self._lifetime(session.kind)
        token = new_token()
        return token, replace(
            session,
            token_sha256=digest_of(token),
            last_used_at=self._clock.now(),
            expires_at=expires_at,
            pending=pending,
            verified_at=verified_at,
        )

    def _identity(self, token: str, session: Session, stored: StoredAccount) -> Identity:
        verified_at = session.verified_at
        return Identity(
            account=stored.account,
            session=session,
            csrf_token=csrf_token_of(token),
            has_second_factor=stored.has_second_factor,
            proven_until=verified_at and verified_at + self._limits.proof,
            tour_stop=stored.tour_stop,
        )

    def _lifetime(self, kind: SessionKind) -> timedelta:
        limits = self._limits
        return limits.session_lifetime if kind == "browser" else limits.token_lifetime


def complete(identity: Identity) -> Identity:
    """Let nobody on whose log-in stands half done.

    Raises:
        CodeNeededError: the code of the second factor is missing.
        PasswordChangeNeededError: the temporary password has to be replaced.
    """
    match identity.session.pending:
        case "code":
            raise CodeNeededError("give the code of the second factor first")
        case "password":
            raise PasswordChangeNeededError("replace the temporary password first")
        case None:
            return identity


def _missing(stored: StoredAccount, *, is_verified: bool) -> Pending | None:
    if stored.has_second_factor and not is_verified:
        return "code"
    return "password" if stored.password_is_temporary else None
