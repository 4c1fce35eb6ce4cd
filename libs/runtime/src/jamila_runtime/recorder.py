"""The stage store: events, what was already handled, what is parked; one transaction for all.

Everything that must hold together is written by one ``insert_events``: the facts, the trackings of
the messages that caused them, the reply of the command, the events that had to be parked.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.sqlite import SQLiteCursor, SQLiteProcessRecorder

from jamila_contracts.commands import CommandReply
from jamila_contracts.envelope import EventMeta
from jamila_contracts.wire import Record
from jamila_runtime.effects import Effect, EffectStore

SourcePosition = tuple[str, int]
"""Where an event stands in the log of the service that published it."""


@dataclass(frozen=True)
class Parked:
    """An event that could not be handled, or waits behind one of its case."""

    record: Record
    reason: str
    """A slug, or ``behind`` for those that wait."""
    parked_at: datetime

    @property
    def key(self) -> SourcePosition:
        """The event's place in the log of its source."""
        return self.record.meta.source, self.record.meta.log_position


@dataclass(frozen=True)
class Checkpoint:
    """How far the outbox has published its own log."""

    position: int
    """Last place of the log that was looked at."""
    published: int
    """Last place of the log whose event was published."""


_TABLES = (
    """CREATE TABLE IF NOT EXISTS handled_commands (
        command_id TEXT PRIMARY KEY, reply TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS parked (
        source TEXT, log_position INTEGER, case_id TEXT NOT NULL, meta TEXT NOT NULL,
        data BLOB NOT NULL, reason TEXT NOT NULL, parked_at TEXT NOT NULL,
        PRIMARY KEY (source, log_position)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS parked_by_case ON parked (case_id)",
    """CREATE TABLE IF NOT EXISTS effects (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, case_id TEXT NOT NULL, due_at TEXT NOT NULL,
        attempts INTEGER NOT NULL, payload TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS effects_by_due ON effects (due_at)",
    """CREATE TABLE IF NOT EXISTS outbox (
        id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER, published INTEGER
    )""",
)


class StageRecorder(EffectStore, Protocol):
    """What a stage application needs of its store, whatever the database."""

    def handled(self, keys: Iterable[SourcePosition]) -> set[SourcePosition]:
        """Which of these events were already handled or parked."""
        ...

    def reply_to(self, command_id: UUID) -> CommandReply | None:
        """The reply already given to a command."""
        ...

    def parked(self, case_id: UUID | None = None) -> list[Parked]:
        """What is parked, oldest first; of one case or of all."""
        ...

    def unpark(self, key: SourcePosition) -> None:
        """Forget a parked event, because it is about to be handled or was given up."""
        ...

    def max_tracking_id(self, application_name: str, /) -> int | None:
        """The furthest place of a source that was handled."""
        ...

    def checkpoint(self) -> Checkpoint:
        """How far the outbox got."""
        ...

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Remember how far the outbox got."""
        ...


class SQLiteStageRecorder(SQLiteProcessRecorder):
    """The stage store in SQLite, WAL with FULL synchronisation (the library's default)."""

    def construct_create_table_statements(self) -> list[str]:
        """Add our tables to those of the library."""
        return [
            *super().construct_create_table_statements(),
            *_TABLES,
        ]

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> Sequence[int] | None:
        positions = super()._insert_events(c, stored_events)
        for key in kwargs.get("unparked", ()):
            c.execute("DELETE FROM parked WHERE source = ? AND log_position = ?", key)
        for source, position in kwargs.get("handled", ()):
            self._insert_tracking(c, Tracking(source, position))
        for parked in kwargs.get("parked", ()):
            self._insert_parked(c, parked)
        for effect in kwargs.get("scheduled", ()):
            self._insert_effect(c, effect)
        for effect_id in kwargs.get("finished", ()):
            c.execute("DELETE FROM effects WHERE id = ?", (str(effect_id),))
        reply: CommandReply | None = kwargs.get("reply")
        if reply is not None:
            visible = kwargs.get("visible", ())
            seen = [at for at, shown in zip(positions or (), visible, strict=True) if shown]
            place = {"log_position": seen[-1] if seen else 0}
            text = reply.model_copy(update=place).model_dump_json()
            c.execute("INSERT INTO handled_commands VALUES (?, ?)", (str(reply.command_id), text))
        return positions

    def _insert_parked(self, c: SQLiteCursor, parked: Parked) -> None:
        meta = parked.record.meta
        c.execute(
            "INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                meta.source,
                meta.log_position,
                str(meta.case_id),
                meta.model_dump_json(),
                parked.record.data,
                parked.reason,
                parked.parked_at.isoformat(),
            ),
        )

    def _insert_effect(self, c: SQLiteCursor, effect: Effect) -> None:
        c.execute(
            "INSERT INTO effects VALUES (?, ?, ?, ?, ?, ?)",
            (
                str(effect.id),
                effect.kind,
                str(effect.case_id),
                effect.due_at.astimezone(UTC).isoformat(),
                effect.attempts,
                json.dumps(effect.payload),
            ),
        )

    def due_effects(self, now: datetime, limit: int) -> list[Effect]:
        """Effects whose time has come, oldest first."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT * FROM effects WHERE due_at <= ? ORDER BY due_at LIMIT ?",
                (now.astimezone(UTC).isoformat(), limit),
            )
            return [_effect_of(row) for row in c.fetchall()]

    def waiting_effects(self, kinds: Sequence[str]) -> list[Effect]:
        """All effects of these kinds, whether their time has come or not."""
        marks = ", ".join("?" for _ in kinds)
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                f"SELECT * FROM effects WHERE kind IN ({marks}) ORDER BY due_at",  # noqa: S608 - question marks only
                tuple(kinds),
            )
            return [_effect_of(row) for row in c.fetchall()]

    def postpone(self, effect: Effect, due_at: datetime) -> None:
        """Try it again then; counts one more attempt."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "UPDATE effects SET due_at = ?, attempts = attempts + 1 WHERE id = ?",
                (due_at.astimezone(UTC).isoformat(), str(effect.id)),
            )

    def handled(self, keys: Iterable[SourcePosition]) -> set[SourcePosition]:
        """Which of these events were already handled or parked."""
        found = set()
        with self.datastore.transaction(commit=False) as c:
            for key in keys:
                c.execute(
                    "SELECT 1 FROM tracking WHERE application_name = ? AND notification_id = ? "
                    "UNION SELECT 1 FROM parked WHERE source = ? AND log_position = ?",
                    (*key, *key),
                )
                if c.fetchone() is not None:
                    found.add(key)
        return found

    def reply_to(self, command_id: UUID) -> CommandReply | None:
        """The reply already given to a command."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT reply FROM handled_commands WHERE command_id = ?", (str(command_id),))
            row = c.fetchone()
        return None if row is None else CommandReply.model_validate_json(row["reply"])

    def parked(self, case_id: UUID | None = None) -> list[Parked]:
        """What is parked, oldest first; of one case or of all."""
        where, parameters = ("", ()) if case_id is None else ("WHERE case_id = ?", (str(case_id),))
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                f"SELECT * FROM parked {where} ORDER BY parked_at, source, log_position",  # noqa: S608 - constant text
                parameters,
            )
            rows = c.fetchall()
        return [
            Parked(
                record=Record(EventMeta.model_validate_json(row["meta"]), row["data"]),
                reason=row["reason"],
                parked_at=datetime.fromisoformat(row["parked_at"]),
            )
            for row in rows
        ]

    def unpark(self, key: SourcePosition) -> None:
        """Forget a parked event."""
        with self.datastore.transaction(commit=True) as c:
            c.execute("DELETE FROM parked WHERE source = ? AND log_position = ?", key)

    def checkpoint(self) -> Checkpoint:
        """How far the outbox got."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT position, published FROM outbox")
            row = c.fetchone()
        return Checkpoint(0, 0) if row is None else Checkpoint(row["position"], row["published"])

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Remember how far the outbox got."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "INSERT INTO outbox VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET position = excluded.position, published = excluded.published",
                (checkpoint.position, checkpoint.published),
            )


def _effect_of(row: Any) -> Effect:
    return Effect(
        id=UUID(row["id"]),
        kind=row["kind"],
        case_id=UUID(row["case_id"]),
        due_at=datetime.fromisoformat(row["due_at"]),
        attempts=row["attempts"],
        payload=json.loads(row["payload"]),
    )
