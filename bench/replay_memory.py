"""Memory of a run of ``bench/replay.py``: the process, its workers, and MongoDB."""

import os
import time
from pathlib import Path


class Peaks:
    """Peak memory of the run: this process and its workers together, and MongoDB."""

    SECONDS = 1.0
    """The kernel walks all pages to tell; asked after each part it took a tenth of the run."""

    def __init__(self) -> None:
        self.megabytes = {"rebuild": 0, "mongod": 0}
        self._looked = 0.0

    def look(self, _events: int) -> None:
        now = time.monotonic()
        if now - self._looked < self.SECONDS:
            return
        self._looked = now
        rebuilding, mongod = rss(os.getpid()), 0
        for pid in children():
            if "mongod" in Path(f"/proc/{pid}/comm").read_text():
                mongod += rss(pid)
            else:
                rebuilding += rss(pid)
        for name, now in (("rebuild", rebuilding), ("mongod", mongod)):
            self.megabytes[name] = max(self.megabytes[name], round(now / 1e6))


def children() -> list[int]:
    """Processes that we started."""
    pid = os.getpid()
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in listed.read_text().split()] if listed.exists() else []


def rss(pid: int) -> int:
    """Memory that is the process's own; pages of programs and files are shared."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in text.splitlines() if line.startswith("Private_")]
    return 1024 * sum(map(int, sizes))
