"""``/kolektif``: a village brings the applications of many families at once.

The list lives in the page until it is taken in. Afterwards the address of the batch is enough:
files find their row by their name, and handing in answers what became of each row.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from gateway.asking import Asked, ask
from gateway.bodies_desk import BeginEntryBody, OpenBatchBody, SubmitBatchBody
from gateway.console.doing import go_on, key_in, text_in, texts_in, wish
from gateway.console.listing import Row, read_rows
from gateway.console.pages import Visit, page
from gateway.console.refusing import sentences, with_sentences
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.letters import LetterNotPossibleError
from gateway.paging import MalformedRequestError
from gateway.problems import CaseUnknownError, meaning_of
from gateway.routes import desk, finding, letters
from gateway.routes.waiting import CaughtUp
from jamila_runtime.errors import JamilaError

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_HERE: Final = "/kolektif"
_NEWEST: Final = 200
_LONGEST: Final = 100_000
_LAST_STEP: Final = 8


@dataclass(frozen=True)
class Sender:
    """Who brings the list."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Shown:
    """A list that was not taken in yet, as the page shows it."""

    text: str = ""
    rows: tuple[Row, ...] = ()
    sender: Sender = Sender()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """A list that was taken in, and what became of rows and files."""

    rows: tuple[Row, ...]
    kept: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


@router.get(_HERE)
async def begin(visit: VisitDep) -> Response:
    """The form for a new list, and the lists among the newest cases."""
    desk.must_be_operator(visit.identity, visit.door)
    newest = await visit.door.views.cases(finding.Wanted().filter(), limit=_NEWEST, cursor=None)
    batches = Counter(each["batch_id"] for each in newest.documents if each.get("batch_id"))
    return page(visit, "kolektif", batches=batches, batch_id=uuid4(), shown=Shown())


