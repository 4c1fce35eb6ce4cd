"""Publishing never breaks what is published."""

import json
import runpy
import sys

import pytest

from jamila_contracts import __main__ as command
from jamila_contracts.__main__ import main
from jamila_contracts.events import EVENTS
from jamila_contracts.publish import published_files


def test_every_event_has_a_published_schema(tmp_path):
    assert main(["publish", str(tmp_path)]) == 0

    published = {path.name for path in (tmp_path / "events" / "schema").iterdir()}
    assert published == {f"{name}.v{event.SCHEMA_VERSION}.json" for name, event in EVENTS.items()}


def test_publishing_twice_writes_the_same(tmp_path):
    main(["publish", str(tmp_path)])
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}

    assert main(["publish", str(tmp_path)]) == 0

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == first


def test_publishing_refuses_to_break_a_published_schema(tmp_path, capsys):
    main(["publish", str(tmp_path)])
    published = tmp_path / "events" / "schema" / "Dicetak.v1.json"
    schema = json.loads(published.read_text())
    schema["properties"]["printer"] = {"type": "string"}
    published.write_text(json.dumps(schema))
    (tmp_path / "asyncapi.json").unlink()

    assert main(["publish", str(tmp_path)]) == 1

    assert "Dicetak.v1.json: $.printer: removed" in capsys.readouterr().err
    assert json.loads(published.read_text()) == schema
    assert not (tmp_path / "asyncapi.json").exists()


@pytest.mark.parametrize("arguments", [[], ["publish"], ["golden", "x"], ["publish", "a", "b"]])
def test_a_command_that_is_not_understood_is_explained(arguments, capsys):
    assert main(arguments) == 2

    assert "usage:" in capsys.readouterr().err


def test_the_page_of_events_names_every_event_and_its_recorder():
    page = {path.name: text for path, text in published_files().items()}["README.md"]

    assert all(f"| [`{name}`](schema/{name}.v1.json) |" in page for name in EVENTS)
    assert "| review | `attempt`, `documents` | Step 5: the Kabid verified" in page


def test_the_module_is_a_command(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["jamila_contracts", "publish", str(tmp_path)])

    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(command.__file__, run_name="__main__")

    assert (tmp_path / "asyncapi.json").exists()
