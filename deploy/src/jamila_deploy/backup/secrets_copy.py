"""The copy of the secrets: one, at a place of its own, replaced whenever it is made anew.

An older copy of the ring could open what was forgotten since (docs/decisions/0015), so the one
before is overwritten and removed, never kept.
"""

import hmac
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jamila_deploy.backup.errors import SecretsPlaceError, SecretsWrongError
from jamila_deploy.backup.files import copy_durably, files_below, make_tree_durable
from jamila_runtime.vault import read_master_key

FOLDER: Final = "jamila-secrets"
MASTER_KEY: Final = "master.key"
_KEY_CHECK: Final = b"jamila/backup/key-check/v1"
_LOCK_ENDINGS: Final = (".lock", ".new")


def check_apart(secrets: Path, *data: Path) -> None:
    """Refuse to put keys and what they open at one place.

    Raises:
        SecretsPlaceError: one lies in the other.
    """
    kept = secrets.resolve()
    for each in data:
        other = each.resolve()
        if kept == other or kept in other.parents or other in kept.parents:
            raise SecretsPlaceError("secrets and data would lie at one place", place=str(secrets))


def is_same_disk(one: Path, other: Path) -> bool:
    """Whether a thief of one disk would have both."""
    return one.stat().st_dev == other.stat().st_dev


def copy_secrets(folders: Sequence[Path], place: Path) -> int:
    """Copy the secrets, in the stead of any earlier copy; the number of files."""
    draft, final = place / f"{FOLDER}.new", place / FOLDER
    _blot_out(draft)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft.mkdir(mode=0o700)
    copied = 0
    for folder in folders:
        for file in files_below(folder):
            if file.name.endswith(_LOCK_ENDINGS):
                continue
            target = draft / folder.name / file.relative_to(folder)
            copy_durably(file, target)
            target.chmod(0o600)
            copied += 1
    make_tree_durable(draft)
    # Between these two there is a moment with the old copy gone and the new one under its first
    # name; a restore takes that too.
    _blot_out(final)
    draft.rename(final)
    make_tree_durable(place)
    return copied


def put_back(place: Path, folders: Sequence[Path], *, key_check: str) -> None:
    """Put the secrets where the processes look for them.

    Raises:
        SecretsWrongError: there are none, or they do not open this backup.
    """
    source = next(
        (each for name in (FOLDER, f"{FOLDER}.new") if (each := place / name).is_dir()), place
    )
    check_key(source / "secrets" / MASTER_KEY, key_check)
    for folder in folders:
        if (source / folder.name).is_dir():
            shutil.copytree(source / folder.name, folder, dirs_exist_ok=True)
            folder.chmod(0o700)
            make_tree_durable(folder)


def check_key(master_key_file: Path, key_check: str) -> None:
    """Make sure that a master key opens a backup.

    Raises:
        SecretsWrongError: it does not, or there is none.
    """
    if key_check_of(master_key_file) != key_check:
        raise SecretsWrongError("the master key is not the one of this backup")


def key_check_of(master_key_file: Path) -> str:
    """Tell one master key from another without telling anything of it.

    Raises:
        SecretsWrongError: there is none.
    """
    try:
        key = read_master_key(master_key_file)
    except (OSError, ValueError) as error:
        raise SecretsWrongError("there is no master key at that place") from error
    return hmac.digest(key, _KEY_CHECK, "sha256").hex()[:32]


def _blot_out(folder: Path) -> None:
    """Overwrite, as far as the disk lets us, then remove."""
    if not folder.is_dir():
        return
    for file in files_below(folder):
        with file.open("r+b") as stream:
            stream.write(bytes(file.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
    shutil.rmtree(folder)
