"""What staff say about an outage of an outside system."""

from typing import Annotated

from pydantic import Field

from gateway.bodies import CommandBody
from jamila_contracts import commands as c
from jamila_contracts.model import Code


class OutageBody(CommandBody):
    """Base of what is asked about an outage; the case of the route is the outage."""

    @property
    def capability(self) -> str:
        """The Kasi answers for the steps whose clocks stop."""
        return "kasi"


class StartOutageBody(OutageBody):
    """An outside system is down."""

    COMMAND = c.StartOutage
    SUMMARY = "Mencatat gangguan sistem luar: jam langkah yang terdampak berhenti"

    system: Code
    steps: tuple[Annotated[int, Field(ge=1, le=8)], ...] = ()


class EndOutageBody(OutageBody):
    """It works again."""

    COMMAND = c.EndOutage
    SUMMARY = "Mencatat gangguan selesai: jam langkah berjalan lagi"
