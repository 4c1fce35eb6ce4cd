"""What the demo shows, and what it says when it cannot go on."""

import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.client import RefusedError
from jamila_deploy import cli, demo
from jamila_deploy.errors import DemoBlockedError
from jamila_deploy.office import RoadBlockedError
from jamila_deploy.road import Stride
from jamila_ledger.cli_trail import print_trail
from jamila_ledger.trail import sentences
from jamila_testing.builders import as_recorded, happy_road

REFUSAL = {
    "status": 409,
    "slug": "step-not-open",
    "title": "Langkah ini tidak sedang terbuka.",
    "detail": "step 4 is not open",
    "data": {},
}


def failing(error: Exception) -> Stride:
    def go() -> None:
        raise error

    return Stride("kasi-1", "langkah 4: draft disetujui", go)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RefusedError(REFUSAL), "Langkah ini tidak sedang terbuka."),
        (RoadBlockedError("the case did not get there"), "tidak ada kemajuan"),
    ],
)
def test_a_case_that_does_not_get_on_is_told_in_a_plain_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, error: Exception, words: str
):
    async def blocked(*_: object) -> None:
        failing(error).go_in_words(logs=Path("/h/logs"))

    monkeypatch.setattr(demo, "_walk", blocked)
    monkeypatch.setattr(demo, "free_ports", lambda settings: settings)
    monkeypatch.setattr(sys, "argv", ["jamila", "demo"])

    with pytest.raises(SystemExit) as caught:
        cli.main()

    said = capsys.readouterr().err
    assert caught.value.code == 1
    assert said.startswith("GALAT: Demo tertahan ketika kasi-1 langkah 4: draft disetujui")
    assert words in said
    assert "Traceback" not in said


def test_a_stride_that_succeeds_is_quiet():
    Stride("kasi-1", "x", lambda: None).go_in_words(logs=Path("/h/logs"))


def test_a_bug_in_the_walk_is_not_dressed_up_as_a_blocked_road():
    with pytest.raises(KeyError):
        failing(KeyError("x")).go_in_words(logs=Path("/h/logs"))
    with pytest.raises(DemoBlockedError):
        failing(RoadBlockedError("x")).go_in_words(logs=Path("/h/logs"))


def test_a_folder_that_is_in_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
):
    (tmp_path / "stores").mkdir()
    monkeypatch.setattr(sys, "argv", ["jamila", "demo", "--folder", str(tmp_path)])

    with pytest.raises(SystemExit) as caught:
        cli.main()

    assert caught.value.code == 1
    assert "sudah berisi" in capsys.readouterr().err


def test_the_trail_is_readable_at_eighty_columns(monkeypatch: pytest.MonkeyPatch, capsys: Any):
    monkeypatch.setenv("COLUMNS", "80")
    facts = as_recorded(happy_road())

    print_trail(sentences(facts), count_reads=True)

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(any(fact.meta.type in line for line in lines) for fact in facts)
    # A sentence of the trail takes two lines at the most on average; the last tells of reads.
    assert len(lines) <= 3 * len(facts) + 7
