"""The open tasks of one step and their cases, for the rooms that do nothing else all day."""

from uuid import UUID

from gateway.answers import CaseView, TaskPage
from gateway.console.pages import Visit
from gateway.routes import cases, queue
from jamila_contracts.sop import load_sop

_MOST = 200


async def tasks_at(visit: Visit, step: int, *, cursor: str | None = None) -> TaskPage:
    """Open tasks of a step, the most urgent first.

    Raises:
        MissingCapabilityError: the visitor does not work at that step.
    """
    capability = load_sop().step(step).capability
    wanted = queue.WantedTasks(capability=capability, step=step, limit=_MOST, cursor=cursor)
    found: TaskPage = await queue.tasks(visit.identity, visit.door, wanted, visit.unconditional)
    return found


async def cases_of(visit: Visit, tasks: TaskPage, *, most: int = _MOST) -> dict[UUID, CaseView]:
    """The cases of the first tasks, without their applicants: nothing of it is recorded."""
    found = await visit.door.views.these([each.case_id for each in tasks.tasks[:most]])
    return {case_id: cases.closed(case, tasks.as_of) for case_id, case in found.items()}


async def case_of(visit: Visit, case_id: UUID) -> CaseView:
    """One case without its applicant.

    Raises:
        CaseUnknownError: there is none, or it is another office's.
    """
    as_of = await visit.door.views.as_of()
    return cases.closed(await visit.door.views.case(case_id), as_of)
