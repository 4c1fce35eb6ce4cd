"""The clock of an office shows what it is told, and the world outside is not deceived."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jamila_deploy.plan import ProcessSpec
from jamila_faults.clock import OfficeClock, elsewhere

ASK = "import time; print(time.time(), time.monotonic())"
pytestmark = pytest.mark.faults


def shown(env: dict[str, str]) -> tuple[datetime, float]:
    """Time of day and time that passes, as a process of its own sees them."""
    said = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True
    ).stdout.split()
    return datetime.fromtimestamp(float(said[0]), UTC), float(said[1])


def test_the_office_sees_a_jump_and_nobody_else(tmp_path: Path) -> None:
    clock, now = OfficeClock(tmp_path), datetime.now(UTC)
    outside = elsewhere(ProcessSpec(name="luar", log_path=tmp_path, module="luar"))
    with clock.worn():
        clock.set(timedelta(hours=-7))
        wrong, steady = shown(dict(os.environ))
        right, steady_too = shown({**os.environ, **outside.env})

    assert abs(wrong - now + timedelta(hours=7)) < timedelta(minutes=1)
    assert abs(right - now) < timedelta(minutes=1)
    assert 0 <= steady_too - steady < 60
    assert outside.argv == (sys.executable, "-m", "luar")
    assert "LD_PRELOAD" not in os.environ
