"""Answers of the chat that staff write into the office's phone; they belong to a contact."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from gateway.access import IdentityDep
from gateway.answers import Answer
from gateway.disclosure import chat_answer
from gateway.door import DoorDep
from gateway.routes.asking import frame, refused
from jamila_contracts.commands import ListToTell, ReadToTell
from jamila_contracts.commands_desk import TO_TELL_DESK

router = APIRouter(prefix="/manual/answers", tags=["loket"])


class ToTell(Answer):
    """One answer of the chat to write into the office's phone; nothing of what it says."""

    answer_id: UUID
    contact_id: UUID
    owner: Annotated[str, Field(examples=["operator-layanan"])]
    """The capability that owes it."""
    asked_at: AwareDatetime
    due_at: AwareDatetime
    overdue: bool


class ToTellList(Answer):
    """What has to be told by hand, oldest first."""

    answers: tuple[ToTell, ...]
    more: int
    """How many there are beyond these."""


class ToTellWords(ToTell):
    """Whom to tell it, and in which words; that an account read it is recorded."""

    phone: Annotated[str | None, Field(examples=["0800-6311-001"])]
    text: Annotated[str, Field(examples=["Selamat datang. Layanan ini GRATIS."])]


@router.get("", summary="Jawaban yang harus disampaikan petugas", response_model=ToTellList)
async def waiting(identity: IdentityDep, door: DoorDep) -> Any:
    """Who has to be answered by the office's phone; asks the intake, so do not poll it."""
    reply = await door.commands.ask(ListToTell(**frame(TO_TELL_DESK, identity, door)))
    return refused(reply) or ToTellList.model_validate(reply.result)


@router.get(
    "/{contact_id}/{answer_id}",
    summary="Isi jawaban dan nomor telepon (tercatat)",
    response_model=ToTellWords,
)
async def words(contact_id: UUID, answer_id: UUID, identity: IdentityDep, door: DoorDep) -> Any:
    """Text to copy and number to write to; reading them is recorded with the account."""
    question = ReadToTell(**frame(contact_id, identity, door), answer_id=answer_id)
    reply = await door.commands.ask(question)
    if reply.problem is not None:
        return refused(reply)
    said = await chat_answer(
        door, question.actor, reply.result["said"], contact_id=contact_id, answer_id=answer_id
    )
    return ToTellWords.model_validate({**reply.result, **said})
