"""Residents who want a person to answer: who waits, and what was said."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime

from gateway.access import IdentityDep
from gateway.answers import Answer
from gateway.disclosure import help_lines
from gateway.door import DoorDep
from gateway.routes.asking import NO_CASE, frame, refused
from jamila_contracts.commands import ListHelpRequests, ReadHelpRequest

router = APIRouter(prefix="/help-requests", tags=["percakapan"])


class HelpRequest(Answer):
    """One resident who asked for a person; nothing that was said."""

    request_id: UUID
    """Stands in place of a case in the commands about the request."""
    owner: str
    """The capability that owes the answer."""
    asked_at: AwareDatetime
    due_at: AwareDatetime
    waiting: bool
    overdue: bool
    open: bool
    messages: int
    last_reader: str | None = None


class HelpRequests(Answer):
    """Those that are open, the one that is due first comes first."""

    requests: tuple[HelpRequest, ...]


class HelpLine(Answer):
    """One message."""

    side: Literal["pemohon", "petugas"]
    text: str
    at: AwareDatetime
    account: str | None = None


class HelpConversation(HelpRequest):
    """What was said; that an account read it is recorded."""

    lines: tuple[HelpLine, ...]


@router.get("", summary="Warga yang meminta dijawab petugas", response_model=HelpRequests)
async def waiting(identity: IdentityDep, door: DoorDep) -> Any:
    """Who waits for a person, and until when."""
    reply = await door.commands.ask(ListHelpRequests(**frame(NO_CASE, identity, door)))
    return refused(reply) or HelpRequests.model_validate(reply.result)


@router.get(
    "/{request_id}", summary="Percakapan dengan seorang warga", response_model=HelpConversation
)
async def conversation(request_id: UUID, identity: IdentityDep, door: DoorDep) -> Any:
    """What was said; reading it is recorded with the account."""
    question = ReadHelpRequest(**frame(request_id, identity, door))
    reply = await door.commands.ask(question)
    if reply.problem is not None:
        return refused(reply)
    lines = await help_lines(door, question.actor, request_id, reply.result["lines"])
    return HelpConversation.model_validate({**reply.result, "lines": lines})
