"""The fenced blocks of every page people read."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from jamila_deploy.cli import add_commands, app

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^(`{3,})(\w*)[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_SHELL = {"console", "sh", "bash", "shell"}


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def _blocks_of(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for fence in _FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(page, line, fence.group(2), fence.group(3))


def commands_of(block):
    """The commands somebody would type; in a console what follows ``$``, else every line."""
    joined = re.sub(r"\\\n\s*", " ", block.text)
    for line in joined.splitlines():
        if block.language == "console" and not line.startswith("$ "):
            continue
        typed = line.removeprefix("$ ").partition(" #")[0].strip()
        # Settings before a command are not the command.
        typed = re.sub(r"^(?:[A-Z_]+=\S*\s+)+", "", typed)
        if typed and not typed.startswith("#"):
            yield typed.removeprefix(".venv/bin/")


@pytest.fixture(scope="session")
def blocks():
    """Every fenced block of every page."""
    git = shutil.which("git")
    assert git is not None
    listed = subprocess.run(  # noqa: S603 - a fixed command
        [git, "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    pages = sorted({page for page in listed.stdout.splitlines() if (ROOT / page).is_file()})
    return [block for page in pages for block in _blocks_of(page)]


@pytest.fixture(scope="session")
def typed(blocks):
    """Every command of every page, as (place, command)."""
    shells = (block for block in blocks if block.language in _SHELL)
    return [(str(block), command) for block in shells for command in commands_of(block)]


@pytest.fixture(scope="session")
def jamila():
    """The whole ``jamila`` command, with the commands that other packages add."""
    add_commands(app, [])
    return typer.main.get_command(app)


@pytest.fixture(scope="session")
def make_targets():
    """What ``make`` can be asked for."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
