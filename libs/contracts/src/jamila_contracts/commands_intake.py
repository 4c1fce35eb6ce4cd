"""What is asked of the intake about a case: its papers, and notes that officers leave on it."""

from typing import ClassVar

from pydantic import Field

from jamila_contracts.command import Command
from jamila_contracts.model import Code, Sealed, Sha256
from jamila_contracts.values import ItemProblem


class AcceptPapers(Command):
    """Step 1: the papers are complete."""

    SERVICE: ClassVar[str] = "intake"
    STEP: ClassVar[int | None] = 1

    items: dict[Sha256, Code] = Field(default_factory=dict)
    """Which item each paper answers, as the operator sees it."""


class ReturnPapers(Command):
    """Step 1: ask the applicant for what is missing."""

    SERVICE: ClassVar[str] = "intake"
    STEP: ClassVar[int | None] = 1

    problems: tuple[ItemProblem, ...] = Field(min_length=1)


class CancelApplication(Command):
    """Step 1: end the application."""

    SERVICE: ClassVar[str] = "intake"
    STEP: ClassVar[int | None] = 1

    reason_code: Code


class AddNote(Command):
    """Leave a note for the others who work on the case, whatever its step and state."""

    SERVICE: ClassVar[str] = "intake"

    step: int = Field(ge=1, le=8)
    """As whose officer: an account may hold several capabilities."""
    note: Sealed
    """JSON of the text, sealed under the key of the case."""