@router.post("/unggah/kolektif/{batch_id}")
async def take_in(batch_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Take in a list; what is wrong with a row stands beside it."""
    text = await _text_in(form)
    rows, sender = read_rows(text), _sender_in(form)
    shown = Shown(text, rows, sender)
    if fault := _fault(rows, sender):
        return _list(visit, batch_id, replace(shown, errors=(fault,)))
    begun = Asked(batch_id, uuid5(batch_id, "begin"))
    reply = await ask(visit.door, visit.identity, BeginEntryBody(channel="kolektif"), begun)
    if reply.problem is None:
        asked = Asked(batch_id, key_in(form))
        reply = await ask(visit.door, visit.identity, _body(form, rows, sender), asked)
    if reply.problem is not None:
        errors = sentences(reply.problem)
        told = _told(rows, reply.problem.data)
        return _list(visit, batch_id, replace(shown, rows=told, errors=errors))
    return _batch(visit, batch_id, Batch(_told(rows, reply.result)))


@router.get("/kolektif/{batch_id}", dependencies=[CaughtUp])
async def batch(batch_id: UUID, visit: VisitDep, nama: str = "") -> Response:
    """Where each family stands; with ``nama`` also who it is, each a recorded read."""
    desk.must_be_operator(visit.identity, visit.door)
    try:
        listed = await desk.batch(batch_id, visit.identity, visit.door, personal_data=nama == "ya")
    except CaseUnknownError:
        listed = None
    return page(visit, "kolektif_serah", batch_id=batch_id, listed=listed, named=nama == "ya")


@router.post("/unggah/kolektif-berkas/{batch_id}")
async def papers(batch_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Papers for the rows that their names begin with."""
    kept: list[str] = []
    faults: list[tuple[str, str]] = []
    for at, file in enumerate(form.getlist("berkas")):
        if isinstance(file, UploadFile) and file.size:
            fault = await _keep(visit, batch_id, file, key=uuid5(key_in(form), str(at)))
            if fault is None:
                kept.append(file.filename or "")
            else:
                faults.append((file.filename or "", fault))
    return _batch(visit, batch_id, Batch(_rows_in(form), tuple(kept), tuple(faults)))


@router.post("/unggah/kolektif-ajukan/{batch_id}")
async def hand_in(batch_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Hand in every row that has its papers."""
    reply = await ask(visit.door, visit.identity, SubmitBatchBody(), Asked(batch_id, key_in(form)))
    if reply.problem is not None and reply.problem.slug != "list-invalid":
        return with_sentences(visit, reply.problem)
    answered = reply.result if reply.problem is None else reply.problem.data
    rows = _told(_rows_in(form), answered)
    if reply.problem is None and not any(each.errors for each in rows):
        after = f"{reply.service}:{reply.log_position}"
        return go_on(visit, f"{_HERE}/{batch_id}", "submit-batch", after=after)
    return _batch(visit, batch_id, Batch(rows), http=422)


@router.post("/kolektif/{batch_id}/serah-terima")
async def hand_over_list(batch_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The list that the village signs, as PDF; every name in it is a recorded read."""
    listed = await desk.batch(batch_id, visit.identity, visit.door)
    ready = tuple(each.case_id for each in listed.rows if each.step == _LAST_STEP)
    if not ready:
        raise LetterNotPossibleError("nothing to hand over")
    village, district = text_in(form, "desa")[:60] or "-", text_in(form, "kecamatan")[:60] or "-"
    body = letters.HandOverBody(village=village, district=district, case_ids=ready)
    return await letters.hand_over(body, visit.identity, visit.door)


async def _keep(visit: Visit, batch_id: UUID, file: UploadFile, *, key: UUID) -> str | None:
    """Why a file was not kept; None: it was."""
    try:
        case_id, item_id = desk.row_and_item(batch_id, file.filename or "")
        content, media_type = await file.read(), (file.content_type or "")[:100]
        paper = desk.NewPaper(case_id, key, content, media_type, item_id)
        reply = await desk.keep_paper(visit.door, visit.identity, paper)
    except MalformedRequestError:
        return "Nama berkas harus diawali nomor baris, misalnya 03-kk.jpg."
    except JamilaError as error:
        if error.slug == "personal-data-forgotten":
            return "Tidak ada baris dengan nomor itu dalam daftar."
        return meaning_of(error.slug).title
    return None if reply.problem is None else " ".join(sentences(reply.problem))


async def _text_in(form: FormData) -> str:
    file = form.get("berkas")
    if isinstance(file, UploadFile) and file.size:
        return (await file.read(_LONGEST)).decode("utf-8", errors="replace")
    return text_in(form, "daftar")


def _fault(rows: tuple[Row, ...], sender: Sender) -> str | None:
    if not rows:
        return "Tempel atau pilih daftarnya."
    if not sender.name:
        return "Tulis siapa yang membawa daftar."
    return "Lengkapi baris yang ditandai." if any(each.errors for each in rows) else None


def _body(form: FormData, rows: tuple[Row, ...], sender: Sender) -> OpenBatchBody:
    said = {
        "sender": {"name": sender.name, "phone": sender.phone or None},
        "rows": [each.body() for each in rows],
    }
    mode = "per-baris" if text_in(form, "cara") == "per-baris" else "semua"
    return wish(OpenBatchBody, manifest=said, mode=mode)


def _sender_in(form: FormData) -> Sender:
    return Sender(text_in(form, "pembawa")[:200], text_in(form, "telepon")[:32])


def _told(rows: tuple[Row, ...], told: dict[str, Any]) -> tuple[Row, ...]:
    """The rows of the page, or those of the answer, each with what became of it."""
    known = {_row_key(str(each["row"])): each for each in told.get("rows") or ()}
    rows = rows or tuple(Row(each, "", "", "", "") for each in known)
    return tuple(each.with_outcome(known.get(_row_key(each.row))) for each in rows)


def _row_key(row: str) -> str:
    return row.lower().lstrip("0")


def _rows_in(form: FormData) -> tuple[Row, ...]:
    """The rows as the page carries them: number, service and name."""
    cells = [[*each.split("|"), "", ""] for each in texts_in(form, "baris")]
    return tuple(Row(each[0], each[1], each[2], "", "") for each in cells)


def _list(visit: Visit, batch_id: UUID, shown: Shown) -> Response:
    name = "_kolektif_daftar" if visit.is_partial else "kolektif"
    answer = page(visit, name, batch_id=batch_id, batches={}, shown=shown, http=422)
    answer.headers["HX-Retarget"] = "#layar"
    return answer


def _batch(visit: Visit, batch_id: UUID, batch: Batch, *, http: int = 200) -> Response:
    name = "_kolektif_berkas" if visit.is_partial else "kolektif_berkas"
    answer = page(visit, name, batch_id=batch_id, batch=batch, http=http)
    answer.headers["HX-Retarget"] = "#layar"
    return answer
