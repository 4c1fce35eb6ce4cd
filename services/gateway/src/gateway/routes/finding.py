"""All cases, ended ones too: the list, and the search box."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from gateway.access import IdentityDep
from gateway.answers_lists import CaseList, CaseSummary, SearchResult
from gateway.door import Door, DoorDep
from gateway.lists import CaseFilter
from gateway.paging import Page
from gateway.routes.waiting import CaughtUp
from gateway.searching import understand
from jamila_contracts.model import Code
from jamila_ledger.casefile import Status

router = APIRouter(tags=["pencarian"], dependencies=[CaughtUp])

_EXAMPLES = ["K7M2-PQ4X-9A", "akta kelahiran"]


class Wanted(BaseModel):
    """What every list of cases can be narrowed by."""

    model_config = ConfigDict(frozen=True)

    status: Annotated[Status | None, Query()] = None
    service_id: Annotated[Code | None, Query(examples=["akta-kelahiran"])] = None
    step: Annotated[int | None, Query(ge=1, le=8, description="Where running cases stand.")] = None
    batch_id: Annotated[UUID | None, Query(description="A village's list.")] = None
    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Query(max_length=200)] = None

    def filter(self) -> CaseFilter:
        """The same for the read models."""
        services = None if self.service_id is None else (self.service_id,)
        return CaseFilter(
            status=self.status, service_ids=services, step=self.step, batch_id=self.batch_id
        )


WantedDep = Annotated[Wanted, Depends()]


@router.get("/cases", summary="Daftar permohonan")
async def cases(_: IdentityDep, door: DoorDep, wanted: WantedDep) -> CaseList:
    """All cases, the newest first; what is personal stays closed, so nothing is recorded."""
    as_of = await door.views.as_of()
    page = await _page(door, wanted, wanted.filter())
    return CaseList.model_validate({"as_of": as_of, **_shown(page)})


@router.get("/search", summary="Cari permohonan")
async def search(
    _: IdentityDep,
    door: DoorDep,
    wanted: WantedDep,
    q: Annotated[str, Query(min_length=1, max_length=100, examples=_EXAMPLES)],
) -> SearchResult:
    """Find cases by receipt code, case id or words of a service.

    A number of a person does not belong into an address: ``POST /search`` takes it.
    """
    as_of = await door.views.as_of()
    understood = understand(q, wanted.filter())
    page = Page([], None)
    if understood.cases is not None:
        page = await _page(door, wanted, understood.cases)
    return SearchResult.model_validate({"as_of": as_of, "by": understood.by, **_shown(page)})


async def _page(door: Door, wanted: Wanted, asked: CaseFilter) -> Page:
    return await door.views.cases(asked, limit=wanted.limit, cursor=wanted.cursor)


def _shown(page: Page) -> dict[str, Any]:
    lines = tuple(CaseSummary.model_validate(each) for each in page.documents)
    return {"cases": lines, "next_cursor": page.next_cursor}
