"""What the papers claim, beside what SIAK says."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime

from gateway.access import IdentityDep, require_one_of
from gateway.access_log import Look
from gateway.answers import Answer, AsOf
from gateway.comparing import ComparedField, compared, outcome_in_words
from gateway.disclosure import PERSONAL, sealed_part
from gateway.door import DoorDep
from gateway.routes.waiting import CaughtUp

router = APIRouter(prefix="/cases/{case_id}", tags=["permohonan"], dependencies=[CaughtUp])


class Comparison(Answer):
    """The last answer of SIAK's web service, field by field; empty while nobody asked."""

    as_of: AsOf
    outcome: str | None = None
    meaning: str | None = None
    """What the outcome means for the case, in words."""
    at: AwareDatetime | None = None
    evidence_sha256: str | None = None
    fields: tuple[ComparedField, ...] = ()
    """Differences first."""


@router.get("/comparison", summary="Isian berkas di samping jawaban SIAK")
async def comparison(case_id: UUID, identity: IdentityDep, door: DoorDep) -> Comparison:
    """What was claimed and what SIAK said of it; recorded as a read of personal data."""
    require_one_of(identity, door, PERSONAL)
    as_of = await door.views.as_of()
    case = await door.views.case(case_id)
    answer: dict[str, Any] | None = case.get("siak_answer")
    if answer is None:
        return Comparison(as_of=as_of)
    claims = await sealed_part(door, identity, case, answer["claims"], Look("klaim"))
    return Comparison(
        as_of=as_of,
        outcome=answer["outcome"],
        meaning=outcome_in_words(answer["outcome"]),
        at=answer["at"],
        evidence_sha256=answer["evidence_sha256"],
        fields=tuple(compared(claims, answer["verdicts"])),
    )
