"""Numbers and dates in words, as civil registry documents spell them."""

from datetime import date
from typing import Final

from jamila_contracts.office_time import MONTHS

_ONES: Final = (
    "NOL",
    "SATU",
    "DUA",
    "TIGA",
    "EMPAT",
    "LIMA",
    "ENAM",
    "TUJUH",
    "DELAPAN",
    "SEMBILAN",
    "SEPULUH",
    "SEBELAS",
)
_MONTHS_ENGLISH: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LARGEST: Final = 9999


def spell(number: int) -> str:
    """Spell a number in Indonesian capitals.

    Args:
        number: 0 to 9999, enough for days, years and birth order.

    Raises:
        ValueError: ``number`` lies outside that range.
    """
    if not 0 <= number <= _LARGEST:
        raise ValueError(number)
    for unit, word, single in ((1000, "RIBU", "SERIBU"), (100, "RATUS", "SERATUS")):
        if number >= unit:
            count, rest = divmod(number, unit)
            head = single if count == 1 else f"{spell(count)} {word}"
            return f"{head} {spell(rest)}" if rest else head
    if number < len(_ONES):
        return _ONES[number]
    tens, rest = divmod(number, 10)
    if tens == 1:
        return f"{_ONES[rest]} BELAS"
    return f"{_ONES[tens]} PULUH {_ONES[rest]}" if rest else f"{_ONES[tens]} PULUH"


def english_date(day: date) -> str:
    """Write a date as ``2 January 2026``."""
    return f"{day.day} {_MONTHS_ENGLISH[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """Write a date as ``02-01-2026``, the form of the family card."""
    return f"{day.day:02d}-{day.month:02d}-{day.year:04d}"


def spelled_day_and_month(day: date) -> str:
    """Write day and month as ``DUA JANUARI``."""
    return f"{spell(day.day)} {MONTHS[day.month - 1].upper()}"
