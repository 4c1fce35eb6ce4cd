"""The pages about security name tests and code that are there, and forget nothing."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from jamila_deploy.plan import PYTHON_PROCESSES
from jamila_runtime.strength import variable_of
from jamila_testing.settings import all_settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "security"
NAMED = re.compile(r"`([\w./-]+?)(?:::(\w+))?`")
ROW = re.compile(r"^\| ([\d.]+) \| (held|n/a|not held) \| (.+) \| (?:`(.+)`)? ?\|$", re.MULTILINE)
MODULE = re.compile(r"`([a-z_]+(?:\.[a-z_]+)+)`")
PARSES = re.compile(
    r"json\.loads|orjson\.loads|model_validate_json|validate_json|read_json|b64decode|Image\.open"
    r"|pikepdf\.open|PdfDocument\(|PdfFileReader\(|csv\.reader|load_pem|load_der|\.load\(.*strict"
    r"|fromisoformat|parse_qs|MultiPartParser|pyipp\.parser|jwt\.decode|tomllib"
)
LEVELS_1_AND_2 = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3",
    "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5",
    "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
"""Sections of ASVS 5.0.0 and which of their requirements are of levels 1 and 2."""
TRYING = ("jamila_testing", "jamila_faults", "jamila_simulators")
"""What plays or tries the office; it reads nothing in one."""
NAMES_A_NEIGHBOUR = re.compile(r"(^|_)(url|urls|printer|clamd|issuer|hosts|redirect_uri)$")


def page(name):
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def functions_of(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {each.name for each in ast.walk(tree) if isinstance(each, kinds)}


def numbers():
    found = set()
    for section, span in LEVELS_1_AND_2.items():
        first, _, last = span.partition("-")
        found |= {f"{section}.{each}" for each in range(int(first), int(last or first) + 1)}
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.md")))
def test_what_a_page_names_is_there(name):
    named = [(path, test) for path, test in NAMED.findall(page(name)) if "/" in path]
    gone = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).exists() or (test and test not in functions_of(path))
    ]

    assert gone == []
    assert len(named) > 20 or name == "README.md"


def test_a_test_that_is_gone_would_be_noticed():
    path = "tests/security/test_documents.py"

    assert "test_what_a_page_names_is_there" in functions_of(path)
    assert "test_that_never_was" not in functions_of(path)


def test_every_process_of_the_plan_has_its_doors():
    doors = {
        row.split("|")[1].strip() for row in page("threat-model.md").splitlines() if "|" in row
    }

    assert {"nats", "mongod", *PYTHON_PROCESSES} <= doors


def test_every_setting_that_names_a_neighbour_is_told():
    # The launcher's addresses are those of the processes; who issued a certificate is a name.
    said = page("threat-model.md")
    variables = {
        variable_of(kind, name)
        for kind in all_settings()
        for name in kind.model_fields
        if NAMES_A_NEIGHBOUR.search(name) and kind.__name__ != "LauncherSettings"
    } - {"SIAK_ADAPTER_CERTIFICATE_ISSUER"}

    assert {each for each in variables if f"`{each}`" not in said} == set()
    assert len(variables) > 20


def test_every_threat_has_its_kind_and_its_test():
    rows = [
        row for row in page("threat-model.md").splitlines() if re.match(r"^\| [STRIDE] \|", row)
    ]

    assert [row for row in rows if not re.search(r"`[\w./-]+\.py::\w+` \|$", row)] == []
    assert {row[2] for row in rows} == set("STRIDE")


def test_the_checklist_has_every_requirement_of_levels_1_and_2_once():
    listed = page("asvs.md").partition("\n## 1 ")[2]
    rows = ROW.findall(f"## 1 {listed}")

    assert len(rows) == len(numbers()) == 253
    assert {row[0] for row in rows} == numbers()


def test_what_is_held_has_evidence_and_what_is_not_stands_at_the_top():
    top, _, listed = page("asvs.md").partition("\n## 1 ")
    rows = ROW.findall(f"## 1 {listed}")
    missing = [number for number, verdict, _, seen in rows if verdict == "held" and not seen]
    not_held = [number for number, verdict, _, _ in rows if verdict == "not held"]

    assert missing == []
    assert re.findall(r"^\| ([\d.]+) \|", top, re.MULTILINE) == not_held


def parsing():
    """The modules that read anything."""
    found = set()
    for folder in ("services", "libs"):
        for path in (ROOT / folder).glob("*/src/**/*.py"):
            if PARSES.search(path.read_text(encoding="utf-8")):
                parts = path.relative_to(ROOT).parts[3:]
                found.add(".".join(parts).removesuffix(".py").removesuffix(".__init__"))
    return {each for each in found if not each.startswith(TRYING)}


def test_every_module_that_parses_is_fuzzed_or_reads_what_we_wrote():
    fuzzed, _, own = page("fuzzing.md").partition("## Readers of what we wrote")

    assert parsing() - set(MODULE.findall(fuzzed)) - set(MODULE.findall(own)) == set()
    # Nothing is excused that is fuzzed, or that parses nothing any more.
    assert set(MODULE.findall(own)) & set(MODULE.findall(fuzzed)) == set()
    assert set(MODULE.findall(own)) - parsing() == set()
