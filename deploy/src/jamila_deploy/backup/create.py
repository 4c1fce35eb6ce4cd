"""Makes a backup of a running office, proves it, and keeps the newest few."""

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from jamila_deploy.backup import files, manifest, stores
from jamila_deploy.backup.cut import Cut, cut_through
from jamila_deploy.backup.database import DatabaseCut, cut_through_database
from jamila_deploy.backup.errors import (
    BackupDamagedError,
    BackupUnknownError,
    PlaceUnusableError,
    StoresBusyError,
)
from jamila_deploy.backup.places import Places
from jamila_deploy.backup.secrets_copy import (
    MASTER_KEY,
    check_apart,
    copy_secrets,
    is_same_disk,
    key_check_of,
)
from jamila_ledger.backup_watch import note_good_backup
from jamila_ledger.chain import VerificationReport
from jamila_runtime.vocabulary import FOLDER as VOCABULARY
from jamila_runtime.vocabulary import software_version

_QUIET_SECONDS: Final = 10.0
_NAME: Final = "%Y%m%dT%H%M%S%fZ"


class Made(BaseModel):
    """What came of it."""

    model_config = ConfigDict(frozen=True)

    backup: Path
    cut_at: datetime
    """Whatever is recorded later is lost if this backup has to be put back."""
    ledger_position: int
    ledger_head: str
    stores: int
    objects: int
    objects_copied: int
    """Papers and documents that the backup before this one did not have."""
    bytes: int
    in_flight: int
    held_milliseconds: int
    """How long services were kept from writing."""
    seconds: float
    removed: int
    """Older backups beyond those to be kept."""
    secrets: int = 0
    secrets_on_same_disk: bool = False


@dataclass(frozen=True)
class Wish:
    """What an operator wants."""

    into: Path
    """Folder of backups."""
    secrets: Path | None = None
    """Where the one copy of the secrets lies."""
    keep: int | None = None
    """How many backups to keep; None: all."""
    quiet_seconds: float = _QUIET_SECONDS


def create(places: Places, wish: Wish) -> Made:
    """Back up an office, running or not.

    Raises:
        BackupElsewhereError: some stores lie in another place than the others.
        BackupUnknownError: there is no office at that home.
        SecretsPlaceError: secrets and data would lie at one place.
        StoresBusyError: the stores cannot be stopped for an instant, or another backup is made.
        BackupDamagedError: what was copied is not whole; nothing was kept.
        PlaceUnusableError: the place of the backups is full, away, or not ours.
    """
    places.check_one_place()
    if not places.in_postgres and not (places.stores / stores.LEDGER).is_file():
        raise BackupUnknownError("there is no ledger at this home", place=str(places.home))
    if wish.secrets is not None:
        check_apart(wish.secrets, wish.into, places.home)
    began = time.monotonic()
    with _alone(wish.into):
        with _drafted(wish.into) as draft:
            made = _make(places, wish, draft)
        copied = copy_secrets(places.secret_folders, wish.secrets) if wish.secrets else 0
        removed = _thin_out(wish)
    note_good_backup(places.home, made.cut_at)
    return made.model_copy(
        update={
            "seconds": round(time.monotonic() - began, 3),
            "removed": removed,
            "secrets": copied,
            "secrets_on_same_disk": bool(wish.secrets and is_same_disk(wish.secrets, wish.into)),
        }
    )


