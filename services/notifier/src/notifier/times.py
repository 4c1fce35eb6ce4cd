"""Times as residents read them."""

from datetime import datetime

from jamila_contracts.office_time import DAYS, OFFICE_ZONE, long_date


def in_words(moment: datetime) -> str:
    """Day, date and time of Balangan, e.g. ``Senin, 13 April 2026 pukul 09.00 WITA``."""
    local = moment.astimezone(OFFICE_ZONE)
    return f"{DAYS[local.weekday()]}, {long_date(local)} pukul {local:%H.%M} WITA"
