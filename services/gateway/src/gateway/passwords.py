"""Proves passwords with Argon2id, a few at a time.

Parameters: OWASP Password Storage Cheat Sheet, second choice (19 MiB, two passes, one lane); about
20 ms each. Memory and processor time are bounded by doing only a few at once.
"""

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.accounts import LoginBusyError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _HASHER.hash(password)


def new_password() -> str:
    """A password nobody can guess and that can still be typed: 96 bits."""
    return secrets.token_urlsafe(12)


@cache
def _hash_of_nobody() -> str:
    return hash_password(secrets.token_urlsafe())


def _matches(password: str, password_hash: str | None) -> bool:
    # An unknown account costs the same time as a known one: the clock tells nothing.
    try:
        _HASHER.verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


class Passwords:
    """Checks passwords beside the event loop."""

    def __init__(self, *, at_once: int = 2, waiting: int = 64) -> None:
        self._gate = asyncio.Semaphore(at_once)
        self._room = at_once + waiting

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the one; ``password_hash`` is None for an unknown account.

        Raises:
            LoginBusyError: too many are waiting already.
        """
        if self._room == 0:
            raise LoginBusyError("too many log-ins at once")
        self._room -= 1
        try:
            async with self._gate:
                return await asyncio.to_thread(_matches, password, password_hash)
        finally:
            self._room += 1
