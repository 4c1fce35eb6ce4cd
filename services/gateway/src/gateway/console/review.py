"""Steps 4 and 5, Kepala Seksi and Kepala Bidang: check and verify; and the way to the next task."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from gateway import bodies
from gateway.console.doing import do, said_no, spot_in, text_in, texts_in, wish
from gateway.console.pages import Visit
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import queue
from gateway.routes.waiting import CaughtUp

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_MOST_REASONS: Final = 3
_UNTICKED: Final = "Periksa dan centang dahulu setiap dokumen."
_UNREASONED: Final = "Pilih dahulu alasan pengembalian."
_CASE: Final = "/permohonan/{case_id}"


@router.post(f"{_CASE}/approve-draft")
async def approve(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The draft agrees with the application."""
    return await _agree(bodies.ApproveDraftBody, case_id, visit, form)


@router.post(f"{_CASE}/verify-draft")
async def verify(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Ready to be signed."""
    return await _agree(bodies.VerifyDraftBody, case_id, visit, form)


@router.post(f"{_CASE}/return-draft")
async def return_draft(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Back to the SIAK operator."""
    return await _send_back(bodies.ReturnDraftBody, case_id, visit, form)


@router.post(f"{_CASE}/return-verification")
async def return_verification(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Back to the Kasi."""
    return await _send_back(bodies.ReturnVerificationBody, case_id, visit, form)


async def _agree(
    kind: type[bodies.DocumentsBody], case_id: UUID, visit: Visit, form: FormData
) -> Response:
    seen = documents_in(form)
    if seen is None:
        return said_no(visit, _UNTICKED)
    return await do(visit, case_id, form, wish(kind, document_sha256=seen))


async def _send_back(
    kind: type[bodies.ReasonsBody], case_id: UUID, visit: Visit, form: FormData
) -> Response:
    reasons = reasons_in(form)
    if not reasons:
        return said_no(visit, _UNREASONED)
    return await do(visit, case_id, form, wish(kind, reasons=reasons))


@router.get("/tugas-berikut", dependencies=[CaughtUp])
async def next_task(visit: VisitDep, selain: UUID | None = None) -> Response:
    """The most urgent task that waits for the visitor."""
    wanted = queue.WantedTasks()
    found = await queue.tasks(visit.identity, visit.door, wanted, visit.unconditional)
    for task in found.tasks:
        is_free = task.taken_by in (None, visit.account) and not task.needs_other_eyes
        if is_free and not task.paused_for and task.case_id != selain:
            return RedirectResponse(f"/permohonan/{task.case_id}", 303)
    return RedirectResponse("/antrean?kabar=no-next-task", 303)


def documents_in(form: FormData) -> tuple[str, ...] | None:
    """The documents of the page, if each was ticked; in the order in which the page has them."""
    shown, ticked = texts_in(form, "dokumen"), texts_in(form, "cocok")
    return shown if shown and set(shown) <= set(ticked) else None


def reasons_in(form: FormData) -> tuple[dict[str, Any], ...]:
    """Why it goes back: code, field, note and place of each line that names a code."""
    lines = range(_MOST_REASONS)
    return tuple(
        {
            "code": text_in(form, f"alasan.{each}"),
            "field": text_in(form, f"isian.{each}") or None,
            "note": text_in(form, f"catatan.{each}") or None,
            "spot": spot_in(form, f"tempat.{each}"),
        }
        for each in lines
        if text_in(form, f"alasan.{each}")
    )
