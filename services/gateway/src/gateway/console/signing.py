"""Step 6, Kepala Dinas: ``/tanda-tangan``, see each document, then sign one or all of them.

A code of the second factor, or the passphrase of the e-sign service, is asked for in place: what
was ticked stays ticked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from gateway import bodies
from gateway.access import require_one_of
from gateway.accounts import SecondFactorNeededError
from gateway.answers import CaseView, Task
from gateway.console import words_officers
from gateway.console.doing import do, go_on, key_in, said_no, text_in, texts_in, wish
from gateway.console.failing import readable_for_the_asker
from gateway.console.pages import Visit, bare_page, page
from gateway.console.review import reasons_in
from gateway.console.tasks_at import case_of, cases_of, tasks_at
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.cookies import give_cookie
from gateway.paging import MalformedRequestError
from gateway.problems import PROBLEMS
from gateway.routes import signing
from gateway.routes.pages import open_document
from gateway.routes.waiting import CaughtUp
from gateway.session_book import Opened
from gateway.sheets import Sheet
from jamila_contracts.commands import BatchItem
from jamila_contracts.sop import load_sop
from jamila_contracts.values import DocumentVersion
from jamila_runtime.errors import JamilaError

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_STEP: Final = 6
_MOST: Final = 60
"""What one screen shows; the rest waits behind it, the most urgent first."""
_HERE: Final = "/tanda-tangan"
_NOTHING: Final = "Buka dan centang dahulu permohonan yang akan ditandatangani."


@dataclass(frozen=True)
class Waiting:
    """One case that waits for the signature."""

    task: Task
    documents: tuple[DocumentVersion, ...]
    unseen: tuple[DocumentVersion, ...]
    """Those of its documents that the visitor did not open yet."""

    @property
    def is_seen(self) -> bool:
        """Every document was opened."""
        return not self.unseen


@router.get(_HERE, dependencies=[CaughtUp])
async def waiting(visit: VisitDep) -> Response:
    """What waits, the most urgent first; nothing personal before it is opened."""
    found = await _all_waiting(visit)
    name = "_tanda_tangan" if visit.is_partial else "tanda_tangan"
    return page(visit, name, waiting=found, kata=words_officers)


@router.get(f"{_HERE}/bersama/{{batch_id}}", dependencies=[CaughtUp])
async def progress(batch_id: UUID, visit: VisitDep) -> Response:
    """How far a batch is, case by case."""
    state = await signing.batch(batch_id, visit.identity, visit.door)
    if isinstance(state, Response):
        return readable_for_the_asker(visit.request, state)
    codes = await _receipt_codes(visit, state)
    again = await _failed_and_waiting(visit, state)
    name = "_bersama" if visit.is_partial else "bersama"
    return page(visit, name, batch=state, codes=codes, again=again, kata=words_officers)


@router.get(f"{_HERE}/{{case_id}}", dependencies=[CaughtUp])
async def look(case_id: UUID, visit: VisitDep) -> Response:
    """The documents of one case, page by page; opening them is what makes them seen."""
    require_one_of(visit.identity, visit.door, [load_sop().step(_STEP).capability])
    case = await case_of(visit, case_id)
    if case.step != _STEP:
        return RedirectResponse(f"/permohonan/{case_id}", 303)
    sheets = [(each, await _opened(visit, case_id, each)) for each in case.drafts]
    found = await _all_waiting(visit)
    others = [each for each in found if each.task.case_id != case_id]
    return page(
        visit,
        "tanda_tangan_lihat",
        case=case,
        case_id=case_id,
        sheets=sheets,
        following=next((each.task.case_id for each in others if not each.is_seen), None),
        fields=_fields(case),
        kata=words_officers,
    )


@router.post(f"{_HERE}/tandatangani")
async def sign(visit: VisitDep, form: FormDep) -> Response:
    """Sign what was ticked; asked again with the same key it is one batch."""
    items = _items_in(form)
    if not items:
        return said_no(visit, _NOTHING)
    opened: Opened | None = None
    if code := text_in(form, "kode"):
        try:
            opened = await visit.door.login.give_code(visit.identity, code)
        except JamilaError as error:
            return _code_asked(visit, error)
    identity = opened.identity if opened else visit.identity
    body = signing.BatchRequest(items=items)
    try:
        state = await signing.sign_batch(identity, visit.door, body, key_in(form))
    except SecondFactorNeededError as error:
        return _code_asked(visit, error)
    if isinstance(state, Response):
        answer = readable_for_the_asker(visit.request, state)
    else:
        answer = go_on(visit, f"{_HERE}/bersama/{state.batch_id}", "sign-batch")
    if opened is not None:
        give_cookie(answer, visit.door, opened)
    return answer


@router.post(f"{_HERE}/sesi")
async def lend(visit: VisitDep, form: FormDep) -> Response:
    """Lend the passphrase or code of the e-sign service for a quarter of an hour."""
    try:
        body = signing.SessionRequest.model_validate(
            {"method": text_in(form, "cara"), "secret": text_in(form, "rahasia")}
        )
    except ValidationError:
        raise MalformedRequestError("the form names no method or secret") from None
    state = await signing.open_session(visit.identity, visit.door, body)
    if isinstance(state, Response):
        return readable_for_the_asker(visit.request, state)
    return go_on(visit, _inside(text_in(form, "ke")), "open-signing-session")


@router.post("/permohonan/{case_id}/refuse-signature")
async def refuse(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Back to the Kabid, and why."""
    reasons = reasons_in(form)
    if not reasons:
        return said_no(visit, "Pilih dahulu alasan menolak.")
    body = wish(bodies.RefuseSignatureBody, reasons=reasons)
    return await do(visit, case_id, form, body, then=_HERE)


