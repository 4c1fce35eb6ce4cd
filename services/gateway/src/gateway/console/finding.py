"""``/cari``: all cases, ended ones too; by code and service, and by a number of somebody."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import SecretStr
from starlette.responses import Response

from gateway.access import IdentityDep
from gateway.answers_lists import CaseList, SearchResult
from gateway.conditional import ConditionalDep
from gateway.console.blanks import address, without_blanks
from gateway.console.doing import text_in
from gateway.console.pages import Visit, page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.disclosure import PERSONAL
from gateway.paging import MalformedRequestError
from gateway.problems import PROBLEMS
from gateway.routes import finding
from gateway.routes.waiting import CaughtUp
from gateway.searching import PersonalSearchError

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_PATH: Final = "/cari"
_NIK_DIGITS: Final = 16
_APART: Final = str.maketrans("", "", " .-")
_Typed = Annotated[str | None, Query(max_length=100)]


@router.get(_PATH, dependencies=[Depends(without_blanks), CaughtUp])
async def find(
    visit: VisitDep,
    identity: IdentityDep,
    wanted: finding.WantedDep,
    asked: ConditionalDep,
    q: _Typed = None,
) -> Response:
    """What fits the words; without words all cases, the newest first."""
    door = visit.door
    try:
        if q is None:
            found = await finding.cases(door, wanted, asked)
        else:
            found = await finding.search(identity, door, wanted, q)
    except PersonalSearchError as error:
        # The number stands in the address by now; it shall not stand on the page as well.
        problem = PROBLEMS[error.slug]
        return _shown(visit, None, wanted, q=None, problem=problem.title, http=problem.status)
    return _shown(visit, found, wanted, q=q)


@router.post(_PATH)
async def find_somebody(visit: VisitDep, form: FormDep) -> Response:
    """The cases of a phone number, NIK or No. KK; each that is shown is a recorded read."""
    # Numbers can be guessed at; a page asks no faster than a program may.
    visit.door.pace.account(visit.account)
    try:
        found = await finding.search_number(_body(form), visit.identity, visit.door)
    except MalformedRequestError:
        said = "Tulis satu nomor telepon, atau satu NIK atau No. KK (16 angka)."
        return _shown(visit, None, finding.Wanted(), q=None, problem=said, http=422)
    number = text_in(form, "nomor")
    return _shown(visit, found, finding.Wanted(), q=None, number=number)


def _body(form: FormDep) -> finding.NumberSearch:
    number = text_in(form, "nomor")
    is_nik = len(number.translate(_APART)) == _NIK_DIGITS
    return finding.NumberSearch(
        phone=None if is_nik else SecretStr(number),
        nik=SecretStr(number) if is_nik else None,
        reason=text_in(form, "alasan") or None,
        cursor=text_in(form, "cursor") or None,
    )


def _shown(
    visit: Visit,
    found: CaseList | SearchResult | None,
    wanted: finding.Wanted,
    *,
    q: str | None,
    http: int = 200,
    **more: Any,
) -> Response:
    values: dict[str, Any] = {
        "found": found,
        "wanted": wanted,
        "q": q,
        "number": None,
        "problem": None,
        "may_find_people": bool(PERSONAL & visit.capabilities),
        "further": None,
    }
    if found is not None and found.next_cursor:
        asked = visit.request.query_params
        values["further"] = address(_PATH, asked, cursor=found.next_cursor)
    return page(visit, "cari", http=http, **values | more)
