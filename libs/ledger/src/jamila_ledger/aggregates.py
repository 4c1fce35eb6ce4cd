"""Figures of the SLA per office, service, step and officer, per day, week and month. Pure.

They are a sum over the documents of the collection ``sla``: each case gives samples, each sample
counts in some cells. A sum can be kept up by taking a case's old samples away and adding its new
ones, so the live figures equal those of a rebuild exactly.

Cells::

    kantor    every finished case
    layanan   finished cases of a service
    langkah   finished attempts at a step
    petugas   finished attempts at a step by one account

Percentiles come from a histogram whose buckets grow by 2 %: they are at most 1 % off the true
nearest-rank value (plus half a second of rounding), however many histograms were added up. Counts,
rates and sums are exact.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import product
from math import ceil, log
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from jamila_runtime.mongo import Document, Put, Remove

FIGURES: Final = "figures"
PERIODS: Final = ("hari", "minggu", "bulan")
SCOPES: Final = ("kantor", "layanan", "langkah", "petugas")
PERCENTILES: Final = (50, 90, 95, 99)
WHOLE_CASE: Final = 0
"""In place of a step."""

_GROWTH: Final = 1.02
_LOG_GROWTH: Final = log(_GROWTH)
_CANCELLED: Final = "PermohonanDibatalkan"
"""An attempt that ends so was neither in time nor late."""
_ZERO: Final = -1
"""The bucket of no time at all."""


class Sample(NamedTuple):
    """One finished case, or one finished attempt at a step."""

    tenant: str
    service: str
    step: int
    """0: the whole case."""
    account: str
    day: date
    """On which it was finished, in the office's time zone."""
    on_time: bool
    first: bool
    """It is the first attempt; a case always is."""
    right: bool
    """First time right: no return ever went back to the step; a case: there was no return."""
    waiting: int
    handling: int
    paused: int
    used: int
    """What counts against the budget; seconds, like the three before."""


class Cell(NamedTuple):
    """What figures are about."""

    tenant: str
    period: str
    since: str
    """First day of the period, ISO 8601."""
    scope: str
    key: str
    step: int

    @property
    def id(self) -> str:
        """The id of its document."""
        return "/".join(map(str, self))


