"""Secrets are made once, kept private, and never replaced."""

import base64
import stat
from pathlib import Path

import pytest

from jamila_deploy.errors import HomeUnusableError, SecretDamagedError
from jamila_deploy.secrets import ensure_secrets
from jamila_deploy.settings import LauncherSettings


@pytest.fixture
def settings(tmp_path: Path) -> LauncherSettings:
    return LauncherSettings(home=tmp_path / "home")


def test_a_second_start_finds_the_same_secrets(settings: LauncherSettings):
    assert ensure_secrets(settings) == ensure_secrets(settings)


def test_two_homes_share_no_secret(settings: LauncherSettings, tmp_path: Path):
    other = ensure_secrets(LauncherSettings(home=tmp_path / "other"))
    assert ensure_secrets(settings).whatsapp_app_secret != other.whatsapp_app_secret


def test_only_the_owner_can_read_them(settings: LauncherSettings):
    ensure_secrets(settings)
    folder = settings.home / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_the_master_key_is_an_aes_256_key(settings: LauncherSettings):
    file = ensure_secrets(settings).master_key_file
    assert len(base64.b64decode(file.read_text(), validate=True)) == 32


@pytest.mark.parametrize("content", ["", "not base64!", "c2hvcnQ=", "\N{SNOWMAN}"])
def test_a_damaged_master_key_stops_the_start_and_is_left_alone(
    settings: LauncherSettings, content: str
):
    file = ensure_secrets(settings).master_key_file
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SecretDamagedError):
        ensure_secrets(settings)
    assert file.read_text(encoding="utf-8") == content


def test_the_demo_pki_lies_below_the_home(settings: LauncherSettings):
    made = ensure_secrets(settings)
    for file in (made.pkcs12_file, made.passphrase_file, made.trust_roots_file):
        assert file.is_relative_to(settings.home)
        assert file.stat().st_size > 0


def test_a_home_that_cannot_be_made_is_a_clear_error(settings: LauncherSettings):
    settings.home.write_text("a file, not a folder")
    with pytest.raises(HomeUnusableError):
        ensure_secrets(settings)
