"""Sheets are noted once each, and once more when they come out again."""

import json

import pytest

from jamila_faults.history import History
from jamila_faults.tray import Tray


@pytest.fixture
def history(tmp_path):
    opened = History(tmp_path / "history.jsonl")
    yield opened
    opened.close()


@pytest.fixture
def tray(tmp_path, history):
    (tmp_path / "printed").mkdir()
    return Tray(tmp_path / "printed", history)


def noted(tmp_path):
    lines = (tmp_path / "history.jsonl").read_text().splitlines()
    return [json.loads(line)["page"] for line in lines]


def test_a_sheet_that_lies_there_is_noted_once(tmp_path, tray):
    (tmp_path / "printed" / "job-1.pdf").touch()
    (tmp_path / "printed" / "job-2.part").touch()
    tray.look()
    tray.look()

    assert noted(tmp_path) == ["job-1"]


def test_a_sheet_is_taken_away_and_seen_again_when_it_is_printed_again(tmp_path, tray, monkeypatch):
    monkeypatch.setattr("jamila_faults.tray._LIES_SECONDS", -1)
    sheet = tmp_path / "printed" / "job-1.pdf"
    sheet.touch()
    tray.look()
    tray.look()
    assert not sheet.exists()
    sheet.touch()
    tray.look()

    assert noted(tmp_path) == ["job-1", "job-1"]
