"""Makes the two secrets of a download link: a token nobody can guess, and a PIN."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

from argon2 import PasswordHasher

_TOKEN_BYTES: Final = 20
_PIN_DIGITS: Final = 6


@dataclass(frozen=True)
class LinkSecrets:
    """What goes to the applicant in plain, and what may be kept."""

    token: str = field(repr=False)
    pin: str = field(repr=False)
    token_sha256: str
    pin_hash: str = field(repr=False)


class LinkMaker:
    """Draws 160 random bits for the token and six digits for the PIN.

    The token has digits and letters only: WhatsApp takes an underscore for slanted type, and may
    cut a mark at the end off the link.

    The digits alone are no protection against whoever has their digest; the token is, and only its
    digest is kept.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        # 19 MiB, two passes: what OWASP asks of argon2id; about 20 ms.
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    def make(self) -> LinkSecrets:
        """New secrets; the same never come again."""
        token = secrets.token_hex(_TOKEN_BYTES)
        pin = f"{secrets.randbelow(10**_PIN_DIGITS):0{_PIN_DIGITS}d}"
        return LinkSecrets(
            token=token,
            pin=pin,
            token_sha256=hashlib.sha256(token.encode()).hexdigest(),
            pin_hash=self._hasher.hash(pin),
        )
