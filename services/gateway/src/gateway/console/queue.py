"""``/antrean``: what is to be done, the most urgent first."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.answers import QueueCounts, TaskPage
from gateway.console.pages import page
from gateway.console.visiting import VisitDep, visiting
from gateway.routes import queue
from gateway.routes.waiting import CaughtUp

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting), CaughtUp])


@router.get("/antrean")
async def tasks(
    visit: VisitDep,
    found: Annotated[TaskPage, Depends(queue.tasks)],
    counts: Annotated[QueueCounts, Depends(queue.counts)],
    capability: str | None = None,
) -> Response:
    """The queue; the same address gives a script the table alone."""
    name = "_antrean" if visit.is_partial else "antrean"
    return page(visit, name, found=found, counts=counts, chosen=capability)
