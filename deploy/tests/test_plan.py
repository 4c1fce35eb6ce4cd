"""The plan is complete, pure, and consistent with itself."""

from pathlib import Path

import pytest

from jamila_deploy.nats_names import SERVICES, USERS
from jamila_deploy.plan import PYTHON_PROCESSES, ProcessSpec, Programs, plan
from jamila_deploy.secrets import Secrets
from jamila_deploy.settings import LauncherSettings, Ports

HOME = Path("/nowhere/jamila home")
PROGRAMS = Programs(nats_server=Path("/bin/nats-server"), mongod=Path("/bin/mongod"))
SECRETS = Secrets(
    master_key_file=HOME / "secrets" / "master.key",
    whatsapp_app_secret="app-secret",
    whatsapp_access_token="access-token",
    whatsapp_verify_token="verify-token",
    siak_password="siak-password",
    pkcs12_file=HOME / "pki" / "signer.p12",
    passphrase_file=HOME / "pki" / "passphrase",
    trust_roots_file=HOME / "pki" / "roots.pem",
    nats_passwords={user: f"nats-{user}" for user in USERS},
)
SETTINGS = LauncherSettings(home=HOME)


def planned() -> dict[str, ProcessSpec]:
    return {spec.name: spec for spec in plan(SETTINGS, SECRETS, programs=PROGRAMS)}


def test_every_process_of_the_system_is_planned():
    assert set(planned()) == {"nats", "mongod", *PYTHON_PROCESSES}
    assert planned()["ledger"].module == "jamila_ledger"
    assert planned()["siak_adapter"].module == "siak_adapter"


def test_planning_touches_no_disk_and_gives_the_same_twice():
    assert plan(SETTINGS, SECRETS, programs=PROGRAMS) == plan(SETTINGS, SECRETS, programs=PROGRAMS)
    assert not HOME.exists()


def test_every_python_process_listens_on_its_own_port_and_is_asked_there():
    for name in PYTHON_PROCESSES:
        spec = planned()[name]
        port = getattr(SETTINGS.ports, name)
        assert spec.env["JAMILA_HTTP_PORT"] == str(port)
        assert spec.ready.url == f"http://127.0.0.1:{port}/readyz"


def test_both_ends_of_each_outside_interface_know_the_same_secret():
    intake, notifier = planned()["intake"].env, planned()["notifier"].env
    simulators, siak = planned()["simulators"].env, planned()["siak_adapter"].env
    assert intake["INTAKE_WHATSAPP_APP_SECRET"] == simulators["SIMULATORS_APP_SECRET"]
    assert intake["INTAKE_WHATSAPP_VERIFY_TOKEN"] == simulators["SIMULATORS_VERIFY_TOKEN"]
    assert notifier["NOTIFIER_WHATSAPP_ACCESS_TOKEN"] == simulators["SIMULATORS_ACCESS_TOKEN"]
    assert siak["SIAK_ADAPTER_SIAK_PASSWORD"] == simulators["SIMULATORS_SIAK_PASSWORD"]
    assert simulators["SIMULATORS_WEBHOOK_URL"] == "http://127.0.0.1:8701/webhooks/whatsapp"


def test_qr_and_download_links_lead_to_the_public_page():
    assert planned()["siak_adapter"].env["SIAK_ADAPTER_VERIFY_URL"] == "http://127.0.0.1:8708/cek"
    assert planned()["notifier"].env["NOTIFIER_PUBLIC_BASE_URL"] == "http://127.0.0.1:8708"
    abroad = SETTINGS.model_copy(update={"public_url": "https://warga.example"})
    specs = {spec.name: spec for spec in plan(abroad, SECRETS, programs=PROGRAMS)}
    assert specs["siak_adapter"].env["SIAK_ADAPTER_VERIFY_URL"] == "https://warga.example/cek"


def test_a_home_with_a_blank_in_its_name_gives_a_valid_object_url():
    assert planned()["intake"].env["JAMILA_OBJECTS_URL"] == "file:///nowhere/jamila%20home/objects"


def test_papers_lie_in_a_bucket_if_the_office_says_so():
    url = "s3://kantor/6311?endpoint=https://objek.example"
    abroad = SETTINGS.model_copy(update={"objects_url": url})
    specs = plan(abroad, SECRETS, programs=PROGRAMS)
    assert {spec.env["JAMILA_OBJECTS_URL"] for spec in specs if spec.module} == {url}


def test_only_who_needs_a_secret_gets_it():
    knows = {name for name, spec in planned().items() if "app-secret" in spec.env.values()}
    assert knows == {"intake", "simulators"}


def test_each_process_is_its_own_user_of_nats_and_nobody_is_the_administrator():
    known = {name: spec.env.get("JAMILA_NATS_PASSWORD") for name, spec in planned().items()}
    assert known["siak_adapter"] == "nats-siak-adapter"
    assert known["gateway"] == "nats-gateway"
    assert known["simulators"] is None
    told = [each for each in known.values() if each is not None]
    assert len(set(told)) == len(told) == len(SERVICES)
    assert not {"nats-admin", "nats-operator"} & set(told)


def test_no_secret_shows_when_a_plan_is_printed():
    shown = repr(plan(SETTINGS, SECRETS, programs=PROGRAMS)) + repr(SECRETS)
    for secret in ("app-secret", "access-token", "verify-token", "siak-password", "nats-review"):
        assert f"'{secret}'" not in shown


def test_ports_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JAMILA_PORT_SIAK_ADAPTER", "9702")
    monkeypatch.setenv("JAMILA_HOME", "elsewhere")
    settings = LauncherSettings()
    assert settings.ports == Ports(siak_adapter=9702)
    assert settings.home == Path.cwd() / "elsewhere"


def test_mongod_gets_the_flags_that_keep_it_small():
    argv = planned()["mongod"].argv
    assert argv[:1] == ("/bin/mongod",)
    for flag, value in (("--wiredTigerCacheSizeGB", "0.25"), ("--oplogSize", "64")):
        assert argv[argv.index(flag) + 1] == value
