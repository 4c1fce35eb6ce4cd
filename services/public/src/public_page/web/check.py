"""``/cek``: does a document hold, by the code behind its QR; and is a file what it claims to be."""

import hashlib
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from jamila_runtime.mongo import Document
from public_page import words
from public_page.checking import FileVerdict
from public_page.codes import document_code
from public_page.web.desk import LOOKUPS, Address, Desk, TheDesk
from public_page.web.pages import page
from public_page.web.reading import NoFileError, field, file_and_field

UPLOAD_PATH: Final = "/cek/berkas"

router = APIRouter()
_NO_CODE: Final = "-"

Colour = Literal["baik", "awas", "buruk"]


@router.get("/cek")
async def ask(request: Request) -> Response:
    """The form for a code, and the one for a file."""
    return page(request, "cek", unknown=False)


@router.post("/cek")
async def check_typed(request: Request, desk: TheDesk, address: Address) -> Response:
    """The code as it was typed: go to where its QR leads."""
    code = document_code(await field(request, "kode"))
    if code is not None:
        return RedirectResponse(f"/cek/{code}", 303)
    return await check(request, "", desk, address)


@router.post(UPLOAD_PATH)
async def check_file(request: Request, desk: TheDesk, address: Address) -> Response:
    """A file, judged in a process of its own and forgotten."""
    desk.count("berkas", address)
    try:
        content, typed = await file_and_field(request, file="berkas", also="kode")
    except NoFileError:
        return page(request, "berkas", http=400, problem="tanpa-berkas", findings=None)
    if len(content) > desk.max_upload_bytes:
        return page(request, "berkas", http=413, problem="terlalu-besar", findings=None)
    issued = await desk.views.document_of_file(hashlib.sha256(content).hexdigest())
    verdict = await desk.checker.check(content)
    if verdict.unreadable is not None:
        return page(request, "berkas", http=422, problem=verdict.unreadable, findings=None)
    LOOKUPS.labels("berkas", "found" if issued else "unknown").inc()
    findings = _findings(verdict, issued, expected=document_code(typed))
    return page(request, "berkas", problem=None, findings=findings)


@router.get("/cek/{typed}")
async def check(request: Request, typed: str, desk: TheDesk, address: Address) -> Response:
    """Where the QR leads."""
    desk.count("kode", address)
    code = document_code(typed)
    async with desk.evenly():
        found = await desk.views.document(code or _NO_CODE)
        if found is None:
            LOOKUPS.labels("cek", "unknown").inc()
            return page(request, "cek", http=404, unknown=True)
        desk.limits.give_back("kode", address)
        LOOKUPS.labels("cek", "found").inc()
        return page(request, "dokumen", **_shown(found, desk))


def _shown(found: Document, desk: Desk) -> dict[str, Any]:
    return {
        "code": found["code"],
        "kind": words.document(found["kind"]),
        "day": desk.time.day(found["signed_at"]),
        "ended": found["ended"],
        "ended_day": desk.time.day(found["ended_at"]) if found["ended_at"] else None,
    }


def _findings(
    verdict: FileVerdict, issued: Document | None, *, expected: str | None
) -> dict[str, Any]:
    """What the page says of a file that could be read."""
    belongs = issued is not None and expected in (None, issued["code"])
    return {
        "verdict": verdict,
        "colour": _colour(verdict, issued, belongs=belongs),
        "is_issued": issued is not None,
        "belongs": belongs,
        "ended": issued["ended"] if issued else None,
        "kind": words.document(issued["kind"]) if issued else None,
        "code": issued["code"] if issued else None,
    }


def _colour(verdict: FileVerdict, issued: Document | None, *, belongs: bool) -> Colour:
    if not verdict.valid:
        return "buruk"
    if issued is None or issued["ended"] or not belongs:
        return "awas"
    return "baik"
