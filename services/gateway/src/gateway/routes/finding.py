"""All cases, ended ones too: the list, and the search box."""

import re
from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateway.access import IdentityDep, require_one_of
from gateway.answers_lists import CaseList, CaseSummary, SearchResult
from gateway.conditional import CONDITIONAL, ConditionalDep
from gateway.disclosure import PERSONAL, belonging_to_somebody
from gateway.door import Door, DoorDep, NumberNames
from gateway.lists import CaseFilter
from gateway.paging import MalformedRequestError, Page
from gateway.routes.waiting import CaughtUp
from gateway.searching import understand
from jamila_contracts.commands import FindCases
from jamila_contracts.model import Code
from jamila_contracts.phone import read_phone
from jamila_ledger.casefile import Status
from jamila_runtime.commanding import ServiceUnavailableError

router = APIRouter(tags=["pencarian"], dependencies=[CaughtUp])

_NUMBER: Final = re.compile(r"\d{16}", re.ASCII)
_APART: Final = re.compile(r"[\s.-]+")
_EXAMPLES = ["K7M2P-Q4X9A", "akta kelahiran"]


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


@router.get("/cases", summary="Daftar permohonan", response_model=CaseList, responses=CONDITIONAL)
async def cases(door: DoorDep, wanted: WantedDep, asked: ConditionalDep) -> Any:
    """All cases, the newest first; what is personal stays closed, so nothing is recorded."""
    as_of = await door.views.as_of()
    page = await _page(door, wanted, wanted.filter())
    if same := asked.unchanged(as_of, page.documents, page.next_cursor):
        return same
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


class NumberSearch(BaseModel):
    """A number of somebody, in the body of a request: it stands in no address and in no log."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"phone": "0800-6311-001", "reason": "menjawab-pemohon"}]},
    )

    phone: SecretStr | None = None
    """As somebody says it: with spaces, dashes, 0 or +62."""
    nik: SecretStr | None = None
    """NIK or No. KK, as stated when the application was made."""
    status: Status | None = None
    service_id: Code | None = None
    reason: Code | None = None
    """Why; it is recorded with the read."""
    limit: int = Field(default=20, ge=1, le=50)
    cursor: str | None = Field(default=None, max_length=200)

    def digests(self, names: NumberNames) -> dict[str, tuple[str, ...]]:
        """What is asked instead of the number.

        Raises:
            MalformedRequestError: it is not one number, or none that can be read.
        """
        match self.phone, self.nik:
            case SecretStr() as phone, None:
                digits, _ = read_phone(phone.get_secret_value())
                if digits is not None:
                    return {"contact_digests": names.of_phone(digits)}
            case None, SecretStr() as nik:
                number = _APART.sub("", nik.get_secret_value())
                if _NUMBER.fullmatch(number):
                    return {"person_digests": names.of_person(number)}
        raise MalformedRequestError("give one phone number, or one NIK or No. KK")


@router.post("/search", summary="Cari permohonan seseorang (tercatat)")
async def search_number(body: NumberSearch, identity: IdentityDep, door: DoorDep) -> SearchResult:
    """Find the cases of a phone number, NIK or No. KK; each that is shown is a recorded read."""
    now = door.clock.now()
    require_one_of(identity, door, PERSONAL)
    held = sorted(PERSONAL & identity.account.capabilities(now))
    actor = identity.account.actor(held[0], now)
    digests = body.digests(door.numbers)
    as_of = await door.views.as_of()
    about = FindCases(command_id=uuid4(), case_id=uuid4(), actor=actor, asked_at=now, **digests)
    reply = await door.commands.ask(about)
    if reply.problem is not None:
        raise ServiceUnavailableError(f"cases cannot be looked up: {reply.problem.slug}")
    page = await _found(door, body, reply.result)
    cases = await belonging_to_somebody(door, identity, page.documents, reason_code=body.reason)
    shown = _shown(Page(cases, page.next_cursor))
    return SearchResult.model_validate({"as_of": as_of, "by": "number", **shown})


async def _found(door: Door, body: NumberSearch, told: dict[str, Any]) -> Page:
    services = None if body.service_id is None else (body.service_id,)
    asked = CaseFilter(status=body.status, service_ids=services)
    contacts = [UUID(each) for each in told["contact_ids"]]
    cases = [UUID(each) for each in told["case_ids"]]
    if contacts:
        asked = replace(asked, contact_ids=contacts)
        return await door.views.cases(asked, limit=body.limit, cursor=body.cursor)
    if not cases:
        return Page([], None)
    page = await door.views.cases(replace(asked, case_ids=cases), limit=len(cases), cursor=None)
    newest = sorted(page.documents, key=lambda case: case["submitted_at"], reverse=True)
    return Page(newest[: body.limit], None)


async def _page(door: Door, wanted: Wanted, asked: CaseFilter) -> Page:
    return await door.views.cases(asked, limit=wanted.limit, cursor=wanted.cursor)


def _shown(page: Page) -> dict[str, Any]:
    lines = tuple(CaseSummary.model_validate(each) for each in page.documents)
    return {"cases": lines, "next_cursor": page.next_cursor}
