"""Everything behind the one door: what the routes work with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from gateway.access_log import AccessLog
from gateway.administration import Administration
from gateway.foreign_login import ForeignLogin
from gateway.login import LoginDesk
from gateway.own_account import OwnAccount
from gateway.pace import Pace
from gateway.pulse import Pulse
from gateway.sheets import OpenSheets
from gateway.views import Views
from gateway.webhooks.desk import WebhookDesk
from jamila_contracts.commands import Command, CommandReply
from jamila_ledger.calendar import DEFAULT_CALENDAR, Calendar, load_calendar
from jamila_pdf.letters import Letterhead
from jamila_runtime.clock import Clock
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault


class Commands(Protocol):
    """Asks a stage service to do something."""

    async def ask(self, command: Command) -> CommandReply:
        """The answer, which may be a refusal; ``ServiceUnavailableError`` when there is none."""
        ...


class NumberNames(Protocol):
    """Names numbers of people, so that they need not be said."""

    def of_phone(self, digits: str) -> tuple[str, ...]:
        """Under which names whoever has this number may be known."""
        ...

    def of_person(self, number: str) -> tuple[str, ...]:
        """Under which name whoever has this NIK or No. KK may be known."""
        ...


@dataclass(frozen=True)
class Door:
    """The gateway's connections, made once the process runs."""

    login: LoginDesk
    own: OwnAccount
    administration: Administration
    commands: Commands
    views: Views
    vault: CaseVault
    objects: ObjectVault
    access_log: AccessLog
    clock: Clock
    secure_cookies: bool
    read_wait: timedelta
    numbers: NumberNames
    webhooks: WebhookDesk
    pace: Pace = field(default_factory=Pace)
    foreign: ForeignLogin | None = None
    """None: this office has no identity provider."""
    letterhead: Letterhead | None = None
    """None: this office makes no letters here."""
    calendar_id: str = DEFAULT_CALENDAR
    """Working calendar of the office."""
    guide_folder: Path | None = None
    """Where the staff's guides are; None: there are none."""
    is_stopping: Callable[[], bool] = lambda: False
    """The process was told to stop: answers that last have to end."""

    @cached_property
    def pulse(self) -> Pulse:
        """Tells every open page when something happened."""
        return Pulse(self.views)

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar, worked out."""
        return load_calendar(self.calendar_id)

    @cached_property
    def sheets(self) -> OpenSheets:
        """Papers and documents that lie open before somebody."""
        return OpenSheets()

    @property
    def cookie(self) -> str:
        """Name of the session cookie; browsers bind the ``__Host-`` kind to this very host."""
        return "__Host-jamila" if self.secure_cookies else "jamila"


def door_of(request: Request) -> Door:
    """The door of the running process."""
    return cast("Door", request.app.state.door)


DoorDep = Annotated[Door, Depends(door_of)]
