"""The published documents are those of the code, and their consumers can rely on them."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from jamila_contracts.commands import COMMANDS
from jamila_contracts.events import EVENTS
from jamila_contracts.publish import breaches, event_schema, published_files
from jamila_testing.builders import record

DOCS = Path(__file__).parents[2] / "docs"
FILES = published_files()


def asyncapi():
    return json.loads((DOCS / "asyncapi.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_published_document_is_what_the_code_says(path):
    published = (DOCS / path).read_text(encoding="utf-8")

    assert published == FILES[path], "run: python -m jamila_contracts publish docs"


def test_nothing_is_published_that_the_code_does_not_know():
    # Schemas of older versions stay beside the newest.
    published = {path.name.partition(".")[0] for path in (DOCS / "events" / "schema").iterdir()}

    assert published == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_a_contract_only_adds_to_what_is_published(name):
    event = EVENTS[name]
    published = DOCS / "events" / "schema" / f"{name}.v{event.SCHEMA_VERSION}.json"

    assert breaches(json.loads(published.read_text(encoding="utf-8")), event_schema(event)) == []


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def resolve(document, reference):
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_the_asyncapi_document_says_what_it_is():
    document = asyncapi()

    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= document["info"].keys()
    assert document.keys() <= {
        "asyncapi",
        "info",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    }


def test_every_reference_of_the_asyncapi_document_leads_somewhere():
    document = asyncapi()

    for reference in set(references(document)):
        assert reference.startswith("#/")
        assert resolve(document, reference)


def test_a_channel_declares_exactly_the_parameters_of_its_address():
    for name, channel in asyncapi()["channels"].items():
        used = set(re.findall(r"{(\w+)}", channel["address"] or ""))
        assert used == set(channel.get("parameters", {})), name


def test_every_event_has_a_channel_with_its_subject_and_is_sent():
    document = asyncapi()

    for name in EVENTS:
        channel = document["channels"][name]
        assert channel["address"] == f"permohonan.{{tenant}}.{{case_id}}.{name}"
        assert document["operations"][f"record{name}"]["action"] == "send"


def test_every_command_has_a_channel_and_is_answered():
    document = asyncapi()

    for name in COMMANDS:
        operation = document["operations"][f"answer{name}"]
        assert document["channels"][name]["address"].startswith("perintah.")
        assert operation["action"] == "receive"
        assert operation["reply"]["channel"] == {"$ref": "#/channels/CommandReply"}


def test_an_operation_takes_its_messages_from_its_own_channel():
    document = asyncapi()

    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"]
        assert channel.startswith("#/channels/")
        for message in operation["messages"]:
            assert message["$ref"].startswith(f"{channel}/messages/")


def test_every_channel_is_used_by_an_operation():
    document = asyncapi()
    used = {operation["channel"]["$ref"] for operation in document["operations"].values()}

    assert {f"#/channels/{name}" for name in document["channels"]} - used == {
        "#/channels/CommandReply"
    }


@pytest.mark.parametrize("name", EVENTS)
def test_the_described_headers_are_those_that_travel(name):
    schema = asyncapi()["components"]["schemas"]["EventHeaders"]
    headers = record(EVENTS[name]).meta.to_headers()

    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(headers)
    assert set(schema["properties"]) - set(headers) == {"ce-onbehalfof"}
    assert set(headers) <= set(schema["properties"])


@pytest.mark.parametrize("name", EVENTS)
def test_the_described_body_is_the_body_that_travels(name):
    document = asyncapi()
    payload = document["components"]["messages"][name]["payload"]

    schema = {**payload, "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(json.loads(record(EVENTS[name]).data))
