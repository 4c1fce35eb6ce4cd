"""The case vault: one key per case, and what is sealed with it.

Deleting the key of a case makes everything sealed with it unreadable everywhere, backups included,
while hash chains over the ciphertext still verify (ARCHITECTURE.md section 5).
"""

import base64
import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from jamila_runtime.errors import DomainError, NotFoundError
from jamila_runtime.sql import open_engine

_NONCE_BYTES = 12
_KEY_BYTES = 32
_TOKEN = "v1."  # noqa: S105 - a format mark, not a secret

_metadata = MetaData()
_keys = Table(
    "case_keys",
    _metadata,
    Column("case_id", String(36), primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), server_default=func.now(), nullable=False),
)


class CaseKeyMissingError(NotFoundError):
    """The case has no key: it never had personal data here, or the data was forgotten."""

    slug = "personal-data-forgotten"


class SealBrokenError(DomainError):
    """The ciphertext does not belong to this case, or was changed."""

    slug = "seal-broken"


def read_master_key(path: Path) -> bytes:
    """Read the key that wraps the case keys: 32 bytes, base64.

    Raises:
        ValueError: the file does not hold exactly such a key.
    """
    key = base64.b64decode(path.read_text().strip(), validate=True)
    if len(key) != _KEY_BYTES:
        msg = f"{path.name} must hold 32 bytes in base64, it holds {len(key)}"
        raise ValueError(msg)
    return key


class CaseVault:
    """Seals and opens what is personal, case by case."""

    def __init__(self, url: str, master_key: bytes) -> None:
        self._master_key = master_key
        self._engine = open_engine(url, _metadata)

    def create(self, case_id: UUID) -> None:
        """Make the key of a new case; quiet if it has one."""
        wrapped = aes_key_wrap(self._master_key, os.urandom(_KEY_BYTES))
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_keys).values(case_id=str(case_id), wrapped_key=wrapped))
        except IntegrityError:
            return

    def forget(self, case_id: UUID) -> None:
        """Destroy the key of a case; quiet if it is gone."""
        with self._engine.begin() as connection:
            connection.execute(delete(_keys).where(_keys.c.case_id == str(case_id)))

    def seal(self, case_id: UUID, value: Any) -> str:
        """Encrypt anything JSON can say.

        Raises:
            CaseKeyMissingError: the case has no key.
        """
        ciphertext = self.seal_bytes(case_id, json.dumps(value, ensure_ascii=False).encode())
        return _TOKEN + base64.urlsafe_b64encode(ciphertext).rstrip(b"=").decode()

    def open(self, case_id: UUID, sealed: str) -> Any:
        """Decrypt what ``seal`` made.

        Raises:
            CaseKeyMissingError: the case has no key (any more).
            SealBrokenError: it was sealed for another case, or changed.
        """
        token = sealed.removeprefix(_TOKEN)
        try:
            ciphertext = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raise SealBrokenError(f"this was never sealed for case {case_id}") from None
        return json.loads(self.open_bytes(case_id, ciphertext))

    def seal_bytes(self, case_id: UUID, plain: bytes) -> bytes:
        """Encrypt bytes: nonce, then AES-256-GCM bound to the case id."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key(case_id)).encrypt(nonce, plain, case_id.bytes)

    def open_bytes(self, case_id: UUID, ciphertext: bytes) -> bytes:
        """Decrypt what ``seal_bytes`` made."""
        nonce, body = ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:]
        try:
            return AESGCM(self._key(case_id)).decrypt(nonce, body, case_id.bytes)
        except (InvalidTag, ValueError):
            # ValueError: too short to hold a nonce.
            raise SealBrokenError(f"cannot open what was sealed for case {case_id}") from None

    def _key(self, case_id: UUID) -> bytes:
        query = select(_keys.c.wrapped_key).where(_keys.c.case_id == str(case_id))
        with self._engine.connect() as connection:
            wrapped = connection.execute(query).scalar_one_or_none()
        if wrapped is None:
            raise CaseKeyMissingError(f"case {case_id} has no key", case_id=str(case_id))
        return aes_key_unwrap(self._master_key, wrapped)
