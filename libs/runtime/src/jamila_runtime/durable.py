"""Makes sure that what was just written is still there after a power cut."""

import os
from pathlib import Path


def make_durable(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
