"""How fast working time is measured: intervals per second, against the minute-by-minute count.

    python bench/working_time.py [--intervals 1000000]

Prints one line per calendar question; the slow count is given far fewer intervals and the same
answers are compared.
"""

import argparse
import platform
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from jamila_ledger.calendar import Calendar, due_at, load_calendar, working_time

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
MINUTES = 3 * 365 * 24 * 60
LONGEST = 10 * 24 * 60
SLOW = 20
BUDGET = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)

Interval = tuple[datetime, datetime]


def intervals(number: int, seed: int) -> list[Interval]:
    """Intervals of up to ten days within three years, to the second."""
    chance = random.Random(seed)  # noqa: S311 - the same intervals at every run
    starts = (FIRST + timedelta(seconds=chance.randrange(MINUTES * 60)) for _ in range(number))
    return [(start, start + timedelta(seconds=chance.randrange(LONGEST * 60))) for start in starts]


def count_minutes(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The slow way: is the office open in this minute? Whole minutes only."""
    opened = timedelta()
    while start < end:
        opened += working_time(start, start + MINUTE, calendar)
        start += MINUTE
    return opened


def rate(
    name: str, asked: Sequence[Interval], work: Callable[[datetime, datetime], object]
) -> None:
    """Print how many intervals a second one processor answers."""
    began = time.perf_counter()
    for start, end in asked:
        work(start, end)
    took = time.perf_counter() - began
    print(f"{name:<28}{len(asked):>10,} intervals {took:>8.2f} s {len(asked) / took:>12,.0f} /s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--intervals", type=int, default=1_000_000)
    number = parser.parse_args().intervals
    calendar = load_calendar()
    print(f"Python {platform.python_version()}, {platform.machine()}, {calendar.id}")
    asked = intervals(number, seed=6311)
    rate("working_time", asked, lambda start, end: working_time(start, end, calendar))
    rate("due_at", asked, lambda start, _: due_at(start, BUDGET, calendar))
    whole = [(start.replace(second=0), end.replace(second=0)) for start, end in asked[:SLOW]]
    rate("minute by minute", whole, lambda start, end: count_minutes(start, end, calendar))
    for start, end in whole:
        assert working_time(start, end, calendar) == count_minutes(start, end, calendar)


if __name__ == "__main__":
    main()
