"""What is to be done."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from gateway.access import IdentityDep, require_one_of
from gateway.accounts import Identity
from gateway.answers import QueueCount, QueueCounts, Task, TaskPage
from gateway.conditional import CONDITIONAL, ConditionalDep
from gateway.door import Door, DoorDep
from gateway.lists import TaskFilter
from gateway.routes.waiting import CaughtUp
from jamila_contracts.model import Code
from jamila_ledger.casefile import TaskState
from jamila_runtime.mongo import Document

router = APIRouter(prefix="/queue", tags=["antrean"], dependencies=[CaughtUp])


class WantedTasks(BaseModel):
    """What the queue can be narrowed by."""

    model_config = ConfigDict(frozen=True)

    capability: Annotated[
        Code | None, Query(description="One of mine; without it all of mine.", examples=["kasi"])
    ] = None
    step: Annotated[int | None, Query(ge=1, le=8)] = None
    service_id: Annotated[Code | None, Query(examples=["akta-kelahiran"])] = None
    state: Annotated[TaskState | None, Query()] = None
    batch_id: Annotated[UUID | None, Query(description="A village's list.")] = None
    mine: Annotated[bool, Query(description="Only what I have taken.")] = False
    overdue: Annotated[bool, Query(description="Only what is late already.")] = False
    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Query(max_length=200)] = None


@router.get(
    "",
    summary="Antrean tugas menurut tenggat",
    response_model=TaskPage,
    responses=CONDITIONAL,
)
async def tasks(
    identity: IdentityDep,
    door: DoorDep,
    wanted: Annotated[WantedTasks, Depends()],
    asked: ConditionalDep,
) -> Any:
    """Open tasks of one capability of mine, or of all, the most urgent first."""
    tasks = filter_of(wanted, identity, door)
    as_of = await door.views.as_of()
    page = await door.views.tasks(tasks, limit=wanted.limit, cursor=wanted.cursor)
    if same := asked.unchanged(as_of, page.documents, page.next_cursor):
        return same
    account = identity.account.account
    return TaskPage(
        as_of=as_of,
        tasks=tuple(_task(each, account) for each in page.documents),
        next_cursor=page.next_cursor,
    )


def filter_of(wanted: WantedTasks, identity: Identity, door: Door) -> TaskFilter:
    """The same for the read models.

    Raises:
        MissingCapabilityError: it is not one of the account's.
    """
    now = door.clock.now()
    mine = identity.account.capabilities(now)
    if wanted.capability is not None:
        require_one_of(identity, door, [wanted.capability])
    return TaskFilter(
        capabilities=mine if wanted.capability is None else (wanted.capability,),
        step=wanted.step,
        service_id=wanted.service_id,
        state=wanted.state,
        batch_id=wanted.batch_id,
        taken_by=identity.account.account if wanted.mine else None,
        overdue_at=now if wanted.overdue else None,
    )


@router.get("/counts", summary="Jumlah tugas", response_model=QueueCounts, responses=CONDITIONAL)
async def counts(identity: IdentityDep, door: DoorDep, asked: ConditionalDep) -> Any:
    """How much there is to do in each capability of mine."""
    now = door.clock.now()
    mine = identity.account.capabilities(now)
    as_of = await door.views.as_of()
    found = await door.views.counts(mine, account=identity.account.account, now=now)
    if same := asked.unchanged(as_of, [vars(each) for each in found]):
        return same
    return QueueCounts(as_of=as_of, counts=tuple(QueueCount(**vars(each)) for each in found))


def _task(document: Document, account: str) -> Task:
    workers: dict[str, Any] = document["workers"]
    others = [workers.get(str(step), ()) for step in document["not_same_account_as"]]
    needs_other_eyes = any(account in each for each in others)
    return Task.model_validate({**document, "needs_other_eyes": needs_other_eyes})
