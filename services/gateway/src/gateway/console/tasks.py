"""Take a task, let it go, stop and start its clock: what every step has in common."""

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway import bodies
from gateway.console.doing import do, number_in, text_in
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


@router.post("/resume-task")
async def resume(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The clock runs."""
    return await do(visit, case_id, form, bodies.ResumeTaskBody(step=number_in(form, "langkah")))
