"""What those who look after the system are answered."""

from datetime import date

from pydantic import ConfigDict

from gateway.answers import Answer, AsOf
from jamila_ledger.calendar import Day, Hours, Period
from jamila_ledger.trail import TrailLine
from jamila_runtime.signs import ProcessStatus


class ProcessList(Answer):
    """Every process, by its last sign of life."""

    as_of: AsOf
    processes: tuple[ProcessStatus, ...]
    """``hidup``, ``tidak-siap``, ``diam`` (no sign for half a minute) or ``belum-terdengar``."""


class Holiday(Answer):
    """A day on which the office is closed."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"day": "2026-08-17", "name": "Hari Kemerdekaan"}}
    )

    day: date
    name: str


class CalendarView(Answer):
    """The working calendar of the office in one year."""

    id: str
    version: str
    timezone: str
    year: int
    weekly: dict[str, tuple[Hours, ...]]
    """Opening hours by weekday; none: closed."""
    periods: tuple[Period, ...]
    """Other weekly hours that reach into the year, e.g. Ramadan."""
    holidays: tuple[Holiday, ...]
    days: tuple[Day, ...]
    """Special openings and closings of the year; stronger than all others."""


class AuditPage(Answer):
    """Lines of the trail of the whole office, the newest first."""

    as_of: AsOf
    lines: tuple[TrailLine, ...]
    next_cursor: int | None
    """Give it as ``cursor`` for the page after this one."""
