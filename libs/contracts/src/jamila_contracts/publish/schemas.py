"""JSON Schema of the events, as their readers may rely on it."""

from pathlib import PurePosixPath
from typing import Any

from jamila_contracts.events import IntegrationEvent

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_path(event: type[IntegrationEvent]) -> PurePosixPath:
    """Where the schema of an event lies, below the documentation folder."""
    return PurePosixPath(f"events/schema/{event.__name__}.v{event.SCHEMA_VERSION}.json")


def event_schema(event: type[IntegrationEvent]) -> dict[str, Any]:
    """The JSON Schema of the body of an event, in the form a reader checks before reading."""
    identity = f"urn:jamila:event:{event.__name__}:v{event.SCHEMA_VERSION}"
    return {"$schema": DIALECT, "$id": identity, **event.model_json_schema(mode="validation")}
