"""Who may come in, what each may do, and for how long. Pure: no framework, no I/O.

Errors::

    LoginRefusedError         (DomainError) wrong account or password; never says which
    NotLoggedInError          (DomainError) no session, or it has ended
    CsrfTokenError            (DomainError) a browser's write without the token of its session
    PasswordUnfitError        (DomainError) the new password is no good one
    SessionUnknownError       (NotFoundError)
    AccountExistsError        (ConflictError) the name of an account is given once, for ever
    AccountUnknownError       (NotFoundError)
    CodeNeededError           (DomainError) the password was right, the second factor is missing
    CodeRefusedError          (DomainError) a code that is wrong, used before or too old
    PasswordChangeNeededError (DomainError) the password was given by somebody else; choose one
    SecondFactorNeededError   (DomainError) not without a second factor that was proven lately
    LoginLockedError          (RetryableError) too many attempts; ``data`` says how long to wait
    LoginBusyError            (RetryableError) too many people log in at once
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from gateway.account_changes import Change
from jamila_contracts.envelope import Actor
from jamila_runtime.errors import ConflictError, DomainError, NotFoundError, RetryableError
from jamila_runtime.stage import MissingCapabilityError

SessionKind = Literal["browser", "program"]
StandIn = Literal["plh", "plt"]
Pending = Literal["code", "password"]
"""What a session still lacks: the code of the second factor, or a password of one's own."""

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


class CodeNeededError(DomainError):
    """The password was right; the code of the second factor is missing."""

    slug = "code-needed"


class CodeRefusedError(DomainError):
    """The code is wrong, was used before, or is of another time; the answer is the same for all."""

    slug = "code-refused"


class PasswordChangeNeededError(DomainError):
    """The password was given by somebody else; nothing goes on before it is replaced."""

    slug = "password-change-needed"


class SecondFactorNeededError(DomainError):
    """It needs a second factor that was proven lately; ``data`` says whether there is one."""

    slug = "second-factor-needed"


class PasswordUnfitError(DomainError):
    """The new password is too short, too long, the old one, or tells the account."""

    slug = "password-unfit"


class SessionUnknownError(NotFoundError):
    """The account has no such session."""

    slug = "session-unknown"


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
    letter: str | None = None
    """Number of the letter that gave it, for a stand-in."""
    id: int | None = field(default=None, compare=False)
    """What names it where it is kept."""

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
    password_is_temporary: bool = False
    """Somebody else knows it; it lets nobody do more than replace it."""
    has_second_factor: bool = False
    tour_stop: int | None = None
    """Where its owner stands in the tour of the console; None: never begun, 0: over."""


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
    pending: Pending | None = None
    """What is still missing; until then the session is good for nothing else."""
    verified_at: datetime | None = None
    """When the second factor was proven last."""

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
    proof: timedelta = timedelta(hours=1)
    """How long a proven second factor is good for signing."""


@dataclass(frozen=True)
class Identity:
    """Who is asking."""

    account: Account
    session: Session
    csrf_token: str
    has_second_factor: bool = False
    proven_until: datetime | None = None
    """Until when the second factor counts as proven; None: it was not."""
    tour_stop: int | None = None
    """As ``StoredAccount`` has it."""

    def is_proven(self, now: datetime) -> bool:
        """Whether the second factor was proven lately."""
        return self.proven_until is not None and now < self.proven_until

    def must_be_proven(self, now: datetime) -> None:
        """Let only somebody on who proved the second factor lately.

        Raises:
            SecondFactorNeededError: it is not proven, too long ago, or there is none.
        """
        if not self.is_proven(now):
            raise SecondFactorNeededError(
                "prove the second factor, then ask again", enrolled=self.has_second_factor
            )


class AccountsStore(Protocol):
    """Where accounts and sessions are kept. Synchronous; call it from a thread."""

    def add(self, stored: StoredAccount, change: Change | None = None) -> None:
        """Keep a new account and who made it; ``AccountExistsError`` when the name is taken."""
        ...

    def find(self, account: str) -> StoredAccount | None:
        """An account by its name."""
        ...

    def all(self) -> Sequence[Account]:
        """Every account, by name."""
        ...

    def all_stored(self) -> Sequence[StoredAccount]:
        """Every account with what proves it, by name."""
        ...

    def set_password(self, account: str, password_hash: str, *, is_temporary: bool = False) -> None:
        """Give another password and end every session of the account."""
        ...

    def replace_password(self, session: Session, password_hash: str) -> None:
        """Give a password of one's own; of all sessions of the account this new one is left."""
        ...

    def set_tour_stop(self, account: str, stop: int) -> None:
        """Remember where its owner stands in the tour."""
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

    def replace_session(self, token_sha256: str, session: Session) -> bool:
        """Put a session in the place of another; False when that one is gone already."""
        ...

    def sessions_of(self, account: str) -> Sequence[Session]:
        """Every session of an account, the newest first."""
        ...

    def end_others(self, account: str, token_sha256: str) -> int:
        """End every session of an account but one; answers how many."""
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
