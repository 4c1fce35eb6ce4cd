"""Names for something personal that can be looked up but not read (blind index).

Two processes that hold the master key make the same name of the same thing, so that one can ask the
other for it without saying it. Keys are derived (HKDF, RFC 5869), one per purpose.
"""

import hashlib
import hmac
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CONTACTS: Final = "intake/contacts/v1"
"""Purpose of the names of senders: ``wa_id:``, ``phone:`` or ``bsuid:`` and the identifier."""
SUBJECTS: Final = "intake/guards/v1"
"""Purpose of the names of whom an application is about: ``person/`` and a NIK or No. KK."""
_KEY_BYTES: Final = 32


class BlindIndex:
    """Makes names for one purpose."""

    def __init__(self, master_key: bytes, purpose: str) -> None:
        self._key = derived_key(master_key, f"{purpose}/name")

    def name(self, identifier: str) -> str:
        """HMAC-SHA256 of an identifier, hexadecimal."""
        told = identifier.encode(errors="surrogatepass")
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()


def derived_key(master_key: bytes, info: str) -> bytes:
    """A key of its own for one use."""
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info.encode())
    return derivation.derive(master_key)
