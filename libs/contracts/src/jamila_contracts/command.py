"""What every command has, the register of all of them, and what is answered."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, NonNegativeInt

from jamila_contracts.envelope import Actor
from jamila_contracts.model import Code, Fact

COMMANDS: dict[str, type["Command"]] = {}
"""Every command by its name; complete once ``jamila_contracts.commands`` is imported."""


class Command(Fact):
    """A wish about one case, addressed to the service that owns the stage."""

    SERVICE: ClassVar[str]
    STEP: ClassVar[int | None] = None
    """The step whose capability the asking account needs; None: the command names it itself."""
    BY_STAFF: ClassVar[bool] = True
    """Whether staff ask it themselves: the gateway has a route for each of these."""

    command_id: UUID
    """Idempotency key, chosen by the asker."""
    case_id: UUID
    actor: Actor
    asked_at: AwareDatetime
    expected_version: NonNegativeInt | None = None
    """Version of the stage's aggregate the asker saw; None: do not check."""
    traceparent: str | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register every concrete command."""
        super().__pydantic_init_subclass__(**kwargs)
        if cls.__name__.endswith("Command"):
            return
        COMMANDS[cls.__name__] = cls


def command_subject(service: str, name: str) -> str:
    """The NATS subject a command is asked on."""
    return f"perintah.{service}.{name}"


class TaskCommand(Command):
    """A wish about the task of a step itself, whichever service owns it."""

    SERVICE: ClassVar[str] = "*"

    step: int = Field(ge=1, le=8)


class Problem(Fact):
    """Why a command was not done; the gateway turns it into RFC 9457 problem details."""

    slug: Code
    detail: str
    """For programmers, English; the console has the Indonesian sentence of each slug."""
    data: dict[str, Any] = Field(default_factory=dict)
    """What the asker needs to go on, e.g. the current state; never personal data."""


class CommandReply(Fact):
    """What became of a command."""

    command_id: UUID
    command: str = ""
    """Name of the command that was answered."""
    case_id: UUID
    version: NonNegativeInt = 0
    """Version of the aggregate after it, counting what others can see."""
    log_position: NonNegativeInt = 0
    """Place of its last published event; with ``service`` what a read can wait for."""
    service: str
    events: tuple[str, ...] = ()
    result: dict[str, Any] = Field(default_factory=dict)
    problem: Problem | None = None
