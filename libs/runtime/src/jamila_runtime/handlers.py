"""The table of a service: which event and which command is handled by which use case."""

from collections.abc import Callable
from typing import Any, TypeVar

from jamila_contracts.commands import Command
from jamila_contracts.events import IntegrationEvent
from jamila_runtime.work import Work

E = TypeVar("E", bound=IntegrationEvent)
C = TypeVar("C", bound=Command)
Result = dict[str, Any] | None


class Handlers:
    """Use cases by what they answer to; one each."""

    def __init__(self) -> None:
        self.events: dict[type[IntegrationEvent], Callable[[Any, Any], None]] = {}
        self.commands: dict[type[Command], Callable[[Any, Any], Result]] = {}

    def on(self, event: type[E], use_case: Callable[[E, Work[Any]], None]) -> None:
        """Handle an event of another service."""
        if event in self.events:
            msg = f"{event.__name__} already has a handler"
            raise ValueError(msg)
        self.events[event] = use_case

    def command(self, command: type[C], use_case: Callable[[C, Work[Any]], Result]) -> None:
        """Handle a command; what the use case returns goes back in the reply."""
        if command in self.commands:
            msg = f"{command.__name__} already has a handler"
            raise ValueError(msg)
        self.commands[command] = use_case
