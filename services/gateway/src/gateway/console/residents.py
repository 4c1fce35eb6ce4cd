"""``/percakapan``: residents who asked for a person of the office."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.bodies_help import AnswerHelpRequestBody, CloseHelpRequestBody
from gateway.console.doing import do, text_in, wish
from gateway.console.failing import readable_for_the_asker
from gateway.console.pages import page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import help_requests

router = APIRouter(prefix="/percakapan", include_in_schema=False, dependencies=[Depends(visiting)])

_HERE = "/percakapan"


@router.get("")
async def waiting(
    visit: VisitDep, found: Annotated[Any, Depends(help_requests.waiting)]
) -> Response:
    """Who waits, the one that is due first comes first."""
    if isinstance(found, Response):
        return readable_for_the_asker(visit.request, found)
    name = "_percakapan_daftar" if visit.is_partial else "percakapan_daftar"
    return page(visit, name, found=found)


@router.get("/{request_id}")
async def conversation(
    request_id: UUID,
    visit: VisitDep,
    found: Annotated[Any, Depends(help_requests.conversation)],
) -> Response:
    """What was said; opening it is recorded."""
    del request_id
    if isinstance(found, Response):
        return readable_for_the_asker(visit.request, found)
    return page(visit, "percakapan", found=found)


@router.post("/{request_id}/answer-help-request")
async def answer(request_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The resident reads it in his chat."""
    body = wish(AnswerHelpRequestBody, text=text_in(form, "jawaban"))
    return await do(visit, request_id, form, body, then=f"{_HERE}/{request_id}")


@router.post("/{request_id}/close-help-request")
async def close(request_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The automatic answers speak again."""
    return await do(visit, request_id, form, CloseHelpRequestBody(), then=_HERE)
