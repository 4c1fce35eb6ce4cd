"""One event as it travels: envelope and body, not yet or no longer interpreted."""

from dataclasses import dataclass
from typing import Self

from pydantic import ValidationError

from jamila_contracts.envelope import EventMeta
from jamila_contracts.events import EVENTS, IntegrationEvent


class UnknownEventError(ValueError):
    """This version of the software does not know the event, or not this version of it."""


class MalformedEventError(ValueError):
    """The body is not what the contract of the event says."""


@dataclass(frozen=True)
class Record:
    """Envelope and body of one event; the body stays the very bytes that were published."""

    meta: EventMeta
    data: bytes

    @classmethod
    def of(cls, meta: EventMeta, event: IntegrationEvent) -> Self:
        """Wrap an event for its journey."""
        return cls(meta=meta, data=event.model_dump_json().encode())

    def event(self) -> IntegrationEvent:
        """Read the body by the contract the envelope names.

        Raises:
            UnknownEventError: no such event, or written by a newer schema than ours.
            MalformedEventError: the body breaks the contract.
        """
        contract = EVENTS.get(self.meta.type)
        if contract is None or self.meta.schema_version > contract.SCHEMA_VERSION:
            msg = f"unknown event {self.meta.type} v{self.meta.schema_version}"
            raise UnknownEventError(msg)
        try:
            return contract.model_validate_json(self.data)
        except ValidationError as error:
            # The input may hold personal data; only the places and kinds of the faults go on.
            faults = [f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()]
            msg = f"malformed {self.meta.type}: {'; '.join(faults)}"
            raise MalformedEventError(msg) from None
