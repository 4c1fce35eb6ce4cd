"""How a route asks a stage about what it shows itself, in the capability of a step."""

from typing import Any, Final
from uuid import UUID, uuid4

from gateway.accounts import Identity
from gateway.door import Door
from gateway.problems import problem_response
from jamila_contracts.commands import CommandReply
from jamila_contracts.sop import load_sop

NO_CASE: Final = UUID(int=0)
"""For questions that are about no case."""


def frame(case_id: UUID, identity: Identity, door: Door, *, step: int = 1) -> dict[str, Any]:
    """What every question says besides what it asks.

    Raises:
        MissingCapabilityError: the account does not work at that step; the first is the desk's.
    """
    return framed(case_id, identity, door, load_sop().step(step).capability)


def framed(case_id: UUID, identity: Identity, door: Door, capability: str) -> dict[str, Any]:
    """The same in a capability that is named.

    Raises:
        MissingCapabilityError: the account does not hold it.
    """
    now = door.clock.now()
    actor = identity.account.actor(capability, now)
    return {"command_id": uuid4(), "case_id": case_id, "actor": actor, "asked_at": now}


def refused(reply: CommandReply) -> Any:
    """What HTTP says about a refusal; None when there is an answer."""
    problem = reply.problem
    return problem and problem_response(problem.slug, problem.detail, data=problem.data)
