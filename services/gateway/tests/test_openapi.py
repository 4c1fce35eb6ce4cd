"""The description of the API is whole: nobody has to guess, and nothing in it is untrue."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from gateway.api import create_api
from gateway.problems import MEDIA_TYPE, PROBLEMS

DOCUMENT = create_api(max_body_bytes=1, secure=True).openapi()
OPERATIONS = [
    (method.upper(), path, operation)
    for path, each in DOCUMENT["paths"].items()
    for method, operation in each.items()
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]
JSON = "application/json"
BINARY = ("application/pdf", "image/jpeg", "image/png", "image/webp", "application/octet-stream")
every_operation = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)


@every_operation
def test_operation_says_what_it_is_for(method: str, path: str, operation: Any) -> None:
    del method, path
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]


@every_operation
def test_what_is_sent_has_an_example(method: str, path: str, operation: Any) -> None:
    del method, path
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        assert media_type in BINARY or examples_of(content)


@every_operation
def test_what_is_answered_has_an_example(method: str, path: str, operation: Any) -> None:
    del method, path
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if status.startswith("2"):
            for media_type, each in content.items():
                assert media_type in BINARY or examples_of(each), media_type
        if status in ("204", "304"):
            assert content == {}


@every_operation
def test_every_refusal_is_a_problem_that_names_its_slugs(
    method: str, path: str, operation: Any
) -> None:
    del method
    refusals = {
        status: response
        for status, response in operation["responses"].items()
        if status.startswith(("4", "5"))
    }
    if path != "/api/v1":
        assert {"401", "403", "404", "409", "413", "422", "429", "500", "503"} <= set(refusals)
    for response in refusals.values():
        assert list(response["content"]) == [MEDIA_TYPE]
        assert examples_of(response["content"][MEDIA_TYPE])
        slugs = response["description"].split(", ")
        assert set(slugs) <= set(PROBLEMS)


@every_operation
def test_every_example_fits_its_schema(method: str, path: str, operation: Any) -> None:
    del method, path
    contents = [*operation.get("requestBody", {}).get("content", {}).values()]
    for response in operation["responses"].values():
        contents += response.get("content", {}).values()
    for content in contents:
        schema = {**content.get("schema", {}), "components": DOCUMENT["components"]}
        for example in examples_of(content):
            jsonschema.Draft202012Validator(schema).validate(example)


@every_operation
def test_parameters_are_described_or_speak_for_themselves(
    method: str, path: str, operation: Any
) -> None:
    del method, path
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        told = parameter.get("description") or schema.get("enum") or schema.get("description")
        assert told or parameter["name"] in SPEAKING, parameter["name"]


SPEAKING = {"limit", "cursor", "mine", "overdue"}


def test_operations_have_names_of_their_own() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)


def test_tags_are_described() -> None:
    described = {each["name"] for each in DOCUMENT["tags"]}
    used = {tag for _, _, operation in OPERATIONS for tag in operation["tags"]}
    assert used == described


def examples_of(content: Any) -> list[Any]:
    """Examples of a content itself, or of the schema it points to."""
    if "examples" in content:
        return [each["value"] for each in content["examples"].values()]
    if "example" in content:
        return [content["example"]]
    return list(_of_schema(content.get("schema", {})))


def _of_schema(schema: Any) -> Iterator[Any]:
    reference = schema.get("$ref")
    if reference is not None:
        schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    yield from schema.get("examples", ())
