"""The envelope of every event: CloudEvents 1.0 in binary mode, carried in NATS headers.

Source: CloudEvents 1.0.2, NATS protocol binding; the extension names are ours (lower case, letters
and digits only, as the specification asks).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from jamila_contracts.model import Fact

SPEC_VERSION = "1.0"
MSG_ID_HEADER = "Nats-Msg-Id"


class Actor(Fact):
    """Who did it: an account, in which capability, and for whom if it stood in.

    Accounts are opaque ids of the office's own staff or ``system:<service>``; never a resident.
    """

    account: str
    capability: str
    on_behalf_of: str | None = None

    @classmethod
    def system(cls, service: str) -> Self:
        """The service itself, for facts that no person decided."""
        return cls(account=f"system:{service}", capability="system")


class EventMeta(Fact):
    """Everything about an event except what it says."""

    event_id: UUID
    type: str
    schema_version: int = Field(ge=1)
    source: str
    """The service that recorded the event."""
    tenant: str = Field(pattern=r"^\d{4}$")
    """Kabupaten code, 6311 for Balangan."""
    case_id: UUID
    position: int = Field(ge=1)
    """Version of the aggregate that recorded it."""
    log_position: int = Field(ge=1)
    """Place in the source's own log."""
    previous_log_position: int = Field(ge=0)
    """Place of the event the source published just before, 0 for its first: makes a gap visible."""
    occurred_at: AwareDatetime
    """Clock of whoever caused it, e.g. the WhatsApp message's own timestamp."""
    recorded_at: AwareDatetime
    """Clock of the recording service."""
    actor: Actor
    causation_id: UUID
    """The event or command that caused this one."""
    correlation_id: UUID
    sop_version: str
    traceparent: str
    """W3C trace context of the span that recorded it."""

    @property
    def subject(self) -> str:
        """The NATS subject the event is published on."""
        return f"permohonan.{self.tenant}.{self.case_id}.{self.type}"

    def to_headers(self) -> dict[str, str]:
        """Write the envelope as NATS headers."""
        headers = {
            MSG_ID_HEADER: str(self.event_id),
            "content-type": "application/json",
            "ce-specversion": SPEC_VERSION,
            "ce-id": str(self.event_id),
            "ce-type": self.type,
            "ce-source": f"/jamila/{self.tenant}/{self.source}",
            "ce-subject": str(self.case_id),
            "ce-time": self.occurred_at.isoformat(),
            "ce-schemaversion": str(self.schema_version),
            "ce-position": str(self.position),
            "ce-logposition": str(self.log_position),
            "ce-previous": str(self.previous_log_position),
            "ce-recordedtime": self.recorded_at.isoformat(),
            "ce-actor": self.actor.account,
            "ce-capability": self.actor.capability,
            "ce-causationid": str(self.causation_id),
            "ce-correlationid": str(self.correlation_id),
            "ce-sopversion": self.sop_version,
            "traceparent": self.traceparent,
        }
        if self.actor.on_behalf_of is not None:
            headers["ce-onbehalfof"] = self.actor.on_behalf_of
        return headers

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """Read the envelope back.

        Raises:
            EnvelopeError: a header is missing or not of its form.
        """
        try:
            return cls.model_validate(_fields_of(headers))
        except (KeyError, ValueError) as error:
            raise EnvelopeError(str(error)) from error


class EnvelopeError(ValueError):
    """The headers of a message are not an envelope of ours."""


def _fields_of(headers: Mapping[str, str]) -> dict[str, Any]:
    _, _, tenant, source = headers["ce-source"].split("/")
    return {
        "event_id": headers["ce-id"],
        "type": headers["ce-type"],
        "schema_version": headers["ce-schemaversion"],
        "source": source,
        "tenant": tenant,
        "case_id": headers["ce-subject"],
        "position": headers["ce-position"],
        "log_position": headers["ce-logposition"],
        "previous_log_position": headers["ce-previous"],
        "occurred_at": datetime.fromisoformat(headers["ce-time"]),
        "recorded_at": datetime.fromisoformat(headers["ce-recordedtime"]),
        "actor": {
            "account": headers["ce-actor"],
            "capability": headers["ce-capability"],
            "on_behalf_of": headers.get("ce-onbehalfof"),
        },
        "causation_id": headers["ce-causationid"],
        "correlation_id": headers["ce-correlationid"],
        "sop_version": headers["ce-sopversion"],
        "traceparent": headers["traceparent"],
    }
