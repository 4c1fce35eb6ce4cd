"""Applicants whom staff tell by hand what happens to their application."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from gateway.access import IdentityDep
from gateway.accounts import Identity
from gateway.answers import Answer
from gateway.disclosure import sealed_part
from gateway.door import Door, DoorDep
from gateway.problems import problem_response
from gateway.routes.waiting import CaughtUp
from jamila_contracts.commands import CommandReply, ListHandNotices, ReadHandNotice
from jamila_contracts.sop import load_sop

router = APIRouter(prefix="/manual/notices", tags=["kabar manual"])

_NONE = UUID(int=0)
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
    reply = await door.commands.ask(ListHandNotices(**_frame(_NONE, identity, door)))
    return _refused(reply) or HandNotices.model_validate(reply.result)


@router.get(
    "/{case_id}/{message_id}",
    summary="Isi kabar dan nomor telepon (tercatat)",
    response_model=HandNoticeWords,
    dependencies=[CaughtUp],
)
async def words(case_id: UUID, message_id: UUID, identity: IdentityDep, door: DoorDep) -> Any:
    """Text to copy and number to dial; reading them is recorded with the account."""
    case = await door.views.case(case_id)
    frame = _frame(case_id, identity, door)
    reply = await door.commands.ask(ReadHandNotice(**frame, message_id=message_id))
    refused = _refused(reply)
    if refused is not None:
        return refused
    said = await sealed_part(door, identity, case, reply.result["said"], what="kabar-manual")
    return HandNoticeWords.model_validate({**reply.result, **said})


def _frame(case_id: UUID, identity: Identity, door: Door) -> dict[str, Any]:
    now = door.clock.now()
    actor = identity.account.actor(load_sop().step(1).capability, now)
    return {"command_id": uuid4(), "case_id": case_id, "actor": actor, "asked_at": now}


def _refused(reply: CommandReply) -> Any:
    problem = reply.problem
    return problem and problem_response(problem.slug, problem.detail, data=problem.data)
