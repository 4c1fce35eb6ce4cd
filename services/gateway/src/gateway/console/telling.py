"""``/kabar``: what staff tell by hand, and what reached the office's own phone."""

from typing import Annotated, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from gateway.asking import Asked, ask
from gateway.bodies_desk import BeginEntryBody, MarkToldBody, RelayMessageBody
from gateway.bodies_telling import MarkNoticeToldBody, MarkNoticeUnreachedBody
from gateway.console.doing import do, go_on, key_in, refused, text_in, wish
from gateway.console.failing import readable_for_the_asker
from gateway.console.pages import Visit, page
from gateway.console.refusing import with_sentences
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import by_hand, chat_answers, desk
from gateway.routes.waiting import CaughtUp

router = APIRouter(include_in_schema=False, dependencies=[Depends(visiting)])

_HERE: Final = "/kabar"
_NOTICE: Final = "/kabar/berita/{case_id}/{message_id}"
_ANSWER: Final = "/kabar/jawaban/{contact_id}/{answer_id}"
_RELAYED: Final = uuid5(NAMESPACE_URL, "jamila:relayed")


@router.get(_HERE)
async def waiting(
    visit: VisitDep,
    notices: Annotated[Any, Depends(by_hand.waiting)],
    answers: Annotated[Any, Depends(chat_answers.waiting)],
) -> Response:
    """Whom somebody has to tell something; not a word of it."""
    for found in (notices, answers):
        if isinstance(found, Response):
            return readable_for_the_asker(visit.request, found)
    return page(visit, "kabar", notices=notices, answers=answers)


@router.get(_NOTICE, dependencies=[CaughtUp])
async def notice(visit: VisitDep, found: Annotated[Any, Depends(by_hand.words)]) -> Response:
    """Words and number of one notice; reading them is recorded."""
    if isinstance(found, Response):
        return readable_for_the_asker(visit.request, found)
    return page(visit, "kabar_berita", found=found)


@router.post(f"{_NOTICE}/mark-notice-told")
async def told(case_id: UUID, message_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """The applicant knows."""
    body = MarkNoticeToldBody(message_id=message_id)
    return await do(visit, case_id, form, body, then=_HERE)


@router.post(f"{_NOTICE}/mark-notice-unreached")
async def unreached(case_id: UUID, message_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """He was not reached."""
    reason = text_in(form, "alasan")
    body = wish(MarkNoticeUnreachedBody, message_id=message_id, reason_code=reason)
    return await do(visit, case_id, form, body, then=_HERE)


@router.get(_ANSWER)
async def answer(visit: VisitDep, found: Annotated[Any, Depends(chat_answers.words)]) -> Response:
    """Words and number of one answer; reading them is recorded."""
    if isinstance(found, Response):
        return readable_for_the_asker(visit.request, found)
    return page(visit, "kabar_jawaban", found=found)


@router.post(f"{_ANSWER}/mark-told")
async def answered(contact_id: UUID, answer_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """It stands in his phone."""
    return await do(visit, contact_id, form, MarkToldBody(answer_id=answer_id), then=_HERE)


@router.get("/kabar/telepon")
async def phone(visit: VisitDep) -> Response:
    """The form for what reached the office's phone."""
    desk.must_be_operator(visit.identity, visit.door)
    return page(visit, "kabar_telepon")


@router.post("/unggah/kabar/{form_id}")
async def relay(form_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Let the chat hear it; its answers wait in the list."""
    entry_id = uuid5(_RELAYED, str(form_id))
    begun = Asked(entry_id, uuid5(entry_id, "begin"))
    reply = await ask(visit.door, visit.identity, BeginEntryBody(channel="manual"), begun)
    if reply.problem is not None:
        return refused(visit, reply.problem)
    file = await _file_in(visit, form, entry_id)
    said = {
        "phone": text_in(form, "telepon"),
        "name": text_in(form, "nama") or None,
        "text": text_in(form, "pesan"),
        "file_name": file.pop("file_name", None),
    }
    body = wish(RelayMessageBody, said=said, **file)
    reply = await ask(visit.door, visit.identity, body, Asked(entry_id, key_in(form)))
    if reply.problem is not None:
        return with_sentences(visit, reply.problem)
    return go_on(visit, _HERE, "relay-message")


async def _file_in(visit: Visit, form: FormData, entry_id: UUID) -> dict[str, Any]:
    file = form.get("berkas")
    if not isinstance(file, UploadFile) or not file.size:
        return {}
    sha256 = await desk.keep_upload(visit.door, visit.identity, entry_id, await file.read())
    media_type = (file.content_type or "")[:100]
    name = (file.filename or "")[:255] or None
    return {"upload_sha256": sha256, "media_type": media_type, "file_name": name}
