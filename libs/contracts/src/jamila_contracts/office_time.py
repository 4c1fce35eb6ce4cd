"""The clock on the office's wall, and dates as it writes them: WITA, UTC+8 all year. Pure."""

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

OFFICE_ZONE: Final = ZoneInfo("Asia/Makassar")
DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
"""From Monday on, as ``date.weekday`` counts."""
MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)


def long_date(day: date) -> str:
    """Write a date, or the date of a local time, as ``2 Januari 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
