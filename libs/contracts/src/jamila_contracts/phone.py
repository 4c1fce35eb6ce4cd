"""How a phone number that somebody says is read. Pure."""

import re
from typing import Any, Final

_PHONE: Final = re.compile(r"^(?:\+?62|0)(8\d{7,12})$", re.ASCII)
_NOT_DIALLED: Final = re.compile(r"[\s().-]")


def read_phone(said: Any) -> tuple[str | None, bool]:
    """An Indonesian mobile number in the digits WhatsApp uses; nothing is a right answer too."""
    plain = _NOT_DIALLED.sub("", str(said or ""))
    if not plain:
        return None, True
    found = _PHONE.match(plain)
    return (f"62{found[1]}", True) if found else (None, False)
