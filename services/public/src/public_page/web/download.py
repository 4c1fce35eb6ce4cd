"""``/unduh``: the signed documents behind a link and a PIN.

Looking at a link changes nothing, so a messenger that fetches it for a preview spoils nothing. The
right PIN gives a proof in a cookie; with it the documents are plain addresses, which every phone
can download, however its browser goes about it.
"""

from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from public_page import words
from public_page.domain import DownloadLink, LinkClosedError, PinWrongError
from public_page.proofs import PROOF_LIFETIME
from public_page.web.desk import Address, Desk, TheDesk
from public_page.web.pages import page
from public_page.web.reading import field

router = APIRouter()
_COOKIE: Final = "bukti-pin"


@router.get("/unduh/{token}")
async def look(request: Request, token: str, desk: TheDesk) -> Response:
    """The form for the PIN, or the documents for whoever has entered it."""
    proof = request.cookies.get(_COOKIE, "")
    try:
        link = await run_in_threadpool(desk.links.documents, token, proof)
    except LinkClosedError as error:
        return _closed(request, error)
    except PinWrongError:
        return page(request, "pin", token=token, tries_left=None)
    return page(request, "unduhan", token=token, documents=_names(link))


@router.post("/unduh/{token}")
async def enter(request: Request, token: str, desk: TheDesk, address: Address) -> Response:
    """The PIN, counted durably before it is answered."""
    desk.count("pin", address)
    pin = "".join((await field(request, "pin")).split())
    try:
        proof = await run_in_threadpool(desk.links.enter_pin, token, pin)
    except LinkClosedError as error:
        return _closed(request, error)
    except PinWrongError as error:
        if not error.tries_left:
            return _closed(request, LinkClosedError("terkunci"))
        return page(request, "pin", http=403, token=token, tries_left=error.tries_left)
    desk.limits.give_back("pin", address)
    return _with_proof(RedirectResponse(request.url.path, 303), proof, request, desk)


@router.get("/unduh/{token}/{number}")
async def fetch(request: Request, token: str, number: int, desk: TheDesk) -> Response:
    """One document, recorded as handed out before its first byte leaves."""
    proof = request.cookies.get(_COOKIE, "")
    try:
        content = await run_in_threadpool(desk.links.hand_out, token, proof, number - 1)
    except LinkClosedError as error:
        return _closed(request, error)
    except PinWrongError:
        return RedirectResponse(request.url.path.rpartition("/")[0], 303)
    # A neutral name: the folder of downloads is not the applicant's alone.
    disposition = f'attachment; filename="dokumen-{number}.pdf"'
    headers = {"Content-Disposition": disposition}
    return Response(content, media_type="application/pdf", headers=headers)


def _with_proof(response: Response, proof: str, request: Request, desk: Desk) -> Response:
    response.set_cookie(
        _COOKIE,
        proof,
        max_age=int(PROOF_LIFETIME.total_seconds()),
        path=request.url.path,
        secure=desk.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return response


def _closed(request: Request, error: LinkClosedError) -> Response:
    status = 404 if error.reason == "tidak-dikenal" else 410
    return page(request, "tertutup", http=status, why=words.CLOSED[error.reason])


def _names(link: DownloadLink) -> list[str]:
    return [words.document(document.kind) for document in link.offer.documents]
