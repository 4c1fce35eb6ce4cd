"""For those who look after the system: processes, calendar, SOP, runs, the trail of the office."""

from datetime import date
from typing import Annotated, Final

import holidays
from fastapi import APIRouter, Depends, Query

from gateway.access import IdentityDep, require_one_of
from gateway.accounts import ACCOUNT_PATTERN
from gateway.answers_system import AuditPage, CalendarView, Holiday, ProcessList
from gateway.auditing import AuditQuery
from gateway.door import Door, DoorDep
from gateway.routes.waiting import CaughtUp
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.sop import Sop, load_sop
from jamila_ledger.calendar import CalendarData, read_calendar
from jamila_ledger.trail import TrailLine
from jamila_runtime.signs import standing

router = APIRouter(tags=["sistem"], dependencies=[CaughtUp])

LOOKS_AFTER: Final = frozenset({"ops", "admin"})
"""Who looks after the system."""
_RUNS: Final = ("PemutaranUlangDimulai", "PemutaranUlangSelesai")
_HOLIDAYS: Final = ("public", "government")
_MOST: Final = 2**53
Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[int | None, Query(ge=1, le=_MOST, description="``next_cursor`` of a page.")]
Event = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Z][A-Za-z]{1,63}$",
        description="Name of an event.",
        examples=["DataPribadiDibaca"],
    ),
]
Year = Annotated[
    int | None, Query(ge=1, le=9999, description="Without it the year that runs.", examples=[2026])
]


@router.get("/processes", summary="Keadaan semua proses")
async def processes(identity: IdentityDep, door: DoorDep) -> ProcessList:
    """The last sign of life of each process, what it waits for and how far it is behind."""
    require_one_of(identity, door, LOOKS_AFTER)
    as_of = await door.views.as_of()
    signs = await door.views.signs()
    return ProcessList(as_of=as_of, processes=tuple(standing(signs, now=door.clock.now())))


@router.get("/calendar", summary="Kalender kerja kantor")
async def calendar(_: IdentityDep, door: DoorDep, year: Year = None) -> CalendarView:
    """Opening hours, holidays and exceptions of one year; without one of the year that runs."""
    data = read_calendar(door.calendar_id)
    chosen = year or door.clock.now().astimezone(OFFICE_ZONE).year
    return CalendarView(
        id=data.id,
        version=data.version,
        timezone=data.timezone,
        year=chosen,
        weekly=data.weekly,
        periods=tuple(p for p in data.periods if p.first.year <= chosen <= p.last.year),
        holidays=_holidays(data, chosen),
        days=tuple(each for each in data.days if each.date.year == chosen),
    )


@router.get("/sop", summary="SOP yang berlaku")
async def sop(_: IdentityDep) -> Sop:
    """The eight steps, their owners, minutes and ways back."""
    return load_sop()


@router.get("/runs", summary="Pemutaran ulang terakhir")
async def runs(
    identity: IdentityDep, door: DoorDep, cursor: Before = None, limit: Limit = 50
) -> AuditPage:
    """What was rebuilt, compared, exchanged or retried by the replay tool, the newest first."""
    require_one_of(identity, door, LOOKS_AFTER)
    return await _page(door, AuditQuery(events=_RUNS, before=cursor, limit=limit))


class Wanted:
    """What the trail of the office can be narrowed by."""

    def __init__(
        self,
        account: Annotated[str | None, Query(pattern=ACCOUNT_PATTERN)] = None,
        event: Event = None,
        day: Annotated[
            date | None, Query(description="Of recording.", examples=["2026-11-24"])
        ] = None,
        cursor: Before = None,
        limit: Limit = 50,
    ) -> None:
        self.account, self.event, self.day = account, event, day
        events = () if event is None else (event,)
        self.query = AuditQuery(account=account, events=events, day=day, before=cursor, limit=limit)


WantedDep = Annotated[Wanted, Depends()]


@router.get("/audit", summary="Jejak seluruh kantor")
async def audit(identity: IdentityDep, door: DoorDep, wanted: WantedDep) -> AuditPage:
    """Facts of all cases by account, kind of event and day of recording, the newest first.

    Reads of personal data are facts too: ``DataPribadiDibaca``. No line holds personal data.
    """
    require_one_of(identity, door, ("admin",))
    return await _page(door, wanted.query)


async def _page(door: Door, asked: AuditQuery) -> AuditPage:
    as_of = await door.views.as_of()
    found = await door.views.audit(asked)
    lines = tuple(TrailLine.model_validate(each) for each in found[: asked.limit])
    more = len(found) > asked.limit
    return AuditPage(as_of=as_of, lines=lines, next_cursor=lines[-1].position if more else None)


def _holidays(data: CalendarData, year: int) -> tuple[Holiday, ...]:
    if data.holidays_country is None or not data.first_year <= year <= data.last_year:
        return ()
    known = holidays.country_holidays(
        data.holidays_country, years=year, categories=_HOLIDAYS, language="id"
    )
    return tuple(Holiday(day=day, name=name) for day, name in sorted(known.items()))
