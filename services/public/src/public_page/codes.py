"""How people type a code, and what we make of it. Pure."""

import re
from typing import Final

RECEIPT: Final = re.compile(r"^[A-Z0-9]{8,16}$")
"""Ten characters of 32 that nobody confuses: 50 bits. Source: contract PermohonanDiajukan."""
DOCUMENT: Final = re.compile(r"^[A-Z0-9]{10,32}$")
"""Source: contract DocumentVersion."""
_IGNORED: Final = re.compile(r"[\s\-_./\u2010-\u2015]+")
_LONGEST_INPUT: Final = 64


def receipt_code(typed: str) -> str | None:
    """The receipt code somebody typed: letter case, spaces and dashes do not count."""
    return _code(typed, RECEIPT)


def document_code(typed: str) -> str | None:
    """The document code somebody typed or scanned."""
    return _code(typed, DOCUMENT)


def _code(typed: str, form: re.Pattern[str]) -> str | None:
    if len(typed) > _LONGEST_INPUT:
        return None
    # Letters beyond ASCII stay and make it no code: upper() may turn them into others.
    code = _IGNORED.sub("", typed)
    return code.upper() if code.isascii() and form.match(code.upper()) else None
