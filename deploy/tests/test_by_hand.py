"""What a command typed beside the system is told of it."""

import os
from pathlib import Path

import pytest

from jamila_deploy.by_hand import places_for, tell_places
from jamila_deploy.settings import LauncherSettings, Ports

TOLD = ("JAMILA_NATS_URL", "JAMILA_MONGO_URL", "JAMILA_MASTER_KEY_FILE", "JAMILA_CALENDAR")


@pytest.fixture
def settings(tmp_path: Path) -> LauncherSettings:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "master.key").write_text("invented")
    return LauncherSettings(home=tmp_path, ports=Ports(nats=4001, mongo=4002))


def test_a_command_is_told_where_the_system_of_this_home_is(settings: LauncherSettings):
    told = places_for("doctor", settings)
    assert told["JAMILA_HOME"] == str(settings.home)
    assert told["JAMILA_NATS_URL"] == "nats://127.0.0.1:4001"
    assert told["JAMILA_MASTER_KEY_FILE"] == str(settings.home / "secrets" / "master.key")


def test_the_replay_tool_is_told_of_no_broker_and_no_key(settings: LauncherSettings):
    told = places_for("replay", settings)
    assert set(told) == {"JAMILA_HOME", "JAMILA_MONGO_URL"}
    assert ":4002/" in told["JAMILA_MONGO_URL"]


def test_a_home_that_never_ran_has_no_places(tmp_path: Path):
    assert places_for("doctor", LauncherSettings(home=tmp_path)) == {}


def test_what_somebody_says_himself_stays(
    settings: LauncherSettings, monkeypatch: pytest.MonkeyPatch
):
    for name in TOLD:
        # Set and taken away again, so that what is told here ends with this test.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("JAMILA_HOME", str(settings.home))
    monkeypatch.setenv("JAMILA_NATS_URL", "nats://elsewhere:1")
    tell_places(["doctor"])
    assert os.environ["JAMILA_NATS_URL"] == "nats://elsewhere:1"
    assert os.environ["JAMILA_CALENDAR"] == "kalender-balangan"


def test_a_command_of_the_launcher_is_told_nothing(
    settings: LauncherSettings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JAMILA_HOME", str(settings.home))
    monkeypatch.delenv("JAMILA_MASTER_KEY_FILE", raising=False)
    tell_places(["demo"])
    tell_places([])
    assert "JAMILA_MASTER_KEY_FILE" not in os.environ
