"""The file of heads beside the store: shows that the newest entries of a ledger were cut off.

One JSON line per kept head. It is an anchor only as far as somebody who can change the store cannot
change the file; copy it elsewhere to make it one.
"""

import json
import os
from pathlib import Path

from jamila_ledger.chain import Head

FILE_NAME = "heads.jsonl"
EVERY = 1000
"""A head is kept each time the ledger grew by so many entries, and when its process ends."""


class HeadFile:
    """Keeps heads of one ledger."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = max(self.anchors(), default=0)
        self._size = path.read_bytes().rfind(b"\n") + 1 if path.exists() else 0
        """Bytes up to the last whole line; a torn one behind it is overwritten."""

    def anchors(self) -> dict[int, bytes]:
        """The kept hashes by position.

        Raises:
            ValueError: the file is damaged.
        """
        if not self._path.exists():
            return {}
        # What follows the last line end was torn off by a power cut and was never a kept head.
        lines = self._path.read_text(encoding="utf-8").split("\n")[:-1]
        kept = [json.loads(line) for line in lines]
        return {int(each["position"]): bytes.fromhex(each["hash"]) for each in kept}

    def offer(self, head: Head) -> None:
        """Keep a head if the ledger has grown enough since the last kept one."""
        if head.position // EVERY > self._kept // EVERY:
            self.keep(head)

    def keep(self, head: Head) -> None:
        """Keep a head for good, unless it is kept already."""
        if head.position <= self._kept:
            return
        time = head.time.isoformat() if head.time else None
        line = {"position": head.position, "hash": head.hash.hex(), "time": time}
        with self._path.open("ab") as file:
            file.truncate(self._size)
            self._size += file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._kept = head.position
