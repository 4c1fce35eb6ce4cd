"""Take a task, let it go, stop and start its clock, leave a note: what every step has in common."""

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway import bodies
from gateway.console.doing import do, number_in, said_no, text_in, wish
from gateway.console.visiting import FormDep, VisitDep, visiting

router = APIRouter(
    prefix="/permohonan/{case_id}", include_in_schema=False, dependencies=[Depends(visiting)]
)


@router.post("/take-task")
async def take(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """I work on this now."""
    return await do(visit, case_id, form, bodies.TakeTaskBody(step=number_in(form, "langkah")))


@router.post("/release-task")
async def release(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Somebody else may."""
    return await do(visit, case_id, form, bodies.ReleaseTaskBody(step=number_in(form, "langkah")))


@router.post("/pause-task")
async def pause(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The clock stops."""
    body = bodies.PauseTaskBody(
        step=number_in(form, "langkah"), reason_code=text_in(form, "alasan")
    )
    return await do(visit, case_id, form, body)


@router.post("/add-note")
async def note(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """A word for the others who work on the case."""
    text = text_in(form, "catatan").strip()
    if not text:
        return said_no(visit, "Tulis dahulu catatannya.")
    body: bodies.AddNoteBody = wish(bodies.AddNoteBody, step=number_in(form, "langkah"), note=text)
    return await do(visit, case_id, form, body)


@router.post("/resume-task")
async def resume(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The clock runs."""
    return await do(visit, case_id, form, bodies.ResumeTaskBody(step=number_in(form, "langkah")))
