"""The secrets of signing sessions: in the memory of this process, for a while, and nowhere else."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import ClassVar, Final, Literal

from jamila_runtime.errors import RetryableError

SESSION_TIME: Final = timedelta(minutes=15)
"""A batch of a hundred documents takes the e-sign service a few minutes at most."""

Method = Literal["passphrase", "totp"]


class SessionNeededError(RetryableError):
    """The e-sign service wants the signer's secret, and nobody lent it, or not any more."""

    slug: ClassVar[str] = "signing-session-needed"

    def __init__(self) -> None:
        super().__init__("open a signing session first")


class SecretRefusedError(RetryableError):
    """The e-sign service refused the secret; it is forgotten, so nothing tries it again."""

    slug: ClassVar[str] = "signing-secret-refused"

    def __init__(self) -> None:
        super().__init__("the e-sign service refused passphrase or code")


@dataclass(frozen=True)
class SigningSecret:
    """What the signer typed; never shown when printed."""

    method: Method
    value: str = field(repr=False)


class SecretDrawer:
    """Secrets by account, each until its time is over."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[SigningSecret, datetime]] = {}
        self._lock = Lock()

    def lend(self, account: str, secret: SigningSecret, *, now: datetime) -> datetime:
        """Keep a secret; the one before is forgotten.

        Returns:
            Until when.
        """
        until = now + SESSION_TIME
        with self._lock:
            self._kept[account] = (secret, until)
        return until

    def of(self, account: str, *, now: datetime) -> SigningSecret:
        """The account's secret.

        Raises:
            SessionNeededError: none was lent, or its time is over.
        """
        with self._lock:
            secret, until = self._kept.get(account, (None, now))
            if secret is None or until <= now:
                self._kept.pop(account, None)
                raise SessionNeededError
            return secret

    def forget(self, account: str) -> None:
        """Drop it, because it was refused or is not needed any more."""
        with self._lock:
            self._kept.pop(account, None)
