"""The case vault: one key per case, and what is sealed with it.

Forgetting a case makes everything sealed with its key unreadable everywhere, backups of the vault
included, while hash chains over the ciphertext still verify: what is destroyed is the key of the
ring that wrapped it (module ``key_ring``). A forgotten case stays known as such, so that nobody
makes it a new key by mistake.

Errors::

    CaseKeyMissingError  (NotFoundError) the case never had a key, or was forgotten
    SealBrokenError      (DomainError)   sealed for another case, or changed
    RetryableError                       the database of the keys does not answer
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from jamila_runtime.errors import DomainError, NotFoundError, RetryableError
from jamila_runtime.key_ring import FILE_NAME, KeyDestroyedError, KeyRing, KeyRingMissingError
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.sql import open_engine

_NONCE_BYTES = 12
_KEY_BYTES = 32
_TOKEN = "v1."  # noqa: S105 - a format mark, not a secret

METADATA = MetaData()
_keys = Table(
    "case_keys",
    METADATA,
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", String(36), nullable=False, unique=True),
    Column("wrapped_key", LargeBinary),
    Column("created_at", DateTime(timezone=True), server_default=func.now(), nullable=False),
)
"""Without a wrapped key the case was forgotten."""
_TRIES = 5


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


def open_vault(settings: RuntimeSettings) -> "CaseVault":
    """The vault of a process, with the ring that lies beside the master key.

    Raises:
        KeyRingMissingError: the vault holds keys, but the ring that opens them is not there. A new
            one would hide the loss.
    """
    file = settings.master_key_file.with_name(FILE_NAME)
    ring = KeyRing(file, read_master_key(settings.master_key_file))
    vault = CaseVault(settings.vault, ring)
    if not ring.exists and vault.is_empty():
        ring.make()
    if not ring.exists:
        raise KeyRingMissingError("the vault holds keys, but there is no ring to open them")
    return vault


class CaseVault:
    """Seals and opens what is personal, case by case."""

    def __init__(self, url: str, ring: KeyRing) -> None:
        self._ring = ring
        self._engine = open_engine(url, METADATA)

    def is_empty(self) -> bool:
        """Whether no key was ever made here."""
        with _translated(), self._engine.connect() as connection:
            return connection.execute(select(_keys.c.slot).limit(1)).first() is None

    def create(self, case_id: UUID) -> None:
        """Make the key of a new case; quiet if it has one.

        Raises:
            CaseKeyMissingError: the case was forgotten; it gets no key again.
        """
        for _ in range(_TRIES):
            try:
                with _translated(), self._engine.begin() as connection:
                    self._make(connection, case_id)
            except IntegrityError:
                # Another process made a key at the same moment: look again.
                continue
            return
        raise RetryableError("too many new cases at the same moment")

    def _make(self, connection: Connection, case_id: UUID) -> None:
        known = select(_keys.c.wrapped_key).where(_keys.c.case_id == str(case_id))
        found = connection.execute(known).first()
        if found is not None:
            if found.wrapped_key is None:
                raise _forgotten(case_id)
            return
        slot = (connection.execute(select(func.max(_keys.c.slot))).scalar() or 0) + 1
        # A vault that was restored from yesterday would give out slots whose keys are destroyed.
        while not self._ring.holds(slot):
            slot += 1
        wrapped = aes_key_wrap(self._ring.key(slot), os.urandom(_KEY_BYTES))
        row = {"slot": slot, "case_id": str(case_id), "wrapped_key": wrapped}
        connection.execute(insert(_keys).values(row))

    def forget(self, case_id: UUID) -> None:
        """Destroy the key of a case, here and in every backup; quiet if it is gone."""
        query = select(_keys.c.slot).where(_keys.c.case_id == str(case_id))
        with _translated(), self._engine.begin() as connection:
            slot = connection.execute(query).scalar_one_or_none()
            if slot is None:
                return
            self._ring.destroy(slot)
            change = update(_keys).where(_keys.c.slot == slot).values(wrapped_key=None)
            connection.execute(change)

    def close(self) -> None:
        """Give back connections."""
        self._engine.dispose()

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
        query = select(_keys.c.slot, _keys.c.wrapped_key).where(_keys.c.case_id == str(case_id))
        with _translated(), self._engine.connect() as connection:
            found = connection.execute(query).first()
        if found is None or found.wrapped_key is None:
            raise _forgotten(case_id)
        try:
            return aes_key_unwrap(self._ring.key(found.slot), found.wrapped_key)
        except KeyDestroyedError:
            # A vault from before the case was forgotten.
            raise _forgotten(case_id) from None
        except InvalidUnwrap:
            raise SealBrokenError(f"the key of case {case_id} is of another ring") from None


@contextmanager
def _translated() -> Iterator[None]:
    """A vault that is away is no bug of a case: what needs it is done again later."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise RetryableError(f"the vault does not answer: {type(error.orig).__name__}") from error


def _forgotten(case_id: UUID) -> CaseKeyMissingError:
    return CaseKeyMissingError(f"case {case_id} has no key", case_id=str(case_id))
