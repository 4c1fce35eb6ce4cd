"""``/loket``: an application is written down for somebody who stands at the counter.

Until it is handed in, what was answered lives in the page alone: it comes with each request and
goes back with each answer, so that nothing of a person stands in an address or in a store of its
own. Files go to the intake at once, under the key of the entry.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.asking import Asked, ask
from gateway.bodies_desk import BeginEntryBody, DropEntryBody, SubmitEntryBody
from gateway.console.doing import do, go_on, key_in, text_in, texts_in, wish
from gateway.console.filling import Filled
from gateway.console.pages import Visit, page
from gateway.console.refusing import sentences
from gateway.console.tasks_at import case_of
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.problems import meaning_of
from gateway.routes import desk
from gateway.routes.waiting import CaughtUp
from jamila_contracts.catalogue import Topic, load_catalogue
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_runtime.errors import JamilaError

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_ENTRIES: Final = uuid5(NAMESPACE_URL, "jamila:entries")
_FACT, _FILE = "jawaban.", "berkas."
_OTHER: Final = "lain"


@dataclass(frozen=True)
class Written:
    """The page as it stands."""

    entry_id: UUID
    filled: Filled
    name: str = ""
    phone: str = ""
    stage: str = "data"
    papers: tuple[tuple[str, str], ...] = ()
    """Item (empty: unknown) and digest of each paper that was kept."""
    hints: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    insists: bool = False
    """Somebody wants to go on: what is empty is missing."""

    @property
    def given(self) -> frozenset[str]:
        """The items that are there."""
        return frozenset(item for item, _ in self.papers if item)

    @property
    def missing(self) -> tuple[str, ...]:
        """Required items that nothing answers yet."""
        lines = self.filled.checklist(self.given)
        return tuple(each.item_id for each in lines if each.required and not each.is_given)


@router.get("/loket")
async def topics(visit: VisitDep) -> Response:
    """What somebody may want."""
    desk.must_be_operator(visit.identity, visit.door)
    return page(visit, "loket", groups=load_catalogue().groups)


@router.post("/loket/mulai")
async def begin(visit: VisitDep, form: FormDep) -> Response:
    """Begin to write; a double click begins the same entry."""
    topic = _topic(text_in(form, "urusan"))
    entry_id = uuid5(_ENTRIES, f"{key_in(form)}/{topic.id}")
    asked = Asked(entry_id, uuid5(entry_id, "begin"))
    reply = await ask(visit.door, visit.identity, BeginEntryBody(channel="loket"), asked)
    if reply.problem is not None:
        raise HTTPException(409)
    return go_on(visit, f"/loket/{entry_id}?urusan={topic.id}", "begin-entry")


@router.get("/loket/selesai/{case_id}", dependencies=[CaughtUp])
async def receipt(case_id: UUID, visit: VisitDep, kurang: str = "") -> Response:
    """The receipt code, large enough to be copied by hand."""
    desk.must_be_operator(visit.identity, visit.door)
    case = await case_of(visit, case_id)
    known = (load_catalogue().item(each) for each in kurang.split(","))
    missing = [each.label for each in known if each]
    has_letters = visit.door.letterhead is not None
    return page(visit, "loket_selesai", case=case, missing=missing, has_letters=has_letters)


@router.get("/loket/{entry_id}")
async def empty(entry_id: UUID, visit: VisitDep, urusan: str = "") -> Response:
    """The page before anything is answered."""
    desk.must_be_operator(visit.identity, visit.door)
    return _shown(visit, Written(entry_id, Filled(_topic(urusan), {}, _today(visit))))


@router.post("/loket/{entry_id}/buang")
async def drop(entry_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Give it up."""
    return await do(visit, entry_id, form, DropEntryBody(), then="/loket")


