"""Older software stays away from a home that newer software worked on."""

import json
from pathlib import Path

import pytest

from jamila_runtime.vocabulary import (
    FOLDER,
    HomeNewerError,
    check_home,
    claim,
    contract_words,
    own_words,
)

OLD = frozenset({"BerkasDiterima/1"})
NEW = OLD | {"BerkasDiarsipkan/1"}


def written(home: Path, process: str = "review") -> list[str]:
    return json.loads((home / FOLDER / f"{process}.json").read_text())["words"]


def test_newer_software_goes_on_and_says_what_it_knows(tmp_path: Path):
    claim(tmp_path, "review", OLD)
    claim(tmp_path, "review", NEW)
    assert written(tmp_path) == sorted(NEW)


def test_older_software_is_refused_and_changes_nothing(tmp_path: Path):
    claim(tmp_path, "review", NEW)
    with pytest.raises(HomeNewerError) as caught:
        claim(tmp_path, "review", OLD)
    assert caught.value.data["unknown"] == ["BerkasDiarsipkan/1"]
    assert written(tmp_path) == sorted(NEW)


def test_the_same_software_writes_nothing(tmp_path: Path):
    claim(tmp_path, "review", OLD)
    before = (tmp_path / FOLDER / "review.json").stat().st_mtime_ns
    claim(tmp_path, "review", OLD)
    assert (tmp_path / FOLDER / "review.json").stat().st_mtime_ns == before


def test_each_process_speaks_for_itself(tmp_path: Path):
    claim(tmp_path, "review", OLD | own_words({"review.Review.Dibuka"}))
    claim(tmp_path, "printing", OLD)
    assert written(tmp_path) == ["BerkasDiterima/1", "own:review.Review.Dibuka"]


def test_a_home_of_this_software_and_an_empty_one_are_welcome(tmp_path: Path):
    check_home(tmp_path)
    # What only the service itself reads is judged by the service.
    claim(tmp_path, "review", contract_words() | own_words({"review.Review.Baru"}))
    check_home(tmp_path)


def test_a_home_of_newer_software_is_named_before_anything_starts(tmp_path: Path):
    claim(tmp_path, "review", contract_words() | {"BerkasDiarsipkan/1"})
    with pytest.raises(HomeNewerError):
        check_home(tmp_path)


def test_a_newer_form_of_a_known_event_is_unknown(tmp_path: Path):
    claim(tmp_path, "ledger", contract_words() | {"BerkasDiterima/99"})
    with pytest.raises(HomeNewerError) as caught:
        check_home(tmp_path)
    assert caught.value.data["unknown"] == ["BerkasDiterima/99"]
