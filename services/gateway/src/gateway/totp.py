"""Codes of an authenticator app (RFC 6238): six digits, SHA-1, thirty seconds, as every app has it.

Only the reading of codes is here; that none is taken twice is up to whoever keeps the last step.
"""

import base64
import hmac
import re
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
_DIGITS = 6
_SECRET_BYTES = 20
_WINDOW = 1
"""Clocks of phones differ: one step before and one after are good too (RFC 6238, 5.2)."""
_CODE = re.compile(r"\d{6}", re.ASCII)


def new_secret() -> bytes:
    """160 bits, as RFC 4226 recommends."""
    return secrets.token_bytes(_SECRET_BYTES)


def written(secret: bytes) -> str:
    """The secret as people type it into an app: base32."""
    return base64.b32encode(secret).decode()


def unwritten(text: str) -> bytes:
    """The secret of its base32."""
    return base64.b32decode(text)


def step_at(now: datetime) -> int:
    """The time-step of an instant."""
    return int(now.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The code of a time-step."""
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def step_of(secret: bytes, code: str, *, now: datetime, after: int | None) -> int | None:
    """The time-step that a code belongs to; None when it is wrong, too old or was used before.

    Args:
        secret: The secret of the account.
        code: What somebody typed.
        now: The instant of the server.
        after: The last step that was used; no code up to it is good any more.
    """
    if _CODE.fullmatch(code) is None:
        return None
    found = None
    for step in range(step_at(now) - _WINDOW, step_at(now) + _WINDOW + 1):
        is_same = hmac.compare_digest(code_of(secret, step), code)
        if is_same and (after is None or step > after):
            found = step
    return found


def uri_of(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code for an app says."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what apps understand; as an HMAC it is sound (RFC 6238, 1.2; RFC 6194).
    return TOTP(secret, _DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
