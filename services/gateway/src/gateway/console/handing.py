"""Step 8: ``/penyerahan``, what waits for its applicant, and what is done at the counter."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from gateway import bodies, bodies_telling
from gateway.console.doing import do, number_in, text_in, wish
from gateway.console.pages import page
from gateway.console.tasks_at import tasks_at
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import finding
from gateway.routes.waiting import CaughtUp

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_STEP: Final = 8
_COLLECTOR: Final = {
    "pengambil": "name",
    "identitas": "identity_number",
    "hubungan": "relation",
    "kuasa": "power_of_attorney",
    "dasar": "ground",
}
_CASE: Final = "/permohonan/{case_id}"


@router.get("/penyerahan", dependencies=[CaughtUp])
async def waiting(visit: VisitDep, kode: str = "", cursor: str | None = None) -> Response:
    """What is ready; a receipt code leads straight to its case."""
    if kode.strip():
        found = await finding.search(visit.identity, visit.door, finding.Wanted(), kode[:100])
        if len(found.cases) == 1 and found.by != "service":
            return RedirectResponse(f"/permohonan/{found.cases[0].case_id}", 303)
    tasks = await tasks_at(visit, _STEP, cursor=cursor)
    name = "_penyerahan" if visit.is_partial else "penyerahan"
    return page(visit, name, found=tasks, asked=kode[:100])


@router.post(f"{_CASE}/hand-over")
async def hand_over(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The applicant, or whoever may, has it."""
    method, code = text_in(form, "cara") or "diambil", text_in(form, "kode")
    collector = _collector_in(form)
    body = wish(bodies.HandOverBody, method=method, receipt_code=code, collector=collector)
    return await do(visit, case_id, form, body)


@router.post(f"{_CASE}/renew-collection-code")
async def renew_code(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The applicant gets another code."""
    return await do(visit, case_id, form, bodies.RenewCollectionCodeBody())


@router.post(f"{_CASE}/resend-softcopy")
async def resend(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The documents go to his phone once more."""
    return await do(visit, case_id, form, bodies_telling.ResendSoftcopyBody())


@router.post(f"{_CASE}/report-uncollected")
async def uncollected(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Nobody came."""
    return await do(visit, case_id, form, bodies.ReportUncollectedBody())


@router.post(f"{_CASE}/request-reprint")
async def reprint(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """What lies here is no good."""
    reason = {"code": text_in(form, "alasan"), "note": text_in(form, "catatan") or None}
    sheets = number_in(form, "lembar")
    body = wish(bodies.RequestReprintBody, reasons=(reason,), spoiled_sheets=sheets)
    return await do(visit, case_id, form, body)


def _collector_in(form: FormData) -> dict[str, Any] | None:
    """Who came; None when nobody was written down."""
    said = {name: text_in(form, field) for field, name in _COLLECTOR.items()}
    given = {name: text for name, text in said.items() if text}
    return given or None
