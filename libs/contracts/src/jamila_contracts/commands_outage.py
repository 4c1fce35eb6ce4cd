"""What staff may say about outside systems that are down."""

from typing import Annotated, ClassVar

from pydantic import Field

from jamila_contracts.command import Command
from jamila_contracts.model import Code


class StartOutage(Command):
    """An outside system is down; ``case_id`` is the new outage itself, chosen by the asker."""

    SERVICE: ClassVar[str] = "sla"

    system: Code
    """``siak``, ``tte``, ``nik``, ``printer``, ``internet``, ..."""
    steps: tuple[Annotated[int, Field(ge=1, le=8)], ...] = ()
    """Steps whose clocks stop; empty: those that are known to need the system."""


class EndOutage(Command):
    """The outside system works again; ``case_id`` is the outage."""

    SERVICE: ClassVar[str] = "sla"
