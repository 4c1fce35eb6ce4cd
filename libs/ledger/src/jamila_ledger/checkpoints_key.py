"""The office's key that signs checkpoints and exports: Ed25519, made once, its public half shown.

The public keys of an office stand in one file of PEM blocks beside the ledger. A new key is added
to it and the old ones stay, so that old signatures can be checked for ever. The file is only as
trustworthy as the machine: whoever doubts it brings a copy that was handed out earlier.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from jamila_ledger.store import LedgerUnusableError

KEY_FILE: Final = "ledger-checkpoint.key"
"""In the folder of secrets."""
PUBLIC_FILE: Final = "checkpoint-keys.pem"
"""Beside the ledger."""
_KEY_ID_DIGITS: Final = 16
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n?", re.DOTALL)


class OfficeKeyUnusableError(LedgerUnusableError):
    """The office's key is not there, not readable, or no Ed25519 key."""


@dataclass(frozen=True)
class OfficeKey:
    """Signs in the name of the office."""

    private: Ed25519PrivateKey

    @property
    def key_id(self) -> str:
        """Short name of the key: the beginning of the SHA-256 of its public half."""
        return key_id_of(self.private.public_key())

    @property
    def public_pem(self) -> bytes:
        """The public half, for those who check."""
        return self.private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        """Sign; 64 bytes."""
        return self.private.sign(message)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the key that the ledger made.

        Raises:
            OfficeKeyUnusableError: there is none, or it is damaged; it is left alone.
        """
        try:
            private = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise OfficeKeyUnusableError("the key of the office cannot be read") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise OfficeKeyUnusableError("the key of the office is no Ed25519 key")
        return cls(private)


def key_id_of(public: Ed25519PublicKey) -> str:
    """The name under which signatures mention a key."""
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:_KEY_ID_DIGITS]


def ensure_office_key(key_file: Path, public_file: Path) -> OfficeKey:
    """Read the key of the office, making it if there is none, and show its public half.

    Raises:
        OfficeKeyUnusableError: a key is there but damaged, or the folders cannot be written.
    """
    try:
        if not key_file.exists():
            _make(key_file)
        key = OfficeKey.read(key_file)
        shown = public_file.read_bytes() if public_file.exists() else b""
        if key.key_id not in PublicKeys.parse([shown]).by_id:
            _write(public_file, shown + key.public_pem, mode=0o644)
    except OSError as error:
        raise OfficeKeyUnusableError("the key of the office cannot be kept") from error
    return key


def _make(key_file: Path) -> None:
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    _write(key_file, pem, mode=0o600)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    # Written beside and moved into place: a crash in between leaves no half key behind.
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@dataclass(frozen=True)
class PublicKeys:
    """The keys whose signatures count."""

    by_id: Mapping[str, Ed25519PublicKey]

    @classmethod
    def parse(cls, files: Iterable[bytes]) -> Self:
        """Read all PEM blocks of some files.

        Raises:
            OfficeKeyUnusableError: a block is no Ed25519 key.
        """
        found: dict[str, Ed25519PublicKey] = {}
        for block in (block for text in files for block in _PEM.findall(text)):
            try:
                public = load_pem_public_key(block)
            except ValueError as error:
                raise OfficeKeyUnusableError("a public key is damaged") from error
            if not isinstance(public, Ed25519PublicKey):
                raise OfficeKeyUnusableError("a public key is no Ed25519 key")
            found[key_id_of(public)] = public
        return cls(found)

    @classmethod
    def read(cls, *paths: Path) -> Self:
        """Read the keys of some files.

        Raises:
            OfficeKeyUnusableError: a file is not readable or holds no key.
        """
        try:
            keys = cls.parse([path.read_bytes() for path in paths])
        except OSError as error:
            raise OfficeKeyUnusableError("a public key cannot be read") from error
        if not keys.by_id:
            raise OfficeKeyUnusableError("the file holds no public key")
        return keys

    def accept(self, key_id: str, signature: bytes, message: bytes) -> bool:
        """Whether one of these keys really signed that."""
        public = self.by_id.get(key_id)
        if public is None:
            return False
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Office:
    """Who signs, and whose signatures count here."""

    tenant: str
    """Kabupaten code; part of everything that is signed."""
    key: OfficeKey
    keys: PublicKeys
    """The key that signs and all that were used before it."""

    @classmethod
    def read(cls, tenant: str, *, key_file: Path, public_file: Path) -> Self:
        """Read what the ledger made at its first start.

        Raises:
            OfficeKeyUnusableError: something is missing or damaged.
        """
        key = OfficeKey.read(key_file)
        return cls(tenant, key, PublicKeys.read(public_file))
