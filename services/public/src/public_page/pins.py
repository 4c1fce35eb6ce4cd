"""Compares PINs with their Argon2 hashes, a few at a time: each costs memory and 20 ms or more."""

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE: Final = 2


class ArgonPins:
    """Compares, in the thread of whoever asks."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._nobody = self._hasher.hash("nobody")
        self._turns = BoundedSemaphore(_AT_ONCE)

    def fits(self, pin_hash: str, pin: str) -> bool:
        """Whether it is the right one."""
        with self._turns:
            try:
                return self._hasher.verify(pin_hash, pin)
            except (VerificationError, InvalidHashError):
                return False

    def waste(self) -> None:
        """Take as long as a comparison."""
        self.fits(self._nobody, "0")
