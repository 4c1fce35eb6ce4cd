"""Seals what an account proves itself with, under a key of the folder of secrets.

The store of accounts lies in every backup, the folder of secrets in none: who has a backup has no
second factors. The key is derived from the master key (HKDF, RFC 5869), so that it opens nothing
else, and what is sealed is bound to its account.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jamila_runtime.blind import derived_key
from jamila_runtime.vault import SealBrokenError

SECOND_FACTOR = "gateway/second-factor/v1"
DEPARTURE = "gateway/oidc-departure/v1"
_NONCE_BYTES = 12


class SecretBox:
    """Seals and opens secrets of accounts, for one purpose."""

    def __init__(self, master_key: bytes, *, purpose: str = SECOND_FACTOR) -> None:
        self._seal = AESGCM(derived_key(master_key, purpose))

    def seal(self, account: str, secret: bytes) -> str:
        """Encrypt: nonce, then AES-256-GCM bound to the account."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._seal.encrypt(nonce, secret, account.encode())
        return base64.b64encode(sealed).decode()

    def open(self, account: str, sealed: str) -> bytes:
        """Decrypt what ``seal`` made.

        Raises:
            SealBrokenError: it is another account's, was changed, or the master key is another.
        """
        try:
            content = base64.b64decode(sealed, validate=True)
            nonce, body = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
            return self._seal.decrypt(nonce, body, account.encode())
        except (InvalidTag, ValueError):
            raise SealBrokenError("a secret of an account cannot be opened") from None
