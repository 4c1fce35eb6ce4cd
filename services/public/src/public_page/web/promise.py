"""``/janji``: the promised minutes against what happened."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from public_page import words
from public_page.promise import WHOLE_OFFICE, table, weeks_before
from public_page.web.desk import TheDesk
from public_page.web.pages import page

router = APIRouter()


@router.get("/janji")
async def promise(request: Request, desk: TheDesk) -> Response:
    """This week and the four before."""
    today = desk.time.local(desk.clock.now()).date()
    monday, before = weeks_before(today)
    rows = table(await desk.views.weeks([monday, *before]), today=today)
    named = [
        ("Semua layanan" if row.service_id == WHOLE_OFFICE else words.service(row.service_id), row)
        for row in rows
    ]
    return page(request, "janji", rows=named, monday=monday, first=before[-1])
