"""What a backup says of itself: the last file that is written, so whatever has one is whole."""

from pathlib import Path
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from jamila_deploy.backup.errors import BackupDamagedError, BackupUnknownError
from jamila_runtime.durable import make_durable

FILE_NAME: Final = "manifest.json"
FORMAT: Final = 1
IN_POSTGRES: Final = 2
"""Form of a backup whose stores are one dump; software that does not know it refuses it."""
PARTIAL: Final = ".partial"
"""How the name of an unfinished backup ends."""
LEFT_OUT: Final = {
    "secrets": "in a place of their own: who has both can read everything",
    "nats": "transport; the services publish their logs anew",
    "mongo": "read models; the ledger's process makes them anew",
    "printed": "the tray of the printer: plain documents",
    "simulators": "the world outside of a demonstration",
    "logs": "no state",
}


class LedgerHead(BaseModel):
    """How far the ledger of a backup reaches."""

    model_config = ConfigDict(frozen=True)

    position: int
    hash: str


class Manifest(BaseModel):
    """One backup."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    tenant: str
    cut_at: AwareDatetime
    """The instant that it shows: all that was recorded until then, nothing after."""
    finished_at: AwareDatetime
    software: dict[str, Any]
    """Which version wrote the stores (``jamila_runtime.vocabulary``)."""
    ledger: LedgerHead
    logs: dict[str, int]
    """Where the log of each store ends."""
    key_check: str
    """Which master key opens it; tells nothing of the key."""
    in_flight: int
    """What was on its way at the instant."""
    files: int
    bytes: int
    files_sha256: str
    """Sum of the list of all files and their sums."""
    objects_elsewhere: bool = False
    """Papers and documents lie in an object store that has backups of its own."""
    left_out: dict[str, str] = LEFT_OUT


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it; from now on the folder is a backup."""
    file = folder / FILE_NAME
    file.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    make_durable(file)
    make_durable(folder)


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup says of itself.

    Raises:
        BackupUnknownError: there is no whole backup.
        BackupDamagedError: it cannot be read, or is of another form.
    """
    file = folder / FILE_NAME
    if folder.name.endswith(PARTIAL) or not file.is_file():
        raise BackupUnknownError("there is no whole backup at that place", place=str(folder))
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise BackupDamagedError("the manifest cannot be read") from error
    if manifest.format not in {FORMAT, IN_POSTGRES}:
        raise BackupDamagedError("the backup is of another form", form=manifest.format)
    return manifest


def backups_in(folder: Path) -> list[Path]:
    """Whole backups, the oldest first; their names are their times."""
    found = (file.parent for file in folder.glob(f"*/{FILE_NAME}"))
    return sorted(each for each in found if not each.name.endswith(PARTIAL))


def newest(place: Path) -> Path:
    """The backup itself, or the newest of a folder of backups.

    Raises:
        BackupUnknownError: there is none.
    """
    if (place / FILE_NAME).is_file():
        return place
    found = backups_in(place)
    if not found:
        raise BackupUnknownError("there is no whole backup at that place", place=str(place))
    return found[-1]
