"""What counts as a secret outside a demonstration."""

import base64
import hashlib
import os
import secrets
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.starting import MISCONFIGURED, read_settings
from jamila_runtime.strength import (
    GIVEN,
    OURS,
    PIN,
    AddressWords,
    Encrypted,
    Fault,
    KeyFile,
    PinnedFile,
    SecretFile,
    bits_of,
    faults_of,
)
from jamila_testing.certificates import self_signed


class Door(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DOOR_", hide_input_in_errors=True)

    bell: SecretStr
    knock: SecretStr | None = None
    siak: Annotated[SecretStr, GIVEN] = SecretStr("")
    key_file: Annotated[Path | None, SecretFile()] = None
    store_url: str = "sqlite:///door.db"
    demo: bool = False


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = folder / secrets.token_hex(4)
    file.write_bytes(content)
    file.chmod(mode)
    return file


def certificate_file(folder: Path, name: str) -> Path:
    return secret_file(folder, self_signed(name))


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex])
def test_what_a_machine_made_at_random_is_taken(make):
    assert [made for made in (make(16) for _ in range(500)) if list(OURS.judge(made))] == []


@pytest.mark.parametrize(
    "secret",
    [
        "rahasia-aplikasi-uji",
        "Password-Password-Password",
        "changeme-changeme",
        "a" * 32,
        "0123456789012345678901234567",
        "abcdefghijklmnopqrstuvwxyz",
        "13579135791357913579",
        "whatsapp-verify-token-2026",
        "qwertyuiopasdfghjkl",
        "satu-satu-satu-satu-satu",
    ],
)
def test_what_a_person_types_for_the_time_being_is_guessable(secret):
    assert "mudah ditebak" in list(OURS.judge(secret))


@pytest.mark.parametrize(
    ("rule", "secret", "is_enough"),
    [
        (OURS, "k8Rw2pQz9LmX4v", False),
        (GIVEN, "k8Rw2pQz", True),
        (GIVEN, "k8Rw2", False),
        (GIVEN, "siak12345", False),
        (PIN, "739285", True),
        (PIN, "123456", False),
        (PIN, "777777", False),
    ],
)
def test_each_kind_has_its_own_measure(rule, secret, is_enough):
    assert (list(rule.judge(secret)) == []) is is_enough


def test_what_is_not_set_is_nobodys_secret():
    assert list(OURS.judge("")) == []


def test_a_repetition_or_a_run_counts_once():
    assert bits_of(b"") == 0
    assert bits_of(b"aaaaaaaa") == 0
    assert bits_of(b"xk7xk7xk7xk7") == bits_of(b"xk7")
    assert bits_of(bytes(range(32))) < bits_of(os.urandom(8))


def test_a_file_is_for_its_owner_and_at_most_for_his_group(tmp_path):
    content = secrets.token_urlsafe(24).encode()
    open_to_all = list(SecretFile().faults(secret_file(tmp_path, content, 0o604)))

    assert open_to_all == ["berkasnya terbuka bagi akun lain; tutup dengan chmod 600"]
    assert list(SecretFile().faults(secret_file(tmp_path, content, 0o660))) == open_to_all
    assert list(SecretFile().faults(secret_file(tmp_path, content, 0o640))) == []


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00"])
def test_a_file_without_a_secret_is_refused(tmp_path, content):
    assert list(SecretFile().faults(secret_file(tmp_path, content)))


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    gone = tmp_path / "gone"
    assert list(SecretFile(rule=None).faults(gone)) == ["berkasnya tidak dapat dibaca"]


