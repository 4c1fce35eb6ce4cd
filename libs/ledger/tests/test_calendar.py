import json
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from jamila_ledger.calendar import (
    CalendarData,
    CalendarDataError,
    CalendarRangeError,
    ClockOrderError,
    Day,
    build_calendar,
    due_at,
    load_calendar,
    working_time,
)

WITA = ZoneInfo("Asia/Makassar")
OFFICE = load_calendar()
ALWAYS = load_calendar("kalender-demo-24jam")
WEEK = {
    **dict.fromkeys(("senin", "selasa", "rabu", "kamis"), (("07:30", "12:00"), ("13:00", "16:00"))),
    "jumat": (("07:30", "11:30"), ("13:00", "16:30")),
    "sabtu": (),
    "minggu": (),
}


def wita(*parts):
    return datetime(*parts, tzinfo=WITA)


def minutes(start, end, calendar=OFFICE):
    return working_time(start, end, calendar) / timedelta(minutes=1)


def test_an_ordinary_week_has_37_and_a_half_hours():
    assert working_time(wita(2026, 4, 6), wita(2026, 4, 13), OFFICE) == timedelta(hours=37.5)


def test_a_ramadan_week_has_32_and_a_half_hours():
    assert working_time(wita(2026, 2, 23), wita(2026, 3, 2), OFFICE) == timedelta(hours=32.5)


def test_2026_has_240_working_days():
    days = [wita(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    open_days = [day for day in days if working_time(day, day + timedelta(days=1), OFFICE)]
    assert len(open_days) == 240


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (wita(2026, 4, 6, 11, 50), wita(2026, 4, 6, 13, 10), 20),  # lunch
        (wita(2026, 4, 10, 11, 20), wita(2026, 4, 10, 13, 10), 20),  # Friday prayer
        (wita(2026, 4, 10, 16, 20), wita(2026, 4, 13, 7, 40), 20),  # over the weekend
        (wita(2026, 4, 6, 15, 55), wita(2026, 4, 7, 7, 35), 10),  # over the night
        (wita(2026, 8, 14, 16, 25), wita(2026, 8, 18, 7, 35), 10),  # over Independence Day
        (wita(2026, 3, 17, 14, 0), wita(2026, 3, 25, 7, 40), 70),  # over Lebaran
        (wita(2026, 4, 5, 9, 0), wita(2026, 4, 5, 18, 0), 0),  # a Sunday
        (wita(2026, 4, 6, 7, 30), wita(2026, 4, 6, 7, 30), 0),
    ],
)
def test_working_minutes_by_hand(start, end, expected):
    assert minutes(start, end) == expected


def test_working_time_is_exact_to_the_second_and_below():
    start = wita(2026, 4, 6, 11, 59, 59, 500_000)
    assert working_time(start, wita(2026, 4, 6, 13, 0, 2), OFFICE) == timedelta(seconds=2.5)


def test_the_demo_calendar_is_always_open():
    span = timedelta(days=9, hours=3, seconds=7)
    start = wita(2026, 4, 4, 23, 0)
    assert working_time(start, start + span, ALWAYS) == span
    assert due_at(start, timedelta(minutes=5), ALWAYS) == start + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("start", "budget", "expected"),
    [
        (wita(2026, 4, 6, 9, 0), 5, wita(2026, 4, 6, 9, 5)),
        (wita(2026, 4, 6, 11, 58), 5, wita(2026, 4, 6, 13, 3)),
        (wita(2026, 4, 6, 11, 55), 5, wita(2026, 4, 6, 12, 0)),
        (wita(2026, 4, 10, 16, 29), 5, wita(2026, 4, 13, 7, 34)),
        (wita(2026, 4, 5, 9, 0), 15, wita(2026, 4, 6, 7, 45)),
        (wita(2026, 4, 5, 9, 0), 0, wita(2026, 4, 5, 9, 0)),
    ],
)
def test_due_times_by_hand(start, budget, expected):
    assert due_at(start, timedelta(minutes=budget), OFFICE) == expected


SPAN_START = datetime(2026, 2, 1, tzinfo=UTC)
instants = st.integers(0, 75 * 24 * 60).map(lambda n: SPAN_START + timedelta(minutes=n))


