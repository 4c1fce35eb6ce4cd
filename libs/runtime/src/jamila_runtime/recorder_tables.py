"""What a stage store keeps beside the events of the library: the same in every database.

The statements are written with question marks; a recorder says what its driver writes instead.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.persistence import Tracking

from jamila_contracts.commands import CommandReply
from jamila_contracts.envelope import EventMeta
from jamila_contracts.wire import Record
from jamila_runtime.effects import Effect
from jamila_runtime.recorder import Checkpoint, Parked, SourcePosition

_TABLES = (
    """CREATE TABLE IF NOT EXISTS handled_commands (
        command_id TEXT PRIMARY KEY, reply TEXT NOT NULL
    ){flat}""",
    """CREATE TABLE IF NOT EXISTS parked (
        source TEXT, log_position BIGINT, case_id TEXT NOT NULL, meta TEXT NOT NULL,
        data {bytes} NOT NULL, reason TEXT NOT NULL, parked_at TEXT NOT NULL,
        PRIMARY KEY (source, log_position)
    ){flat}""",
    "CREATE INDEX IF NOT EXISTS parked_by_case ON parked (case_id)",
    """CREATE TABLE IF NOT EXISTS effects (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, case_id TEXT NOT NULL, due_at TEXT NOT NULL,
        attempts INTEGER NOT NULL, payload TEXT NOT NULL
    ){flat}""",
    "CREATE INDEX IF NOT EXISTS effects_by_due ON effects (due_at)",
    """CREATE TABLE IF NOT EXISTS outbox (
        id INTEGER PRIMARY KEY CHECK (id = 1), position BIGINT, published BIGINT
    )""",
    """CREATE TABLE IF NOT EXISTS outbox_stream (
        id INTEGER PRIMARY KEY CHECK (id = 1), stream TEXT NOT NULL
    )""",
)


def table_statements(*, binary: str, flat: str = "") -> list[str]:
    """What makes the tables, where they are missing.

    Args:
        binary: How the database calls bytes.
        flat: How it is told that a table is nothing but its key.
    """
    return [each.format(bytes=binary, flat=flat) for each in _TABLES]


class StageTables:
    """Reads and writes these tables; part of a recorder of the library."""

    MARK: ClassVar[str] = "?"
    """What the driver writes where a parameter stands."""
    datastore: Any
    tracking_table_name: str
    _insert_tracking: Any

    def write_together(self, c: Any, positions: Sequence[int], together: dict[str, Any]) -> None:
        """Write within the transaction of the events what belongs to them."""
        for key in together.get("unparked", ()):
            self._run(c, "DELETE FROM parked WHERE source = ? AND log_position = ?", key)
        for source, position in together.get("handled", ()):
            self._insert_tracking(c, Tracking(source, position))
        for parked in together.get("parked", ()):
            self._insert_parked(c, parked)
        for effect in together.get("scheduled", ()):
            self._insert_effect(c, effect)
        for effect_id in together.get("finished", ()):
            self._run(c, "DELETE FROM effects WHERE id = ?", (str(effect_id),))
        reply: CommandReply | None = together.get("reply")
        if reply is not None:
            seen = [at for at, shown in zip(positions, together["visible"], strict=True) if shown]
            place = {"log_position": seen[-1] if seen else 0}
            text = reply.model_copy(update=place).model_dump_json()
            row = (str(reply.command_id), text)
            self._run(c, "INSERT INTO handled_commands VALUES (?, ?)", row)

    def _run(self, c: Any, statement: str, parameters: Sequence[Any] = ()) -> None:
        c.execute(statement.replace("?", self.MARK), parameters)

    def _insert_parked(self, c: Any, parked: Parked) -> None:
        meta = parked.record.meta
        self._run(
            c,
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

    def _insert_effect(self, c: Any, effect: Effect) -> None:
        self._run(
            c,
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
            self._run(
                c,
                "SELECT * FROM effects WHERE due_at <= ? ORDER BY due_at LIMIT ?",
                (now.astimezone(UTC).isoformat(), limit),
            )
            return [_effect_of(row) for row in c.fetchall()]

    def waiting_effects(self, kinds: Sequence[str]) -> list[Effect]:
        """All effects of these kinds, whether their time has come or not."""
        marks = ", ".join("?" for _ in kinds)
        with self.datastore.transaction(commit=False) as c:
            self._run(
                c,
                f"SELECT * FROM effects WHERE kind IN ({marks}) ORDER BY due_at",  # noqa: S608 - question marks only
                tuple(kinds),
            )
            return [_effect_of(row) for row in c.fetchall()]

    def postpone(self, effect: Effect, due_at: datetime) -> None:
        """Try it again then; counts one more attempt."""
        with self.datastore.transaction(commit=True) as c:
            self._run(
                c,
                "UPDATE effects SET due_at = ?, attempts = attempts + 1 WHERE id = ?",
                (due_at.astimezone(UTC).isoformat(), str(effect.id)),
            )

    def hasten(self, kind: str, *, beyond: datetime, due_at: datetime) -> int:
        """Let effects of a kind that wait until beyond some time be due earlier; their number."""
        far = beyond.astimezone(UTC).isoformat()
        with self.datastore.transaction(commit=False) as c:
            self._run(
                c, "SELECT count(*) AS many FROM effects WHERE due_at > ? AND kind = ?", (far, kind)
            )
            many = int(c.fetchone()["many"])
        if many:
            with self.datastore.transaction(commit=True) as c:
                self._run(
                    c,
                    "UPDATE effects SET due_at = ? WHERE due_at > ? AND kind = ?",
                    (due_at.astimezone(UTC).isoformat(), far, kind),
                )
        return many

    def handled(self, keys: Iterable[SourcePosition]) -> set[SourcePosition]:
        """Which of these events were already handled or parked."""
        query = (
            f'SELECT 1 FROM "{self.tracking_table_name}" '  # noqa: S608 - a name of the library
            "WHERE application_name = ? AND notification_id = ? "
            "UNION SELECT 1 FROM parked WHERE source = ? AND log_position = ?"
        )
        found = set()
        with self.datastore.transaction(commit=False) as c:
            for key in keys:
                self._run(c, query, (*key, *key))
                if c.fetchone() is not None:
                    found.add(key)
        return found

    def reply_to(self, command_id: UUID) -> CommandReply | None:
        """The reply already given to a command."""
        with self.datastore.transaction(commit=False) as c:
            self._run(
                c, "SELECT reply FROM handled_commands WHERE command_id = ?", (str(command_id),)
            )
            row = c.fetchone()
        return None if row is None else CommandReply.model_validate_json(row["reply"])

    def parked(self, case_id: UUID | None = None) -> list[Parked]:
        """What is parked, oldest first; of one case or of all."""
        where, parameters = ("", ()) if case_id is None else ("WHERE case_id = ?", (str(case_id),))
        with self.datastore.transaction(commit=False) as c:
            self._run(
                c,
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
            self._run(c, "DELETE FROM parked WHERE source = ? AND log_position = ?", key)

    def checkpoint(self) -> Checkpoint:
        """How far the outbox got."""
        with self.datastore.transaction(commit=False) as c:
            self._run(c, "SELECT position, published FROM outbox")
            row = c.fetchone()
        return Checkpoint(0, 0) if row is None else Checkpoint(row["position"], row["published"])

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Remember how far the outbox got."""
        with self.datastore.transaction(commit=True) as c:
            self._run(
                c,
                "INSERT INTO outbox VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET position = excluded.position, published = excluded.published",
                (checkpoint.position, checkpoint.published),
            )

    def stream(self) -> str:
        """Which stream the outbox published into."""
        with self.datastore.transaction(commit=False) as c:
            self._run(c, "SELECT stream FROM outbox_stream")
            row = c.fetchone()
        return "" if row is None else str(row["stream"])

    def save_stream(self, stream: str) -> None:
        """Remember which stream the outbox publishes into."""
        with self.datastore.transaction(commit=True) as c:
            self._run(
                c,
                "INSERT INTO outbox_stream VALUES (1, ?) "
                "ON CONFLICT (id) DO UPDATE SET stream = excluded.stream",
                (stream,),
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
