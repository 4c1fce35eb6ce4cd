"""Encryption of what lies here before it belongs to a case: inbound bodies, contact details.

Keys are derived from the master key (HKDF, RFC 5869), one per purpose, so that none of them opens
what another one sealed.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jamila_runtime.blind import BlindIndex, derived_key
from jamila_runtime.errors import DomainError

_NONCE_BYTES: Final = 12


class DrawerLockedError(DomainError):
    """What lies here was sealed with another master key, or was changed."""

    slug = "drawer-locked"


class Drawer:
    """Seals bytes and names identifiers for one purpose."""

    def __init__(self, master_key: bytes, purpose: str) -> None:
        self._purpose = purpose.encode()
        self._seal = AESGCM(derived_key(master_key, f"{purpose}/seal"))
        self._index = BlindIndex(master_key, purpose)

    def seal(self, plain: bytes) -> bytes:
        """Encrypt: nonce, then AES-256-GCM bound to the purpose."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, plain, self._purpose)

    def open(self, ciphertext: bytes) -> bytes:
        """Decrypt what ``seal`` made.

        Raises:
            DrawerLockedError: it was sealed with another master key, or changed.
        """
        nonce, body = ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:]
        try:
            return self._seal.decrypt(nonce, body, self._purpose)
        except InvalidTag:
            raise DrawerLockedError("cannot open what lies in the inbox") from None

    def sealed_anew(self, ciphertext: bytes) -> bytes | None:
        """The same under the present key; None, because this drawer has only one."""
        del ciphertext
        return None

    def name(self, identifier: str) -> str:
        """A name for something personal that can be looked up but not read: HMAC-SHA256."""
        return self._index.name(identifier)
