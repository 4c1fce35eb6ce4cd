"""``/lacak``: where an application stands, by its receipt code."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from jamila_ledger.calendar import CalendarRangeError, working_time
from jamila_runtime.mongo import Document
from public_page import words
from public_page.codes import receipt_code
from public_page.web.desk import LOOKUPS, Address, Desk, TheDesk
from public_page.web.pages import page
from public_page.web.reading import field

router = APIRouter()
_NO_CODE = "-"
"""Looked up in place of what cannot be a code, so that it costs the same."""


@router.get("/lacak")
async def ask(request: Request) -> Response:
    """The form."""
    return page(request, "lacak", unknown=False)


@router.post("/lacak")
async def track_typed(request: Request, desk: TheDesk, address: Address) -> Response:
    """The code as it was typed; it stands in no address."""
    return await _track(request, desk, address, typed=await field(request, "kode"))


@router.get("/lacak/{typed}")
async def track_linked(request: Request, typed: str, desk: TheDesk, address: Address) -> Response:
    """The code as a link in a message has it."""
    return await _track(request, desk, address, typed=typed)


async def _track(request: Request, desk: Desk, address: str, *, typed: str) -> Response:
    desk.count("kode", address)
    code = receipt_code(typed)
    async with desk.evenly():
        found = await desk.views.application(code or _NO_CODE)
        if found is None:
            LOOKUPS.labels("lacak", "unknown").inc()
            return page(request, "lacak", http=404, unknown=True)
        desk.limits.give_back("kode", address)
        LOOKUPS.labels("lacak", "found").inc()
        return page(request, "posisi", **_shown(found, desk))


def _shown(case: Document, desk: Desk) -> dict[str, Any]:
    """What the page says; everything it needs is in the document but the present moment."""
    now = desk.clock.now()
    return {
        "code": case["receipt_code"],
        "service": words.service(case["service_id"]),
        "status": case["status"],
        "step": case["step"],
        "steps": words.STEPS,
        "since": case["since"],
        "pause": words.reason(case["paused_for"]) if case["state"] == "jeda" else None,
        "asked": [words.problem(item) for item in case["asked"]],
        "promise": _promise(case, desk, now),
        "documents": [
            {"kind": words.document(each["kind"]), "code": each["code"], "ended": each["ended"]}
            for each in case["documents"]
        ],
        "as_of": case["as_of"],
    }


def _promise(case: Document, desk: Desk, now: datetime) -> dict[str, Any] | None:
    """What is left of the promised time; None when nothing is promised just now."""
    if case["step"] is None:
        return None
    left = timedelta(seconds=case["left"])
    if case["promised_at"] is None:
        # The clock stands still, or the time was used up already at the last fact.
        return {"left": words.stretch(left), "until": None, "is_late": not case["left"]}
    until: datetime = case["promised_at"]
    if now >= until:
        return {"left": None, "until": until, "is_late": True}
    try:
        left = working_time(now, until, desk.calendar)
    except CalendarRangeError:
        left = until - now
    return {"left": words.stretch(left), "until": until, "is_late": False}
