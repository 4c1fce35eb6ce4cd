"""Whoever opens a package reads at once what it is for."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = [*sorted(path.parent for path in ROOT.glob("*/*/pyproject.toml")), ROOT / "deploy"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_package_has_a_readme(package):
    assert (package / "README.md").exists()
