"""The clock on the office's wall: Balangan keeps WITA, UTC+8 all year."""

from typing import Final
from zoneinfo import ZoneInfo

OFFICE_ZONE: Final = ZoneInfo("Asia/Makassar")
