"""Answers that staff pass on by hand, because the office has only the phone.

Whoever was written down by hand is answered by hand, until he writes by the platform himself.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.engine import Engine

from intake.epochs import EpochDrawer
from intake.inbox_store import metadata
from jamila_runtime.sql import insert_unless_there

_contacts = Table("contacts_by_hand", metadata, Column("contact_id", String(36), primary_key=True))
_answers = Table(
    "answers_by_hand",
    metadata,
    Column("answer_id", String(36), primary_key=True),
    Column("contact_id", String(36), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("told_at", Float),
)
_WAITS = _answers.c.told_at.is_(None)


@dataclass(frozen=True)
class ToTell:
    """One answer that somebody of the office has to pass on; what it says is asked for."""

    answer_id: UUID
    contact_id: UUID
    asked_at: datetime


class ByHand:
    """Keeps who is answered by hand, and what he is to be told."""

    def __init__(
        self, engine: Engine, drawer: EpochDrawer, *, writing: AbstractContextManager[Any]
    ) -> None:
        self._engine = engine
        self._drawer = drawer
        self._writing = writing

    def begin(self, contact_id: UUID) -> None:
        """From now on he is answered by hand."""
        self._keep(_contacts, {"contact_id": str(contact_id)})

    def end(self, contact_id: UUID) -> None:
        """He wrote by the platform himself; quiet when he always did."""
        if self.answers(contact_id):
            self._write(delete(_contacts).where(_contacts.c.contact_id == str(contact_id)))

    def answers(self, contact_id: UUID) -> bool:
        """Whether he is answered by hand."""
        query = select(_contacts.c.contact_id).where(_contacts.c.contact_id == str(contact_id))
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def keep(self, answer: ToTell, text: str) -> None:
        """Keep an answer until it is passed on; the same again is quiet."""
        row = {
            "answer_id": str(answer.answer_id),
            "contact_id": str(answer.contact_id),
            "sealed": self._drawer.seal(text.encode()),
            "asked_at": answer.asked_at.timestamp(),
        }
        self._keep(_answers, row)

    def waiting(self, contact_id: UUID | None = None, *, limit: int | None = None) -> list[ToTell]:
        """What has to be passed on, oldest first."""
        query = select(_answers).where(_WAITS)
        if contact_id is not None:
            query = query.where(_answers.c.contact_id == str(contact_id))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_answers.c.asked_at).limit(limit)).all()
        return [
            ToTell(
                answer_id=UUID(row.answer_id),
                contact_id=UUID(row.contact_id),
                asked_at=datetime.fromtimestamp(row.asked_at, tz=UTC),
            )
            for row in rows
        ]

    def count(self) -> int:
        """How many answers have to be passed on."""
        query = select(func.count()).select_from(_answers).where(_WAITS)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def find(self, contact_id: UUID, answer_id: UUID) -> tuple[ToTell, str] | None:
        """One answer that waits, and what it says; None when there is no such, or it was told."""
        query = select(_answers).where(*_is(contact_id, answer_id), _WAITS)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        asked_at = datetime.fromtimestamp(row.asked_at, tz=UTC)
        return ToTell(answer_id, contact_id, asked_at), self._drawer.open(row.sealed).decode()

    def told(self, contact_id: UUID, answer_id: UUID, at: datetime) -> bool:
        """It was passed on, its text is not kept; False when there is no such answer."""
        mine = _is(contact_id, answer_id)
        change = update(_answers).where(*mine).values(told_at=at.timestamp(), sealed=b"")
        with self._writing, self._engine.begin() as connection:
            return connection.execute(change).rowcount > 0

    def forget(self, contact_ids: Collection[UUID]) -> None:
        """Throw away everything that was to be told to some contacts."""
        ids = [str(each) for each in contact_ids]
        self._write(delete(_answers).where(_answers.c.contact_id.in_(ids)))
        self._write(delete(_contacts).where(_contacts.c.contact_id.in_(ids)))

    def seal_anew(self) -> None:
        """Seal what is left under the present key of the drawer."""
        query = select(_answers.c.answer_id, _answers.c.sealed).where(_WAITS)
        with self._writing, self._engine.begin() as connection:
            rows = connection.execute(query).all()
            for row in rows:
                sealed = self._drawer.sealed_anew(row.sealed)
                if sealed is not None:
                    mine = update(_answers).where(_answers.c.answer_id == row.answer_id)
                    connection.execute(mine.values(sealed=sealed))

    def _keep(self, table: Table, row: dict[str, Any]) -> None:
        with self._writing, self._engine.begin() as connection:
            insert_unless_there(connection, table, row)

    def _write(self, statement: Any) -> None:
        with self._writing, self._engine.begin() as connection:
            connection.execute(statement)


def _is(contact_id: UUID, answer_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (_answers.c.answer_id == str(answer_id), _answers.c.contact_id == str(contact_id))