@router.post("/unggah/loket/{entry_id}")
async def write(entry_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Whatever is done on the page; what was typed comes back, or it goes on to the receipt."""
    written = _written(entry_id, visit, form)
    try:
        written = await _with_files(visit, form, written)
        if text_in(form, "aksi") == "ajukan" and not written.errors:
            return await _handed_in(visit, form, written)
    except JamilaError as error:
        written = replace(written, errors=(*written.errors, meaning_of(error.slug).title))
    return _shown(visit, written, http=422 if written.errors else 200)


async def _handed_in(visit: Visit, form: FormData, written: Written) -> Response:
    service = written.filled.service
    if service is None:
        open_ones = ("Masih ada pertanyaan yang belum dijawab.",)
        written = replace(written, stage="data", insists=True, errors=open_ones)
        return _shown(visit, written, http=422)
    applicant = {"name": written.name, "phone": written.phone or None}
    facts = written.filled.facts
    body = wish(SubmitEntryBody, service_id=service.id, applicant=applicant, facts=facts)
    reply = await ask(visit.door, visit.identity, body, Asked(written.entry_id, key_in(form)))
    if reply.problem is not None:
        errors = sentences(reply.problem)
        return _shown(visit, replace(written, errors=errors), http=422)
    missing = ",".join(written.missing)
    path = f"/loket/selesai/{written.entry_id}{f'?kurang={missing}' if missing else ''}"
    return go_on(visit, path, "submit-entry", after=f"{reply.service}:{reply.log_position}")


async def _with_files(visit: Visit, form: FormData, written: Written) -> Written:
    """Keep what was chosen; a file that cannot be used is named, and the others are kept."""
    papers = list(written.papers)
    hints: list[str] = []
    errors: list[str] = []
    key = key_in(form)
    for at, (field, file) in enumerate(form.multi_items()):
        if not isinstance(file, UploadFile) or not file.size or not field.startswith(_FILE):
            continue
        item_id = field.removeprefix(_FILE)
        item_id = "" if item_id == _OTHER else item_id
        paper = desk.NewPaper(
            case_id=written.entry_id,
            key=uuid5(key, f"{field}/{at}"),
            content=await file.read(),
            media_type=(file.content_type or "")[:100],
            item_id=item_id or None,
        )
        reply = await desk.keep_paper(visit.door, visit.identity, paper)
        label = load_catalogue().label_of(item_id) if item_id else "Berkas lain"
        if reply.problem is not None:
            errors += [f"{label}: {each}" for each in sentences(reply.problem)]
            continue
        papers.append((item_id, str(reply.result["sha256"])))
        if reply.result.get("message"):
            hints.append(f"{label}: {reply.result['message']}")
    kept = tuple(dict.fromkeys(papers))
    return replace(written, papers=kept, hints=tuple(hints), errors=tuple(errors))


def _written(entry_id: UUID, visit: Visit, form: FormData) -> Written:
    """What the page says."""
    answers = {
        name.removeprefix(_FACT): value
        for name, value in form.multi_items()
        if name.startswith(_FACT) and isinstance(value, str)
    }
    filled = Filled(_topic(text_in(form, "urusan")), answers, _today(visit))
    papers = [each.partition("|") for each in texts_in(form, "ada")]
    action = text_in(form, "aksi") or text_in(form, "tahap")
    name = text_in(form, "nama")[:200]
    wants_papers = action in ("berkas", "ajukan")
    is_ready = wants_papers and bool(name) and filled.service is not None
    return Written(
        entry_id,
        filled,
        name=name,
        phone=text_in(form, "telepon")[:32],
        stage="berkas" if is_ready else "data",
        papers=tuple((item, sha256) for item, _, sha256 in papers),
        insists=wants_papers,
    )


def _shown(visit: Visit, written: Written, *, http: int = 200) -> Response:
    name = "_loket_isian" if visit.is_partial else "loket_isian"
    shown = page(visit, name, written=written, filled=written.filled, http=http)
    # Other refusals show beside the buttons; only the page itself takes the place of the page.
    shown.headers["HX-Retarget"] = "#layar"
    return shown


def _topic(topic_id: str) -> Topic:
    found = load_catalogue().topic(topic_id)
    if found is None:
        raise HTTPException(404)
    return found


def _today(visit: Visit) -> date:
    return visit.door.clock.now().astimezone(OFFICE_ZONE).date()
