"""Who may come in, what each may do, and for how long. Pure: no framework, no I/O.

Errors::

    LoginRefusedError         (DomainError) wrong account or password; never says which
    NotLoggedInError          (DomainError) no session, or it has ended
    CsrfTokenError            (DomainError) a browser's write without the token of its session
    AccountExistsError        (ConflictError) the name of an account is given once, for ever
    AccountUnknownError       (NotFoundError)
    LoginLockedError          (RetryableError) too many attempts; ``data`` says how long to wait
    LoginBusyError            (RetryableError) too many people log in at once
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from jamila_contracts.envelope import Actor
from jamila_runtime.errors import ConflictError, DomainError, NotFoundError, RetryableError
from jamila_runtime.stage import MissingCapabilityError

SessionKind = Literal["browser", "program"]
StandIn = Literal["plh", "plt"]

ACCOUNT_PATTERN = r"^[a-z][a-z0-9-]{1,31}$"
"""An account is an opaque code such as ``kasi-1``: it stands in every trail, so never a name."""
MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 200
_TOKEN_BYTES = 32


class LoginRefusedError(DomainError):
    """Wrong account or password; the answer is the same for both."""

    slug = "login-refused"


class NotLoggedInError(DomainError):
    """There is no session, or it has ended."""

    slug = "not-logged-in"


class CsrfTokenError(DomainError):
    """A browser's write came without the token of its session."""

    slug = "csrf-token-wrong"


class AccountExistsError(ConflictError):
    """The name of an account is given once."""

    slug = "account-exists"


class AccountUnknownError(NotFoundError):
    """There is no such account."""

    slug = "account-unknown"


class LoginLockedError(RetryableError):
    """Too many attempts to log in; wait."""

    slug = "login-locked"


class LoginBusyError(RetryableError):
    """Too many people log in at this very moment."""

    slug = "login-busy"


@dataclass(frozen=True)
class Grant:
    """One capability of an account, its own or lent to it."""

    capability: str
    on_behalf_of: str | None = None
    """The account it stands in for."""
    stand_in: StandIn | None = None
    """Plh: the official is away; Plt: the post is vacant."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    """Exclusive; None: until it is taken away."""

    def holds(self, now: datetime) -> bool:
        """Whether it can be used at this instant."""
        begun = self.valid_from is None or self.valid_from <= now
        return begun and (self.valid_until is None or now < self.valid_until)


@dataclass(frozen=True)
class Account:
    """Somebody of the office, or a program of it."""

    account: str
    display_name: str
    tenant: str
    grants: tuple[Grant, ...] = ()
    is_active: bool = True
    is_demo: bool = False
    """Made for a demonstration; refused wherever the system does not run as one."""

    def capabilities(self, now: datetime) -> frozenset[str]:
        """What it may do at this instant."""
        return frozenset(grant.capability for grant in self.grants if grant.holds(now))

    def actor(self, capability: str, now: datetime) -> Actor:
        """The account as it acts in a capability; its own grant goes before a lent one.

        Raises:
            MissingCapabilityError: it may not, now.
        """
        usable = [each for each in self.grants if each.capability == capability and each.holds(now)]
        if not usable:
            raise MissingCapabilityError(
                f"the account does not hold {capability}", capability=capability
            )
        grant = min(usable, key=lambda each: each.on_behalf_of is not None)
        return Actor(account=self.account, capability=capability, on_behalf_of=grant.on_behalf_of)


@dataclass(frozen=True)
class StoredAccount:
    """An account with what proves it."""

    account: Account
    password_hash: str


@dataclass(frozen=True)
class Session:
    """A time in which an account is known; kept on the server, so that log-out ends it at once."""

    token_sha256: str
    account: str
    kind: SessionKind
    name: str
    """What a program calls itself; empty for a browser."""
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime

    def is_over(self, now: datetime, *, idle: timedelta) -> bool:
        """Whether it has ended, by age or, for a browser, because nobody used it."""
        is_idle = self.kind == "browser" and now - self.last_used_at >= idle
        return is_idle or now >= self.expires_at


@dataclass(frozen=True)
class Attempts:
    """How often somebody tried to log in under one name within the present window."""

    number: int
    since: datetime


@dataclass(frozen=True)
class LoginLimits:
    """How long a log-in lasts, and how often it may be tried."""

    session_idle: timedelta
    session_lifetime: timedelta
    token_lifetime: timedelta
    attempts: int
    attempts_window: timedelta


@dataclass(frozen=True)
class Identity:
    """Who is asking."""

    account: Account
    session: Session
    csrf_token: str


class AccountsStore(Protocol):
    """Where accounts and sessions are kept. Synchronous; call it from a thread."""

    def add(self, stored: StoredAccount) -> None:
        """Keep a new account; ``AccountExistsError`` when the name is taken."""
        ...

    def find(self, account: str) -> StoredAccount | None:
        """An account by its name."""
        ...

    def all(self) -> Sequence[Account]:
        """Every account, by name."""
        ...

    def set_password(self, account: str, password_hash: str) -> None:
        """Give another password and end every session of the account."""
        ...

    def close_account(self, account: str) -> None:
        """Let the account in no more and end every session of it."""
        ...

    def add_session(self, session: Session) -> None:
        """Keep a session."""
        ...

    def find_session(self, token_sha256: str) -> Session | None:
        """A session by the digest of its token."""
        ...

    def touch_session(self, token_sha256: str, at: datetime) -> None:
        """Remember that it was used."""
        ...

    def end_session(self, token_sha256: str) -> None:
        """Forget a session; quiet when it is gone."""
        ...

    def count_attempt(self, name: str, *, now: datetime, window: timedelta) -> Attempts:
        """Count one more attempt under a name, in one step even when many come at once."""
        ...

    def forget_attempts(self, name: str) -> None:
        """The right password was given."""
        ...

    def prune(self, now: datetime, *, window: timedelta) -> None:
        """Throw away sessions and attempts that can have no effect any more."""
        ...


def new_token() -> str:
    """A token nobody can guess: 256 bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is stored of a token; who reads the store cannot log in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token_of(token: str) -> str:
    """The token a browser has to show with each write; bound to its session, never stored."""
    return hmac.new(token.encode(), b"jamila-csrf", hashlib.sha256).hexdigest()
