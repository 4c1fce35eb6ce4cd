"""The promise of 70 minutes against what happened: figures nobody can be recognised in. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jamila_ledger.aggregates import Figures, figures_of, first_day
from jamila_runtime.mongo import Document

SMALLEST_CELL: Final = 5
"""With fewer cases somebody could find his neighbour's in it; only *fewer than five* is shown."""
_WEEKS: Final = 4
WHOLE_OFFICE: Final = "-"


@dataclass(frozen=True)
class Cell:
    """One service in one stretch of time."""

    n: int | None
    """None: some, but fewer than five."""
    median: int | None = None
    """Working minutes, like ``p90``."""
    p90: int | None = None
    on_time: int | None = None
    """Percent that kept the promise."""


@dataclass(frozen=True)
class Row:
    """One service, or the whole office."""

    service_id: str
    this_week: Cell
    before: Cell


def weeks_before(today: date) -> tuple[date, list[date]]:
    """Monday of this week, and the Mondays of the four weeks before."""
    monday = first_day(today, "minggu")
    return monday, [monday - timedelta(weeks=number) for number in range(1, _WEEKS + 1)]


def table(documents: Iterable[Document], *, today: date) -> list[Row]:
    """The whole office first, then every service that has anything to show.

    Args:
        documents: Of the collection ``figures``, weeks only.
        today: In the office's time zone.
    """
    monday, before = weeks_before(today)
    found = [(each["key"], date.fromisoformat(each["since"]), each) for each in documents]
    keys = sorted({key for key, *_ in found} | {WHOLE_OFFICE}, key=lambda k: (k != WHOLE_OFFICE, k))
    return [
        Row(
            service_id=key,
            this_week=_cell([each for k, since, each in found if k == key and since == monday]),
            before=_cell([each for k, since, each in found if k == key and since in before]),
        )
        for key in keys
    ]


def _cell(documents: Sequence[Document]) -> Cell:
    figures = Figures()
    for document in documents:
        figures.merge(figures_of(document))
    if figures.n < SMALLEST_CELL:
        return Cell(n=None if figures.n else 0)
    return Cell(
        n=figures.n,
        median=_minutes(figures.percentile(50)),
        p90=_minutes(figures.percentile(90)),
        on_time=round(100 * figures.on_time / figures.n),
    )


def _minutes(seconds: float | None) -> int | None:
    # Upwards: nobody shall be promised a minute that was not kept.
    return None if seconds is None else -int(-seconds // 60)
