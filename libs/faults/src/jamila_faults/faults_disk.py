"""A disk that is full; needs an arena whose home is a small disk of its own."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from jamila_faults.arena import Arena

SMALL_DISK: Final = "small-disk"
MEGABYTES: Final = 1_500
_CHUNKS: Final = (64 << 20, 1 << 20, 1 << 12)
_SECONDS: Final = (4.0, 10.0)
_TOP_UP_SECONDS: Final = 0.1


async def fill_disk(arena: Arena) -> None:
    """Not a byte is left for anybody, servers included, for some seconds."""
    ballast = arena.home / "ballast"
    end = asyncio.get_running_loop().time() + arena.chance.uniform(*_SECONDS)
    descriptor = os.open(ballast, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        while asyncio.get_running_loop().time() < end:
            # Again and again: whoever gives something up must not find it for himself.
            _fill(descriptor)
            await asyncio.sleep(_TOP_UP_SECONDS)
    finally:
        os.close(descriptor)
        ballast.unlink()


def _fill(descriptor: int) -> None:
    for chunk in _CHUNKS:
        with suppress(OSError):
            while True:
                os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, chunk)


def may_mount() -> bool:
    """Whether a small disk can be made here: it needs the rights of root."""
    return os.geteuid() == 0


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Make a folder a disk of its own, in memory."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)  # noqa: S603 - a fixed command on our own folder
    # WhatsApp and the phones have disks of their own: what they forget is no fault of the office.
    outside = folder.with_name("outside")
    outside.mkdir()
    (folder / "simulators").symlink_to(outside)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - the same
