"""``/dasbor``: the office at one look, for those who answer for its work. Nothing personal."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from gateway.access import IdentityDep, require_one_of
from gateway.answers_office import EscalationList, Figure, Forecast, OutageList, Period
from gateway.conditional import ConditionalDep
from gateway.console.charts import Column, Part, bar, columns
from gateway.console.figures_csv import csv_of
from gateway.console.pages import Visit, page
from gateway.console.visiting import VisitDep, visiting
from gateway.console.words_office import span
from gateway.routes import office, outlook
from gateway.routes.waiting import CaughtUp
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.sop import load_sop
from jamila_ledger.aggregates import first_day

router = APIRouter(
    prefix="/dasbor", include_in_schema=False, dependencies=[Depends(visiting), CaughtUp]
)

_RUN: Final[dict[Period, tuple[int, timedelta]]] = {
    "hari": (14, timedelta(days=1)),
    "minggu": (12, timedelta(days=7)),
    "bulan": (12, timedelta(days=30)),
}
"""How many periods the trend shows, and how far one reaches back."""
_Chosen = Annotated[Period, Query(alias="periode")]


async def answering_for_the_work(visit: VisitDep) -> Visit:
    """Let only those on who see the figures of others.

    Raises:
        MissingCapabilityError: the account is none of them.
    """
    require_one_of(visit.identity, visit.door, office.SEES_OTHERS)
    return visit


_VisitDep = Annotated[Visit, Depends(answering_for_the_work)]


@dataclass(frozen=True)
class Ask:
    """Asks the API's own function for figures."""

    identity: IdentityDep
    door: Any
    seen: ConditionalDep

    async def figures(self, scope: Any, period: Period, since: date) -> tuple[Figure, ...]:
        """Figures from a day on."""
        found = await office.figures(
            self.identity, self.door, self.seen, scope=scope, period=period, since=since
        )
        return tuple(found.figures)


class Now:
    """What the office is told at this moment, by the API's own functions."""

    def __init__(
        self,
        forecast: Annotated[Forecast, Depends(outlook.forecast)],
        escalations: Annotated[EscalationList, Depends(office.escalations)],
        outages: Annotated[OutageList, Depends(office.outages)],
    ) -> None:
        self.forecast = forecast
        self.escalations = escalations
        self.outages = outages


async def asking(visit: VisitDep, identity: IdentityDep, seen: ConditionalDep) -> Ask:
    """The question in the name of the visitor."""
    return Ask(identity, visit.door, seen)


_AskDep = Annotated[Ask, Depends(asking)]


@router.get("")
async def dashboard(
    visit: _VisitDep,
    ask: _AskDep,
    now: Annotated[Now, Depends()],
    period: _Chosen = "hari",
) -> Response:
    """Figures of a period, where the time goes, and what will be late today."""
    today = visit.door.clock.now().astimezone(OFFICE_ZONE).date()
    since = first_day(today, period)
    run, steps, services, officers, month = await asyncio.gather(
        ask.figures("kantor", period, _run_since(period, today)),
        ask.figures("langkah", period, since),
        ask.figures("layanan", period, since),
        ask.figures("petugas", period, since),
        ask.figures("kantor", "bulan", today),
    )
    shown: dict[str, Any] = {
        "period": period,
        "since": since,
        "now_figure": next((each for each in run if each.since == since.isoformat()), None),
        "month": month[-1] if month else None,
        "steps": _step_rows(steps),
        "services": sorted(services, key=lambda each: -each.n),
        "officers": _officer_rows(officers),
        "run": _filled(run, period, today),
        "chart": _trend(run, period, today),
        "bar": bar,
        "Part": Part,
        "budget": load_sop().total.total_seconds(),
    }
    return page(visit, "dasbor", **vars(now), **shown)


@router.get("/angka.csv")
async def download(visit: _VisitDep, ask: _AskDep, period: _Chosen = "hari") -> Response:
    """The same figures for a spreadsheet."""
    today = visit.door.clock.now().astimezone(OFFICE_ZONE).date()
    since = _run_since(period, today)
    scopes = ("kantor", "layanan", "langkah", "petugas")
    found = await asyncio.gather(*(ask.figures(scope, period, since) for scope in scopes))
    name = f"angka-{period}-{today.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = csv_of(figure for each in found for figure in each)
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _run_since(period: Period, today: date) -> date:
    number, reach = _RUN[period]
    return first_day(today - reach * (number - 1), period)


def _filled(run: Sequence[Figure], period: Period, today: date) -> list[tuple[date, Any]]:
    """Every period of the run, also those in which nothing was finished."""
    number, reach = _RUN[period]
    known = {date.fromisoformat(each.since): each for each in run}
    days = {first_day(today - reach * back, period) for back in range(number)} | set(known)
    return [(day, known.get(day)) for day in sorted(days)][-number:]


def _trend(run: Sequence[Figure], period: Period, today: date) -> str:
    drawn = [
        Column(
            span(day, period, short=True),
            None if figure is None else figure.on_time_rate,
            "" if figure is None else f"{span(day, period)}: {figure.n} selesai",
        )
        for day, figure in _filled(run, period, today)
    ]
    return columns(drawn, label="Permohonan tepat waktu dalam persen; angkanya ada di tabel.")


def _step_rows(figures: Sequence[Figure]) -> list[tuple[Any, Figure | None]]:
    known = {each.step: each for each in figures}
    return [(step, known.get(step.number)) for step in load_sop().steps]


def _officer_rows(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """One line per account: what it finished, and in how much time of its hands."""
    rows: dict[str, dict[str, Any]] = {}
    for each in figures:
        if each.key.startswith("system:") or each.key == "-":
            continue
        row = rows.setdefault(each.key, {"account": each.key, "n": 0, "handling": 0, "late": 0.0})
        row["n"] += each.n
        row["handling"] += each.handling
        row["late"] += each.n * (1 - (each.on_time_rate or 0.0))
        row.setdefault("steps", []).append(each.step)
    return sorted(rows.values(), key=lambda row: -row["handling"])