@pytest.mark.parametrize(
    ("key", "is_taken"),
    [
        (hashlib.sha256(b"kunci utama uji").digest(), True),
        (bytes(32), False),
        (bytes(range(32)), False),
        (b"0123456789abcdef" * 2, False),
        (hashlib.sha256(b"kunci utama uji").digest()[:16], False),
    ],
)
def test_the_master_key_is_32_random_bytes(tmp_path, key, is_taken):
    file = secret_file(tmp_path, base64.b64encode(key))
    assert (list(KeyFile().faults(file)) == []) is is_taken


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("postgresql://jamila:jamila@db.test/jamila", False),
        ("mongodb://jamila:Ub3xQ8rVw2LkZ7mN@a.test:27017,b.test:27017/?replicaSet=r", True),
        ("postgresql://jamila:ganti-sandi@db.test/jamila", False),
        ("mongodb://127.0.0.1:27017", True),
        ("nats://broker.test:4222", True),
        ("sqlite:////folder/a:b@c.db", True),
    ],
)
def test_a_password_in_an_address_is_judged(address, is_taken):
    assert (list(AddressWords().faults(address)) == []) is is_taken
    assert (list(AddressWords().faults(SecretStr(address))) == []) is is_taken


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("https://graph.facebook.com/v24.0", True),
        ("http://graph.facebook.com/v24.0", False),
        ("http://127.0.0.1:8710/v24.0", True),
        ("http://localhost", True),
        ("http://127.0.0.1.test/v24.0", False),
        ("http://10.0.0.4/v24.0", False),
    ],
)
def test_what_leaves_this_machine_is_encrypted(address, is_taken):
    assert (list(Encrypted().faults(address)) == []) is is_taken


def test_the_demo_pki_is_known_by_its_name(tmp_path):
    demo = certificate_file(tmp_path, "PKI Demo BUKAN UNTUK PRODUKSI")
    good = certificate_file(tmp_path, "Root CA Uji")

    assert list(PinnedFile().faults(demo)) == ["sertifikat PKI demo"]
    assert list(PinnedFile().faults((good, demo))) == ["sertifikat PKI demo"]
    assert list(PinnedFile().faults(good)) == []
    assert list(PinnedFile().faults(tmp_path / "gone")) == []


def test_one_secret_for_two_things_is_refused(tmp_path):
    made = secrets.token_urlsafe(24)
    file = secret_file(tmp_path, f"{made}\n".encode())
    settings = Door(bell=SecretStr(made), knock=SecretStr(made), key_file=file)

    assert faults_of([settings]) == [
        Fault("DOOR_KNOCK", "sama dengan DOOR_BELL"),
        Fault("DOOR_KEY_FILE", "sama dengan DOOR_BELL"),
    ]


@pytest.fixture
def environment(monkeypatch):
    for name in [each for each in os.environ if each.startswith("DOOR_")]:
        monkeypatch.delenv(name)
    return monkeypatch.setenv


def test_a_process_that_is_refused_says_why_and_not_what_was_set(environment, capsys):
    environment("DOOR_BELL", "rahasia-kantor-kami")
    environment("DOOR_STORE_URL", "postgresql://jamila:b4langan@db.test/x")
    with pytest.raises(SystemExit) as ended:
        read_settings([Door])

    said = capsys.readouterr().err
    assert ended.value.code == MISCONFIGURED
    assert "DOOR_BELL: mudah ditebak" in said
    assert "DOOR_STORE_URL: terlalu pendek" in said
    assert said.splitlines()[-1].endswith("DOOR_BELL, DOOR_STORE_URL")
    assert "kantor" not in said
    assert "b4langan" not in said


def test_a_missing_secret_is_said_like_a_weak_one(environment, capsys):
    environment("DOOR_DEMO", "perhaps")
    with pytest.raises(SystemExit) as ended:
        read_settings([Door])

    said = capsys.readouterr().err
    assert ended.value.code == MISCONFIGURED
    assert "DOOR_BELL: Field required" in said
    assert "DOOR_DEMO:" in said
    assert "perhaps" not in said


def test_a_demonstration_may_be_careless(environment):
    environment("DOOR_BELL", "rahasia")
    environment("DOOR_DEMO", "1")

    [door] = read_settings([Door])
    assert door.demo
