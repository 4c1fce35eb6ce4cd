"""What an account can be allowed to do: the capabilities of the SOP, and two beyond its steps."""

from functools import cache

from jamila_contracts.sop import load_sop

BEYOND_THE_STEPS = frozenset({"ops", "admin"})
"""Capabilities that belong to no step of the SOP."""


@cache
def known_capabilities() -> frozenset[str]:
    """Every capability there is."""
    return BEYOND_THE_STEPS | {step.capability for step in load_sop().steps}
