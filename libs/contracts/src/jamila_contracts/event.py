"""What every integration event has, and the register of all of them."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, PositiveInt

from jamila_contracts.model import Fact

EVENTS: dict[str, type["IntegrationEvent"]] = {}
"""Every event by its name; complete once ``jamila_contracts.events`` is imported."""


class IntegrationEvent(Fact):
    """A fact about one case that other services may hear."""

    SUBJECT: ClassVar[str]
    SCHEMA_VERSION: ClassVar[int] = 1
    CHANGES_TASK: ClassVar[bool] = True
    """Whether an officer who decides must have seen it: does it count in the version he names?"""

    event_id: UUID
    case_id: UUID
    occurred_at: AwareDatetime

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Give every concrete event its subject and its place in ``EVENTS``."""
        super().__pydantic_init_subclass__(**kwargs)
        if cls.__name__.endswith("Event"):
            return
        cls.SUBJECT = f"permohonan.*.*.{cls.__name__}"
        EVENTS[cls.__name__] = cls


class StepEvent(IntegrationEvent):
    """A fact about one attempt at one step; ``STEP`` is the row of the SOP it belongs to."""

    STEP: ClassVar[int]

    attempt: PositiveInt


class TaskEvent(IntegrationEvent):
    """A fact about whoever works on a step just now."""

    step: int = Field(ge=1, le=8)
    attempt: PositiveInt