@contextmanager
def _drafted(into: Path) -> Iterator[Path]:
    """A folder that is a backup at the end, or is gone."""
    draft = into / f"{datetime.now(UTC).strftime(_NAME)}{manifest.PARTIAL}"
    draft.mkdir(mode=0o700)
    try:
        yield draft
        draft.rename(draft.with_suffix(""))
        files.make_tree_durable(into)
    except (OSError, sqlite3.OperationalError) as error:
        raise PlaceUnusableError(f"the backup cannot be written: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _make(places: Places, wish: Wish, draft: Path) -> Made:
    earlier = manifest.backups_in(wish.into)
    before = earlier[-1] if earlier else None
    sums: files.Sums = {}
    # Most objects, and all checkpoints, before the instant: an object is stored before it is named,
    # and a checkpoint is signed after its entries, so neither may be newer than the stores.
    copied = _objects(places, draft, sums, before)
    _beside(places, draft, sums)
    with _instant(places, wish) as cut:
        copied += _objects(places, draft, sums, before)
        cut.copy(draft / "stores", sums)
        said = _said(places, cut, draft, sums)
    manifest.write_manifest(draft, said)
    return Made(
        backup=draft.with_suffix(""),
        cut_at=cut.at,
        ledger_position=said.ledger.position,
        ledger_head=said.ledger.hash,
        stores=cut.stores,
        objects=sum(each.startswith("objects/") for each in sums),
        objects_copied=copied,
        bytes=said.bytes,
        in_flight=cut.in_flight,
        held_milliseconds=round(cut.held_seconds * 1000),
        seconds=0.0,
        removed=0,
    )


def _instant(places: Places, wish: Wish) -> AbstractContextManager[Cut | DatabaseCut]:
    if places.in_postgres:
        return cut_through_database(quiet_seconds=wish.quiet_seconds)
    return cut_through(stores.store_files(places.stores), quiet_seconds=wish.quiet_seconds)


def _objects(places: Places, draft: Path, sums: files.Sums, before: Path | None) -> int:
    source = places.objects
    if source is None or not source.is_dir():
        return 0
    return files.copy_objects(source, draft / "objects", sums, before=before)


def _beside(places: Places, draft: Path, sums: files.Sums) -> None:
    beside = [places.stores / name for name in stores.BESIDE]
    wanted = [(f"stores/{file.name}", file) for file in beside if file.exists()]
    wanted += [(f"{VOCABULARY}/{file.name}", file) for file in _vocabularies(places)]
    for name, file in wanted:
        sums[name] = files.copy_durably(file, draft / name)


def _vocabularies(places: Places) -> list[Path]:
    return sorted((places.home / VOCABULARY).glob("*.json"))


def _proven(draft: Path) -> VerificationReport:
    broken = stores.broken(draft / "stores")
    if broken:
        raise BackupDamagedError("a store is damaged", named=broken)
    report = stores.proven(draft / "stores")
    if not report.ok:
        detail = report.problem.detail if report.problem else ""
        raise BackupDamagedError(f"the ledger is not whole: {detail}")
    return report


def _said(
    places: Places, cut: Cut | DatabaseCut, draft: Path, sums: files.Sums
) -> manifest.Manifest:
    head = _proven(draft).head
    return manifest.Manifest(
        format=manifest.IN_POSTGRES if places.in_postgres else manifest.FORMAT,
        tenant=places.tenant,
        cut_at=cut.at,
        finished_at=datetime.now(UTC),
        software=_software(places),
        ledger=manifest.LedgerHead(position=head.position, hash=head.hash.hex()),
        logs=cut.log_ends(),
        key_check=key_check_of(places.home / "secrets" / MASTER_KEY),
        in_flight=cut.in_flight,
        files=len(sums),
        bytes=sum((draft / name).stat().st_size for name in sums),
        files_sha256=files.write_sums(draft, sums),
        objects_elsewhere=places.objects is None,
    )


def _software(places: Places) -> dict[str, Any]:
    return {"version": software_version(), "processes": [f.stem for f in _vocabularies(places)]}


def _thin_out(wish: Wish) -> int:
    kept = manifest.backups_in(wish.into)
    surplus = kept[: -wish.keep] if wish.keep else []
    abandoned = wish.into.glob(f"*{manifest.PARTIAL}")
    for each in (*surplus, *abandoned):
        # Without its manifest it is no backup any more, should we be stopped half way.
        (each / manifest.FILE_NAME).unlink(missing_ok=True)
        shutil.rmtree(each)
    return len(surplus)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Refuse a second backup into the same folder at the same time."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise PlaceUnusableError(f"the folder cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoresBusyError("another backup is being made into this folder") from error
        yield
