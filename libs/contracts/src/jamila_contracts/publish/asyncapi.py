"""The AsyncAPI 3.0 description of everything that crosses NATS.

Written from the side of the stage services together: they send the events, and answer the commands.
Source: AsyncAPI 3.0.0 (request/reply, parameters) and its NATS bindings 0.1.0.
"""

from typing import Any

from pydantic.json_schema import models_json_schema

from jamila_contracts.commands import COMMANDS, Command, CommandReply, command_subject
from jamila_contracts.events import EVENTS, IntegrationEvent
from jamila_contracts.publish.recorders import recorder_of
from jamila_contracts.publish.table import meaning_of
from jamila_contracts.sop import load_sop

Json = dict[str, Any]
_Model = type[IntegrationEvent] | type[Command] | type[CommandReply]

_UUID: Json = {"type": "string", "format": "uuid"}
_TIME: Json = {"type": "string", "format": "date-time"}
_NUMBER: Json = {"type": "string", "pattern": "^[0-9]+$"}
_TEXT: Json = {"type": "string", "minLength": 1}
_OPTIONAL = "ce-onbehalfof"
_EVENT_HEADERS: Json = {
    "Nats-Msg-Id": {**_UUID, "description": "The event id; JetStream drops repeats by it."},
    "content-type": {"const": "application/json"},
    "ce-specversion": {"const": "1.0"},
    "ce-id": _UUID,
    "ce-type": {**_TEXT, "description": "Name of the event."},
    "ce-source": {"type": "string", "pattern": "^/jamila/[0-9]{4}/[a-z-]+$"},
    "ce-subject": {**_UUID, "description": "The case."},
    "ce-time": {**_TIME, "description": "Clock of whoever caused it."},
    "ce-schemaversion": _NUMBER,
    "ce-position": {**_NUMBER, "description": "Version of the aggregate."},
    "ce-logposition": {**_NUMBER, "description": "Place in the log of the source."},
    "ce-previous": {**_NUMBER, "description": "Place of the event published before, 0 if none."},
    "ce-recordedtime": {**_TIME, "description": "Clock of the recording service."},
    "ce-actor": {**_TEXT, "description": "Account of the office, or system:<service>."},
    "ce-capability": _TEXT,
    _OPTIONAL: {**_TEXT, "description": "Account the actor stands in for."},
    "ce-causationid": _UUID,
    "ce-correlationid": _UUID,
    "ce-sopversion": _TEXT,
    "traceparent": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
}
_PARAMETERS: Json = {
    "tenant": {"description": "Kabupaten code, e.g. 6311 for Balangan."},
    "case_id": {"description": "UUID of the case; never anything about a person."},
}
_REPLY = "CommandReply"


def asyncapi_document() -> Json:
    """Generate the whole description, ready to be written as JSON."""
    events, commands = EVENTS.values(), COMMANDS.values()
    answered: list[_Model] = [*commands, CommandReply]
    replies = {_REPLY: {"address": None, "messages": {_REPLY: _ref("messages", _REPLY)}}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Dik Jamila Me-WA",
            "version": "1",
            "description": "Events and commands of the civil registry service over NATS.",
        },
        "defaultContentType": "application/json",
        "channels": {
            **{event.__name__: _event_channel(event) for event in events},
            **{command.__name__: _command_channel(command) for command in commands},
            **replies,
        },
        "operations": {
            **{f"record{event.__name__}": _sending(event) for event in events},
            **{f"answer{command.__name__}": _answering(command) for command in commands},
        },
        "components": {
            "messages": {
                **{event.__name__: _event_message(event) for event in events},
                **{each.__name__: _message(each) for each in answered},
            },
            "schemas": _schemas(),
        },
    }


def _event_channel(event: type[IntegrationEvent]) -> Json:
    name = event.__name__
    return {
        "address": f"permohonan.{{tenant}}.{{case_id}}.{name}",
        "messages": {name: _ref("messages", name)},
        "parameters": _PARAMETERS,
    }


def _command_channel(command: type[Command]) -> Json:
    name = command.__name__
    channel: Json = {
        "address": command_subject(_service_of(command), name),
        "messages": {name: _ref("messages", name)},
    }
    if command.SERVICE == "*":
        services = list(dict.fromkeys(step.service for step in load_sop().steps))
        channel["parameters"] = {
            "service": {"enum": services, "description": "The service that owns the step."}
        }
    return channel


def _sending(event: type[IntegrationEvent]) -> Json:
    name = event.__name__
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": meaning_of(event),
        "tags": [{"name": recorder_of(event) or "no service yet"}],
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
    }


def _answering(command: type[Command]) -> Json:
    name = command.__name__
    operation: Json = {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": meaning_of(command),
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "reply": {
            "channel": {"$ref": f"#/channels/{_REPLY}"},
            "messages": [{"$ref": f"#/channels/{_REPLY}/messages/{_REPLY}"}],
        },
    }
    if command.SERVICE != "*":
        # Replicas of a service share its commands through a queue group of its name.
        operation["bindings"] = {"nats": {"queue": command.SERVICE, "bindingVersion": "0.1.0"}}
    return operation


def _service_of(command: type[Command]) -> str:
    return "{service}" if command.SERVICE == "*" else command.SERVICE


def _event_message(event: type[IntegrationEvent]) -> Json:
    return {
        **_message(event),
        "headers": _ref("schemas", "EventHeaders"),
        "correlationId": {"location": "$message.header#/ce-correlationid"},
    }


def _message(model: _Model) -> Json:
    return {
        "name": model.__name__,
        "summary": meaning_of(model),
        "contentType": "application/json",
        "payload": _ref("schemas", model.__name__),
    }


def _schemas() -> Json:
    models: list[Any] = [*EVENTS.values(), *COMMANDS.values(), CommandReply]
    _, generated = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    headers = {
        "type": "object",
        "description": "CloudEvents 1.0, binary mode, in NATS headers.",
        "properties": _EVENT_HEADERS,
        "required": [name for name in _EVENT_HEADERS if name != _OPTIONAL],
    }
    return {"EventHeaders": headers, **generated["$defs"]}


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}
