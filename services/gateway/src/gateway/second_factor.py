"""The second factor of accounts: an authenticator app, and codes on paper for when it is lost."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.accounts import CodeRefusedError
from gateway.secret_box import SecretBox
from gateway.totp import new_secret, step_of, uri_of, written

RECOVERY_CODES = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what looks alike on paper."""
_RECOVERY = re.compile(rf"[{_ALPHABET}]{{16}}")
_GROUP = 4


@dataclass(frozen=True)
class StoredFactor:
    """What is kept of a second factor; the secrets are sealed."""

    sealed: str | None
    """The secret in force; None while the first enrolment is not confirmed."""
    last_step: int | None
    confirmed_at: datetime | None
    proposed: str | None
    """A secret that was shown and not yet confirmed."""
    recovery_codes: int


@dataclass(frozen=True)
class Proposal:
    """A secret that an app is to learn; shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True)
class FactorStatus:
    """How an account stands with its second factor."""

    enrolled: bool
    since: datetime | None
    recovery_codes: int


class FactorStore(Protocol):
    """Where second factors are kept. Synchronous; call it from a thread."""

    def factor(self, account: str) -> StoredFactor | None:
        """What is kept for an account."""
        ...

    def propose(self, account: str, sealed: str) -> None:
        """Keep a secret that waits for its first code, in place of an earlier one."""
        ...

    def confirm(
        self, account: str, proposed: str, *, step: int, at: datetime, codes: Sequence[str]
    ) -> bool:
        """Put the proposed secret in force with its recovery codes; False when it is another."""
        ...

    def use_step(self, account: str, step: int) -> bool:
        """Remember a used time-step; False when it, or a later one, was used already."""
        ...

    def use_recovery_code(self, account: str, digest: str) -> bool:
        """Cross out a recovery code; False when it is not, or no more, on the list."""
        ...

    def replace_recovery_codes(self, account: str, digests: Sequence[str]) -> None:
        """Give new recovery codes; the old ones are worthless."""
        ...

    def forget_factor(self, account: str) -> None:
        """Take the second factor away; quiet when there is none."""
        ...


class SecondFactors:
    """Enrols, confirms and proves second factors. Synchronous; call it from a thread."""

    def __init__(self, store: FactorStore, box: SecretBox, *, issuer: str) -> None:
        self._store = store
        self._box = box
        self._issuer = issuer

    def status(self, account: str) -> FactorStatus:
        """How an account stands."""
        found = self._store.factor(account)
        if found is None or found.sealed is None:
            return FactorStatus(enrolled=False, since=None, recovery_codes=0)
        return FactorStatus(
            enrolled=True, since=found.confirmed_at, recovery_codes=found.recovery_codes
        )

    def propose(self, account: str) -> Proposal:
        """Invent a secret for an app; what was in force stays so until the first code comes."""
        secret = new_secret()
        self._store.propose(account, self._box.seal(account, secret))
        uri = uri_of(secret, account=account, issuer=self._issuer)
        return Proposal(secret=written(secret), uri=uri)

    def confirm(self, account: str, code: str, *, now: datetime) -> tuple[str, ...]:
        """Put the proposed secret in force; answers the recovery codes, shown this once.

        Raises:
            CodeRefusedError: the code is not of the proposed secret.
        """
        found = self._store.factor(account)
        if found is None or found.proposed is None:
            raise _refused()
        secret = self._box.open(account, found.proposed)
        step = step_of(secret, _bare(code), now=now, after=None)
        codes = new_recovery_codes()
        digests = [_digest(each) for each in codes]
        if step is None or not self._store.confirm(
            account, found.proposed, step=step, at=now, codes=digests
        ):
            raise _refused()
        return codes

    def enrol(self, account: str, secret: bytes, *, now: datetime) -> None:
        """Put a secret in force at once, for an account of a demonstration."""
        sealed = self._box.seal(account, secret)
        self._store.propose(account, sealed)
        self._store.confirm(account, sealed, step=0, at=now, codes=())

    def prove(self, account: str, code: str, *, now: datetime) -> None:
        """Take a code of the app, or one of the recovery codes; each is good once.

        Raises:
            CodeRefusedError: it is neither.
        """
        bare = _bare(code)
        if not (self._is_of_app(account, bare, now) or self._is_on_paper(account, bare)):
            raise _refused()

    def new_recovery_codes(self, account: str) -> tuple[str, ...]:
        """Give new recovery codes, shown this once."""
        codes = new_recovery_codes()
        self._store.replace_recovery_codes(account, [_digest(each) for each in codes])
        return codes

    def _is_of_app(self, account: str, code: str, now: datetime) -> bool:
        found = self._store.factor(account)
        if found is None or found.sealed is None:
            return False
        secret = self._box.open(account, found.sealed)
        step = step_of(secret, code, now=now, after=found.last_step)
        # Read above, decided here: of two who send one code at once the store lets one through.
        return step is not None and self._store.use_step(account, step)

    def _is_on_paper(self, account: str, code: str) -> bool:
        if _RECOVERY.fullmatch(code) is None:
            return False
        return self._store.use_recovery_code(account, _digest(code))


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 79 bits each, in groups that can be read aloud."""
    return tuple(_grouped(_random_code()) for _ in range(RECOVERY_CODES))


def _random_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4 * _GROUP))


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).upper()


def _digest(code: str) -> str:
    # Random codes of this length need no slow hash: nobody can try them all.
    return hashlib.sha256(_bare(code).encode()).hexdigest()


def _refused() -> CodeRefusedError:
    return CodeRefusedError("the code is not good")
