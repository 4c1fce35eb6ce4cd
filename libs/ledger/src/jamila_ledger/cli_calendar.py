"""Which calendar a command measures by."""

from typing import Annotated

import typer
from pydantic import ValidationError

from jamila_ledger.calendar import Calendar, CalendarDataError, load_calendar
from jamila_ledger.cli_open import unusable

CalendarId = Annotated[
    str,
    typer.Option(
        "--calendar",
        envvar="JAMILA_CALENDAR",
        show_envvar=False,
        help="Kalender jam kerja: nama, atau berkas .json",
    ),
]
"""By default the one the office works by."""


def calendar_named(name: str) -> Calendar:
    """Read a calendar that ships with the software, or a file."""
    try:
        return load_calendar(name)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise unusable(f"tidak ada kalender {name}") from error
    except (ValidationError, CalendarDataError) as error:
        raise unusable(f"{name} bukan kalender yang benar") from error
