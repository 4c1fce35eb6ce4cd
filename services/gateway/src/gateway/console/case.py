"""``/permohonan/{case_id}``: everything about one case on one page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.answers import CaseView, Sla, Trail
from gateway.console.pages import page
from gateway.console.visiting import VisitDep, visiting
from gateway.routes import cases
from gateway.routes.waiting import CaughtUp

router = APIRouter(
    prefix="/permohonan/{case_id}",
    include_in_schema=False,
    dependencies=[Depends(visiting), CaughtUp],
)


@router.get("")
async def case(
    case_id: UUID,
    visit: VisitDep,
    found: Annotated[CaseView, Depends(cases.case)],
    trail: Annotated[Trail, Depends(cases.trail)],
    sla: Annotated[Sla, Depends(cases.sla)],
) -> Response:
    """The case; opening it is recorded as a read of personal data."""
    return page(visit, "permohonan", case_id=case_id, case=found, trail=trail, sla=sla)
