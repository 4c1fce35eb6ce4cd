"""What staff ask for: one typed route per command of the contracts."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Header, Response

from gateway import (  # noqa: F401 - their bodies register themselves
    bodies_help,
    bodies_outage,
    bodies_stock,
    bodies_telling,
)
from gateway.access import IdentityDep
from gateway.answers import Done
from gateway.asking import Asked, ask
from gateway.bodies import CommandBody
from gateway.bodies_desk import BODIES
from gateway.door import DoorDep
from gateway.paging import MalformedRequestError
from gateway.problems import problem_response
from jamila_contracts.commands import CommandReply

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
_VERSION = re.compile(r'^"?(\d{1,18})"?$', re.ASCII)


def _endpoint(body_type: type[B]) -> Callable[..., Awaitable[Any]]:
    """The route of one command; the body's type is all in which they differ."""
    optional = all(not field.is_required() for field in body_type.model_fields.values())
    default = Body(default_factory=body_type) if optional else Body()

    async def endpoint(  # noqa: PLR0913, PLR0917 - one parameter per header FastAPI reads
        case_id: UUID,
        identity: IdentityDep,
        door: DoorDep,
        response: Response,
        body: Annotated[body_type, default],  # type: ignore[valid-type]  # known at run time only
        key: Key,
        if_match: Match = None,
        traceparent: Trace = None,
    ) -> Any:
        asked = Asked(case_id, key, _version(if_match), traceparent)
        reply = await ask(door, identity, body, asked)
        return answer_of(reply, response)

    return endpoint


def answer_of(reply: CommandReply, response: Response) -> Any:
    """What HTTP says about a reply."""
    problem = reply.problem
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
