"""``/tur``: begin the tour of the console, go on in it, end it; the account remembers where."""

from dataclasses import replace

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from gateway.console.doing import number_in
from gateway.console.failing import page_before
from gateway.console.pages import page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.console.words_tour import OVER, stops_for

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])


@router.post("/tur")
async def go(visit: VisitDep, form: FormDep) -> Response:
    """Go to a stop; beyond the last one, and at 0, the tour is over."""
    wanted = number_in(form, "perhentian")
    stop = wanted if wanted <= len(stops_for(visit.capabilities)) else OVER
    await visit.door.own.stand_in_tour(visit.identity, stop)
    if not visit.is_partial:
        return RedirectResponse(page_before(visit.request), 303)
    return page(replace(visit, identity=replace(visit.identity, tour_stop=stop)), "_tur")
