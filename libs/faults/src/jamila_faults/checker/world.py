"""What a run left behind, as it lies on disk: read by SQL and JSON alone.

Nothing here uses the code of the system: a fault in how the system reads its own stores must not
hide what is in them.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]
SERVICES: Final = (
    *("intake", "siak-adapter", "review", "signing", "printing"),
    *("notifier", "public", "sla", "ops", "privacy"),
)
"""Who has a log of facts, in ``stores/<service>.db``."""
_EVER: Final = datetime(1, 1, 3, tzinfo=UTC)
_FOR_EVER: Final = datetime(9999, 12, 29, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A command as the crowd knows it."""

    key: str
    command: str
    case_id: str
    outcome: str = "open"
    """``done``, ``refused``, or ``open`` while nobody answered."""
    service: str = ""
    place: int = 0
    """Where the answer says its last fact stands in the log of the service; 0: nowhere."""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the ledger."""

    position: int
    source: str
    log_position: int
    case_id: str
    case_position: int
    type: str
    event_id: str
    causation_id: str
    account: str
    previous: int
    """Place of the fact that its source published before."""
    recorded_at: str
    """Clock of the service."""
    data: Json = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One row of the log of a service."""

    place: int
    topic: str
    case_id: str
    causation_id: str


@dataclass(frozen=True, kw_only=True)
class Store:
    """The store of one service."""

    log: Sequence[Logged] = ()
    replies: dict[str, Json] = field(default_factory=dict)
    """By idempotency key."""
    read_to: int = 0
    """How far the outbox looked."""
    published_to: int = 0
    parked: Sequence[tuple[str, str]] = ()
    """Case and reason."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that WhatsApp took from the office."""

    wamid: str
    callback: str
    """What the office hung on it: which message of which case it is."""
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class Strike:
    """One fault as the run noted it."""

    fault: str
    seconds_to_recover: float | None = None
    """None: nobody measured, because the next one followed at once."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the clock of the office showed from one moment to another."""

    since: datetime
    until: datetime
    ahead: timedelta = timedelta()

    def distance(self, shown: datetime) -> timedelta:
        """How far a moment that was shown lies outside, if it was shown by this setting."""
        really = shown - self.ahead
        return max(self.since - really, really - self.until, timedelta())


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything there is to judge by."""

    asked: Sequence[Asked] = ()
    begun: dict[str, int] = field(default_factory=dict)
    """How many papers were sent, by walk."""
    cases: dict[str, str] = field(default_factory=dict)
    """Case by walk, as the crowd found it."""
    finished: frozenset[str] = frozenset()
    """Walks that reached the end, as the crowd saw it."""
    strikes: Sequence[Strike] = ()
    clock: Sequence[Setting] = ()
    """Empty while it was right."""
    poisoned: frozenset[str] = frozenset()
    """Cases that nobody can read, put there on purpose."""
    entries: Sequence[Entry] = ()
    stores: dict[str, Store] = field(default_factory=dict)
    sent: Sequence[Sent] = ()
    undelivered: int = 0
    """Webhooks that WhatsApp could not hand over."""
    set_aside: int = 0
    """Messages of residents that intake could not take in."""
    pages: Sequence[str] = ()
    """Names of sheets in the order in which the printer gave them out."""
    models: dict[str, list[Json]] = field(default_factory=dict)
    """Documents of MongoDB by collection."""
    rebuilt: dict[str, list[Json]] = field(default_factory=dict)
    """The same, made by the system's own projector from the whole ledger at the end of the run."""

    @property
    def readable(self) -> list[Entry]:
        """The entries without those that were poisoned on purpose."""
        return [entry for entry in self.entries if entry.case_id not in self.poisoned]

    def really(self, shown: datetime) -> datetime:
        """When it was that the clock of the office showed something.

        Settings differ by hours and a run lasts minutes, so only one of them can be meant.
        """
        setting = min(self.clock, key=lambda each: each.distance(shown), default=None)
        return shown if setting is None else shown - setting.ahead


