"""No process of the plan starts outside a demonstration with a secret that is none.

The table is worked out: every process of the plan, every settings class of its package, every
setting that is secret. A secret that somebody adds is in it, or a test here says that it is not.
"""

import base64
import json
import os
import runpy
import secrets
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from jamila_deploy.nats_names import USERS
from jamila_deploy.plan import Programs, plan
from jamila_deploy.secrets import Secrets
from jamila_deploy.settings import LauncherSettings
from jamila_runtime import starting, strength
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import MISCONFIGURED, read_settings
from jamila_runtime.strength import marks_of, variable_of
from jamila_simulators.pki import NOT_FOR_PRODUCTION
from jamila_testing.certificates import self_signed
from jamila_testing.settings import PACKAGES, all_settings, settings_of

OUTSIDE = {"jamila_simulators"}
"""Plays the world around the office in a demonstration; has no place anywhere else."""
SOUNDS_SECRET = ("secret", "password", "passphrase", "token", "pin", "key", "credential", "nik")
NO_SECRETS = {
    "GatewaySettings.token_lifetime": "a time",
    "PublicSettings.wrong_pins": "a count",
    "PublicSettings.wrong_pins_all": "a count",
}
BY_HAND = {"ReplaySettings", "LauncherSettings", "Ports"}
"""Read by commands that a person types; the launcher makes its secrets itself."""


@pytest.fixture(scope="session")
def strong(tmp_path_factory):
    """The environment of every process of the plan, by module, with secrets that are good."""
    home = tmp_path_factory.mktemp("home")

    def file(name: str, content: bytes) -> Path:
        made = home / name
        made.write_bytes(content)
        made.chmod(0o600)
        return made

    kept = Secrets(
        master_key_file=file("master.key", base64.b64encode(os.urandom(32))),
        whatsapp_app_secret=secrets.token_hex(16),
        whatsapp_access_token=secrets.token_urlsafe(48),
        whatsapp_verify_token=secrets.token_urlsafe(24),
        siak_password=secrets.token_urlsafe(9),
        pkcs12_file=file("kadis.p12", os.urandom(64)),
        passphrase_file=file("passphrase", secrets.token_urlsafe(24).encode()),
        trust_roots_file=file("roots.pem", self_signed("Root CA Uji")),
        nats_passwords={user: secrets.token_urlsafe(24) for user in USERS},
    )
    programs = Programs(nats_server=home / "nats-server", mongod=home / "mongod")
    settings = LauncherSettings(home=home)
    return {
        spec.module: {name: value for name, value in spec.env.items() if name != "JAMILA_DEMO"}
        for spec in plan(settings, kept, programs=programs)
        if spec.module and spec.module not in OUTSIDE
    }


@pytest.fixture
def judged_by(monkeypatch):
    """Which settings the entry of a package has judged."""

    def kinds_of(package: str) -> list[type[BaseSettings]]:
        found: list[type[BaseSettings]] = []

        def note(_: object, *kinds: type[BaseSettings], beside=()) -> None:
            found.extend((*kinds, *beside))

        monkeypatch.setattr(starting, "start", note)
        runpy.run_module(package, run_name="__main__")
        return found

    return kinds_of


@pytest.fixture
def office(monkeypatch, strong):
    """Put the good environment of a process in the place of ours, but for some of it."""

    def put(package: str, **other: str) -> None:
        for name in list(os.environ):
            if name.split("_")[0] in {"JAMILA", "POSTGRES", "AWS"} or name in ALL_VARIABLES:
                monkeypatch.delenv(name)
        for name, value in {**strong[package], **other}.items():
            monkeypatch.setenv(name, value)

    return put


ALL_VARIABLES = {variable_of(kind, name) for kind in all_settings() for name in kind.model_fields}


