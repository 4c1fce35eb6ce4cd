"""Puts an office back from a backup: into an empty home, or in the stead of an older state."""

import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from jamila_deploy.backup import files, stores
from jamila_deploy.backup.database import put_back_database
from jamila_deploy.backup.dumped import DUMP
from jamila_deploy.backup.errors import (
    BackupElsewhereError,
    BackupForeignError,
    BackupOlderError,
    HomeInUseError,
    PlaceUnusableError,
)
from jamila_deploy.backup.manifest import IN_POSTGRES, Manifest
from jamila_deploy.backup.places import Places
from jamila_deploy.backup.secrets_copy import MASTER_KEY, check_key, put_back
from jamila_deploy.backup.verify import whole
from jamila_deploy.errors import HomeLockedError, HomeUnusableError
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import locked_home
from jamila_ledger.backup_watch import note_good_backup
from jamila_ledger.ops import RunOrder
from jamila_replay.runs import Runs
from jamila_replay.settings import ReplaySettings
from jamila_runtime import restored
from jamila_runtime.durable import make_durable
from jamila_runtime.vocabulary import FOLDER as VOCABULARY
from jamila_runtime.vocabulary import check_home

_ACTION = "restore-backup"
_REBUILT = ("nats", "mongo")
"""What belongs to the state that is replaced, and is made anew by the services."""
_DRAFT = "restoring"


class PutBack(BaseModel):
    """What came of it."""

    model_config = ConfigDict(frozen=True)

    home: Path
    cut_at: datetime
    lost_hours: float
    """From the instant of the backup until now: what was recorded in this time is lost."""
    ledger_position: int
    ledger_head: str
    files: int
    bytes: int
    doubted: int
    """Messages and prints that may have gone out: they are not repeated, a person is asked."""
    put_aside: Path | None
    """Where the state that was replaced lies."""
    seconds: float


@dataclass(frozen=True)
class Wish:
    """What an operator wants."""

    backup: Path
    reason: str
    secrets: Path | None = None
    """Where the copy of the secrets lies; None: they are in the home already."""


def restore(places: Places, wish: Wish) -> PutBack:
    """Put a backup back. Nothing is deleted: what was there is put aside.

    Raises:
        BackupDamagedError, BackupUnknownError: there is no whole backup.
        BackupElsewhereError: its stores were files and ours are in PostgreSQL, or the other way.
        HomeInUseError: a system runs on the home.
        BackupOlderError, BackupForeignError: facts of the home would be lost.
        SecretsWrongError: the secrets do not open the backup.
        HomeNewerError: newer software made the backup.
        ReasonNeededError: there is no reason to be recorded.
        PlaceUnusableError: the home is full, away, or not ours.
    """
    places.check_one_place()
    RunOrder(_ACTION, wish.reason, account="").check()
    began = time.monotonic()
    folder, manifest = whole(wish.backup)
    check_home(folder)
    if places.in_postgres != (manifest.format == IN_POSTGRES):
        raise BackupElsewhereError("the backup is of stores in another kind of place")
    try:
        with locked_home(LauncherSettings(home=places.home)):
            return _put_back(places, wish, folder, manifest, began=began)
    except (OSError, HomeUnusableError) as error:
        raise PlaceUnusableError(f"the home cannot be written: {error}") from error
    except HomeLockedError as error:
        raise HomeInUseError("a system runs on this home", home=str(places.home)) from error


def _put_back(
    places: Places, wish: Wish, folder: Path, manifest: Manifest, *, began: float
) -> PutBack:
    check_not_newer(places.stores, folder, manifest)
    if wish.secrets is not None:
        put_back(wish.secrets, places.secret_folders, key_check=manifest.key_check)
    check_key(places.home / "secrets" / MASTER_KEY, manifest.key_check)
    now = datetime.now(UTC)
    draft = _copied(folder, places.home / _DRAFT)
    if places.in_postgres:
        doubted = put_back_database(folder, manifest, now)
    else:
        doubted = sum(stores.settle(file, now) for file in stores.store_files(draft / "stores"))
    _remember(places, manifest, now)
    aside = _exchange(places, draft, now)
    lost = (now - manifest.cut_at).total_seconds()
    _record(places, wish.reason, manifest, doubted=doubted)
    return PutBack(
        home=places.home,
        cut_at=manifest.cut_at,
        lost_hours=round(lost / 3600, 3),
        ledger_position=manifest.ledger.position,
        ledger_head=manifest.ledger.hash,
        files=manifest.files,
        bytes=manifest.bytes,
        doubted=doubted,
        put_aside=aside,
        seconds=round(time.monotonic() - began, 3),
    )


def check_not_newer(kept: Path, folder: Path, manifest: Manifest) -> None:
    """Refuse to put a backup over a state that knows more.

    Raises:
        BackupOlderError: some log of the home goes on where the backup ends.
        BackupForeignError: the home holds another ledger.
    """
    for file in stores.store_files(kept):
        with closing(stores.opened_copy(file)) as store:
            end, backed_up = stores.log_end(store), manifest.logs.get(file.name, 0)
            if end is not None and end > backed_up:
                raise BackupOlderError(
                    "the home knows more than the backup",
                    store=file.name,
                    home=end,
                    backup=backed_up,
                )
            if file.name == stores.LEDGER:
                _check_same(store, folder / "stores" / file.name, end or 0)


def _check_same(store: sqlite3.Connection, copy: Path, end: int) -> None:
    with closing(stores.opened_copy(copy)) as other:
        if stores.hash_at(store, end) != stores.hash_at(other, end):
            raise BackupForeignError("the home holds another ledger", position=end)


def _copied(folder: Path, draft: Path) -> Path:
    """Copy everything beside its place, so that whoever is stopped half way can begin again."""
    shutil.rmtree(draft, ignore_errors=True)
    for name in ("stores", "objects", VOCABULARY):
        for file in files.files_below(folder / name):
            if file.name == DUMP:
                continue
            files.copy_durably(file, draft / file.relative_to(folder))
    files.make_tree_durable(draft)
    return draft


def _exchange(places: Places, draft: Path, now: datetime) -> Path | None:
    """Put what was there aside, and what was copied in its place."""
    targets = {
        "stores": places.stores,
        "objects": places.objects,
        VOCABULARY: places.home / VOCABULARY,
        **{name: places.home / name for name in _REBUILT},
    }
    aside = places.home / f"before-restore-{now:%Y%m%dT%H%M%SZ}"
    for name, target in targets.items():
        if target is not None and target.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            shutil.move(target, aside / name)
        if target is not None and (draft / name).exists():
            shutil.move(draft / name, target)
    shutil.rmtree(draft)
    make_durable(places.home)
    return aside if aside.exists() else None


def _remember(places: Places, manifest: Manifest, now: datetime) -> None:
    file = places.home / restored.FILE_NAME
    said = restored.Restored(cut_at=manifest.cut_at, restored_at=now)
    file.write_text(said.model_dump_json(indent=2) + "\n", encoding="utf-8")
    make_durable(file)
    note_good_backup(places.home, manifest.cut_at)
    make_durable(places.home)


def _record(places: Places, reason: str, manifest: Manifest, *, doubted: int) -> None:
    """Let the ledger say that it is a restored one, and from when."""
    runs = Runs(ReplaySettings(home=places.home, stores_dir=places.stores))
    try:
        with runs.recorded(_ACTION, reason, target=f"{manifest.cut_at:%Y-%m-%dT%H:%M:%SZ}") as run:
            run.result |= {"position": manifest.ledger.position, "doubted": doubted}
    finally:
        runs.close()