def is_open(moment):
    """The slow oracle: reads the rules again, minute by minute."""
    local = moment.astimezone(WITA)
    closed = {
        *((2026, 2, 16), (2026, 2, 17), (2026, 3, 18), (2026, 3, 19), (2026, 3, 20)),
        *((2026, 3, 23), (2026, 3, 24), (2026, 4, 3)),
    }
    if local.weekday() > 4 or (local.year, local.month, local.day) in closed:
        return False
    clock, friday = (local.hour, local.minute), local.weekday() == 4
    if date(2026, 2, 19) <= local.date() <= date(2026, 3, 20):
        lunch = ((11, 30), (12, 30)) if friday else ((12, 0), (12, 30))
        opens, closes = (8, 0), (15, 30) if friday else (15, 0)
    else:
        lunch = ((11, 30), (13, 0)) if friday else ((12, 0), (13, 0))
        opens, closes = (7, 30), (16, 30) if friday else (16, 0)
    return opens <= clock < closes and not lunch[0] <= clock < lunch[1]


@settings(max_examples=60, deadline=None)
@given(start=instants, length=st.integers(0, 3000))
def test_working_time_equals_a_slow_count_of_minutes(start, length):
    counted = sum(is_open(start + timedelta(minutes=n)) for n in range(length))
    assert minutes(start, start + timedelta(minutes=length)) == counted


@settings(max_examples=100, deadline=None)
@given(start=instants, budget=st.integers(1, 2000))
def test_exactly_the_budget_lies_before_the_due_time(start, budget):
    allowed = timedelta(minutes=budget)
    due = due_at(start, allowed, OFFICE)
    assert working_time(start, due, OFFICE) == allowed
    assert working_time(start, due - timedelta(seconds=1), OFFICE) < allowed


@given(a=instants, b=instants, c=instants)
def test_stretches_add_up(a, b, c):
    a, b, c = sorted((a, b, c))
    assert working_time(a, b, OFFICE) + working_time(b, c, OFFICE) == working_time(a, c, OFFICE)


def test_time_does_not_run_backwards():
    with pytest.raises(ClockOrderError):
        working_time(wita(2026, 4, 7), wita(2026, 4, 6), OFFICE)


def test_years_the_calendar_does_not_know_are_refused():
    with pytest.raises(CalendarRangeError):
        working_time(wita(2019, 12, 31), wita(2026, 4, 6), OFFICE)
    with pytest.raises(CalendarRangeError):
        due_at(wita(2035, 12, 31, 15, 0), timedelta(days=30), OFFICE)


def data(**changes):
    values = {
        "id": "uji",
        "version": "1",
        "timezone": "Asia/Makassar",
        "first_year": 2026,
        "last_year": 2026,
        "weekly": WEEK,
        "holidays_country": "ID",
    }
    return CalendarData.model_validate({**values, **changes})


def test_a_special_opening_is_stronger_than_a_holiday():
    lebaran = Day(date=date(2026, 3, 23), name="Piket Lebaran", hours=(("08:30", "12:00"),))
    calendar = build_calendar(data(days=[lebaran.model_dump()]))
    assert minutes(wita(2026, 3, 23), wita(2026, 3, 24), calendar) == 210


def test_a_special_closing_is_stronger_than_the_week():
    closed = Day(date=date(2026, 4, 6), name="Listrik padam")
    calendar = build_calendar(data(days=[closed.model_dump()]))
    assert minutes(wita(2026, 4, 6), wita(2026, 4, 7), calendar) == 0


def test_hours_that_overlap_are_refused():
    with pytest.raises(CalendarDataError):
        build_calendar(data(weekly={**WEEK, "senin": (("07:30", "12:00"), ("11:00", "16:00"))}))


def test_a_week_without_a_day_is_refused():
    with pytest.raises(ValidationError):
        data(weekly={"senin": ()})


def test_before_the_first_opening_nothing_was_worked():
    start = wita(2026, 1, 1)
    assert minutes(start, wita(2026, 1, 2, 7, 31), build_calendar(data())) == 1


NYEPI_2026 = date(2026, 3, 19)
RAMADAN_2026 = (date(2026, 2, 19), date(2026, 3, 20))
EVERY_KIND_OF_DAY = datetime(2025, 12, 20, tzinfo=UTC)


def rules_by_hand(moment, *, holidays, closed=(), opened=()):
    """The second oracle: the office's rules said as a person would, one minute at a time."""
    local = moment.astimezone(WITA)
    day, clock = local.date(), (local.hour, local.minute)
    if day in opened:
        return (8, 30) <= clock < (12, 0)
    if day in closed or day in holidays or day.weekday() >= 5:
        return False
    friday = day.weekday() == 4
    if RAMADAN_2026[0] <= day <= RAMADAN_2026[1]:
        morning, noon = ((8, 0), (11, 30)), ((12, 30), (15, 30))
        if not friday:
            morning, noon = ((8, 0), (12, 0)), ((12, 30), (15, 0))
    elif friday:
        morning, noon = ((7, 30), (11, 30)), ((13, 0), (16, 30))
    else:
        morning, noon = ((7, 30), (12, 0)), ((13, 0), (16, 0))
    return morning[0] <= clock < morning[1] or noon[0] <= clock < noon[1]


