"""The check that guards the contracts must itself be able to fail."""

import pytest

from jamila_contracts.publish import breaches


def schema(**properties):
    return {"type": "object", "properties": properties, "required": ["kept"] if properties else []}


def value(**changes):
    return schema(kept=changes)


TEXT = value(type="string")


def test_the_same_schema_breaks_nothing():
    assert breaches(TEXT, TEXT) == []


def test_a_new_optional_property_breaks_nothing():
    assert breaches(TEXT, schema(kept={"type": "string"}, added={"type": "integer"})) == []


def test_a_removed_property_is_a_breach():
    older = schema(kept={"type": "string"}, dropped={"type": "string"})

    assert breaches(older, TEXT) == ["$.dropped: removed"]


def test_a_newly_required_property_is_a_breach():
    newer = schema(kept={"type": "string"}, added={"type": "string"})
    newer["required"] = ["added", "kept"]

    assert breaches(TEXT, newer) == ["$.added: newly required"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"type": "string"}, {"type": "integer"}),
        ({"type": "number"}, {"type": "integer"}),
        ({}, {"type": "string"}),
        ({"type": "string"}, {"type": "string", "enum": ["a"]}),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}),
        ({"enum": ["a", "b"]}, {"const": "a"}),
        ({"type": "string"}, {"type": "string", "pattern": "^a$"}),
        ({"type": "string"}, {"type": "string", "format": "uuid"}),
        ({"type": "string", "maxLength": 9}, {"type": "string", "maxLength": 8}),
        ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}),
        ({"type": "array"}, {"type": "array", "minItems": 1}),
        ({"type": "array", "items": {"type": "number"}}, {"type": "array", "items": {"enum": [1]}}),
        ({"type": "array"}, {"type": "array", "items": {"type": "string"}}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string"}),
        ({"type": ["string", "null"]}, {"type": "string"}),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
        ),
    ],
)
def test_a_narrowed_type_is_a_breach(older, newer):
    assert breaches(value(**older), value(**newer))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"type": "integer"}, {"type": "number"}),
        ({"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"const": "a"}, {"enum": ["a", "b"]}),
        ({"type": "string", "maxLength": 8}, {"type": "string", "maxLength": 9}),
        ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": -1}),
        ({"type": "string", "pattern": "^a$"}, {"type": "string"}),
        ({"type": "array", "items": {"const": 1}}, {"type": "array"}),
    ],
)
def test_a_widened_type_breaks_nothing(older, newer):
    assert breaches(value(**older), value(**newer)) == []


def test_a_breach_inside_a_referenced_definition_is_found():
    older = {**value(**{"$ref": "#/$defs/Paper"}), "$defs": {"Paper": TEXT}}
    newer = {**value(**{"$ref": "#/$defs/Berkas"}), "$defs": {"Berkas": value(type="integer")}}

    assert breaches(older, newer) == ["$.kept.kept: type string became integer"]
