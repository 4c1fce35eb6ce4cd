"""Step 7: ``/cetak``, what waits for the printers, and what became of it."""

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway import bodies
from gateway.answers import CaseView, Task, Trail
from gateway.console import words_desk
from gateway.console.doing import do, number_in, text_in, wish
from gateway.console.pages import Visit, page
from gateway.console.tasks_at import cases_of, tasks_at
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import cases
from gateway.routes.known import known_case
from gateway.routes.waiting import CaughtUp

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_STEP: Final = 7
_CASE: Final = "/permohonan/{case_id}"
_HERE: Final = "/cetak"


@dataclass(frozen=True)
class ToPrint:
    """A task of the printing room."""

    task: Task
    media: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    trouble: str | None


@router.get(_HERE, dependencies=[CaughtUp])
async def waiting(visit: VisitDep, cursor: str | None = None) -> Response:
    """What waits for the printers, and what the printers say."""
    tasks = await tasks_at(visit, _STEP, cursor=cursor)
    known = await cases_of(visit, tasks)
    shown = ((each, known.get(each.case_id)) for each in tasks.tasks)
    rows = await asyncio.gather(*(_row(visit, task, case) for task, case in shown if case))
    name = "_cetak" if visit.is_partial else "cetak"
    return page(visit, name, found=tasks, rows=rows)


@router.post(f"{_CASE}/print-document")
async def print_document(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Print it, or make it ready for download."""
    body = wish(bodies.PrintDocumentBody, medium=text_in(form, "media"))
    return await do(visit, case_id, form, body, then=_HERE)


@router.post(f"{_CASE}/resolve-print")
async def resolve(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Somebody looked into the tray."""
    body = wish(bodies.ResolvePrintBody, outcome=text_in(form, "hasil"))
    return await do(visit, case_id, form, body, then=_HERE)


@router.post(f"{_CASE}/report-spoiled")
async def spoiled(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """It went wrong."""
    reason, sheets = text_in(form, "alasan"), number_in(form, "lembar")
    body = wish(bodies.ReportSpoiledBody, reason_code=reason, spoiled_sheets=sheets)
    return await do(visit, case_id, form, body, then=_HERE)


async def _row(visit: Visit, task: Task, case: CaseView) -> ToPrint:
    known = await known_case(visit.door, task.case_id)
    told: Trail = await cases.trail(known, visit.door, visit.unconditional)
    kinds = tuple(dict.fromkeys(each.kind for each in case.signed))
    return ToPrint(task, words_desk.media(case), kinds, words_desk.trouble(told))
