"""Drawers whose keys end: what they sealed before somebody was forgotten opens nowhere any more.

A drawer seals what belongs to no case yet, for everybody with one key. When a contact is forgotten
the drawer turns over a leaf: what is still needed is sealed anew, and the old key is destroyed on
the ring of the vault, so that no older backup of the inbox can be opened (docs/decisions/0017).
"""

import os
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Integer, LargeBinary, String, Table, delete, insert, select
from sqlalchemy.engine import Engine

from intake.inbox_store import metadata
from intake.sealing import Drawer, DrawerLockedError
from jamila_runtime.vault import CaseVault

_ID_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_epochs = Table(
    "drawer_epochs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("purpose", String(64), nullable=False),
    Column("epoch_id", String(36), nullable=False, unique=True),
    Column("sealed_key", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)


class EpochDrawer(Drawer):
    """A drawer that seals with the key of the present epoch, and can end the epochs before."""

    def __init__(
        self, master_key: bytes, purpose: str, *, engine: Engine, vault: CaseVault
    ) -> None:
        super().__init__(master_key, purpose)
        self._engine = engine
        self._vault = vault
        self._keys: dict[UUID, AESGCM] = {}
        # Now, and not when it first seals: that may be inside a transaction of the same store.
        self._present = next(reversed(self._known()), None) or self._begin_epoch()

    def seal(self, plain: bytes) -> bytes:
        """Encrypt: the epoch, a nonce, then AES-256-GCM bound to the purpose."""
        self._look_for_turn()
        epoch = self._present
        nonce = os.urandom(_NONCE_BYTES)
        return epoch.bytes + nonce + self._key(epoch).encrypt(nonce, plain, self._purpose)

    def open(self, ciphertext: bytes) -> bytes:
        """Decrypt what ``seal`` made.

        Raises:
            DrawerLockedError: its epoch has ended, or it was changed.
        """
        epoch = UUID(bytes=ciphertext[:_ID_BYTES])
        nonce = ciphertext[_ID_BYTES : _ID_BYTES + _NONCE_BYTES]
        body = ciphertext[_ID_BYTES + _NONCE_BYTES :]
        try:
            return self._key(epoch).decrypt(nonce, body, self._purpose)
        except InvalidTag:
            raise DrawerLockedError("cannot open what lies in the inbox") from None

    def is_present(self, ciphertext: bytes) -> bool:
        """Whether the present key sealed it."""
        self._look_for_turn()
        return UUID(bytes=ciphertext[:_ID_BYTES]) == self._present

    def sealed_anew(self, ciphertext: bytes) -> bytes | None:
        """The same under the present key; None if that is what it is, or its epoch has ended."""
        if self.is_present(ciphertext):
            return None
        try:
            return self.seal(self.open(ciphertext))
        except DrawerLockedError:
            return None

    def turn(self) -> None:
        """Begin a new epoch; what the old ones sealed can still be opened."""
        self._present = self._begin_epoch()

    def end_old(self) -> None:
        """Destroy the keys of all epochs but the present one."""
        present = self._present
        for epoch in self._known():
            if epoch != present:
                self._vault.forget(epoch)
                self._keys.pop(epoch, None)
                with self._engine.begin() as connection:
                    connection.execute(delete(_epochs).where(_epochs.c.epoch_id == str(epoch)))

    def _look_for_turn(self) -> None:
        """Another replica may have turned the leaf: nothing may be sealed for a key that ends."""
        if self._engine.dialect.name == "sqlite":
            return
        known = self._known()
        self._present = known[-1]
        for epoch in self._keys.keys() - set(known):
            self._keys.pop(epoch, None)

    def _begin_epoch(self) -> UUID:
        epoch, key = uuid4(), os.urandom(_KEY_BYTES)
        self._vault.create(epoch)
        row = {
            "purpose": self._purpose.decode(),
            "epoch_id": str(epoch),
            "sealed_key": self._vault.seal_bytes(epoch, key),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(_epochs).values(row))
        self._keys[epoch] = AESGCM(key)
        return epoch

    def _known(self) -> list[UUID]:
        """The epochs of this drawer that have not ended, oldest first."""
        query = select(_epochs.c.epoch_id).where(_epochs.c.purpose == self._purpose.decode())
        with self._engine.connect() as connection:
            rows: Any = connection.execute(query.order_by(_epochs.c.number)).scalars()
            return [UUID(each) for each in rows]

    def _key(self, epoch: UUID) -> AESGCM:
        known = self._keys.get(epoch)
        if known is not None:
            return known
        query = select(_epochs.c.sealed_key).where(_epochs.c.epoch_id == str(epoch))
        with self._engine.connect() as connection:
            sealed = connection.execute(query).scalar_one_or_none()
        if sealed is None:
            raise DrawerLockedError("what lies in the inbox is of an epoch that has ended")
        self._keys[epoch] = AESGCM(self._vault.open_bytes(epoch, sealed))
        return self._keys[epoch]
