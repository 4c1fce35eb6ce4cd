"""``/sistem/tertahan``: events that a service could not handle, and a new try for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.answers_system import AuditPage
from gateway.console import words_case
from gateway.console.doing import go_on_after, key_in, text_in, wish
from gateway.console.failing import readable_for_the_asker
from gateway.console.pages import page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import parked, system
from gateway.routes.waiting import CaughtUp

_HERE: Final = "/sistem/tertahan"
_WAITS: Final = "behind"
_MOST_RUNS: Final = 8

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])
RunsDep = Annotated[AuditPage, Depends(system.runs)]


@dataclass(frozen=True)
class Stuck:
    """A case that stands still at one service."""

    case_id: UUID
    event: parked.ParkedEvent
    """The one that could not be handled."""
    behind: int
    """How many wait for it."""


@router.get(_HERE, dependencies=[CaughtUp])
async def every(
    visit: VisitDep,
    found: Annotated[parked.ParkedList | Response, Depends(parked.parked)],
    runs: RunsDep,
) -> Response:
    """By service, and the last tries; a part of it while a try is under way."""
    if isinstance(found, Response):
        return readable_for_the_asker(visit.request, found)
    name = "_tertahan" if visit.is_partial else "sistem_tertahan"
    return page(
        visit,
        name,
        found=found,
        stuck={each.reader: by_case(each.oldest) for each in found.readers if each.total},
        totals={each.reader: each.total for each in found.readers},
        may_retry=parked.RETRIES in visit.capabilities,
        runs=runs.lines[:_MOST_RUNS],
        kata=words_case,
    )


@router.get("/sistem/ulangan", dependencies=[CaughtUp])
async def last_runs(visit: VisitDep, runs: RunsDep) -> Response:
    """The last runs alone, for the news: asks no service."""
    return page(visit, "_ulangan", runs=runs.lines[:_MOST_RUNS])


@router.post(f"{_HERE}/{{reader}}/coba-lagi")
async def retry(reader: parked.Reader, visit: VisitDep, form: FormDep) -> Response:
    """One case, or all that the service parked."""
    body = wish(
        parked.Retry,
        reason=text_in(form, "alasan"),
        case_id=text_in(form, "permohonan") or None,
    )
    done = await parked.retry(reader, body, visit.identity, visit.door, key_in(form))
    return go_on_after(visit, _HERE, "parked-retry", done)


def by_case(events: Iterable[parked.ParkedEvent]) -> tuple[Stuck, ...]:
    """Cases in the order of their oldest event: what stopped each, and how much waits for it."""
    cases: dict[UUID, list[parked.ParkedEvent]] = {}
    for each in events:
        cases.setdefault(each.case_id, []).append(each)
    return tuple(
        Stuck(
            case_id,
            next((each for each in waiting if each.reason != _WAITS), waiting[0]),
            len(waiting) - 1,
        )
        for case_id, waiting in cases.items()
    )
