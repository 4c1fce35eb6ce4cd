"""A home that newer software worked on: older software says so and stays away from it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jamila_deploy.errors import HomeTooNewError
from jamila_deploy.messages import explain
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import starting_system
from jamila_runtime.vocabulary import FOLDER, claim, contract_words

OF_TOMORROW = "BerkasDiarsipkan/1"


@pytest.mark.usefixtures("socket_enabled")
async def test_the_launcher_names_what_it_does_not_know_and_starts_nothing(tmp_path: Path):
    claim(tmp_path, "review", contract_words() | {OF_TOMORROW})
    with pytest.raises(HomeTooNewError) as caught:
        async with starting_system(free_ports(LauncherSettings(home=tmp_path)), specs=()):
            pytest.fail("it started")
    said = explain(caught.value)
    assert OF_TOMORROW in said
    assert "docs/howto/upgrade.md" in said
    assert not (tmp_path / "secrets").exists()


@pytest.mark.usefixtures("socket_enabled")
async def test_a_home_of_older_software_is_started_as_ever(home):
    claim(home.folder, "printing", frozenset({"BerkasDiterima/1"}))
    async with starting_system(free_ports(LauncherSettings(home=home.folder)), specs=()):
        pass


def review_on(home) -> subprocess.CompletedProcess[str]:
    """The service as a unit of systemd starts it; it needs no broker to look at its home."""
    places = {"JAMILA_HOME": home.folder, "JAMILA_MASTER_KEY_FILE": home.settings.master_key_file}
    return subprocess.run(
        [sys.executable, "-m", "review"],
        env=os.environ
        | {name: str(place) for name, place in places.items()}
        | {"JAMILA_DEMO": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_a_service_that_is_older_than_its_home_ends_with_4_and_is_not_started_again(home):
    claim(home.folder, "review", contract_words() | {"own:review.Review.Diarsipkan"})
    before = (home.folder / FOLDER / "review.json").read_bytes()
    done = review_on(home)
    line = json.loads((done.stdout + done.stderr).splitlines()[-1])
    assert done.returncode == 4
    assert (line["fault"], line["unknown"]) == ("home-newer", ["own:review.Review.Diarsipkan"])
    assert (home.folder / FOLDER / "review.json").read_bytes() == before
    unit = (Path(__file__).parents[1] / "systemd" / "jamila@.service").read_text(encoding="utf-8")
    assert "RestartPreventExitStatus=4" in unit
