"""Papers and documents page by page, as pictures: for screens that show no PDF.

To open one is one recorded read; its other pages, and looking again within ten minutes in the same
session, are not. A document counts as seen, for whoever signs, when it is opened.
"""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from gateway.access import IdentityDep
from gateway.access_log import Look
from gateway.accounts import Identity
from gateway.disclosure import show_paper
from gateway.door import Door, DoorDep
from gateway.page_images import MEDIA_TYPE
from gateway.routes.papers import PDF, Digest, document_named, paper_named
from gateway.routes.reasons import ReadReason
from gateway.routes.seeing import tell_seen
from gateway.routes.waiting import CaughtUp
from gateway.sheets import Sheet
from jamila_runtime.mongo import Document
from jamila_runtime.objects import ObjectMissingError
from jamila_runtime.vault import CaseKeyMissingError

router = APIRouter(prefix="/cases/{case_id}", tags=["berkas"], dependencies=[CaughtUp])

PAGES: Final = "Jamila-Pages"
"""Header: how many pages the file has."""
Number = Annotated[int, Path(ge=1, le=1000, description="From 1.")]
_PICTURES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A picture of the page.",
        "headers": {
            PAGES: {
                "description": "Pages of the file; of a long one only the first are drawn.",
                "schema": {"type": "integer"},
            }
        },
        "content": {
            each: {"schema": {"type": "string", "format": "binary"}}
            for each in ("image/jpeg", "image/png", MEDIA_TYPE)
        },
    }
}


async def open_paper(
    case_id: UUID, sha256: Digest, identity: IdentityDep, door: DoorDep, reason: ReadReason = None
) -> Sheet:
    """A paper, laid open."""
    case, media_type = await paper_named(door, identity, case_id, sha256)
    look = Look("berkas", sha256, reason)
    return await _laid_open(door, identity, case, look, media_type=media_type)


async def open_document(
    case_id: UUID, sha256: Digest, identity: IdentityDep, door: DoorDep, reason: ReadReason = None
) -> Sheet:
    """A document, laid open; whoever signs has seen it."""
    case = await document_named(door, identity, case_id, sha256)
    look = Look("dokumen", sha256, reason)
    sheet = await _laid_open(door, identity, case, look, media_type=PDF)
    await tell_seen(door, identity, case_id, case, sha256=sha256)
    return sheet


@router.get(
    "/papers/{sha256}/pages/{number}",
    summary="Satu halaman berkas sebagai gambar",
    response_class=Response,
    responses=_PICTURES,
)
async def page_of_paper(number: Number, sheet: Annotated[Sheet, Depends(open_paper)]) -> Response:
    """One page of a paper; a photo has one."""
    return _picture(sheet, number, kind="paper")


@router.get(
    "/documents/{sha256}/pages/{number}",
    summary="Satu halaman dokumen sebagai gambar",
    response_class=Response,
    responses=_PICTURES,
)
async def page_of_document(
    number: Number, sheet: Annotated[Sheet, Depends(open_document)]
) -> Response:
    """One page of a draft or a signed document."""
    return _picture(sheet, number, kind="document")


async def _laid_open(
    door: Door, identity: Identity, case: Document, look: Look, *, media_type: str
) -> Sheet:
    case_id = UUID(case["_id"])
    # What lies open in memory ends with the case as everything else does.
    if case["personal_data_erased"]:
        raise CaseKeyMissingError(f"case {case_id} was forgotten", case_id=str(case_id))
    key = (identity.session.token_sha256, str(case_id), look.item or "")

    async def fetch() -> bytes:
        return await show_paper(door, identity, case, look)

    return await door.sheets.lay_open(key, fetch, media_type=media_type)


def _picture(sheet: Sheet, number: int, *, kind: Literal["paper", "document"]) -> Response:
    if number > len(sheet.pictures):
        raise ObjectMissingError(f"no such page of this {kind}")
    headers = {PAGES: str(sheet.total)}
    return Response(sheet.pictures[number - 1], media_type=sheet.picture_type, headers=headers)
