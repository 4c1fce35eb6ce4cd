"""What staff ask for: one typed route per command of the contracts."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Header, Response

from gateway import bodies_help, bodies_stock, bodies_telling  # noqa: F401 - their bodies register themselves
from gateway.access import IdentityDep
from gateway.answers import Done
from gateway.bodies import CommandBody
from gateway.bodies_desk import BODIES
from gateway.door import Door, DoorDep
from gateway.paging import MalformedRequestError
from gateway.problems import problem_response
from gateway.proving import require_proof_for
from jamila_contracts.commands import Command, CommandReply
from jamila_contracts.envelope import Actor
from jamila_runtime.errors import KeyReusedError
from jamila_runtime.tracing import child_of

router = APIRouter(prefix="/cases/{case_id}/commands", tags=["perintah"])

B = TypeVar("B", bound=CommandBody)
Key = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="Asked again with the same key it is done once; a new command needs a new one.",
    ),
]
_VERSION_SEEN = (
    'The version seen, e.g. `"7"`: `version` of the task in the queue, `versions` of the stage in '
    "the case, or the `ETag` of an earlier answer."
)
Match = Annotated[
    str | None,
    Header(alias="If-Match", max_length=24, description=_VERSION_SEEN),
]
Trace = Annotated[str | None, Header(max_length=55, description="W3C trace context.")]
_NOBODY = UUID(int=0)
_VERSION = re.compile(r'^"?(\d{1,18})"?$', re.ASCII)


def _endpoint(body_type: type[B]) -> Callable[..., Awaitable[Any]]:
    """The route of one command; the body's type is all in which they differ."""
    optional = all(not field.is_required() for field in body_type.model_fields.values())
    default = Body(default_factory=body_type) if optional else Body()

    async def ask(  # noqa: PLR0913, PLR0917 - one parameter per header FastAPI reads
        case_id: UUID,
        identity: IdentityDep,
        door: DoorDep,
        response: Response,
        body: Annotated[body_type, default],  # type: ignore[valid-type]  # known at run time only
        key: Key,
        if_match: Match = None,
        traceparent: Trace = None,
    ) -> Any:
        wish: CommandBody = body
        actor = identity.account.actor(wish.capability, door.clock.now())
        require_proof_for(door, identity, body_type.COMMAND)
        frame = {
            "command_id": key,
            "case_id": case_id,
            "expected_version": _version(if_match),
            "traceparent": child_of(traceparent),
        }
        command = await asyncio.to_thread(_command, wish, door, actor, frame)
        reply = await door.commands.ask(command)
        return answer_of(reply, response, case_id)

    return ask


def _command(body: CommandBody, door: Door, actor: Actor, frame: dict[str, Any]) -> Command:
    """Seal what is personal and compose the command."""
    case_id: UUID = frame["case_id"]
    fields = body.fields(lambda value: door.vault.seal(case_id, value))
    facts = {**fields, **frame, "actor": actor, "asked_at": door.clock.now()}
    return body.COMMAND.model_validate(facts)


def answer_of(reply: CommandReply, response: Response, case_id: UUID) -> Any:
    """What HTTP says about a reply."""
    problem = reply.problem
    if reply.case_id not in (case_id, _NOBODY):
        raise KeyReusedError("the idempotency key was used for another case")
    if problem is not None:
        data = {"version": reply.version, "service": reply.service, **problem.data}
        return problem_response(problem.slug, problem.detail, data=data)
    response.headers["ETag"] = f'"{reply.version}"'
    return Done(
        version=reply.version,
        service=reply.service,
        log_position=reply.log_position,
        events=reply.events,
        result=reply.result,
        after=f"{reply.service}:{reply.log_position}",
    )


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _VERSION.match(if_match.strip())
    if found is None:
        raise MalformedRequestError('If-Match holds one version, e.g. "7"')
    return int(found[1])


for _name, _body in BODIES.items():
    router.add_api_route(
        f"/{_name}",
        _endpoint(_body),
        methods=["POST"],
        response_model=Done,
        name=_name,
        operation_id=_name,
        summary=_body.SUMMARY,
        description=_body.__doc__,
    )
