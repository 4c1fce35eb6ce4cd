"""Proves a backup where it lies: no system, no secrets, no network."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from jamila_deploy.backup import files, stores
from jamila_deploy.backup.errors import BackupDamagedError
from jamila_deploy.backup.manifest import FILE_NAME, Manifest, newest, read_manifest

_SHOWN = 20


class Verified(BaseModel):
    """What was found."""

    model_config = ConfigDict(frozen=True)

    backup: Path
    ok: bool
    problems: tuple[str, ...]
    """The first few; paths below the backup, and what is wrong."""
    cut_at: datetime
    age_hours: float
    """What would be lost: everything recorded since."""
    ledger_position: int
    ledger_head: str
    files: int
    bytes: int
    seconds: float


def verify(place: Path) -> Verified:
    """Check every file, every store, and the chain with its signed checkpoints.

    Args:
        place: A backup, or a folder of backups, of which the newest is taken.

    Raises:
        BackupUnknownError: there is no whole backup.
        BackupDamagedError: manifest or list of files cannot be read.
    """
    began = time.monotonic()
    folder = newest(place)
    manifest = read_manifest(folder)
    problems = [
        problem for _, problem in zip(range(_SHOWN), _problems(folder, manifest), strict=False)
    ]
    return Verified(
        backup=folder,
        ok=not problems,
        problems=tuple(problems),
        cut_at=manifest.cut_at,
        age_hours=round((datetime.now(UTC) - manifest.cut_at).total_seconds() / 3600, 2),
        ledger_position=manifest.ledger.position,
        ledger_head=manifest.ledger.hash,
        files=manifest.files,
        bytes=manifest.bytes,
        seconds=round(time.monotonic() - began, 3),
    )


def whole(place: Path) -> tuple[Path, Manifest]:
    """A backup that was just proven.

    Raises:
        BackupUnknownError: there is none.
        BackupDamagedError: it is not what was written.
    """
    found = verify(place)
    if not found.ok:
        raise BackupDamagedError("the backup is damaged", problems=list(found.problems))
    return found.backup, read_manifest(found.backup)


def _problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    if files.sha256_of(folder / files.LIST) != manifest.files_sha256:
        yield f"{files.LIST}: is not the list that was written"
        return
    sums = files.read_sums(folder)
    there = {file.relative_to(folder).as_posix() for file in files.files_below(folder)}
    unlisted = sorted(there - {*sums, files.LIST, FILE_NAME})
    changed = [*_changed(folder, sums), *(f"{name}: is not in the list" for name in unlisted)]
    # What was changed is not read any further: it could say anything.
    yield from changed or _unsound(folder, manifest)


def _changed(folder: Path, sums: files.Sums) -> Iterator[str]:
    for name, digest in sums.items():
        try:
            if files.sha256_of(folder / name) != digest:
                yield f"{name}: was changed"
        except OSError:
            yield f"{name}: is missing"


def _unsound(folder: Path, manifest: Manifest) -> Iterator[str]:
    kept = folder / "stores"
    broken = stores.broken(kept)
    yield from (f"stores/{name}: is no whole store" for name in broken)
    if broken:
        return
    report = stores.proven(kept)
    if report.problem is not None:
        yield f"stores/{stores.LEDGER}: entry {report.problem.position}: {report.problem.detail}"
    elif (report.head.position, report.head.hash.hex()) != (
        manifest.ledger.position,
        manifest.ledger.hash,
    ):
        yield f"stores/{stores.LEDGER}: is another ledger than the manifest says"
