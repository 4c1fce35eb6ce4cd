"""The bytes of papers and documents, decrypted on the way to whoever needs them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response

from gateway.access import IdentityDep
from gateway.access_log import Look
from gateway.accounts import Identity
from gateway.disclosure import may_see_documents, may_see_papers, show_paper
from gateway.door import Door, DoorDep
from gateway.routes.reasons import ReadReason
from gateway.routes.seeing import tell_seen
from gateway.routes.waiting import CaughtUp
from jamila_runtime.mongo import Document
from jamila_runtime.objects import ObjectMissingError

router = APIRouter(prefix="/cases/{case_id}", tags=["berkas"], dependencies=[CaughtUp])

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
PDF = "application/pdf"
_SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", PDF: "pdf"}
# Sandboxed: whatever a paper contains, it runs nothing and reaches nothing here.
_POLICY = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The very bytes.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in _SUFFIXES
        },
    }
}


@router.get("/papers/{sha256}", summary="Satu berkas", response_class=Response, responses=_BYTES)
async def paper(
    case_id: UUID,
    sha256: Digest,
    identity: IdentityDep,
    door: DoorDep,
    reason: ReadReason = None,
) -> Response:
    """A paper that the applicant sent."""
    case, media_type = await paper_named(door, identity, case_id, sha256)
    content = await show_paper(door, identity, case, Look("berkas", sha256, reason))
    return _inline(content, media_type, name=f"berkas-{sha256[:12]}")


@router.get(
    "/documents/{sha256}", summary="Satu dokumen", response_class=Response, responses=_BYTES
)
async def document(
    case_id: UUID,
    sha256: Digest,
    identity: IdentityDep,
    door: DoorDep,
    reason: ReadReason = None,
) -> Response:
    """A draft, the bytes to be signed, or a signed document."""
    case = await document_named(door, identity, case_id, sha256)
    content = await show_paper(door, identity, case, Look("dokumen", sha256, reason))
    await tell_seen(door, identity, case_id, case, sha256=sha256)
    return _inline(content, PDF, name=f"dokumen-{sha256[:12]}")


async def paper_named(
    door: Door, identity: Identity, case_id: UUID, sha256: str
) -> tuple[Document, str]:
    """The case of a paper that the account may see, and the media type of the paper."""
    may_see_papers(door, identity)
    case = await door.views.case(case_id)
    known = {each["sha256"]: each["media_type"] for each in case["papers"]}
    if sha256 not in known:
        raise ObjectMissingError(f"no paper {sha256[:12]} in case {case_id}")
    return case, known[sha256]


async def document_named(door: Door, identity: Identity, case_id: UUID, sha256: str) -> Document:
    """The case of a document that the account may see."""
    may_see_documents(door, identity)
    case = await door.views.case(case_id)
    if sha256 not in _documents_of(case):
        raise ObjectMissingError(f"no document {sha256[:12]} in case {case_id}")
    return case


def _documents_of(case: Document) -> set[str]:
    drafts = [(each["draft_sha256"], each["document_sha256"]) for each in case["drafts"]]
    signed = [(each["document_sha256"], each["signed_sha256"]) for each in case["signed"]]
    return {digest for pair in (*drafts, *signed) for digest in pair}


def _inline(content: bytes, media_type: str, *, name: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'inline; filename="{name}.{_SUFFIXES[media_type]}"',
            "Content-Security-Policy": _POLICY,
        },
    )
