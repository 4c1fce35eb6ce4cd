"""Papers that staff upload, and the list of a village's batch.

A file goes into the object store, encrypted under the key of its case; the command that follows
names its digest. Nothing large and nothing personal travels in a command, an address or a log.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from gateway.access import IdentityDep, require_one_of
from gateway.accounts import Identity
from gateway.answers import Done
from gateway.answers_desk import BatchList, HandOverRow, Uploaded
from gateway.asking import about
from gateway.disclosure import opened, withheld
from gateway.door import Door, DoorDep
from gateway.paging import MalformedRequestError
from gateway.routes.commands import Key, answer_of
from gateway.routes.reasons import ReadReason
from gateway.routes.waiting import CaughtUp
from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.commands import AddPaper, CommandReply
from jamila_contracts.commands_desk import case_of_row
from jamila_contracts.sop import load_sop
from jamila_runtime.mongo import Document
from jamila_runtime.tracing import child_of

router = APIRouter(tags=["loket"])

_FILES: Final = ("image/jpeg", "image/png", "application/pdf", "application/octet-stream")
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "The very bytes of one photo or PDF.",
        "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in _FILES},
    }
}
_HAND_OVER: Final = ("operator-layanan", "operator-cetak")
_NAMED: Final = re.compile(r"^([A-Za-z0-9]{1,20})[-_. ]+(.*)$", re.DOTALL)
FileName = Annotated[
    str,
    Header(
        alias="Jamila-File-Name",
        max_length=1000,
        description="Name of the file, percent-encoded; its first part is the row: `03-kk.jpg`.",
    ),
]
Item = Annotated[
    str | None,
    Query(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="Which item of the checklist it is."),
]


@router.post(
    "/cases/{case_id}/uploads", status_code=201, summary="Unggah file", openapi_extra=_BODY
)
async def upload(case_id: UUID, request: Request, identity: IdentityDep, door: DoorDep) -> Uploaded:
    """Put a file beside a case that was begun; a later command names it."""
    must_be_operator(identity, door)
    content = await _content_of(request)
    sha256 = await keep_upload(door, identity, case_id, content)
    return Uploaded(upload_sha256=sha256, size_bytes=len(content))


@router.post(
    "/cases/{case_id}/papers",
    summary="Unggah berkas permohonan",
    response_model=Done,
    openapi_extra=_BODY,
)
async def add_paper(  # noqa: PLR0913, PLR0917 - one parameter per thing FastAPI reads
    case_id: UUID,
    request: Request,
    response: Response,
    identity: IdentityDep,
    door: DoorDep,
    key: Key,
    item_id: Item = None,
) -> Any:
    """Upload a paper for an application; it is examined like those that come by WhatsApp."""
    must_be_operator(identity, door)
    paper = NewPaper(case_id, key, await _content_of(request), _media_type(request), item_id)
    return answer_of(await keep_paper(door, identity, paper), response)


@router.post(
    "/batches/{batch_id}/papers",
    summary="Unggah berkas satu baris daftar kolektif",
    response_model=Done,
    openapi_extra=_BODY,
)
async def add_paper_of_row(  # noqa: PLR0913, PLR0917 - one parameter per thing FastAPI reads
    batch_id: UUID,
    request: Request,
    response: Response,
    identity: IdentityDep,
    door: DoorDep,
    key: Key,
    file_name: FileName,
) -> Any:
    """Upload a paper for the row that its name begins with; the rest may name the item."""
    must_be_operator(identity, door)
    case_id, item_id = row_and_item(batch_id, unquote(file_name))
    paper = NewPaper(case_id, key, await _content_of(request), _media_type(request), item_id)
    return answer_of(await keep_paper(door, identity, paper), response)


@router.get("/batches/{batch_id}", summary="Daftar serah terima kolektif", dependencies=[CaughtUp])
async def batch(
    batch_id: UUID,
    identity: IdentityDep,
    door: DoorDep,
    *,
    personal_data: Annotated[
        bool, Query(description="True: with the applicants' names; each read is recorded.")
    ] = False,
    reason: ReadReason = None,
) -> BatchList:
    """Every case of a village's list, and where it stands: what is handed over to the village."""
    require_one_of(identity, door, _HAND_OVER)
    as_of = await door.views.as_of()
    rows = []
    for case in await door.views.batch(batch_id):
        shown = withheld(case)
        if personal_data:
            shown = await opened(door, identity, case, reason_code=reason)
        rows.append(_row(case, shown))
    return BatchList(as_of=as_of, batch_id=batch_id, rows=tuple(rows))


@dataclass(frozen=True)
class NewPaper:
    """A file on its way to its application."""

    case_id: UUID
    key: UUID
    content: bytes
    media_type: str
    item_id: str | None


def row_and_item(batch_id: UUID, file_name: str) -> tuple[UUID, str | None]:
    """Case of the row, and item, that the name of a file speaks of.

    Raises:
        MalformedRequestError: it does not begin with a row.
    """
    named = _NAMED.match(file_name)
    if named is None:
        raise MalformedRequestError("the name of the file begins with its row: 03-kk.jpg")
    item_id = load_catalogue().item_in(named[2].replace("_", " ").replace(".", " "), None)
    return case_of_row(batch_id, named[1]), item_id


async def keep_upload(door: Door, identity: Identity, case_id: UUID, content: bytes) -> str:
    """Put a file beside a case that was begun; its digest.

    Raises:
        MissingCapabilityError: the account is not the operator of step 1.
    """
    must_be_operator(identity, door)
    return await asyncio.to_thread(door.objects.put_upload, case_id, content)


async def keep_paper(door: Door, identity: Identity, paper: NewPaper) -> CommandReply:
    """Put it into the object store, and ask the intake to examine and keep it.

    Raises:
        MissingCapabilityError: the account is not the operator of step 1.
    """
    sha256 = await keep_upload(door, identity, paper.case_id, paper.content)
    now = door.clock.now()
    command = AddPaper(
        command_id=paper.key,
        case_id=paper.case_id,
        actor=identity.account.actor(_operator(), now),
        asked_at=now,
        traceparent=child_of(None),
        upload_sha256=sha256,
        media_type=paper.media_type,
        item_id=paper.item_id,
    )
    return about(paper.case_id, await door.commands.ask(command))


async def _content_of(request: Request) -> bytes:
    content = await request.body()
    if not content:
        raise MalformedRequestError("the body is the file itself, and it is empty")
    return content


def _media_type(request: Request) -> str:
    announced = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return announced[:100]


def _row(case: Document, shown: dict[str, Any]) -> HandOverRow:
    person = shown["applicant"] or {}
    return HandOverRow.model_validate(
        {
            **case,
            "case_id": case["_id"],
            "row": case["batch_row"],
            "personal_data": shown["personal_data"],
            "applicant_name": person.get("name"),
        }
    )


def _operator() -> str:
    return load_sop().step(1).capability


def must_be_operator(identity: Identity, door: Door) -> None:
    """Who writes for somebody; ``MissingCapabilityError`` for everybody else."""
    require_one_of(identity, door, [_operator()])
