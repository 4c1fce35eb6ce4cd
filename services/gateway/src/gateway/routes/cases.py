"""One case: what it is, what happened to it, how long it took."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from gateway.access import IdentityDep
from gateway.answers import AsOf, CaseView, Sla, Trail
from gateway.changing import changes_of
from gateway.checklist import checklist_of
from gateway.conditional import CONDITIONAL, ConditionalDep
from gateway.disclosure import opened, withheld
from gateway.door import DoorDep
from gateway.masking import masked
from gateway.routes.known import KnownDep
from gateway.routes.reasons import ReadReason
from gateway.routes.waiting import CaughtUp
from jamila_ledger.trail import TrailLine
from jamila_runtime.mongo import Document

router = APIRouter(prefix="/cases/{case_id}", tags=["permohonan"], dependencies=[CaughtUp])

Personal = Annotated[
    bool,
    Query(description="False: leave the applicant's data closed; then nothing is recorded."),
]

Reveal = Annotated[
    bool,
    Query(description="True: NIK and No. KK whole; recorded as such a read (``nik``)."),
]


@router.get("", summary="Satu permohonan", response_model=CaseView, responses=CONDITIONAL)
async def case(  # noqa: PLR0913 - one parameter per part FastAPI reads
    known: KnownDep,
    identity: IdentityDep,
    door: DoorDep,
    asked: ConditionalDep,
    *,
    personal_data: Personal = True,
    reveal: Reveal = False,
    reason: ReadReason = None,
) -> Any:
    """A case as staff see it; the applicant's data only for those whose work needs it.

    NIK and No. KK are half hidden (``631199******0001``) until they are asked for.
    """
    found, as_of = known.document, known.as_of
    # Before anything is opened: who has it already sees nothing new, and nothing is recorded.
    if same := asked.unchanged(as_of, found, personal_data, reveal):
        return same
    if not personal_data:
        return closed(found, as_of)
    what = "nik" if reveal else "data-pemohon"
    personal = await opened(door, identity, found, reason_code=reason, what=what)
    if personal["personal_data"] == "shown":
        personal["checklist"] = checklist_of(found, personal["facts"])
    # Laid beside each other before anything is hidden: two numbers may look alike afterwards.
    changes = changes_of(personal["data_before"], personal["data"])
    shown = {**personal, "changes": [each.model_dump() for each in changes]}
    return _view(found, as_of, shown if reveal else masked(shown))


def closed(found: Document, as_of: AsOf) -> CaseView:
    """A case without its applicant: nothing is opened, so nothing is recorded."""
    return _view(found, as_of, withheld(found))


def _view(found: Document, as_of: AsOf, shown: dict[str, Any]) -> CaseView:
    about = {"case_id": found["_id"], "as_of": as_of}
    return CaseView.model_validate({**found, **about, **shown})


@router.get("/trail", summary="Jejak permohonan", response_model=Trail, responses=CONDITIONAL)
async def trail(known: KnownDep, door: DoorDep, asked: ConditionalDep) -> Any:
    """What happened to a case, one sentence per fact."""
    found = await door.views.trail(known.case_id)
    if same := asked.unchanged(known.as_of, found):
        return same
    lines = tuple(TrailLine.model_validate(each) for each in found)
    return Trail(as_of=known.as_of, lines=lines)


@router.get("/sla", summary="Waktu layanan permohonan", response_model=Sla, responses=CONDITIONAL)
async def sla(known: KnownDep, door: DoorDep, asked: ConditionalDep) -> Any:
    """Waiting, handling, pauses, budgets and verdicts of a case."""
    found = await door.views.sla(known.case_id)
    if same := asked.unchanged(known.as_of, found):
        return same
    return Sla.model_validate({**found, "measured_at": found["as_of"], "as_of": known.as_of})
