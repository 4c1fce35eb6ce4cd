"""Times as residents read them."""

from datetime import datetime
from typing import Final

from jamila_contracts.office_time import OFFICE_ZONE

_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def in_words(moment: datetime) -> str:
    """Day, date and time of Balangan, e.g. ``Senin, 13 April 2026 pukul 09.00 WITA``."""
    local = moment.astimezone(OFFICE_ZONE)
    day, month = _DAYS[local.weekday()], _MONTHS[local.month - 1]
    return f"{day}, {local.day} {month} {local.year} pukul {local:%H.%M} WITA"
