"""``/antrean``: what is to be done, the most urgent first."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from gateway.answers import QueueCounts, TaskPage
from gateway.console.blanks import address, without_blanks
from gateway.console.navigation import STEPS
from gateway.console.pages import page
from gateway.console.visiting import VisitDep, visiting
from gateway.routes import queue
from gateway.routes.waiting import CaughtUp

router = APIRouter(
    include_in_schema=False,
    dependencies=[Depends(visiting), Depends(without_blanks), CaughtUp],
)

_PATH: Final = "/antrean"
_CHOICES: Final = ("step", "service_id", "state", "mine", "overdue", "batch_id")


@router.get(_PATH)
async def tasks(
    visit: VisitDep,
    found: Annotated[TaskPage, Depends(queue.tasks)],
    counts: Annotated[QueueCounts, Depends(queue.counts)],
    wanted: Annotated[queue.WantedTasks, Depends()],
) -> Response:
    """The queue; the same address gives a script the table alone."""
    if not STEPS & visit.capabilities:
        # Whoever works on no step has his work elsewhere.
        others = [each.path for each in visit.places if each.path != _PATH]
        if others:
            return RedirectResponse(others[0], 303)
    asked = visit.request.query_params
    shown: dict[str, Any] = {
        "wanted": wanted,
        "chosen": wanted.capability,
        "here": address(_PATH, asked),
        "wide": address(_PATH, asked, **dict.fromkeys((*_CHOICES, "cursor"))),
        "is_narrowed": any(name in asked for name in _CHOICES),
        "further": address(_PATH, asked, cursor=found.next_cursor) if found.next_cursor else None,
    }
    name = "_antrean" if visit.is_partial else "antrean"
    return page(visit, name, found=found, counts=counts, **shown)
