"""Examples for whatever the description of the API does not give one: made of the schemas. Pure.

A field that says what it looks like (``examples``) is believed; a field of a known name looks as it
does in the office; the rest is the least that its type allows. A test holds every example against
its schema.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from gateway.problems import MEDIA_TYPE, PROBLEMS

_ID: Final = "0b5f3c0e-6311-4d6e-9d0a-0d1ca311a001"
_DIGEST: Final = "3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728"
_MOMENT: Final = "2026-04-06T10:15:00+08:00"
_DEEP: Final = 8
_ANY_NAME: Final = "nama"
_FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "uuid": _ID,
        "date-time": _MOMENT,
        "date": "2026-04-06",
        "password": "kata-sandi-contoh",
    }
)
_TEXTS: Final = ("contoh", "K7M2PQ4X9A", _DIGEST, "123456", "6311", "62812000000001", "v1.contoh")
"""What a text may look like; the first that fits its pattern."""

KNOWN: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "account": "kasi-1",
        "taken_by": "kasi-1",
        "display_name": "Kepala Seksi",
        "capability": "kasi",
        "capabilities": ["kasi"],
        "tenant": "6311",
        "password": "kata-sandi-contoh",
        "old": "kata-sandi-lama",
        "new": "kata-sandi-baru-contoh",
        "token": "contoh-token-yang-tidak-berlaku",
        "receipt_code": "K7M2PQ4X9A",
        "service": "review",
        "service_id": "lhr-umum",
        "channel": "whatsapp",
        "status": "berjalan",
        "state": "menunggu",
        "step": 4,
        "attempt": 1,
        "activity": "Pemeriksaan draft oleh Kasi",
        "event": "DraftDisetujui",
        "last_event": "DraftDibuat",
        "sentence": "Kasi (kasi-1) menyetujui draft",
        "who": "Kasi (kasi-1)",
        "when": "6 April 2026 10.15 WITA",
        "sop_id": "sop-dik-jamila-2020",
        "catalogue_id": "katalog-balangan-2026-1",
        "media_type": "application/pdf",
        "kind": "akta-kelahiran",
        "reason_code": "data-tidak-sesuai",
        "sop_version": "sop-dik-jamila-2020",
        "after": "review:17",
        "log_position": 17,
        "position": 4711,
        "version": 7,
        "events": ["TugasDiambil", "DraftDisetujui"],
        "text": "Berkas Bapak sudah kami terima.",
        "label": "Akta Kelahiran",
        "name": "integrasi-kabupaten",
        "phone": "0812-0000-0001",
        "code": "123456",
    }
)
"""By the name of a field, what it looks like."""


PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account": "Code of an account.",
        "answer_id": "An answer of the chat, as the list names it.",
        "batch_id": "A village's list, or cases that are signed together.",
        "capability": "One of mine; without it all of mine.",
        "case_id": "The case.",
        "contact_id": "Whose chat it is.",
        "from": "First day.",
        "grant_id": "A grant, as the account names it.",
        "message_id": "A notice, as the list names it.",
        "q": "Receipt code, case id or words of a service.",
        "request_id": "A help request, as the list names it.",
        "service_id": "A service of the catalogue.",
        "session_id": "A session, as the list names it.",
        "sha256": "SHA-256 of the file, as the case names it.",
        "state": "What happens to the task.",
        "status": "Where the case stands.",
        "step": "Step of the SOP, 1 to 8.",
        "to": "Last day.",
        "webhook_id": "A subscription, as the list names it.",
    }
)
"""By the name of a parameter, what it is, where its route does not say it."""


def complete(document: dict[str, Any]) -> None:
    """Give every body and every answer an example, and every parameter a word."""
    schemas = document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in PLACES:
                    parameter.setdefault("description", PLACES[parameter["name"]])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _give(content, schemas)
            for status, response in operation["responses"].items():
                for media_type, content in response.get("content", {}).items():
                    if media_type == MEDIA_TYPE:
                        content["example"] = _problem(status, response["description"])
                    else:
                        _give(content, schemas)


def _give(content: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    schema = content.get("schema", {})
    if "example" in content or "examples" in content or schema.get("format") == "binary":
        return
    content["example"] = example_of(schema, schemas)


def _problem(status: str, description: str) -> dict[str, Any]:
    slug = description.split(", ", maxsplit=1)[0]
    return {
        "type": f"urn:jamila:problem:{slug}",
        "title": PROBLEMS[slug].title,
        "status": int(status),
        "detail": "what a programmer needs to know",
        "slug": slug,
        "data": {},
        "errors": [],
    }


def example_of(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0
) -> Any:
    """Something that a schema allows.

    Args:
        schema: Of a body, an answer or a field.
        schemas: What it may refer to.
        name: What the field is called.
        depth: How deep we are; a schema may contain itself.
    """
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if schema.get("examples"):
        return schema["examples"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example_of(_richest(schema[several]), schemas, name, depth)
    if "const" in schema or "enum" in schema:
        return schema.get("const", next(iter(schema.get("enum", ())), None))
    if name in KNOWN and _is_of(KNOWN[name], schema):
        return KNOWN[name]
    return _least(schema, schemas, name, depth)


def _least(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, depth)
        case "array":
            inner = schema.get("prefixItems") or [schema.get("items", {})]
            return [example_of(each, schemas, name.removesuffix("s"), depth + 1) for each in inner]
        case "string":
            return _text(schema)
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        case "boolean":
            return schema.get("default", False)
        case _:
            return None


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    fields = schema.get("properties", {})
    needed = set(schema.get("required", fields)) if depth > _DEEP else set(fields)
    made = {
        name: example_of(each, schemas, name, depth + 1)
        for name, each in fields.items()
        if name in needed
    }
    if len(made) >= schema.get("minProperties", 0):
        return made
    values = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    inner = next((each for each in values if isinstance(each, dict)), {})
    return {_ANY_NAME: example_of(inner, schemas, _ANY_NAME, depth + 1)}


def _text(schema: Mapping[str, Any]) -> str:
    known = _FORMATS.get(schema.get("format", ""))
    pattern = schema.get("pattern", "")
    fitting = (each for each in _TEXTS if re.search(pattern, each))
    found = known or next(fitting, _TEXTS[0])
    return found.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _richest(several: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((each for each in several if each.get("type") != "null"), several[0])


def _is_of(value: Any, schema: Mapping[str, Any]) -> bool:
    kinds = {"string": str, "integer": int, "array": list}
    kind = kinds.get(schema.get("type", ""))
    fits = kind is not None and isinstance(value, kind)
    return fits and "format" not in schema and "pattern" not in schema
