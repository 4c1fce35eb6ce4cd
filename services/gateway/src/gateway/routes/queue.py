"""What is to be done."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from gateway.access import IdentityDep, require_one_of
from gateway.answers import QueueCount, QueueCounts, Task, TaskPage
from gateway.door import DoorDep
from gateway.routes.waiting import CaughtUp
from jamila_runtime.mongo import Document

router = APIRouter(prefix="/queue", tags=["antrean"], dependencies=[CaughtUp])


@router.get("", summary="Antrean tugas menurut tenggat")
async def tasks(
    identity: IdentityDep,
    door: DoorDep,
    capability: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> TaskPage:
    """Open tasks of one capability of mine, or of all, the most urgent first."""
    mine = identity.account.capabilities(door.clock.now())
    if capability is not None:
        require_one_of(identity, door, [capability])
    wanted = mine if capability is None else [capability]
    as_of = await door.views.as_of()
    page, next_cursor = await door.views.tasks(wanted, limit=limit, cursor=cursor)
    account = identity.account.account
    return TaskPage(
        as_of=as_of,
        tasks=tuple(_task(each, account) for each in page),
        next_cursor=next_cursor,
    )


@router.get("/counts", summary="Jumlah tugas")
async def counts(identity: IdentityDep, door: DoorDep) -> QueueCounts:
    """How much there is to do in each capability of mine."""
    now = door.clock.now()
    mine = identity.account.capabilities(now)
    as_of = await door.views.as_of()
    found = await door.views.counts(mine, account=identity.account.account, now=now)
    return QueueCounts(as_of=as_of, counts=tuple(QueueCount(**vars(each)) for each in found))


def _task(document: Document, account: str) -> Task:
    workers: dict[str, Any] = document["workers"]
    others = [workers.get(str(step), ()) for step in document["not_same_account_as"]]
    needs_other_eyes = any(account in each for each in others)
    return Task.model_validate({**document, "needs_other_eyes": needs_other_eyes})