async def _all_waiting(visit: Visit) -> list[Waiting]:
    tasks = await tasks_at(visit, _STEP)
    known = await cases_of(visit, tasks, most=_MOST)
    found = ((task, known.get(task.case_id)) for task in tasks.tasks[:_MOST])
    return [_waiting(visit, task, case) for task, case in found if case and case.step == _STEP]


def _waiting(visit: Visit, task: Task, case: CaseView) -> Waiting:
    since = _arrived_at(case)
    seen = {
        each.document_sha256
        for each in case.looks
        if each.account == visit.account and (since is None or each.at >= since)
    }
    unseen = tuple(each for each in case.drafts if each.document_sha256 not in seen)
    return Waiting(task, case.drafts, unseen)


def _arrived_at(case: CaseView) -> datetime | None:
    arrivals = [each.arrived_at for each in case.attempts if each.step == _STEP]
    known = [each for each in arrivals if each is not None]
    return max(known, default=None)


async def _opened(visit: Visit, case_id: UUID, document: DocumentVersion) -> Sheet | None:
    """The pages of a document; None: it is opened as the file itself."""
    try:
        return await open_document(case_id, document.draft_sha256, visit.identity, visit.door)
    except JamilaError as error:
        if error.slug != "pages-not-drawn":
            raise
        return None


def _items_in(form: FormData) -> tuple[BatchItem, ...]:
    """The ticked cases, each with the documents of the page."""
    found = []
    for each in texts_in(form, "permohonan"):
        digests = tuple(text_in(form, f"dokumen.{each}").split())
        try:
            found.append(BatchItem.model_validate({"case_id": each, "document_sha256": digests}))
        except ValidationError:
            raise MalformedRequestError("the form names no case or document") from None
    return tuple(found)


def _code_asked(visit: Visit, error: JamilaError) -> Response:
    """The field for the code, where the button is; the form goes again with it."""
    meaning = PROBLEMS[error.slug]
    if not visit.is_partial:
        return RedirectResponse(f"/masuk/kode?ke={_HERE}", 303)
    enrolled = error.data.get("enrolled", True)
    said = {"title": meaning.title, "status": meaning.status, "slug": error.slug}
    return bare_page("_kode", http=meaning.status, problem=said, enrolled=enrolled)


async def _receipt_codes(visit: Visit, state: signing.BatchState) -> dict[UUID, str]:
    found = await visit.door.views.these([each.case_id for each in state.items])
    return {case_id: each["receipt_code"] or "" for case_id, each in found.items()}


async def _failed_and_waiting(visit: Visit, state: signing.BatchState) -> list[Waiting]:
    """What failed and waits for the signature still, seen as it must be: it may be tried again."""
    failed = {each.case_id for each in state.items if each.outcome == "gagal"}
    if not failed:
        return []
    found = await _all_waiting(visit)
    return [each for each in found if each.task.case_id in failed and each.is_seen]


def _fields(case: CaseView) -> tuple[tuple[str, str], ...]:
    return tuple((each.kind, words_officers.DOCUMENTS.get(each.kind, "")) for each in case.drafts)


def _inside(path: str) -> str:
    return path if path.startswith(f"{_HERE}/") and "//" not in path else _HERE
