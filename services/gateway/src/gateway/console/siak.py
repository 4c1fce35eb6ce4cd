"""Steps 2 and 3, Operator SIAK: do the papers agree with SIAK, and what was entered there?"""

from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from gateway import bodies
from gateway.asking import Asked, ask
from gateway.bodies_documents import ImportSignedBody
from gateway.comparing import LABELS
from gateway.console.doing import do, go_on, key_in, number_in, said_no, text_in, texts_in, wish
from gateway.console.entry_form import entry_in
from gateway.console.failing import page_before
from gateway.console.pages import Visit, bare_page, page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.console.words_officers import fault
from gateway.paging import MalformedRequestError
from gateway.problems import PROBLEMS
from gateway.routes.signing import keep_file
from gateway.routes.waiting import CaughtUp
from jamila_contracts.catalogue.services import DOCUMENT_KINDS

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_CLAIM: Final = "klaim."
_VERDICT: Final = "hasil."
_REASON: Final = "alasan."
_DIFFERS: Final = "tidak-sesuai"
_INVALID: Final = "document-data-invalid"
_UNEXPLAINED: Final = "Periksa dan centang dahulu setiap perbedaan dengan SIAK."
_NOT_COMPARED: Final = "Tandai dahulu hasil perbandingan, paling sedikit satu isian."
_CONTRADICTION: Final = "Ada isian yang Anda tandai tidak sesuai. Perbaiki, atau pilih Tidak cocok."
_NO_REASON: Final = "Tandai isian yang tidak sesuai, atau pilih alasan lain."
_ASKED_ANEW: Final = "SIAK sudah ditanya lagi sejak halaman dibuka. Muat ulang halaman."


