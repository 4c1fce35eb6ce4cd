"""Proofs that somebody entered the right PIN of a link: signed, for one link, for a while."""

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

PROOF_LIFETIME: Final = timedelta(minutes=15)
"""How long the right PIN opens the documents of a link in one browser."""
_PURPOSE: Final = b"jamila public download proof"
_MOMENT: Final = re.compile(r"^[0-9]{1,12}$")


class DownloadProofs:
    """Gives proofs and recognises them; keeps nothing."""

    def __init__(self, master_key: bytes) -> None:
        self._key = hmac.digest(master_key, _PURPOSE, "sha256")

    def give(self, token: str, now: datetime) -> str:
        """A proof for whoever entered the PIN just now."""
        return self._sign(token, int((now + PROOF_LIFETIME).timestamp()))

    def holds(self, proof: str, token: str, now: datetime) -> bool:
        """Whether it is one of ours, for this link, and not too old."""
        expires, _, _ = proof.partition(".")
        # A cookie may say anything: a number without end would not even be read.
        moment = int(expires) if _MOMENT.match(expires) else 0
        given = proof.encode(errors="replace")
        genuine = hmac.compare_digest(given, self._sign(token, moment).encode())
        return genuine and now.timestamp() < moment

    def _sign(self, token: str, moment: int) -> str:
        text = f"{moment}.{sha256(token.encode()).hexdigest()}".encode()
        return f"{moment}.{hmac.new(self._key, text, sha256).hexdigest()}"
