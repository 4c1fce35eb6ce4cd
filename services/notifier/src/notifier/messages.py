"""What a message to the applicant is, and how far one can have got."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from jamila_contracts.events import LinkedDocument
from jamila_contracts.model import Code, Fact, Sealed

Form = Literal["text", "utility"]
Reported = Literal["sent", "delivered", "read", "failed"]
State = Literal["queued", "started", "sent", "delivered", "read", "failed", "diverted", "skipped"]

_RANK: dict[State, int] = {
    "queued": 0,
    "started": 1,
    "sent": 2,
    "delivered": 3,
    "read": 4,
    "failed": 5,
    "diverted": 5,
    "skipped": 5,
}
"""A message only goes forward; the last three are final."""


class Applicant(Fact):
    """What the submission said of the applicant."""

    sealed: Sealed
    receipt_code: str
    service_id: Code
    contact_id: UUID | None = None
    writes_by_whatsapp: bool = True
    """False for the other channels."""
    channel: Literal["whatsapp", "loket", "kolektif", "manual"] | None = None
    """None: submitted before others than those who write by WhatsApp were told."""
    has_phone: bool = False
    """Whoever came to the counter, or by a village's list, left a number."""


class Notice(Fact):
    """What the applicant shall be told; the words come from the template."""

    template_id: Code
    about_event: str
    form: Form = "text"
    values: dict[str, str | list[str]] = Field(default_factory=dict)
    """Values for the template that the event itself brought; never personal, never secret."""
    attachment: LinkedDocument | None = None
    """The signed document that is sent along."""
    collection_code: Sealed | None = None
    """What whoever collects has to show; opened only for the message itself."""
    has_secret: bool = False
    """Some values wait, sealed, beside the wish to send, and go with it."""


@dataclass
class Message:
    """One message about the case."""

    notice: Notice
    queued_at: datetime
    state: State = "queued"
    started_at: datetime | None = None
    tries: int = 0
    """How often it was certainly not sent."""

    def is_at_least(self, state: State) -> bool:
        """It came that far, or further."""
        return _RANK[self.state] >= _RANK[state]


@dataclass(frozen=True)
class Link:
    """The download link of a case that is valid now."""

    id: UUID
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Failure:
    """Why somebody has to reach the applicant otherwise, who, and until when."""

    reason_code: str
    owner: str
    due_at: datetime