@router.post("/permohonan/{case_id}/pencocokan")
async def match(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Ask SIAK, agree or disagree: the button says which."""
    match text_in(form, "putusan"):
        case "tanya":
            claims = {name: each for name, each in _named(form, _CLAIM).items() if each}
            if not claims:
                return said_no(visit, "Isi dahulu data yang akan ditanyakan, paling sedikit NIK.")
            return await do(visit, case_id, form, wish(bodies.CheckClaimsBody, claims=claims))
        case "cocok":
            return await _decide(case_id, visit, form, agrees=True)
        case "tidak-cocok":
            return await _decide(case_id, visit, form, agrees=False)
    raise MalformedRequestError("the form says neither match nor mismatch")


async def _decide(case_id: UUID, visit: Visit, form: FormData, *, agrees: bool) -> Response:
    evidence = text_in(form, "bukti") or None
    said = await _verdicts(visit, case_id, form, evidence)
    if said is None:
        return said_no(visit, _ASKED_ANEW)
    differing = [each["field"] for each in said if each["verdict"] == _DIFFERS]
    found: dict[str, Any] = {
        "method": "webservice" if evidence else "manual",
        "verdicts": tuple(said),
        "evidence_sha256": evidence,
    }
    if agrees:
        if refusal := _why_not(form, differing, said, evidence):
            return said_no(visit, refusal)
        return await do(visit, case_id, form, wish(bodies.ConfirmMatchBody, **found))
    reasons = _mismatches(form, differing)
    if not reasons:
        return said_no(visit, _NO_REASON)
    body = wish(bodies.RejectMatchBody, reasons=reasons, **found)
    return await do(visit, case_id, form, body)


async def _verdicts(
    visit: Visit, case_id: UUID, form: FormData, evidence: str | None
) -> list[dict[str, Any]] | None:
    """By hand as ticked, by the web service as SIAK said it; None: it said something new since."""
    if evidence is None:
        ticked = _named(form, _VERDICT)
        return [{"field": each, "verdict": said} for each, said in ticked.items() if said]
    case = await visit.door.views.case(case_id)
    answer = case.get("siak_answer") or {}
    if answer.get("evidence_sha256") != evidence:
        return None
    return list(answer["verdicts"])


def _why_not(
    form: FormData, differing: list[str], said: list[dict[str, Any]], evidence: str | None
) -> str | None:
    if evidence is not None:
        explained = texts_in(form, "diperiksa")
        return None if set(differing) <= set(explained) else _UNEXPLAINED
    if not said:
        return _NOT_COMPARED
    return _CONTRADICTION if differing else None


def _mismatches(form: FormData, differing: list[str]) -> tuple[dict[str, Any], ...]:
    """One reason per field, or the one that was chosen for all; the note goes with the first."""
    chosen = _named(form, _REASON)
    found: list[dict[str, Any]] = [
        {"code": chosen.get(each) or "data-tidak-cocok", "field": each}
        for each in differing
        if each in LABELS
    ]
    if other := text_in(form, "alasan-lain"):
        found.append({"code": other})
    if found and (note := text_in(form, "catatan")):
        found[0]["note"] = note
    return tuple(found)


@router.post("/permohonan/{case_id}/record-entry")
async def record(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """What SIAK gave, and what is to be printed; a fault names its field and loses nothing."""
    documents = entry_in(form)
    registration = text_in(form, "registrasi")
    if not documents or not registration:
        return said_no(visit, "Isi nomor registrasi SIAK dan pilih paling sedikit satu dokumen.")
    body = wish(
        bodies.RecordEntryBody, siak_registration=registration, data={"documents": documents}
    )
    asked = Asked(case_id, key_in(form), number_in(form, "versi"))
    reply = await ask(visit.door, visit.identity, body, asked)
    problem = reply.problem
    if problem is not None and problem.slug == _INVALID:
        return _faults(visit, [str(each) for each in problem.data.get("fields", [])])
    if problem is not None:
        return said_no(visit, None, problem=problem)
    odd = [
        f"{kind}.{slug}"
        for kind, slugs in reply.result.get("warnings", {}).items()
        for slug in slugs
    ]
    path = f"/permohonan/{case_id}/draft?{urlencode({'awas': odd}, doseq=True)}"
    return go_on(visit, path, "record-entry", after=f"{reply.service}:{reply.log_position}")


@router.get("/permohonan/{case_id}/draft", dependencies=[CaughtUp])
async def drafted(
    case_id: UUID, visit: VisitDep, awas: Annotated[list[str] | None, Query(max_length=60)] = None
) -> Response:
    """The draft was made: what is odd about it, before the next task."""
    return page(visit, "draft_jadi", case_id=case_id, odd=awas or [])


@router.post("/unggah/siak/{case_id}")
async def take_in(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """SIAK made and signed the documents: store the files, then have them judged."""
    numbers = {kind: text_in(form, f"nomor.{kind}") for kind in DOCUMENT_KINDS}
    files = []
    for kind in DOCUMENT_KINDS:
        content = await _content_of(form.get(f"berkas.{kind}"))
        if not content:
            continue
        stored = await keep_file(case_id, visit.identity, visit.door, content)
        pin = text_in(form, f"pin.{kind}") or None
        files.append({"kind": kind, "sha256": stored.sha256, "pin": pin})
    kinds = [each["kind"] for each in files]
    if not files or not all(numbers[str(kind)] for kind in kinds):
        return said_no(visit, "Pilih PDF dari SIAK dan isi nomornya, untuk setiap dokumen.")
    body = wish(
        ImportSignedBody,
        siak_registration=text_in(form, "registrasi"),
        data={kind: numbers[str(kind)] for kind in kinds},
        files=tuple(files),
    )
    return await do(visit, case_id, form, body)


async def _content_of(file: UploadFile | str | None) -> bytes:
    return await file.read() if isinstance(file, UploadFile) else b""


def _named(form: FormData, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): text_in(form, name) for name in form if name.startswith(prefix)
    }


def _faults(visit: Visit, fields: list[str]) -> Response:
    """Each fault with the way to its field."""
    meaning = PROBLEMS[_INVALID]
    said = {"title": meaning.title, "status": meaning.status, "slug": _INVALID}
    name = "_galat_isian" if visit.is_partial else "galat"
    faults = [fault(each) for each in fields]
    return bare_page(
        name, http=meaning.status, problem=said, faults=faults, back=page_before(visit.request)
    )
