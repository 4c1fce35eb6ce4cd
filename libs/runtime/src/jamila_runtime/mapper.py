"""Domain events to stored JSON and back, by their annotations.

The library's transcoder needs a registration per type and forgets tuples; the annotations of a
frozen event already say everything, so pydantic reads and writes by them (docs/decisions).
"""

import json
from dataclasses import MISSING, fields
from typing import Any, NotRequired, get_type_hints
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent
from eventsourcing.utils import get_topic, resolve_topic
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

_IDENTITY = frozenset({"originator_id", "originator_version"})


_adapters: dict[type, TypeAdapter[dict[str, Any]]] = {}


def _state_of(event_class: type[Any]) -> TypeAdapter[dict[str, Any]]:
    """The adapter of an event class; a field with a default may be missing in old events."""
    adapter = _adapters.get(event_class)
    if adapter is None:
        hints = get_type_hints(event_class)
        shape = {
            each.name: hints[each.name]
            if each.default is MISSING
            else NotRequired[hints[each.name]]
            for each in fields(event_class)
            if each.name not in _IDENTITY
        }
        adapter = TypeAdapter(TypedDict(event_class.__name__, shape))  # type: ignore[operator]
        _adapters[event_class] = adapter
    return adapter


class AnnotatedMapper(Mapper[UUID]):
    """Stores what the annotations of an event say, as JSON."""

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Write an event."""
        state = {k: v for k, v in vars(domain_event).items() if k not in _IDENTITY}
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=get_topic(type(domain_event)),
            state=_state_of(type(domain_event)).dump_json(state),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Read an event, whatever version of the software wrote it.

        Raises:
            MapperDeserialisationError: the stored state is not what the event's annotations say.
        """
        event_class: type[Any] = resolve_topic(stored_event.topic)
        try:
            state = self._read(event_class, stored_event.state)
        except (ValidationError, ValueError) as error:
            # The state may hold ciphertext of personal data: name the place, not the content.
            msg = (
                f"stored event {stored_event.topic} of {stored_event.originator_id} "
                f"v{stored_event.originator_version} cannot be read ({type(error).__name__})"
            )
            raise MapperDeserialisationError(msg) from None
        state["originator_id"] = stored_event.originator_id
        state["originator_version"] = stored_event.originator_version
        event: DomainEventProtocol[UUID] = object.__new__(event_class)
        object.__setattr__(event, "__dict__", state)
        return event

    def _read(self, event_class: type[Any], stored: bytes) -> dict[str, Any]:
        newest = getattr(event_class, "class_version", 1)
        if newest == 1:
            return _state_of(event_class).validate_json(stored)
        raw = json.loads(stored)
        for version in range(raw.pop("class_version", 1), newest):
            getattr(event_class, f"upcast_v{version}_v{version + 1}")(raw)
        return _state_of(event_class).validate_json(json.dumps(raw))
