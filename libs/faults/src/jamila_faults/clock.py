"""The wall clock of an office, which can be set wrong while everything else goes on.

By a library of ours (``wall_clock.c``) that the C compiler of the machine makes, and that every
Python process of the office loads: what asks for the time of day gets another one, and what
measures how long something takes does not notice. The servers and the world outside keep the right
time, as if they stood elsewhere.
"""

import mmap
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from jamila_deploy.plan import ProcessSpec

_SOURCE: Final = Path(__file__).with_name("wall_clock.c")
_FILE: Final = "OFFICE_CLOCK"
_PRELOAD: Final = "LD_PRELOAD"
_SECONDS: Final = struct.Struct("=q")


def compiler() -> str | None:
    """What makes the library, if it is installed."""
    return shutil.which("cc")


class OfficeClock:
    """Says how wrong the clock is; right at first."""

    def __init__(self, folder: Path) -> None:
        self._file, self._library = folder / "clock", folder / "wall_clock.so"
        self._file.write_bytes(_SECONDS.pack(0))
        flags = ("-shared", "-fPIC", "-O2", "-o", str(self._library))
        made = (compiler() or "cc", *flags, str(_SOURCE))
        subprocess.run(made, check=True)  # noqa: S603 - our own source

    def set(self, ahead: timedelta) -> None:
        """Let it show so many seconds more than it is, or less; seen at once by everybody."""
        with self._file.open("r+b") as file, mmap.mmap(file.fileno(), _SECONDS.size) as shown:
            # One aligned word: nobody sees half of it.
            _SECONDS.pack_into(shown, 0, round(ahead.total_seconds()))

    @property
    def variables(self) -> Mapping[str, str]:
        """For a process that looks at it."""
        return {_PRELOAD: str(self._library), _FILE: str(self._file)}

    @contextmanager
    def worn(self) -> Iterator[None]:
        """What is started meanwhile looks at this clock."""
        os.environ.update(self.variables)
        try:
            yield
        finally:
            for name in self.variables:
                del os.environ[name]


def elsewhere(spec: ProcessSpec) -> ProcessSpec:
    """The same process with the right time; not forked from one that has another."""
    argv = spec.argv or (sys.executable, "-m", spec.module)
    return replace(spec, module="", argv=argv, env={**spec.env, _PRELOAD: ""})
