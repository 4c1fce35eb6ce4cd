"""What is done only by somebody whose second factor was proven lately."""

from gateway.accounts import Identity
from gateway.bodies import route_name
from gateway.door import Door
from jamila_contracts.commands import Command

SIGNING = frozenset({"sign-document", "sign-batch", "open-signing-session", "revoke-document"})
"""Commands that make or unmake a signature. Source: docs/decisions/0038."""


def require_proof_for(door: Door, identity: Identity, command: type[Command]) -> None:
    """Let only somebody on who proved the second factor lately, where the command asks for it.

    Raises:
        SecondFactorNeededError: it is not proven, too long ago, or there is none.
    """
    if route_name(command) in SIGNING:
        identity.must_be_proven(door.clock.now())
