"""What the pages tell people to type works."""

import ast
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "services/*/*.md", "libs/*/*.md", "deploy/*.md")
    for path in ROOT.glob(pattern)
)


def test_python_of_the_manual_runs(blocks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    for block in blocks:
        if block.language == "python" and block.page.startswith(("README", "docs/")):
            # A page is read alone: nothing of one block is left for the next.
            exec(compile(block.text, str(block), "exec"), {"__name__": "page"})  # noqa: S102


def test_python_of_every_page_is_python(blocks):
    for block in blocks:
        if block.language == "python":
            # Pages of packages show parts that need servers; these are read, not run.
            compile(block.text, str(block), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_make_on_a_page_names_targets_there_are(typed, make_targets):
    unknown = [
        f"{place} make {target}"
        for place, command in typed
        if command.startswith("make ")
        for target in targets_of(command)
        if target not in make_targets
    ]

    assert unknown == []


def test_jamila_on_a_page_names_commands_and_options_there_are(typed, jamila):
    faults = [
        f"{place} {command}: {fault}"
        for place, command in typed
        if command == "jamila" or command.startswith("jamila ")
        for fault in faults_of(jamila, shlex.split(command)[1:])
    ]

    assert faults == []


def test_python_modules_run_on_a_page_are_there(typed):
    missing = [
        f"{place} {module}"
        for place, command in typed
        for module in re.findall(r"^python3? -m ([\w.]+)", command)
        if find_spec(module) is None
    ]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_between_pages_leads_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))

    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (page.parent / link).exists()] == []


def targets_of(command):
    """Targets of a ``make`` command, without its options and variables."""
    return [word for word in shlex.split(command)[1:] if re.fullmatch(r"[a-z][a-z-]*", word)]


def faults_of(command, words):
    """What of a command line the command does not know; an empty line asks for its help."""
    for place, word in enumerate(words):
        if word in {"|", ">", "&&", ";", "--"}:
            return
        if word.startswith("--"):
            if word.partition("=")[0] not in options_of(command):
                yield f"no option {word}"
        elif hasattr(command, "commands"):
            found = command.commands.get(word)
            if found is None:
                yield f"no command {word}"
            else:
                yield from faults_of(found, words[place + 1 :])
            return


def options_of(command):
    return {"--help", *(option for each in command.params for option in each.opts)}


def test_an_unknown_command_or_option_is_noticed(jamila):
    assert list(faults_of(jamila, ["terbang"])) == ["no command terbang"]
    assert list(faults_of(jamila, ["run", "--cepat"])) == ["no option --cepat"]
    assert list(faults_of(jamila, ["run", "--help"])) == []
