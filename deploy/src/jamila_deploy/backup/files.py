"""Files of a backup: copied so that a power cut cannot lose them, listed with their SHA-256.

The list has the form of ``sha256sum``, so that a backup can be checked where nothing of ours is
installed: ``sha256sum --check files.sha256``.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from jamila_deploy.backup.errors import BackupDamagedError
from jamila_runtime.durable import make_durable

LIST: Final = "files.sha256"
_HALF_WRITTEN: Final = "#"
"""In the name of what the object store is still writing."""
Sums = dict[str, str]
"""SHA-256 by path below the backup."""


def sha256_of(file: Path) -> str:
    """The sum of one file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_durably(source: Path, target: Path) -> str:
    """Copy one file and make sure that it lasts; its sum, as it was read back."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    make_durable(target)
    return sha256_of(target)


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, whole ones only."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names) if _HALF_WRITTEN not in name)


def copy_objects(source: Path, target: Path, known: Sums, *, before: Path | None) -> int:
    """Copy papers and documents that are not there yet.

    They never change, so what the backup before this one holds is linked instead of copied.

    Args:
        source: The folder of the object store.
        target: The folder ``objects`` of the new backup.
        known: Sums so far; grows by what is copied.
        before: The backup before this one.

    Returns:
        How many had to be copied.
    """
    earlier = read_sums(before) if before else {}
    copied = 0
    for file in files_below(source):
        name = f"{target.name}/{file.relative_to(source).as_posix()}"
        if name in known:
            continue
        place = target.parent / name
        if before is not None and name in earlier:
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(before / name, place)
            known[name] = earlier[name]
            continue
        try:
            known[name] = copy_durably(file, place)
        except FileNotFoundError:
            # Forgotten, or an upload that was examined meanwhile.
            continue
        copied += 1
    return copied


def write_sums(folder: Path, sums: Mapping[str, str]) -> str:
    """Write the list; its own sum."""
    file = folder / LIST
    text = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    file.write_text(text, encoding="utf-8")
    make_durable(file)
    return sha256_of(file)


def read_sums(folder: Path) -> Sums:
    """Read the list.

    Raises:
        BackupDamagedError: it cannot be read.
    """
    try:
        lines = (folder / LIST).read_text(encoding="utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise BackupDamagedError("the list of files cannot be read") from error


def make_tree_durable(folder: Path) -> None:
    """Flush the names in a folder and in all below it."""
    for place, _, _ in os.walk(folder):
        make_durable(Path(place))
