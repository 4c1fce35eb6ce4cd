"""Working time of the office: a calendar kept as data, and exact arithmetic on it. Pure.

Errors::

    ClockOrderError      the end lies before the start
    CalendarRangeError   an instant lies outside the years the calendar knows
    CalendarDataError    the calendar file contradicts itself

Source: Perpres 21/2023 (37.5 hours a week from 07:30; 32.5 hours in Ramadan); public holidays and
cuti bersama from the library ``holidays``, to be checked each year against the SKB 3 Menteri.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
from pydantic import Field, model_validator

from jamila_contracts.model import Code, Fact

DEFAULT_CALENDAR = "kalender-balangan"
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)

Hours = tuple[str, str]
"""Opening and closing time of day, ``HH:MM`` to ``HH:MM``; ``24:00`` is midnight at the end."""


class ClockOrderError(ValueError):
    """The end lies before the start."""


class CalendarRangeError(ValueError):
    """An instant lies outside the years the calendar knows."""


class CalendarDataError(ValueError):
    """The calendar file contradicts itself."""


class Period(Fact):
    """Other weekly hours between two dates, e.g. Ramadan."""

    name: str
    first: date
    last: date
    weekly: dict[str, tuple[Hours, ...]]


class Day(Fact):
    """One date that is not what the week says."""

    date: date
    name: str
    hours: tuple[Hours, ...] = ()
    """Empty: closed."""


class CalendarData(Fact):
    """The calendar file."""

    id: Code
    version: str
    timezone: str
    first_year: int = Field(ge=1970, le=2999)
    last_year: int = Field(ge=1970, le=2999)
    weekly: dict[str, tuple[Hours, ...]]
    periods: tuple[Period, ...] = ()
    holidays_country: str | None = None
    """Country whose public holidays and cuti bersama close the office; None: never closed."""
    days: tuple[Day, ...] = Field(default=())
    """Special openings and closings; stronger than holidays, periods and the week."""

    @model_validator(mode="after")
    def _knows_every_weekday(self) -> "CalendarData":
        for weekly in (self.weekly, *(period.weekly for period in self.periods)):
            if set(weekly) != set(WEEKDAYS):
                raise CalendarDataError(f"hours are needed for exactly {', '.join(WEEKDAYS)}")
        return self


@dataclass(frozen=True)
class Calendar:
    """Opening times as sorted instants with running sums, in microseconds since 1970."""

    id: str
    version: str
    timezone: str
    first: int
    last: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    worked: tuple[int, ...]
    """Opening time up to each closing."""

    def worked_until(self, moment: datetime) -> int:
        """Opening time from the calendar's beginning to an instant, microseconds.

        Raises:
            CalendarRangeError: the calendar does not know the instant.
        """
        instant = (moment - _EPOCH) // _MICROSECOND
        if not self.first <= instant <= self.last:
            raise CalendarRangeError(f"calendar {self.id} knows nothing of {moment.isoformat()}")
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.worked[index] - max(self.closes[index] - instant, 0)


def working_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Measure how long the office was open between two instants.

    Args:
        start: Aware instant.
        end: Aware instant, not before ``start``.
        calendar: The office's opening times.

    Returns:
        Opening time, exact, never negative.

    Raises:
        ClockOrderError: ``end`` lies before ``start``.
        CalendarRangeError: the calendar does not know one of them.
    """
    if end < start:
        raise ClockOrderError(f"{end.isoformat()} lies before {start.isoformat()}")
    return timedelta(microseconds=calendar.worked_until(end) - calendar.worked_until(start))


def due_at(start: datetime, budget: timedelta, calendar: Calendar) -> datetime:
    """Find when a budget of working time is used up.

    Returns:
        The first instant, UTC, at which the whole budget has passed; ``start`` for no budget.

    Raises:
        CalendarRangeError: that lies beyond the years the calendar knows.
    """
    if budget <= timedelta():
        return start.astimezone(UTC)
    target = calendar.worked_until(start) + budget // _MICROSECOND
    index = bisect_left(calendar.worked, target)
    if index == len(calendar.worked):
        raise CalendarRangeError(f"calendar {calendar.id} ends before the budget is used")
    instant = calendar.closes[index] - (calendar.worked[index] - target)
    return _EPOCH + timedelta(microseconds=instant)


