"""``jamila backup`` as an operator meets it: sentences, JSON, exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from jamila_deploy.cli_backup import backup


@pytest.fixture
def typed(home, monkeypatch: pytest.MonkeyPatch):
    """Types a command beside the home."""
    monkeypatch.setenv("JAMILA_HOME", str(home.folder))

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(backup, [str(each) for each in words])

    return run


def test_an_operator_reads_what_was_made_proven_and_put_back(typed, tmp_path, monkeypatch):
    into, safe = tmp_path / "cadangan", tmp_path / "brankas"
    made = typed("create", into, "--secrets", safe, "--quiet", "0")
    assert made.exit_code == 0, made.output
    assert "3 penyimpanan, 2 berkas (2 baru)" in made.output
    assert "PERHATIAN: rahasia dan data ada di satu cakram" in made.output
    proven = typed("verify", into)
    assert (proven.exit_code, "Utuh." in proven.output) == (0, True)
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path / "baru"))
    done = typed("restore", into, "--secrets", safe, "--reason", "latihan")
    assert done.exit_code == 0, done.output
    assert f"Dipulihkan ke {tmp_path / 'baru'}, posisi 4" in done.output


def test_a_program_reads_how_much_time_and_work_a_loss_would_cost(typed, tmp_path):
    typed("create", tmp_path / "cadangan", "--quiet", "0")
    found = json.loads(typed("verify", tmp_path / "cadangan", "--json").stdout)
    assert (found["ok"], found["problems"]) == (True, [])
    assert 0 <= found["age_hours"] < 1
    assert found["seconds"] > 0


def test_damage_ends_with_1_and_names_the_file(typed, tmp_path):
    made = json.loads(typed("create", tmp_path / "cadangan", "--quiet", "0", "--json").stdout)
    (Path(made["backup"]) / "stores" / "vault.db").write_bytes(b"x")
    found = typed("verify", made["backup"])
    assert found.exit_code == 1
    assert "RUSAK stores/vault.db: was changed" in found.output


def test_a_refusal_ends_with_2_in_a_sentence(typed, tmp_path):
    refused = typed("verify", tmp_path)
    assert refused.exit_code == 2
    assert "GALAT backup-unknown: di tempat itu tidak ada cadangan" in refused.stderr
    assert "Traceback" not in refused.output


def test_what_may_work_later_ends_with_3(typed, tmp_path):
    (tmp_path / "berkas").write_text("no folder")
    later = typed("create", tmp_path / "berkas", "--json")
    assert later.exit_code == 3
    assert json.loads(later.stdout)["error"] == "backup-place-unusable"
