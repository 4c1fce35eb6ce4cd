"""Images cannot be built here: what can be held without an engine is held.

The Dockerfile by hadolint, the compose file by the schema of the Compose Specification and by the
plan of the launcher.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml

DEPLOY = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
TRYING = {"jamila-testing", "jamila-faults"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_hadolint_finds_nothing():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(  # noqa: S603 - fixed words
        [hadolint, "--no-color", DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_would_find_something(tmp_path: Path):
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /tmp && sudo apt-get install foo\n")
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(  # noqa: S603 - fixed words
        [hadolint, tmp_path / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1


def test_the_image_takes_locked_packages_and_runs_as_nobody_special():
    assert "--require-hashes -r requirements-run.lock" in DOCKERFILE
    assert len(re.findall(r"^FROM ", DOCKERFILE, re.MULTILINE)) == 2
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE
    makefile = (DEPLOY.parent / "Makefile").read_text(encoding="utf-8")
    version = re.search(r"^UV_VERSION := (.+)$", makefile, re.MULTILINE).group(1)
    assert f"uv=={version}" in DOCKERFILE


def test_nothing_that_tries_the_others_is_copied_into_the_image():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    tried_by = {f"libs/{name.removeprefix('jamila-')}" for name in TRYING}
    assert tried_by <= set(ignored)
    assert all((DEPLOY.parent / folder).is_dir() for folder in tried_by)
    # What comes later in the file wins.
    assert min(map(ignored.index, tried_by)) > ignored.index("!libs")


def test_the_image_has_what_the_launcher_needs_of_debian():
    makefile = (DEPLOY.parent / "Makefile").read_text(encoding="utf-8")
    packages = re.search(r"^RUN_PACKAGES := (.+)$", makefile, re.MULTILINE).group(1).split()
    needed = set(packages) - {"python3-venv"}
    assert needed == set(re.findall(r"(\w+)=\d+\.\*", DOCKERFILE))


def test_compose_is_what_the_specification_calls_valid():
    schema = json.loads(
        (Path(__file__).parent / "compose-spec" / "compose-spec.json").read_text(encoding="utf-8")
    )
    valid = jsonschema.Draft7Validator(schema)
    assert [error.message for error in valid.iter_errors(COMPOSE)] == []
    assert not valid.is_valid({"services": {"nats": {"comand": []}}})


def test_compose_starts_what_the_plan_starts(planned, modules):
    assert set(SERVICES) == set(planned)
    for name, module in modules.items():
        assert SERVICES[name]["command"] == [module]


def test_every_container_is_told_what_the_launcher_tells_its_process(planned, modules):
    for name in modules:
        assert sorted(SERVICES[name]["environment"]) == sorted(planned[name].env), name
        port = planned[name].env["JAMILA_HTTP_PORT"]
        assert SERVICES[name]["environment"]["JAMILA_HTTP_PORT"] == port


def test_every_container_waits_for_what_its_process_waits_for(planned):
    for name, spec in planned.items():
        waits = SERVICES[name].get("depends_on", {})
        assert set(waits) == set(spec.depends_on), name
        assert all(each["condition"] == "service_healthy" for each in waits.values())


def test_every_container_is_closed():
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"] == "10001:10001", name
        assert "privileged" not in service, name


def test_no_port_is_open_to_other_machines():
    for name, service in SERVICES.items():
        assert all(each.startswith("127.0.0.1:") for each in service.get("ports", [])), name


def test_the_outside_world_is_started_in_a_demonstration_only():
    assert {name for name, service in SERVICES.items() if "profiles" in service} == {"simulators"}


def test_no_secret_has_a_working_default():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    secret = re.findall(r"\$\{\w*(?:SECRET|TOKEN|PASSWORD)(:[-?]|\})", text)
    assert secret
    assert set(secret) == {":?"}