def test_the_table_knows_every_process_of_the_plan(strong):
    assert set(strong) == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_process_has_all_its_settings_judged(judged_by, package):
    assert settings_of(package) <= set(judged_by(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_process_with_good_secrets_is_not_refused(judged_by, office, package):
    office(package)
    kinds = judged_by(package)

    assert [type(each) for each in read_settings(kinds)] == kinds


def spoiled(mark: object, folder: Path) -> list[str]:
    """Values of a setting that nobody should use."""

    def file(content: bytes, mode: int = 0o600) -> str:
        made = folder / secrets.token_hex(6)
        made.write_bytes(content)
        made.chmod(mode)
        return str(made)

    key = base64.b64encode
    found: dict[type, list[str]] = {
        strength.Words: ["k8R", "rahasia-kita-rahasia-kita"],
        strength.KeyFile: [file(key(bytes(range(32)))), file(key(os.urandom(32)), 0o644)],
        strength.AddressWords: ["postgresql://jamila:jamila@db.test/jamila"],
        strength.Encrypted: ["http://graph.test/v24.0"],
        strength.PinnedFile: [file(self_signed(f"PKI Demo {NOT_FOR_PRODUCTION}"))],
        strength.SecretFile: [file(secrets.token_urlsafe(24).encode(), 0o644)],
    }
    if isinstance(mark, strength.SecretFile) and mark.rule is not None:
        return [*found[strength.SecretFile], file(b"rahasia")]
    return found[type(mark)]


def cases_of(kind: type[BaseSettings], folder: Path) -> list[tuple[str, str]]:
    found = []
    for name, field in kind.model_fields.items():
        is_list = "tuple" in str(field.annotation)
        for mark in marks_of(name, field):
            for value in spoiled(mark, folder):
                given = json.dumps([value]) if is_list else value
                found.append((variable_of(kind, name), given))
    return found


@pytest.fixture
def outcome(capsys):
    """What the last words of a process are that reads such settings; empty when it goes on."""

    def read(kinds: list[type[BaseSettings]]) -> str:
        with suppress(SystemExit):
            read_settings(kinds)
            return ""
        return capsys.readouterr().err

    return read


@pytest.mark.parametrize("package", PACKAGES)
def test_a_process_is_refused_for_each_secret_that_is_none(
    judged_by, office, package, tmp_path, outcome
):
    kinds = judged_by(package)
    cases = [case for kind in kinds for case in cases_of(kind, tmp_path)]
    started, told = [], []
    for variable, value in cases:
        office(package, **{variable: value})
        said = outcome(kinds)
        if not said or variable not in said.splitlines()[-1]:
            started.append(variable)
        if value in said:
            told.append(variable)

    assert started == []
    assert told == []
    assert len(cases) >= 5


def test_what_sounds_secret_is_judged_or_said_to_be_none():
    forgotten = [
        f"{kind.__name__}.{name}"
        for kind in all_settings()
        if kind.__name__ not in BY_HAND
        for name, field in kind.model_fields.items()
        if any(word in name.split("_") or f"{word}s" in name.split("_") for word in SOUNDS_SECRET)
        and not list(marks_of(name, field))
    ]

    assert sorted(forgotten) == sorted(NO_SECRETS)


def test_no_settings_with_a_secret_quote_what_was_set():
    telling = [
        kind.__name__
        for kind in all_settings()
        if any(each.annotation is SecretStr for each in kind.model_fields.values())
        and not kind.model_config.get("hide_input_in_errors")
    ]

    assert telling == []


def test_keys_named_in_the_list_of_signers_are_judged(office, tmp_path, outcome):
    pin = tmp_path / "pin"
    pin.write_text("123456")
    pin.chmod(0o600)
    key = {"kind": "pkcs11", "module": "x.so", "token": "tte", "key": "kadis"}
    signers = tmp_path / "signers.json"
    signers.write_text(
        json.dumps({"kadis-1": {**key, "pin_file": str(pin), "certificates": ["a.pem"]}})
    )
    office("signing", SIGNING_SIGNERS_FILE=str(signers))
    said = outcome([import_module("signing.signer_settings").SignerSettings])

    assert "SIGNING_SIGNERS_FILE kadis-1 pin_file: mudah ditebak" in said


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "AWS_SECRET_ACCESS_KEY"])
def test_what_libraries_read_by_themselves_is_judged(office, outcome, name):
    office("review", **{name: "jamila"})

    assert name in outcome([RuntimeSettings]).splitlines()[-1]


def test_the_process_itself_ends_with_the_code_of_a_wrong_configuration(strong, tmp_path):
    given = {**strong["intake"], "INTAKE_WHATSAPP_APP_SECRET": "pendek-sekali"}
    ended = subprocess.run(
        [sys.executable, "-m", "intake"],
        env={"PATH": os.environ["PATH"], "JAMILA_HOME": str(tmp_path), **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == MISCONFIGURED
    assert "INTAKE_WHATSAPP_APP_SECRET" in ended.stderr.splitlines()[-1]
    assert "pendek-sekali" not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
