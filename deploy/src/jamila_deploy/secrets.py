"""Secrets of one home folder, made at the first start and kept for ever after."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jamila_deploy.errors import HomeUnusableError, SecretDamagedError
from jamila_deploy.nats_names import USERS
from jamila_deploy.settings import LauncherSettings

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_MASTER_KEY_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What the processes must know of each other, and files only some of them may read."""

    master_key_file: Path
    """AES-256 key that wraps every case key; base64, losing it loses all personal data."""
    whatsapp_app_secret: str = field(repr=False)
    whatsapp_access_token: str = field(repr=False)
    whatsapp_verify_token: str = field(repr=False)
    siak_password: str = field(repr=False)
    pkcs12_file: Path
    passphrase_file: Path
    trust_roots_file: Path
    nats_passwords: Mapping[str, str] = field(repr=False)
    """Of each user of NATS."""


def secrets_folder(settings: LauncherSettings) -> Path:
    """The folder only the operator's own account can open."""
    return settings.home / "secrets"


def master_key_file(settings: LauncherSettings) -> Path:
    """The key that wraps all case keys; there from the first start on."""
    return secrets_folder(settings) / "master.key"


def demo_accounts_file(settings: LauncherSettings) -> Path:
    """Where the gateway writes the demo accounts at its first start."""
    return secrets_folder(settings) / "demo-accounts.json"


def nats_password_file(settings: LauncherSettings, user: str) -> Path:
    """The password of one user of NATS."""
    return secrets_folder(settings) / f"nats-{user}"


def ensure_secrets(settings: LauncherSettings) -> Secrets:
    """Read the secrets of this home, making those that are missing.

    Raises:
        HomeUnusableError: The folder cannot be made or written.
        SecretDamagedError: A file is there but empty or malformed. It is left alone: a new master
            key would make every stored case unreadable.
    """
    folder = secrets_folder(settings)
    try:
        private_folder(folder)
        master_key = master_key_file(settings)
        _check_master_key(master_key, _ensure(master_key, _new_master_key))
        # Imported here: the certificate library is large and only this function needs it.
        from jamila_simulators.pki import ensure_demo_pki  # noqa: PLC0415

        pki = ensure_demo_pki(settings.home / "pki")
        return Secrets(
            master_key_file=master_key,
            whatsapp_app_secret=_ensure(folder / "whatsapp-app-secret", _new_token),
            whatsapp_access_token=_ensure(folder / "whatsapp-access-token", _new_token),
            whatsapp_verify_token=_ensure(folder / "whatsapp-verify-token", _new_token),
            siak_password=_ensure(folder / "siak-password", _new_token),
            pkcs12_file=pki.pkcs12_path,
            passphrase_file=pki.passphrase_path,
            trust_roots_file=pki.trust_roots_path,
            nats_passwords={
                user: _ensure(nats_password_file(settings, user), _new_token) for user in USERS
            },
        )
    except OSError as error:
        raise HomeUnusableError(home=settings.home, reason=error.strerror or "") from error


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can open, and close it if it stood open."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(_FOLDER_MODE)


def _ensure(file: Path, new: Callable[[], str]) -> str:
    if not file.exists():
        write_private(file, new())
    file.chmod(_FILE_MODE)
    try:
        value = file.read_text(encoding="ascii").strip()
    except UnicodeDecodeError as error:
        raise SecretDamagedError(file=file, reason="not plain text") from error
    if not value:
        raise SecretDamagedError(file=file, reason="empty")
    return value


def write_private(file: Path, value: str) -> None:
    """Write a file that only its owner can read.

    Written beside and moved into place, so a crash in between leaves no half secret behind.
    """
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(value)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def _new_master_key() -> str:
    return base64.b64encode(secrets.token_bytes(_MASTER_KEY_BYTES)).decode("ascii")


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _check_master_key(file: Path, value: str) -> None:
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError as error:
        raise SecretDamagedError(file=file, reason="not base64") from error
    if len(key) != _MASTER_KEY_BYTES:
        raise SecretDamagedError(file=file, reason=f"{len(key)} bytes instead of 32")
