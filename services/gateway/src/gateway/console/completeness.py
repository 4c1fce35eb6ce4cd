"""Step 1, Operator Layanan: are the papers complete? Also: add a paper, end an application."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from gateway.bodies import AcceptPapersBody, CancelApplicationBody, ReturnPapersBody
from gateway.console import words
from gateway.console.doing import do, go_on, key_in, said_no, spot_in, text_in, texts_in, wish
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.paging import MalformedRequestError
from gateway.routes.desk import NewPaper, keep_paper, must_be_operator

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_PAPER: Final = "berkas."
_PROBLEM: Final = "masalah."
_SPOT: Final = "tempat."
_OTHER_ITEM: Final = "lain"


@router.post("/permohonan/{case_id}/periksa")
async def decide(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Complete, or something is missing: the button says which."""
    match text_in(form, "putusan"):
        case "lengkap":
            return await _accept(case_id, visit, form)
        case "kurang":
            return await _ask_again(case_id, visit, form)
    raise MalformedRequestError("the form says neither complete nor missing")


@router.post("/permohonan/{case_id}/cancel-application")
async def cancel(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The application ends without a document."""
    body: CancelApplicationBody = wish(CancelApplicationBody, reason_code=text_in(form, "alasan"))
    return await do(visit, case_id, form, body)


@router.post("/unggah/berkas/{case_id}")
async def add_paper(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """A paper that was brought to the counter; it is examined like those of WhatsApp."""
    must_be_operator(visit.identity, visit.door)
    file = form.get("berkas")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content or not isinstance(file, UploadFile):
        return said_no(visit, "Pilih dahulu foto atau PDF yang akan ditambahkan.")
    paper = NewPaper(
        case_id=case_id,
        key=key_in(form),
        content=content,
        media_type=(file.content_type or "")[:100],
        item_id=text_in(form, "item") or None,
    )
    reply = await keep_paper(visit.door, visit.identity, paper)
    if reply.problem is not None:
        return said_no(visit, reply.problem.data.get("message"), problem=reply.problem)
    after = f"{reply.service}:{reply.log_position}"
    return go_on(visit, f"/permohonan/{case_id}", "add-paper", after=after)


async def _accept(case_id: UUID, visit: VisitDep, form: FormData) -> Response:
    ticked = texts_in(form, "ada")
    open_items = [each for each in texts_in(form, "wajib") if each not in ticked]
    if open_items:
        names = ", ".join(map(words.item, open_items))
        return said_no(visit, f"Belum dicentang: {names}.")
    if _problems(form):
        return said_no(visit, "Masih ada berkas yang ditandai bermasalah. Hapus dahulu tandanya.")
    items = {sha256: item for item, sha256 in _named(form, _PAPER).items()}
    return await do(visit, case_id, form, wish(AcceptPapersBody, items=items))


async def _ask_again(case_id: UUID, visit: VisitDep, form: FormData) -> Response:
    problems = _problems(form)
    if not problems:
        return said_no(visit, "Tandai dahulu berkas mana yang kurang, dan apa kekurangannya.")
    return await do(visit, case_id, form, wish(ReturnPapersBody, problems=problems))


def _problems(form: FormData) -> list[dict[str, Any]]:
    """What is wrong, by item; the last row names an item beyond the checklist."""
    found = _named(form, _PROBLEM)
    other, reason = text_in(form, _OTHER_ITEM), found.pop(_OTHER_ITEM, "")
    if other and reason:
        found[other] = reason
    return [
        {"item_id": item, "reason_code": code, "spot": spot_in(form, f"{_SPOT}{item}")}
        for item, code in found.items()
    ]


def _named(form: FormData, prefix: str) -> dict[str, str]:
    """Fields ``prefix`` and item, those that say something."""
    found = {
        name.removeprefix(prefix): text_in(form, name) for name in form if name.startswith(prefix)
    }
    return {item: value for item, value in found.items() if value}