def load_calendar(calendar_id: str = DEFAULT_CALENDAR) -> Calendar:
    """Read a calendar that is shipped with the ledger, or the office's own file.

    Args:
        calendar_id: Id of a shipped calendar, or a path that ends in ``.json``: a holiday that is
            announced late needs a new file with a new version, not a new release.

    Raises:
        FileNotFoundError: there is no such calendar.
        pydantic.ValidationError: the file is not a calendar.
        CalendarDataError: it contradicts itself.
    """
    if calendar_id.endswith(".json"):
        return build_calendar(read_calendar(calendar_id))
    return _load(calendar_id)


def read_calendar(calendar_id: str) -> CalendarData:
    """The calendar as its file says it; see ``load_calendar``."""
    shipped = files("jamila_ledger") / "data" / f"{calendar_id}.json"
    file = Path(calendar_id) if calendar_id.endswith(".json") else shipped
    return CalendarData.model_validate_json(file.read_bytes())


@cache
def _load(calendar_id: str) -> Calendar:
    return build_calendar(read_calendar(calendar_id))


def build_calendar(data: CalendarData) -> Calendar:
    """Work a calendar file out into instants.

    Raises:
        CalendarDataError: hours overlap, run backwards or are none; no such zone or country.
    """
    try:
        return _built(data, ZoneInfo(data.timezone))
    except CalendarDataError:
        raise
    except (ValueError, KeyError, NotImplementedError, OverflowError, OSError) as error:
        raise CalendarDataError(f"the calendar cannot be worked out: {error}") from error


def _built(data: CalendarData, zone: ZoneInfo) -> Calendar:
    closed = _closed_days(data)
    special = {day.date: day.hours for day in data.days}
    spans: list[tuple[int, int]] = []
    day, end = date(data.first_year, 1, 1), date(data.last_year + 1, 1, 1)
    first, last = _instant(day, "00:00", zone), _instant(end, "00:00", zone)
    while day < end:
        hours = special.get(day)
        if hours is None:
            hours = () if day in closed else _weekly_hours(data, day)
        spans += [
            (_instant(day, opens, zone), _instant(day, closes, zone)) for opens, closes in hours
        ]
        day += _DAY
    merged = _merged(spans)
    sums = tuple(accumulate(closes - opens for opens, closes in merged))
    opens = tuple(span[0] for span in merged)
    closes = tuple(span[1] for span in merged)
    return Calendar(data.id, data.version, data.timezone, first, last, opens, closes, sums)


def _weekly_hours(data: CalendarData, day: date) -> tuple[Hours, ...]:
    weekday = WEEKDAYS[day.weekday()]
    for period in data.periods:
        if period.first <= day <= period.last:
            return period.weekly[weekday]
    return data.weekly[weekday]


def _closed_days(data: CalendarData) -> frozenset[date]:
    if data.holidays_country is None:
        return frozenset()
    years = range(data.first_year, data.last_year + 1)
    known = holidays.country_holidays(
        data.holidays_country, years=years, categories=("public", "government")
    )
    return frozenset(known)


def _instant(day: date, clock: str, zone: ZoneInfo) -> int:
    if clock == "24:00":
        day, clock = day + _DAY, "00:00"
    moment = datetime.combine(day, time.fromisoformat(clock), tzinfo=zone)
    return (moment - _EPOCH) // _MICROSECOND


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for opens, closes in spans:
        if closes <= opens or (merged and opens < merged[-1][1]):
            raise CalendarDataError("opening hours overlap or run backwards")
        if merged and opens == merged[-1][1]:
            merged[-1] = (merged[-1][0], closes)
        else:
            merged.append((opens, closes))
    return merged
