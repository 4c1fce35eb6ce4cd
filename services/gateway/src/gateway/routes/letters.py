"""The office's letters as PDF: receipt, return letter, hand-over list; nothing of them is kept."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway.access import IdentityDep
from gateway.disclosure import applicant_of, may_see_papers
from gateway.door import Door, DoorDep
from gateway.letters import (
    LetterNotPossibleError,
    LettersNotConfiguredError,
    hand_over_row,
    is_ready,
    receipt_of,
    return_letter_of,
)
from gateway.routes.waiting import CaughtUp
from jamila_contracts.catalogue import load_catalogue
from jamila_pdf.letters import (
    HandOverList,
    Letterhead,
    draw_hand_over_list,
    draw_receipt,
    draw_return_letter,
)
from jamila_pdf.letters.letterhead import office_day

router = APIRouter(tags=["surat"], dependencies=[CaughtUp])

Text = Annotated[str, Field(min_length=1, max_length=60)]
_PDF = "application/pdf"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The letter.",
        "content": {_PDF: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class HandOverBody(BaseModel):
    """Whose documents go to which village."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    village: Text
    district: Text
    case_ids: tuple[UUID, ...] = Field(min_length=1, max_length=100)


@router.get(
    "/cases/{case_id}/letters/receipt",
    summary="Tanda terima",
    response_class=Response,
    responses=_BYTES,
)
async def receipt(case_id: UUID, identity: IdentityDep, door: DoorDep) -> Response:
    """The receipt with the code and the QR that leads to the public page; it names nobody."""
    may_see_papers(door, identity)
    letter = receipt_of(await door.views.case(case_id), load_catalogue())
    return _pdf(await asyncio.to_thread(draw_receipt, letter, _head(door)), "tanda-terima")


@router.get(
    "/cases/{case_id}/letters/return",
    summary="Surat pengembalian berkas",
    response_class=Response,
    responses=_BYTES,
)
async def return_letter(case_id: UUID, identity: IdentityDep, door: DoorDep) -> Response:
    """What is asked of the applicant again, and why; it names nobody."""
    may_see_papers(door, identity)
    letter = return_letter_of(await door.views.case(case_id), load_catalogue())
    drawn = await asyncio.to_thread(draw_return_letter, letter, _head(door))
    return _pdf(drawn, "pengembalian-berkas")


@router.post(
    "/letters/hand-over",
    summary="Daftar serah terima kolektif",
    response_class=Response,
    responses=_BYTES,
)
async def hand_over(body: HandOverBody, identity: IdentityDep, door: DoorDep) -> Response:
    """Names and documents for a village, with room for signatures; each name is a recorded read."""
    may_see_papers(door, identity)
    head = _head(door)
    rows = []
    for case_id in dict.fromkeys(body.case_ids):
        case = await door.views.case(case_id)
        if not is_ready(case):
            raise LetterNotPossibleError("nothing to hand over", case_id=str(case_id))
        rows.append(hand_over_row(case, await applicant_of(door, identity, case)))
    today = office_day(door.clock.now())
    listed = HandOverList(body.village, body.district, today, tuple(rows))
    return _pdf(await asyncio.to_thread(draw_hand_over_list, listed, head), "serah-terima")


def _head(door: Door) -> Letterhead:
    if door.letterhead is None:
        raise LettersNotConfiguredError("the address of the public page is not set")
    return door.letterhead


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content,
        media_type=_PDF,
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