@dataclass
class Figures:
    """Sums of samples."""

    n: int = 0
    on_time: int = 0
    first: int = 0
    right: int = 0
    waiting: int = 0
    handling: int = 0
    paused: int = 0
    histogram: dict[int, int] = field(default_factory=dict)
    """How many samples by bucket of used time."""

    def add(self, sample: Sample, weight: int = 1) -> None:
        """Count a sample, or with weight -1 take it away."""
        self.n += weight
        self.on_time += weight * sample.on_time
        self.first += weight * sample.first
        self.right += weight * (sample.first and sample.right)
        self.waiting += weight * sample.waiting
        self.handling += weight * sample.handling
        self.paused += weight * sample.paused
        self._count(bucket_of(sample.used), weight)

    def merge(self, other: "Figures") -> None:
        """Add other figures to these."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for bucket, number in other.histogram.items():
            self._count(bucket, number)

    def percentile(self, percent: int) -> float | None:
        """The nearest-rank percentile of used time in seconds; None without samples."""
        rank, seen = max(ceil(self.n * percent / 100), 1), 0
        for bucket in sorted(self.histogram):
            seen += self.histogram[bucket]
            if seen >= rank:
                return value_of(bucket)
        return None

    @property
    def is_zero(self) -> bool:
        """Added to others it changes nothing."""
        return not self.histogram and not any(getattr(self, name) for name in _SUMS)

    @property
    def is_empty(self) -> bool:
        """Nothing is counted."""
        return not self.n and not any(self.histogram.values())

    def _count(self, bucket: int, number: int) -> None:
        self.histogram[bucket] = self.histogram.get(bucket, 0) + number
        if not self.histogram[bucket]:
            del self.histogram[bucket]


_SUMS: Final = ("n", "on_time", "first", "right", "waiting", "handling", "paused")


class Grain(NamedTuple):
    """Samples that count in the same cells."""

    tenant: str
    name: str
    """The service of a case, or whose attempt it was."""
    step: int
    day: date


class Tally:
    """Figures of many cells, counted once for all cells of a grain."""

    def __init__(self) -> None:
        self.grains: dict[Grain, Figures] = {}

    def add(self, samples: Iterable[Sample], weight: int = 1) -> None:
        """Count samples."""
        for sample in samples:
            self._of(grain_of(sample)).add(sample, weight)

    def merge(self, other: "Tally") -> None:
        """Add what was counted elsewhere."""
        for grain, figures in other.grains.items():
            self._of(grain).merge(figures)

    @property
    def cells(self) -> dict[Cell, Figures]:
        """What was counted, in every cell it belongs to."""
        cells: dict[Cell, Figures] = {}
        for grain, figures in self.grains.items():
            if not figures.is_zero:
                for cell in cells_of(grain):
                    cells.setdefault(cell, Figures()).merge(figures)
        return cells

    def _of(self, grain: Grain) -> Figures:
        figures = self.grains.get(grain)
        if figures is None:
            figures = self.grains[grain] = Figures()
        return figures

    def ids(self) -> list[str]:
        """Which documents are concerned."""
        return [cell.id for cell, change in self.cells.items() if not change.is_zero]

    def documents(self) -> list[Document]:
        """Everything that was counted, as documents."""
        return [
            document_of(cell, each)
            for cell, each in sorted(self.cells.items())
            if not each.is_empty
        ]

    def writes(self, known: Iterable[Document]) -> list[Put | Remove]:
        """What becomes of the documents that are there when this is added to them."""
        before = {document["_id"]: document for document in known}
        writes: list[Put | Remove] = []
        for cell, change in sorted(self.cells.items()):
            if change.is_zero:
                continue
            figures = figures_of(before[cell.id]) if cell.id in before else Figures()
            figures.merge(change)
            is_gone = figures.is_empty
            writes.append(Remove(cell.id) if is_gone else Put(document_of(cell, figures)))
        return writes


@lru_cache(maxsize=65536)
def bucket_of(seconds: int) -> int:
    """The bucket of a stretch of time."""
    return _ZERO if seconds <= 0 else ceil(log(seconds) / _LOG_GROWTH - 1e-9)


def value_of(bucket: int) -> float:
    """The time that stands for a bucket, in seconds; at most 1 % off all that is in it."""
    return 0.0 if bucket == _ZERO else round(2 * _GROWTH**bucket / (1 + _GROWTH), 1)


def samples_of(document: Document, zone: ZoneInfo) -> Iterator[Sample]:
    """What one document of the collection ``sla`` counts for.

    Args:
        document: As written or as read back; durations in seconds.
        zone: Of the office: says to which day an instant belongs.
    """
    returned_to = {each["charged_to"] for each in document["returns"]}
    for step in document["steps"]:
        if step["done_at"] is not None and step["outcome"] != _CANCELLED:
            yield _attempt_sample(document, step, zone, returned_to)
    if document["status"] == "selesai":
        yield _case_sample(document, zone)


def _attempt_sample(
    document: Document, step: Mapping[str, Any], zone: ZoneInfo, returned_to: set[int]
) -> Sample:
    return Sample(
        tenant=document["tenant"],
        service=document["service_id"] or "-",
        step=step["step"],
        account=step["done_by"] or "-",
        day=_day(step["done_at"], zone),
        on_time=step["verdict"] == "tepat",
        first=step["attempt"] == 1,
        right=step["step"] not in returned_to,
        waiting=step["waiting"],
        handling=step["handling"],
        paused=sum(step["paused"].values()),
        used=step["waiting"] + step["handling"],
    )


def _case_sample(document: Document, zone: ZoneInfo) -> Sample:
    counted = document["steps"]
    return Sample(
        tenant=document["tenant"],
        service=document["service_id"] or "-",
        step=WHOLE_CASE,
        account="-",
        day=_day(document["finished_at"], zone),
        on_time=document["verdict"] == "tepat",
        first=True,
        right=not document["returns"],
        waiting=sum(step["waiting"] for step in counted),
        handling=sum(step["handling"] for step in counted),
        paused=sum(sum(step["paused"].values()) for step in counted),
        used=document["total"],
    )


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def grain_of(sample: Sample) -> Grain:
    """With which others a sample counts."""
    name = sample.service if sample.step == WHOLE_CASE else sample.account
    return Grain(sample.tenant, name, sample.step, sample.day)


@lru_cache(maxsize=4096)
def cells_of(grain: Grain) -> tuple[Cell, ...]:
    """Where a grain counts."""
    keys = (
        (("kantor", "-"), ("layanan", grain.name))
        if grain.step == WHOLE_CASE
        else (("langkah", "-"), ("petugas", grain.name))
    )
    return tuple(
        Cell(grain.tenant, period, first_day(grain.day, period).isoformat(), scope, key, grain.step)
        for period, (scope, key) in product(PERIODS, keys)
    )


def first_day(day: date, period: str) -> date:
    """The first day of the period a day lies in; weeks begin on Monday."""
    if period == "bulan":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if period == "minggu" else day


def document_of(cell: Cell, figures: Figures) -> Document:
    """Figures as a document: the sums to go on with, and what people ask of them."""
    return {
        "_id": cell.id,
        **cell._asdict(),
        **{name: getattr(figures, name) for name in _SUMS},
        "histogram": {str(k): n for k, n in sorted(figures.histogram.items())},
        "on_time_rate": _rate(figures.on_time, figures.n),
        "first_time_right_rate": _rate(figures.right, figures.first),
        **{f"p{percent}": figures.percentile(percent) for percent in PERCENTILES},
    }


def figures_of(document: Document) -> Figures:
    """The sums of a document."""
    sums = {name: document[name] for name in _SUMS}
    return Figures(**sums, histogram={int(k): n for k, n in document["histogram"].items()})


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
