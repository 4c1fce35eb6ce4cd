"""Recognises the receipt code of an applicant without keeping it."""

import hmac
import re
from hashlib import sha256
from typing import Final
from uuid import UUID

_PURPOSE: Final = b"jamila printing receipt code"
_NOT_CODE: Final = re.compile(r"[^A-Z0-9]")


class ReceiptSeal:
    """Makes of a receipt code what may be kept: without the key nobody can try codes against it."""

    def __init__(self, master_key: bytes) -> None:
        self._key = hmac.digest(master_key, _PURPOSE, "sha256")

    def of(self, case_id: UUID, receipt_code: str) -> str:
        """The keyed digest of a code; spaces, dashes and letter case do not count."""
        code = _NOT_CODE.sub("", receipt_code.upper())
        return hmac.new(self._key, case_id.bytes + code.encode(), sha256).hexdigest()
