"""``/permohonan/{case_id}``: everything about one case on one page.

The page is a recorded read of personal data. What follows the news (task and clock) asks without
personal data, and is no further one. Papers and documents are laid open one by one.
"""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from gateway.answers import CaseView, Sla, Trail
from gateway.console import words_case
from gateway.console.pages import Visit, page
from gateway.console.visiting import VisitDep, visiting
from gateway.console.working import work_of
from gateway.disclosure import DOCUMENTS, PERSONAL
from gateway.routes import cases, pages
from gateway.routes.known import KnownDep
from gateway.routes.waiting import CaughtUp
from gateway.sheets import Sheet
from jamila_contracts.sop import load_sop
from jamila_contracts.values import Spot

router = APIRouter(
    prefix="/permohonan/{case_id}",
    include_in_schema=False,
    dependencies=[Depends(visiting), CaughtUp],
)

_WITH_DRAFT: Final = frozenset({4, 5})
"""Steps whose officer compares the draft with the papers: both lie open when he begins."""
_BESIDE_THE_PAPERS: Final = frozenset({1, 2, 3})
"""Steps that are worked on with the papers in view."""


@router.get("")
async def case(
    visit: VisitDep,
    known: KnownDep,
    found: Annotated[CaseView, Depends(cases.case)],
    trail: Annotated[Trail, Depends(cases.trail)],
    sla: Annotated[Sla, Depends(cases.sla)],
) -> Response:
    """The case; opening it is recorded as a read of personal data."""
    is_mine = found.step is not None and found.taken_by == visit.account
    held = visit.capabilities
    return page(
        visit,
        "permohonan",
        case_id=known.case_id,
        case=found,
        trail=trail,
        told=words_case.told(trail.lines),
        sla=sla,
        kata=words_case,
        is_mine=is_mine,
        beside=is_mine and found.step in _BESIDE_THE_PAPERS,
        sees_papers=bool(held & PERSONAL),
        sees_documents=bool(held & DOCUMENTS),
        opens_papers=is_mine and found.step in _BESIDE_THE_PAPERS | _WITH_DRAFT,
        opens_draft=is_mine and found.step in _WITH_DRAFT,
        work=await work_of(visit, known, found),
        note_step=_step_of_a_note(found, visit),
    )


@router.get("/isian")
async def stated(
    case_id: UUID, visit: VisitDep, found: Annotated[CaseView, Depends(cases.case)]
) -> Response:
    """What the applicant stated, with ``reveal=true`` to the last digit: a read of its own."""
    return page(visit, "_isian", case_id=case_id, case=found, kata=words_case)


@dataclass(frozen=True)
class Glimpse:
    """What the asker shows already."""

    dilihat: str = ""
    """Shape of the case when the page was made."""
    tampil: str = ""
    """Task and clock as they look now."""


@router.get("/keadaan")
async def state(
    case_id: UUID,
    visit: VisitDep,
    known: KnownDep,
    sla: Annotated[Sla, Depends(cases.sla)],
    seen: Annotated[Glimpse, Depends()],
) -> Response:
    """Task and clock, for the news; nothing when they look as they do already."""
    # The applicant stays closed, so nothing is recorded.
    found = cases.closed(known.document, known.as_of)
    if seen.tampil == words_case.glance(found, sla, visit.door.clock.now()):
        return Response(status_code=204)
    has_changed = seen.dilihat not in ("", words_case.shape(found))
    return page(
        visit,
        "_keadaan",
        case_id=case_id,
        case=found,
        sla=sla,
        kata=words_case,
        has_changed=has_changed,
    )


@dataclass(frozen=True)
class Marked:
    """A marked place of the sheet, if it was asked for."""

    page: Annotated[int, Query(ge=1)] = 1
    x: Annotated[float | None, Query(ge=0, le=1)] = None
    y: Annotated[float | None, Query(ge=0, le=1)] = None

    def on(self, sha256: str) -> Spot | None:
        """The place on a sheet."""
        if self.x is None or self.y is None:
            return None
        return Spot(sha256=sha256, page=self.page, x=self.x, y=self.y)


@router.get("/lembar/berkas/{sha256}")
async def paper(
    case_id: UUID,
    sha256: str,
    visit: VisitDep,
    sheet: Annotated[Sheet, Depends(pages.open_paper)],
    mark: Annotated[Marked, Depends()],
) -> Response:
    """A paper; laying it open is recorded, turning its pages is not."""
    path = f"/api/v1/cases/{case_id}/papers/{sha256}"
    return _laid_out(visit, sheet, path, case_id=case_id, spot=mark.on(sha256))


@router.get("/lembar/dokumen/{sha256}")
async def document(
    case_id: UUID,
    sha256: str,
    visit: VisitDep,
    sheet: Annotated[Sheet, Depends(pages.open_document)],
    mark: Annotated[Marked, Depends()],
) -> Response:
    """A draft or a signed document; whoever signs has seen it now."""
    path = f"/api/v1/cases/{case_id}/documents/{sha256}"
    return _laid_out(visit, sheet, path, case_id=case_id, spot=mark.on(sha256))


def _step_of_a_note(found: CaseView, visit: Visit) -> int | None:
    """As whose officer the visitor may leave a note: of the step it stands at, if he can."""
    steps = [
        row.number for row in load_sop(found.sop_id).steps if row.capability in visit.capabilities
    ]
    return found.step if found.step in steps else next(iter(steps), None)


def _laid_out(
    visit: Visit, sheet: Sheet, path: str, *, case_id: UUID, spot: Spot | None
) -> Response:
    name = "_lembar" if visit.is_partial else "lembar"
    return page(visit, name, sheet=sheet, path=path, case_id=case_id, spot=spot)
