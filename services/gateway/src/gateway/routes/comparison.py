"""What the papers claim, beside what SIAK says."""

from typing import Any

from fastapi import APIRouter
from pydantic import AwareDatetime

from gateway.access import IdentityDep, require_one_of
from gateway.access_log import Look
from gateway.answers import Answer, AsOf
from gateway.comparing import ComparedField, compared, outcome_in_words
from gateway.disclosure import PERSONAL, sealed_part
from gateway.door import DoorDep
from gateway.masking import masked
from gateway.routes.cases import Reveal
from gateway.routes.known import KnownDep
from gateway.routes.reasons import ReadReason
from gateway.routes.waiting import CaughtUp
from jamila_contracts.sop import load_sop

router = APIRouter(prefix="/cases/{case_id}", tags=["permohonan"], dependencies=[CaughtUp])

_COMPARES = load_sop().step(2).capability


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
async def comparison(
    known: KnownDep,
    identity: IdentityDep,
    door: DoorDep,
    *,
    reveal: Reveal = False,
    reason: ReadReason = None,
) -> Comparison:
    """What was claimed and what SIAK said of it; recorded as a read of personal data.

    Operators of SIAK see the numbers whole, they compare them; others when they ask for it.
    """
    require_one_of(identity, door, PERSONAL)
    case, as_of = known.document, known.as_of
    answer: dict[str, Any] | None = case.get("siak_answer")
    if answer is None:
        return Comparison(as_of=as_of)
    look = Look("nik" if reveal else "klaim", reason_code=reason)
    claims = await sealed_part(door, identity, case, answer["claims"], look)
    if not reveal and _COMPARES not in identity.account.capabilities(door.clock.now()):
        claims = masked(claims)
    return Comparison(
        as_of=as_of,
        outcome=answer["outcome"],
        meaning=outcome_in_words(answer["outcome"]),
        at=answer["at"],
        evidence_sha256=answer["evidence_sha256"],
        fields=tuple(compared(claims, answer["verdicts"])),
    )
