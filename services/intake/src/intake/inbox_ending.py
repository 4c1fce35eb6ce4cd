"""What leaves the inbox when somebody is forgotten, and the new keys of what stays."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Engine

from intake.inbox_store import metadata
from intake.sealing import Drawer, DrawerLockedError

_bodies = metadata.tables["bodies"]
_items = metadata.tables["items"]


class InboxEnding:
    """Goes through the bodies that still lie in the inbox; normally a handful."""

    def __init__(
        self, engine: Engine, drawer: Drawer, *, writing: AbstractContextManager[Any]
    ) -> None:
        self._engine = engine
        self._drawer = drawer
        self._writing = writing

    def forget(self, identifiers: Collection[str]) -> None:
        """Throw away every body in which one of these numbers or user ids stands, and its items."""
        words = [each.encode() for each in identifiers]
        gone = {"state": "done", "body_id": None, "fault": None}
        with self._writing, self._engine.begin() as connection:
            for row in connection.execute(select(_bodies.c.id, _bodies.c.sealed)).all():
                if self._speaks_of(row.sealed, words):
                    mine = update(_items).where(_items.c.body_id == row.id)
                    connection.execute(mine.values(gone))
                    connection.execute(delete(_bodies).where(_bodies.c.id == row.id))

    def seal_anew(self) -> None:
        """Seal every body with the drawer's present key, as far as it is not."""
        with self._writing, self._engine.begin() as connection:
            for row in connection.execute(select(_bodies.c.id, _bodies.c.sealed)).all():
                anew = self._drawer.sealed_anew(row.sealed)
                if anew is not None:
                    change = update(_bodies).where(_bodies.c.id == row.id)
                    connection.execute(change.values(sealed=anew))

    def _speaks_of(self, sealed: bytes, words: Sequence[bytes]) -> bool:
        try:
            plain = self._drawer.open(sealed)
        except DrawerLockedError:
            # Sealed with a key that is gone: nobody can read it any more.
            return False
        return any(word in plain for word in words)
