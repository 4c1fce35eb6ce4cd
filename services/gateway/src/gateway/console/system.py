"""``/sistem``: health, calendar, rules and the trail of the office; ``/gangguan``: outages."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.answers_office import OutageList
from gateway.answers_system import AuditPage, CalendarView, ProcessList
from gateway.console import words_case
from gateway.console.blanks import address, without_blanks
from gateway.console.doing import go_on_after, key_in, text_in, texts_in, wish
from gateway.console.failing import readable_for_the_asker
from gateway.console.pages import page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import office, system, templates
from gateway.routes.templates import Templates
from gateway.routes.waiting import CaughtUp
from jamila_contracts.catalogue import catalogue_ids, load_catalogue
from jamila_contracts.event import EVENTS
from jamila_contracts.sop import Sop, sop_reference
from jamila_ledger.outages import SYSTEM_STEPS
from jamila_ledger.outages_board import MAY_DECLARE

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_READING: Final = [Depends(without_blanks), CaughtUp]
_OUTAGES: Final = "/gangguan"


@router.get("/sistem", dependencies=_READING)
async def health(
    visit: VisitDep,
    found: Annotated[ProcessList, Depends(system.processes)],
    runs: Annotated[AuditPage, Depends(system.runs)],
) -> Response:
    """How every process stands, and what was done to the read models lately."""
    name = "_sistem" if visit.is_partial else "sistem"
    return page(visit, name, found=found, runs=runs.lines[:8])


@router.get("/sistem/kalender", dependencies=_READING)
async def calendar(
    visit: VisitDep, found: Annotated[CalendarView, Depends(system.calendar)]
) -> Response:
    """Opening hours, holidays and exceptions of a year; read-only."""
    return page(visit, "sistem_kalender", found=found)


@router.get("/sistem/aturan", dependencies=_READING)
async def rules(visit: VisitDep, sop: Annotated[Sop, Depends(system.sop)]) -> Response:
    """The SOP in force and the catalogues, as they are shipped."""
    shown: dict[str, Any] = {
        "sop": sop,
        "digest": sop_reference(sop.id).digest,
        "catalogue": load_catalogue(),
        "catalogues": [load_catalogue(each) for each in catalogue_ids()],
    }
    return page(visit, "sistem_aturan", **shown)


@router.get("/sistem/pesan", dependencies=_READING)
async def messages(
    visit: VisitDep, found: Annotated[Templates | Response, Depends(templates.templates)]
) -> Response:
    """What applicants are told, word for word."""
    if isinstance(found, Response):
        return readable_for_the_asker(visit.request, found)
    return page(visit, "sistem_pesan", found=found, kata=words_case)


@router.get("/sistem/jejak", dependencies=_READING)
async def trail(
    visit: VisitDep,
    found: Annotated[AuditPage, Depends(system.audit)],
    wanted: system.WantedDep,
) -> Response:
    """What happened in the whole office, by account, kind of event and day."""
    asked = visit.request.query_params
    further = found.next_cursor and address("/sistem/jejak", asked, cursor=found.next_cursor)
    return page(
        visit, "sistem_jejak", found=found, wanted=wanted, further=further, events=sorted(EVENTS)
    )


@router.get(_OUTAGES, dependencies=_READING)
async def outages(
    visit: VisitDep, found: Annotated[OutageList, Depends(office.outages)]
) -> Response:
    """Which outside systems are down, and since when."""
    may_declare = bool(MAY_DECLARE & visit.capabilities)
    return page(visit, "gangguan", found=found, may_declare=may_declare, known=SYSTEM_STEPS)


@router.post(_OUTAGES)
async def start_outage(visit: VisitDep, form: FormDep) -> Response:
    """Stop the clocks of the steps that need a system."""
    steps = texts_in(form, "langkah")
    body = wish(office.NewOutage, system=text_in(form, "sistem"), steps=steps)
    done = await office.start_outage(body, visit.identity, visit.door, key_in(form))
    return go_on_after(visit, _OUTAGES, "gangguan-mulai", done)


@router.post(f"{_OUTAGES}/{{outage_id}}/selesai")
async def end_outage(outage_id: office.OutageId, visit: VisitDep, form: FormDep) -> Response:
    """Let them run on."""
    done = await office.end_outage(outage_id, visit.identity, visit.door, key_in(form))
    return go_on_after(visit, _OUTAGES, "gangguan-selesai", done)
