"""Asks a stage service to do something: the one way for the API and for the console."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.accounts import Identity
from gateway.bodies import CommandBody
from gateway.door import Door
from gateway.proving import require_proof_for
from jamila_contracts.commands import Command, CommandReply
from jamila_contracts.envelope import Actor
from jamila_runtime.errors import KeyReusedError
from jamila_runtime.tracing import child_of

_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Asked:
    """What stands around a wish."""

    case_id: UUID
    key: UUID
    """Asked again with the same key it is done once."""
    expected_version: int | None = None
    """The version that was seen; None: whatever it is."""
    traceparent: str | None = None


async def ask(door: Door, identity: Identity, wish: CommandBody, asked: Asked) -> CommandReply:
    """Have a wish done in the capability it needs.

    Returns:
        The reply; it may be a refusal.

    Raises:
        MissingCapabilityError: the account may not ask this.
        SecondFactorNeededError: not without a second factor that was proved lately.
        KeyReusedError: the key was used for another case.
        ServiceUnavailableError: nobody answered.
    """
    actor = identity.account.actor(wish.capability, door.clock.now())
    require_proof_for(door, identity, wish.COMMAND)
    command = await asyncio.to_thread(_command, wish, door, actor, asked)
    return about(asked.case_id, await door.commands.ask(command))


def about(case_id: UUID, reply: CommandReply) -> CommandReply:
    """The reply, proved to be about this case.

    Raises:
        KeyReusedError: the key was used for another case.
    """
    if reply.case_id not in (case_id, _NOBODY):
        raise KeyReusedError("the idempotency key was used for another case")
    return reply


def _command(body: CommandBody, door: Door, actor: Actor, asked: Asked) -> Command:
    """Seal what is personal and compose the command."""
    fields = body.fields(lambda value: door.vault.seal(asked.case_id, value))
    frame: dict[str, Any] = {
        "command_id": asked.key,
        "case_id": asked.case_id,
        "expected_version": asked.expected_version,
        "traceparent": child_of(asked.traceparent),
        "actor": actor,
        "asked_at": door.clock.now(),
    }
    return body.COMMAND.model_validate({**fields, **frame})
