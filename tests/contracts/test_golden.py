"""What was published once stays readable, byte for byte."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from jamila_contracts.commands import COMMANDS
from jamila_contracts.envelope import EventMeta
from jamila_contracts.events import EVENTS
from jamila_contracts.wire import Record

SCHEMAS = Path(__file__).parents[2] / "docs" / "events" / "schema"


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def read(form):
    headers, body = form["headers"], json.dumps(form["data"]).encode()
    return Record(EventMeta.from_headers(headers), body).event()


def as_file(form):
    return json.dumps(form, indent=2, ensure_ascii=False) + "\n"


def with_unknown_fields(value):
    """The same value as a newer writer might send it."""
    if isinstance(value, list):
        return [with_unknown_fields(each) for each in value]
    if isinstance(value, dict):
        return {**{k: with_unknown_fields(v) for k, v in value.items()}, "from_the_future": 1}
    return value


def shape(value, place="$"):
    """Every place of a body that holds something."""
    if isinstance(value, dict):
        return {f"{place}.{k}" for k in value} | {
            inner for k, v in value.items() for inner in shape(v, f"{place}.{k}")
        }
    if isinstance(value, list):
        return {inner for each in value for inner in shape(each, f"{place}[]")}
    return set()


@pytest.mark.parametrize("name", EVENTS)
def test_a_golden_event_is_written_again_byte_for_byte(golden, name):
    published, _ = golden(name)
    form = json.loads(published)
    meta = EventMeta.from_headers(form["headers"])

    # Fields added since are unset: an additive change leaves the golden file as it is.
    body = json.loads(read(form).model_dump_json(exclude_unset=True))
    again = {"subject": meta.subject, "headers": meta.to_headers(), "data": body}

    assert as_file(again) == published


@pytest.mark.parametrize("name", COMMANDS)
def test_a_golden_command_is_written_again_byte_for_byte(golden, name):
    published, _ = golden(name)
    form = json.loads(published)

    command = COMMANDS[name].model_validate(form["data"])
    form["data"] = json.loads(command.model_dump_json(exclude_unset=True))

    assert as_file(form) == published


@pytest.mark.parametrize("name", [*EVENTS, *COMMANDS])
def test_what_is_written_today_has_everything_that_was_published(golden, name):
    published, today = golden(name)

    assert shape(json.loads(published)) <= shape(json.loads(today))


@pytest.mark.parametrize("name", EVENTS)
def test_a_golden_event_with_unknown_fields_says_the_same(golden, name):
    form = json.loads(golden(name)[0])
    newer = {
        "headers": {**form["headers"], "ce-fromthefuture": "1"},
        "data": with_unknown_fields(form["data"]),
    }

    assert read(newer) == read(form)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_golden_command_with_unknown_fields_says_the_same(golden, name):
    data = json.loads(golden(name)[0])["data"]
    # The items of AcceptPapers are a map of digests: a stranger in it is no unknown field.
    items = {"items": data["items"]} if "items" in data else {}
    newer = {**with_unknown_fields(data), **items}

    assert COMMANDS[name].model_validate(newer) == COMMANDS[name].model_validate(data)


@pytest.mark.parametrize("name", EVENTS)
def test_a_golden_event_follows_its_published_schema(golden, name):
    form = json.loads(golden(name)[0])
    schema = json.loads((SCHEMAS / f"{name}.v{EVENTS[name].SCHEMA_VERSION}.json").read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(form["data"])


@pytest.mark.parametrize("name", EVENTS)
def test_the_subject_of_a_golden_event_names_the_case_and_the_event(golden, name):
    form = json.loads(golden(name)[0])

    assert form["subject"].split(".") == ["permohonan", "6311", form["data"]["case_id"], name]


def test_there_are_golden_files_of_every_event_and_command_and_of_no_other(golden_files):
    # Older versions of an event stay beside the newest: they are read for ever.
    stems = {name.removeprefix("commands/").partition(".")[0] for name in golden_files[1]}

    assert stems == {snake(name) for name in (*EVENTS, *COMMANDS)}


def test_every_golden_event_is_still_read_whatever_its_version(golden_files):
    folder, names = golden_files

    for name in sorted(each for each in names if "/" not in each):
        read(json.loads((folder / name).read_text()))
