"""Events that a service could not handle: which there are, and to have them tried again.

Given up for good is an event on the command line alone, where whoever looks after the machine has
the stores beside him (``jamila replay parked discard``).
"""

from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.access import IdentityDep, require_one_of
from gateway.answers import Answer
from gateway.door import DoorDep
from gateway.routes.asking import NO_CASE, framed, refused
from gateway.routes.commands import Key
from gateway.routes.system import LOOKS_AFTER
from jamila_contracts.commands import ListParked, RetryParked
from jamila_contracts.model import Code
from jamila_runtime.tracing import child_of

router = APIRouter(prefix="/parked", tags=["sistem"])

RETRIES = "ops"
"""The capability that may have something tried again."""
Reader = Annotated[Code, Path(description="The service that parked it.", examples=["review"])]


class ParkedEvent(Answer):
    """One event that waits; what it says is not told."""

    source: Annotated[str, Field(examples=["siak-adapter"])]
    log_position: int
    """Its place in the log of its source."""
    case_id: UUID
    """Whose later events wait behind it."""
    event_id: UUID
    event: str
    reason: Annotated[str, Field(examples=["unreadable"])]
    """A slug; ``behind``: it only waits for one before it."""
    parked_at: AwareDatetime


class ParkedAt(Answer):
    """What one service has parked."""

    reader: Annotated[str, Field(examples=["review"])]
    total: int
    oldest: tuple[ParkedEvent, ...]
    """The first hundred of them."""


class AskedRetry(Answer):
    """A try that was asked for and is not done yet."""

    reader: Annotated[str, Field(examples=["review"])]
    case_id: UUID | None
    """None: all that the service parked."""


class ParkedList(Answer):
    """Whatever is parked, as the services say now."""

    readers: tuple[ParkedAt, ...]
    silent: Annotated[tuple[str, ...], Field(examples=[["printing"]])]
    """Services that did not answer: what they have parked is not known."""
    asked: tuple[AskedRetry, ...]


class Retry(BaseModel):
    """What shall be tried again, and why."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"reason": "sesudah pembaruan aplikasi"}]},
    )

    reason: Annotated[str, Field(min_length=3, max_length=200)]
    """Recorded for good; no NIK, no telephone number."""
    case_id: UUID | None = None
    """Only what is parked of this case; without it everything of the service."""


class RetryAsked(Answer):
    """It will be tried; how it ended stands among ``/runs``."""

    run_id: UUID
    after: Annotated[str, Field(examples=["ops:17"])]


@router.get("", summary="Peristiwa yang tertahan", response_model=ParkedList)
async def parked(identity: IdentityDep, door: DoorDep) -> Any:
    """By service, oldest first; asks every service, so do not poll it."""
    require_one_of(identity, door, LOOKS_AFTER)
    held = min(LOOKS_AFTER & identity.account.capabilities(door.clock.now()))
    reply = await door.commands.ask(ListParked(**framed(NO_CASE, identity, door, held)))
    return refused(reply) or ParkedList.model_validate(reply.result)


@router.post(
    "/{reader}/retry",
    status_code=202,
    summary="Coba lagi yang tertahan",
    response_model=RetryAsked,
)
async def retry(reader: Reader, body: Retry, identity: IdentityDep, door: DoorDep, key: Key) -> Any:
    """Have a service handle again what it parked; the reason is recorded before it begins."""
    run_id = uuid5(key, "run")
    command = RetryParked(
        **{**framed(run_id, identity, door, RETRIES), "command_id": key},
        traceparent=child_of(None),
        reader=reader,
        parked_case=body.case_id,
        reason=body.reason,
    )
    reply = await door.commands.ask(command)
    return refused(reply) or RetryAsked(
        run_id=run_id, after=f"{reply.service}:{reply.log_position}"
    )
