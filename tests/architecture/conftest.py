"""The files of the project: tracked, or new and not ignored."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_LOCKS = {"uv.lock", "requirements.lock", "requirements-run.lock"}


@pytest.fixture(scope="session")
def project_files():
    """Every file that is or will be in the repository, as paths below its root."""
    git = shutil.which("git")
    assert git is not None
    listed = subprocess.run(  # noqa: S603 - a fixed command
        [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (Path(name) for name in sorted(set(listed.stdout.split("\0"))) if name)
    return [path for path in paths if (ROOT / path).is_file()]


@pytest.fixture(scope="session")
def python_files(project_files):
    """The Python files with their text."""
    return {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in project_files
        if path.suffix == ".py"
    }


@pytest.fixture(scope="session")
def texts(project_files):
    """Every text that people wrote: no lock files, no fonts, no pictures."""
    found = {}
    for path in project_files:
        content = (ROOT / path).read_bytes()
        if path.name not in _LOCKS and b"\0" not in content:
            found[path] = content.decode("utf-8", errors="replace")
    return found
