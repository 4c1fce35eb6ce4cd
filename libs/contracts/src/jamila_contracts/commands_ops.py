"""What is asked of the service ``ops``: which events are parked, and to try them again."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from jamila_contracts.command import Command
from jamila_contracts.model import Code


class ListParked(Command):
    """What services could not handle, without what it says; ``case_id`` means nothing here."""

    SERVICE: ClassVar[str] = "ops"
    BY_STAFF: ClassVar[bool] = False


class RetryParked(Command):
    """Try again what a service parked; ``case_id`` is the run itself, chosen by the asker."""

    SERVICE: ClassVar[str] = "ops"
    BY_STAFF: ClassVar[bool] = False

    reader: Code
    """The service that parked it."""
    parked_case: UUID | None = None
    """Only what is parked of this case; None: all that the service parked."""
    reason: Annotated[str, Field(min_length=3, max_length=200)]
    """Why, in the words of the officer; never about a resident."""
