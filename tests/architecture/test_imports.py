"""Who may import whom, as pyproject.toml says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_import_rules_are_kept():
    lint_imports = Path(sys.executable).parent / "lint-imports"

    result = subprocess.run(  # noqa: S603 - the tool of this very environment
        [lint_imports, "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stdout + result.stderr