def read_world(folder: Path) -> World:
    """Read what a run left in its folder."""
    stores = folder / "home" / "stores"
    told = list(_lines(folder / "history.jsonl"))
    gathered: Json = json.loads((folder / "gathered.json").read_text(encoding="utf-8"))
    simulated = folder / "home" / "simulators" / "whatsapp.sqlite3"
    inbox = stores / "intake-inbox.db"
    waiting = "SELECT count(*) FROM items WHERE state NOT IN ('done')"
    return World(
        **_crowd(told),
        entries=[_entry(row) for row in _rows(stores / "ledger.db", _ENTRIES)],
        stores={name: _store(stores / f"{name}.db") for name in SERVICES},
        sent=[_sent(row) for row in _rows(simulated, _SENT)],
        undelivered=_rows(simulated, "SELECT count(*) FROM deliveries")[0][0],
        set_aside=_rows(inbox, waiting)[0][0],
        pages=[each["page"] for each in told if each["kind"] == "page"],
        models=gathered["models"],
        rebuilt=gathered["rebuilt"],
    )


_ENTRIES: Final = (
    "SELECT position, source, log_position, case_id, case_position, type, event_id, meta, data "
    "FROM entries ORDER BY position"
)
_SENT: Final = (
    "SELECT wamid, coalesce(callback, ''), error_code IS NOT NULL FROM messages "
    "WHERE direction = 'out' ORDER BY seq"
)


def _lines(file: Path) -> Iterator[Json]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _rows(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def _crowd(told: Sequence[Json]) -> Json:
    asked: dict[str, Asked] = {}
    for line in told:
        if line["kind"] == "asked":
            asked[line["key"]] = Asked(
                key=line["key"], command=line["command"], case_id=line["case"]
            )
        elif line["kind"] in ("done", "refused"):
            known = asked[line["key"]]
            asked[line["key"]] = Asked(
                key=known.key,
                command=known.command,
                case_id=known.case_id,
                outcome=line["kind"],
                service=line.get("service", ""),
                place=line.get("place", 0),
                events=tuple(line.get("events", ())),
            )
    return {
        "asked": list(asked.values()),
        "begun": {line["walk"]: line["papers"] for line in told if line["kind"] == "begun"},
        "finished": frozenset(line["walk"] for line in told if line["kind"] == "finished"),
        "cases": {line["walk"]: line["case"] for line in told if line["kind"] == "case"},
        "clock": list(_settings(told)),
        "poisoned": frozenset(line["case"] for line in told if line["kind"] == "poisoned"),
        "strikes": [
            Strike(fault=line["fault"], seconds_to_recover=line.get("recovered"))
            for line in told
            if line["kind"] == "struck"
        ],
    }


def _settings(told: Sequence[Json]) -> Iterator[Setting]:
    since, ahead = _EVER, timedelta()
    for line in told:
        if line["kind"] == "clock":
            until = datetime.fromisoformat(line["at"])
            yield Setting(since=since, until=until, ahead=ahead)
            since, ahead = until, timedelta(seconds=line["ahead_seconds"])
    if since != _EVER:
        yield Setting(since=since, until=_FOR_EVER, ahead=ahead)


def _entry(row: Any) -> Entry:
    meta = json.loads(row[7])
    return Entry(
        position=row[0],
        source=row[1],
        log_position=row[2],
        case_id=row[3],
        case_position=row[4],
        type=row[5],
        event_id=row[6],
        causation_id=meta["causation_id"],
        account=meta["actor"]["account"],
        previous=meta["previous_log_position"],
        recorded_at=meta["recorded_at"],
        data=_body(row[8]),
    )


def _body(data: bytes) -> Json:
    try:
        body = json.loads(data)
    except ValueError:
        # A poisoned event: recorded as it came, readable by nobody.
        return {}
    return body if isinstance(body, dict) else {}


def _store(database: Path) -> Store:
    outbox = _rows(database, "SELECT position, published FROM outbox") or [(0, 0)]
    log = _rows(database, "SELECT rowid, topic, state FROM stored_events ORDER BY rowid")
    replies = _rows(database, "SELECT command_id, reply FROM handled_commands")
    return Store(
        log=[_logged(*row) for row in log],
        replies={key: json.loads(reply) for key, reply in replies},
        read_to=outbox[0][0],
        published_to=outbox[0][1],
        parked=[tuple(row) for row in _rows(database, "SELECT case_id, reason FROM parked")],
    )


def _logged(place: int, topic: str, state: bytes) -> Logged:
    cause = json.loads(state)["cause"]
    return Logged(
        place=place, topic=topic, case_id=cause["case_id"], causation_id=cause["causation_id"]
    )


def _sent(row: Any) -> Sent:
    return Sent(wamid=row[0], callback=row[1], failed=bool(row[2]))