def published_holidays(first, last):
    """Public holidays and cuti bersama, read from the library by another way than the calendar."""
    found = set()
    for category in ("public", "government"):
        for year in range(first, last + 1):
            found |= set(country_holidays("ID", years=year, categories=(category,)))
    return found


HOLIDAYS = published_holidays(2025, 2027)
some_minutes = st.integers(0, 400 * 24 * 60).map(lambda n: EVERY_KIND_OF_DAY + timedelta(minutes=n))


@settings(max_examples=80, deadline=None)
@given(start=some_minutes, length=st.integers(0, 4 * 24 * 60))
def test_a_whole_year_with_cuti_bersama_and_ramadan_equals_the_slow_count(start, length):
    counted = sum(
        rules_by_hand(start + timedelta(minutes=n), holidays=HOLIDAYS) for n in range(length)
    )
    assert minutes(start, start + timedelta(minutes=length)) == counted


@settings(max_examples=40, deadline=None)
@given(
    closed=st.sets(st.dates(date(2026, 1, 5), date(2026, 4, 30)), max_size=5),
    opened=st.sets(st.dates(date(2026, 1, 5), date(2026, 4, 30)), max_size=5),
    start=st.integers(0, 110 * 24 * 60),
    length=st.integers(0, 3 * 24 * 60),
)
def test_the_office_s_own_days_equal_the_slow_count(closed, opened, start, length):
    closed -= opened
    days = [Day(date=day, name="tutup") for day in closed]
    days += [Day(date=day, name="piket", hours=(("08:30", "12:00"),)) for day in opened]
    calendar = build_calendar(shipped(days=[day.model_dump() for day in days]))
    begin = datetime(2026, 1, 6, tzinfo=UTC) + timedelta(minutes=start)
    counted = sum(
        rules_by_hand(begin + timedelta(minutes=n), holidays=HOLIDAYS, closed=closed, opened=opened)
        for n in range(length)
    )
    assert minutes(begin, begin + timedelta(minutes=length), calendar) == counted


@pytest.mark.parametrize(
    "moment",
    [
        (date(2026, 3, 20), 0),  # cuti bersama before Idul Fitri
        (date(2026, 2, 16), 0),  # cuti bersama before Imlek
        (NYEPI_2026, 0),
        (date(2026, 2, 18), 450),  # the day before Ramadan
        (date(2026, 2, 20), 360 + 30),  # a Friday of Ramadan: 08:00-11:30 and 12:30-15:30
        (date(2026, 2, 19), 390),  # its first day
        (date(2026, 4, 10), 450),  # an ordinary Friday
    ],
)
def test_a_day_s_minutes_by_hand(moment):
    day, expected = moment
    start = datetime(day.year, day.month, day.day, tzinfo=WITA)
    assert minutes(start, start + timedelta(days=1)) == expected


def shipped(**changes):
    """The calendar that is shipped, changed as an office would."""
    path = files("jamila_ledger") / "data" / "kalender-balangan.json"
    return CalendarData.model_validate({**json.loads(path.read_bytes()), **changes})


def test_a_holiday_announced_late_is_a_new_version_that_moves_due_times(tmp_path):
    start = wita(2026, 4, 6, 15, 58)
    known = due_at(start, timedelta(minutes=5), OFFICE)
    days = [Day(date=date(2026, 4, 7), name="Libur mendadak").model_dump(mode="json")]
    path = tmp_path / "kalender.json"
    path.write_text(shipped(version="2026.2", days=days).model_dump_json())
    later = load_calendar(str(path))
    assert (known, later.version) == (wita(2026, 4, 7, 7, 33), "2026.2")
    assert due_at(start, timedelta(minutes=5), later) == wita(2026, 4, 8, 7, 33)


def test_a_file_that_is_no_calendar_is_refused(tmp_path):
    path = tmp_path / "kalender.json"
    path.write_text("{}")
    with pytest.raises(ValidationError):
        load_calendar(str(path))
    with pytest.raises(FileNotFoundError):
        load_calendar(str(tmp_path / "tidak-ada.json"))
