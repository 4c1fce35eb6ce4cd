"""The first run: from a clone to a finished demo case, in seconds, and the memory it takes.

Run: ``.venv/bin/python bench/first_run.py``; about two minutes. Clones the repository into a folder
of its own, then calls ``make setup`` and ``make demo`` there, as whoever tries the system does.
Debian's packages of the Makefile are there already, Python packages come from the index and are not
taken from a cache. Writes ``bench/results/first_run.json``.
"""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from comparison_processes import descendants, memory
from road import machine

RESULTS = Path(__file__).parent / "results" / "first_run.json"
PROJECT = Path(__file__).parent.parent
_LOOK_SECONDS = 0.25


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jamila-first-") as name:
        clone = Path(name) / "project"
        # A cache would make it look faster than it is for whoever has none; the demo makes its
        # home where temporary files go.
        alone = {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1", "TMPDIR": name}
        environment = {**os.environ, **alone}
        parts = {
            "clone": ("git", "clone", "-q", str(PROJECT), str(clone)),
            "setup": ("make", "-C", str(clone), "setup"),
            "demo": ("make", "-C", str(clone), "demo"),
        }
        found = {part: watched(command, environment) for part, command in parts.items()}
        installed = sum(
            each.stat().st_size for each in (clone / ".venv").rglob("*") if each.is_file()
        )
    seconds = {part: each["seconds"] for part, each in found.items()}
    result = {
        "machine": machine(),
        "seconds": {**seconds, "all": round(sum(seconds.values()), 1)},
        "peak_memory_mb": {part: each["peak_memory_mb"] for part, each in found.items()},
        "environment_on_disk_mb": round(installed / 1e6),
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def watched(command: tuple[str, ...], environment: dict[str, str]) -> dict[str, Any]:
    """Run a command; its time, and the most memory that it and all it started held at once."""
    began, peak = time.perf_counter(), 0
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    while process.poll() is None:
        peak = max(peak, memory([process.pid, *descendants(process.pid)]))
        time.sleep(_LOOK_SECONDS)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    took = time.perf_counter() - began
    return {"seconds": round(took, 1), "peak_memory_mb": round(peak / 1e6)}


if __name__ == "__main__":
    main()
