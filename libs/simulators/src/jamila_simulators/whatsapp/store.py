"""What the simulated platform remembers over a restart, in one SQLite file.

Used from the event loop's thread only; each call is one small transaction.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jamila_simulators.whatsapp.templates import Approved
from jamila_simulators.whatsapp.webhooks import Contact

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS contacts(
  wa_id TEXT PRIMARY KEY, name TEXT NOT NULL, user_id TEXT NOT NULL UNIQUE,
  hide_phone INTEGER NOT NULL, last_inbound_at REAL);
CREATE TABLE IF NOT EXISTS messages(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, wamid TEXT UNIQUE, direction TEXT NOT NULL,
  wa_id TEXT NOT NULL, at REAL NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL,
  status TEXT NOT NULL, callback TEXT, error_code INTEGER);
CREATE INDEX IF NOT EXISTS messages_by_user ON messages(wa_id, seq);
CREATE TABLE IF NOT EXISTS media(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, direction TEXT NOT NULL, at REAL NOT NULL,
  mime_type TEXT NOT NULL, filename TEXT, sha256 TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, body BLOB NOT NULL,
  created_at REAL NOT NULL, next_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  wamid TEXT, status TEXT);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries(next_at);
CREATE TABLE IF NOT EXISTS faults(
  seq INTEGER PRIMARY KEY, code INTEGER NOT NULL, late INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS approved(
  name TEXT NOT NULL, language TEXT NOT NULL, category TEXT NOT NULL, components TEXT NOT NULL,
  PRIMARY KEY(name, language));
"""

