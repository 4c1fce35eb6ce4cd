"""Applicants whom staff tell by hand what happens to their application."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from gateway.access import IdentityDep
from gateway.access_log import Look
from gateway.answers import Answer
from gateway.disclosure import sealed_part
from gateway.door import DoorDep
from gateway.routes.asking import NO_CASE, frame, refused
from gateway.routes.waiting import CaughtUp
from jamila_contracts.commands import ListHandNotices, ReadHandNotice

router = APIRouter(prefix="/manual/notices", tags=["kabar manual"])

_EXAMPLE = "Dokumen Akta Kelahiran Anda sudah jadi dan siap diambil di kantor pada jam pelayanan."


class SignedFile(Answer):
    """A signed document that is sent along; ``/cases/{case_id}/documents`` gives the PDF."""

    kind: str
    signed_sha256: str


class HandNotice(Answer):
    """One message that somebody of the office has to tell; nothing of what it says."""

    case_id: UUID
    message_id: UUID
    about_event: Annotated[str, Field(examples=["BerkasTidakLengkap"])]
    template_id: Annotated[str, Field(examples=["kurang_berkas"])]
    owner: Annotated[str, Field(examples=["operator-layanan"])]
    """The capability that owes it."""
    asked_at: AwareDatetime
    due_at: AwareDatetime
    documents: tuple[SignedFile, ...]


class Waiting(HandNotice):
    """One that was not told yet."""

    overdue: bool


class HandNotices(Answer):
    """What has to be told, the one that is due first comes first."""

    notices: tuple[Waiting, ...]
    more: int
    """How many there are beyond these."""


class HandNoticeWords(HandNotice):
    """Whom to tell it, and in which words; that an account read it is recorded."""

    state: Literal["waiting", "told", "unreached", "skipped"]
    phone: Annotated[str | None, Field(examples=["0800-6311-001"])]
    text: Annotated[str, Field(examples=[_EXAMPLE])]


@router.get("", summary="Kabar yang harus disampaikan petugas", response_model=HandNotices)
async def waiting(identity: IdentityDep, door: DoorDep) -> Any:
    """Who has to be told by hand, and until when; asks the notifier, so do not poll it."""
    reply = await door.commands.ask(ListHandNotices(**frame(NO_CASE, identity, door)))
    return refused(reply) or HandNotices.model_validate(reply.result)


@router.get(
    "/{case_id}/{message_id}",
    summary="Isi kabar dan nomor telepon (tercatat)",
    response_model=HandNoticeWords,
    dependencies=[CaughtUp],
)
async def words(case_id: UUID, message_id: UUID, identity: IdentityDep, door: DoorDep) -> Any:
    """Text to copy and number to dial; reading them is recorded with the account."""
    case = await door.views.case(case_id)
    question = ReadHandNotice(**frame(case_id, identity, door), message_id=message_id)
    reply = await door.commands.ask(question)
    if reply.problem is not None:
        return refused(reply)
    look = Look("kabar-manual", message_id=message_id)
    said = await sealed_part(door, identity, case, reply.result["said"], look)
    return HandNoticeWords.model_validate({**reply.result, **said})
