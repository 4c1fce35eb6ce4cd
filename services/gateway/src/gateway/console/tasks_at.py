"""The open tasks of one step, for the pages of the rooms that do nothing else all day."""

from starlette.responses import Response

from gateway.answers import TaskPage
from gateway.conditional import Conditional
from gateway.console.pages import Visit
from gateway.routes import queue
from jamila_contracts.sop import load_sop

_MOST = 200


async def tasks_at(visit: Visit, step: int, *, cursor: str | None = None) -> TaskPage:
    """Open tasks of a step, the most urgent first.

    Raises:
        MissingCapabilityError: the visitor does not work at that step.
    """
    capability = load_sop().step(step).capability
    wanted = queue.WantedTasks(capability=capability, step=step, limit=_MOST, cursor=cursor)
    asked = Conditional(visit.identity, visit.door, visit.request, Response())
    found: TaskPage = await queue.tasks(visit.identity, visit.door, wanted, asked)
    return found