_RANK: Final = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One stored file; ``direction`` is ``in`` (from a resident) or ``out`` (uploaded)."""

    id: str
    direction: str
    at: datetime
    mime_type: str
    filename: str | None
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """One message of a chat as both sides see it."""

    wamid: str
    direction: str
    wa_id: str
    at: datetime
    type: str
    content: dict[str, Any]
    status: str
    callback_data: str | None
    error_code: int | None

    def view(self) -> dict[str, Any]:
        """The message as the control API lists it."""
        return {
            "id": self.wamid,
            "direction": self.direction,
            "to" if self.direction == "out" else "from": self.wa_id,
            "at": self.at.isoformat(),
            "type": self.type,
            self.type: self.content,
            "status": self.status,
            "biz_opaque_callback_data": self.callback_data,
            "error_code": self.error_code,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A webhook body that the receiver has not yet answered with 200."""

    seq: int
    lane: str
    body: bytes
    created_at: datetime
    attempts: int
    wamid: str | None
    status: str | None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class PlatformStore:
    """Messages, media, contacts and undelivered webhooks."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._db.execute("INSERT OR IGNORE INTO meta VALUES('seed', ?)", (secrets.token_hex(16),))
        row = self._db.execute("SELECT value FROM meta WHERE key='seed'").fetchone()
        self.seed: str = row["value"]
        """Random per state file: ids and media addresses of two installations never meet."""

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def token(self, *key: object, length: int) -> str:
        """Stable upper-case hexadecimal text of this installation for a key."""
        text = "/".join([self.seed, *(str(part) for part in key)])
        return hashlib.sha256(text.encode()).hexdigest()[:length].upper()

    def remember_contact(self, *, wa_id: str, name: str | None, hide_phone: bool) -> Contact:
        """Know this user from now on; a name, and hiding the number, replace what was known."""
        user_id = f"ID.{int(self.token('user', wa_id, length=15), 16)}"
        self._db.execute(
            "INSERT INTO contacts VALUES(?,?,?,?,NULL) ON CONFLICT(wa_id) DO UPDATE SET"
            " name=coalesce(?, name), hide_phone=max(hide_phone, excluded.hide_phone)",
            (wa_id, name or wa_id, user_id, hide_phone, name),
        )
        return self.contact(wa_id)

    def contact(self, wa_id: str) -> Contact:
        """A user seen before."""
        row = self._db.execute("SELECT * FROM contacts WHERE wa_id=?", (wa_id,)).fetchone()
        return Contact(
            wa_id=row["wa_id"],
            name=row["name"],
            user_id=row["user_id"],
            hide_phone=bool(row["hide_phone"]),
        )

    def wa_id_of(self, user_id: str) -> str | None:
        """The number behind a business-scoped user id, if that user ever wrote."""
        row = self._db.execute("SELECT wa_id FROM contacts WHERE user_id=?", (user_id,)).fetchone()
        return None if row is None else str(row["wa_id"])

    def last_inbound_at(self, wa_id: str) -> datetime | None:
        """The user's last message, which opens the reply window."""
        row = self._db.execute(
            "SELECT last_inbound_at FROM contacts WHERE wa_id=?", (wa_id,)
        ).fetchone()
        return None if row is None or row[0] is None else _moment(row[0])

    def touch_inbound(self, wa_id: str, at: datetime) -> None:
        """Note that the user wrote at this moment."""
        self._db.execute(
            "UPDATE contacts SET last_inbound_at=max(coalesce(last_inbound_at, 0), ?)"
            " WHERE wa_id=?",
            (at.timestamp(), wa_id),
        )

    def next_message_number(self) -> int:
        """Running number of the next message, over restarts."""
        row = self._db.execute("SELECT coalesce(max(seq), 0) + 1 FROM messages").fetchone()
        return int(row[0])

    def add_message(self, message: StoredMessage) -> None:
        """Keep a message of either side."""
        self._db.execute(
            "INSERT INTO messages(wamid, direction, wa_id, at, type, content, status, callback,"
            " error_code) VALUES(?,?,?,?,?,?,?,?,?)",
            (
                message.wamid,
                message.direction,
                message.wa_id,
                message.at.timestamp(),
                message.type,
                json.dumps(message.content),
                message.status,
                message.callback_data,
                message.error_code,
            ),
        )

    def messages(self, wa_id: str, *, direction: str | None = None) -> list[StoredMessage]:
        """A user's chat in order; ``direction`` narrows it to one side."""
        rows = self._db.execute(
            "SELECT * FROM messages WHERE wa_id=? AND (? IS NULL OR direction=?) ORDER BY seq",
            (wa_id, direction, direction),
        )
        return [_message(row) for row in rows]

    def chats(self) -> list[tuple[Contact, StoredMessage, int]]:
        """Every user with a chat, the last message that reached him, and how many are unread."""
        rows = self._db.execute(
            "SELECT wa_id, max(seq) AS last,"
            " sum(direction='out' AND status IN ('sent', 'delivered')) AS unread"
            " FROM messages WHERE error_code IS NULL GROUP BY wa_id"
        ).fetchall()
        found = []
        for row in rows:
            last = self._db.execute("SELECT * FROM messages WHERE seq=?", (row["last"],)).fetchone()
            found.append((self.contact(row["wa_id"]), _message(last), int(row["unread"])))
        return found

    def message(self, wamid: str) -> StoredMessage | None:
        """One message by its id."""
        row = self._db.execute("SELECT * FROM messages WHERE wamid=?", (wamid,)).fetchone()
        return None if row is None else _message(row)

    def advance(self, wamid: str, status: str) -> None:
        """Move a message's status forward; a later status is never taken back."""
        message = self.message(wamid)
        if message is not None and _RANK[status] > _RANK.get(message.status, 0):
            self._db.execute("UPDATE messages SET status=? WHERE wamid=?", (status, wamid))

    def add_media(
        self, *, direction: str, at: datetime, mime_type: str, filename: str | None, data: bytes
    ) -> Media:
        """Keep a file and give it an id."""
        cursor = self._db.execute(
            "INSERT INTO media(direction, at, mime_type, filename, sha256, data)"
            " VALUES(?,?,?,?,?,?)",
            (
                direction,
                at.timestamp(),
                mime_type,
                filename,
                hashlib.sha256(data).hexdigest(),
                data,
            ),
        )
        media_id = str(10**15 + int(self.token("media", cursor.lastrowid, length=12), 16))
        self._db.execute("UPDATE media SET id=? WHERE seq=?", (media_id, cursor.lastrowid))
        found = self.media(media_id)
        if found is None:
            msg = f"media {media_id} vanished between two statements"
            raise LookupError(msg)
        return found

    def media(self, media_id: str) -> Media | None:
        """One file by its id, however old."""
        row = self._db.execute("SELECT * FROM media WHERE id=?", (media_id,)).fetchone()
        if row is None:
            return None
        return Media(
            id=row["id"],
            direction=row["direction"],
            at=_moment(row["at"]),
            mime_type=row["mime_type"],
            filename=row["filename"],
            sha256=row["sha256"],
            data=row["data"],
        )

    def delete_media(self, media_id: str) -> None:
        """Forget a file."""
        self._db.execute("DELETE FROM media WHERE id=?", (media_id,))

    def queue(
        self,
        *,
        lane: str,
        body: bytes,
        at: datetime,
        delay: timedelta = timedelta(),
        about: tuple[str, str] | None = None,
    ) -> None:
        """Keep a webhook body until it is delivered.

        ``lane`` keeps one user's order; ``about`` is wamid and status of a status webhook.
        """
        self._db.execute(
            "INSERT INTO deliveries(lane, body, created_at, next_at, wamid, status)"
            " VALUES(?,?,?,?,?,?)",
            (lane, body, at.timestamp(), (at + delay).timestamp(), *(about or (None, None))),
        )

    def due(self, now: datetime) -> list[Delivery]:
        """Webhooks whose moment has come, earliest first."""
        rows = self._db.execute(
            "SELECT * FROM deliveries WHERE next_at<=? ORDER BY next_at, seq LIMIT 200",
            (now.timestamp(),),
        )
        return [
            Delivery(
                seq=row["seq"],
                lane=row["lane"],
                body=row["body"],
                created_at=_moment(row["created_at"]),
                attempts=row["attempts"],
                wamid=row["wamid"],
                status=row["status"],
            )
            for row in rows
        ]

    def next_due_at(self) -> datetime | None:
        """When the next webhook is to be posted."""
        row = self._db.execute("SELECT min(next_at) FROM deliveries").fetchone()
        return None if row[0] is None else _moment(row[0])

    def pending(self) -> int:
        """How many webhooks are not yet delivered."""
        return int(self._db.execute("SELECT count(*) FROM deliveries").fetchone()[0])

    def settle(self, delivery: Delivery) -> None:
        """Forget a webhook: delivered, or given up."""
        self._db.execute("DELETE FROM deliveries WHERE seq=?", (delivery.seq,))

    def postpone(self, delivery: Delivery, *, until: datetime) -> None:
        """Count a failed attempt and name the next moment."""
        self._db.execute(
            "UPDATE deliveries SET attempts=attempts+1, next_at=? WHERE seq=?",
            (until.timestamp(), delivery.seq),
        )

    def add_faults(self, code: int, *, count: int, late: bool) -> None:
        """Make the next sends fail."""
        self._db.executemany("INSERT INTO faults(code, late) VALUES(?,?)", [(code, late)] * count)

    def take_fault(self) -> tuple[int, bool] | None:
        """The next injected error code and whether it comes late, used up by asking."""
        row = self._db.execute(
            "DELETE FROM faults WHERE seq=(SELECT min(seq) FROM faults) RETURNING code, late"
        ).fetchall()
        return (int(row[0]["code"]), bool(row[0]["late"])) if row else None

    def put_template(self, approved: Approved) -> None:
        """Approve a template, or replace it."""
        self._db.execute(
            "INSERT OR REPLACE INTO approved VALUES(?,?,?,?)",
            (
                approved.name,
                approved.language,
                approved.category,
                json.dumps(approved.components),
            ),
        )

    def template(self, name: str, language: str) -> Approved | None:
        """One approved template."""
        row = self._db.execute(
            "SELECT * FROM approved WHERE name=? AND language=?", (name, language)
        ).fetchone()
        return None if row is None else _approved(row)

    def templates(self) -> Sequence[Approved]:
        """Every approved template."""
        rows = self._db.execute("SELECT * FROM approved ORDER BY name")
        return [_approved(row) for row in rows]


def _approved(row: sqlite3.Row) -> Approved:
    components = tuple(json.loads(row["components"]))
    return Approved(row["name"], row["language"], row["category"], components)


def _message(row: sqlite3.Row) -> StoredMessage:
    return StoredMessage(
        wamid=row["wamid"],
        direction=row["direction"],
        wa_id=row["wa_id"],
        at=_moment(row["at"]),
        type=row["type"],
        content=json.loads(row["content"]),
        status=row["status"],
        callback_data=row["callback"],
        error_code=row["error_code"],
    )
