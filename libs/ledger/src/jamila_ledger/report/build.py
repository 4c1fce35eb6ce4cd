"""The report: rows of figures for people, and one line per day. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import AwareDatetime

from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.model import Fact
from jamila_contracts.sop import DEFAULT_SOP, Sop, load_sop
from jamila_ledger.aggregates import PERCENTILES, WHOLE_CASE, Cell, Figures, Sample, Tally
from jamila_ledger.calendar import Calendar


@dataclass(frozen=True)
class Frame:
    """What a report is about, and by which rules."""

    first: date
    """First day, included, in the time zone of the calendar."""
    last: date
    """Last day, included."""
    made_at: datetime
    """What still runs is measured until here."""
    calendar: Calendar
    sop_of: Callable[[str], Sop] = load_sop
    """The SOP to measure by, for the id of the one a case ran under."""


class Row(Fact):
    """Figures of one office, service, step or officer; times in seconds of working time."""

    scope: str
    key: str
    step: int
    """0: whole cases."""
    label: str
    n: int
    on_time_rate: float | None
    first_time_right_rate: float | None
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    waiting_mean: float
    handling_mean: float
    paused_mean: float
    budget: int
    """Allowed working time, seconds."""


class DayRow(Fact):
    """Whole cases of one day."""

    day: date
    n: int
    on_time_rate: float | None
    p50: float | None
    p95: float | None


class Anchor(Fact):
    """The newest signed checkpoint: printed, it is what a forger cannot reach."""

    position: int
    head: str
    """Hash of the last entry it covers."""
    root: str
    time: AwareDatetime
    key_id: str
    signature: str


class SlaReport(Fact):
    """Everything the office wants to know of a stretch of days."""

    first: date
    last: date
    made_at: AwareDatetime
    calendar: str
    sop_id: str
    rows: tuple[Row, ...]
    days: tuple[DayRow, ...]
    checkpoint: Anchor | None = None
    """None: nothing was signed yet."""

    def of(self, scope: str) -> tuple[Row, ...]:
        """The rows of one scope."""
        return tuple(row for row in self.rows if row.scope == scope)


def build_report(samples: Iterable[Sample], frame: Frame) -> SlaReport:
    """Add up what was finished in the stretch of the frame."""
    calendar, sop = frame.calendar, frame.sop_of(DEFAULT_SOP)
    tally = Tally()
    tally.add(samples)
    daily = {cell: each for cell, each in tally.cells.items() if cell.period == "hari"}
    whole: dict[tuple[str, int, str], Figures] = {}
    for cell, figures in daily.items():
        whole.setdefault((cell.scope, cell.step, cell.key), Figures()).merge(figures)
    return SlaReport(
        first=frame.first,
        last=frame.last,
        made_at=frame.made_at,
        calendar=f"{calendar.id} {calendar.version}",
        sop_id=sop.id,
        rows=tuple(_row(place, whole[place], sop) for place in sorted(whole)),
        days=tuple(_day_row(cell, daily[cell]) for cell in sorted(daily) if cell.scope == "kantor"),
    )


def _row(place: tuple[str, int, str], figures: Figures, sop: Sop) -> Row:
    scope, step, key = place
    budget = sop.total if step == WHOLE_CASE else sop.step(step).budget
    return Row(
        scope=scope,
        key=key,
        step=step,
        label=_label(scope, step, key, sop),
        n=figures.n,
        on_time_rate=_share(figures.on_time, figures.n),
        first_time_right_rate=_share(figures.right, figures.first),
        **{f"p{percent}": figures.percentile(percent) for percent in PERCENTILES},
        waiting_mean=round(figures.waiting / figures.n, 1),
        handling_mean=round(figures.handling / figures.n, 1),
        paused_mean=round(figures.paused / figures.n, 1),
        budget=int(budget.total_seconds()),
    )


def _label(scope: str, step: int, key: str, sop: Sop) -> str:
    if scope == "kantor":
        return "Seluruh kantor"
    if scope == "layanan":
        return load_catalogue().service_label(key) or key
    activity = f"{step}. {sop.step(step).activity}"
    return activity if scope == "langkah" else f"{key}, langkah {step}"


def _day_row(cell: Cell, figures: Figures) -> DayRow:
    return DayRow(
        day=date.fromisoformat(cell.since),
        n=figures.n,
        on_time_rate=_share(figures.on_time, figures.n),
        p50=figures.percentile(50),
        p95=figures.percentile(95),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
