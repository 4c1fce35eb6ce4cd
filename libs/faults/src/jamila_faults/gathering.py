"""The end of a run: wait until nothing moves, then write down what cannot be read later."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from jamila_deploy.system import RunningSystem
from jamila_faults.checker.world import SERVICES
from jamila_ledger.calendar import load_calendar
from jamila_ledger.models import MODELS, ModelNames
from jamila_ledger.projector import Projector
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import MODELS as VIEWS
from jamila_ledger.views import POSITIONS
from jamila_runtime.mongo import Documents

_DATABASE: Final = "jamila"
_REBUILT: Final = "jamila_rebuilt"
_LOOK_SECONDS: Final = 0.5
_STILL_SECONDS: Final = 3.0
"""So long nothing must have moved."""


class RestlessError(Exception):
    """Something still moves, or waits for something that does not come."""


async def settle(system: RunningSystem, *, patience_seconds: float) -> None:
    """Wait until every fact is published and recorded, and every message and webhook handed over.

    Raises:
        RestlessError: it does not come to rest; says who is not done.
    """
    deadline = time.monotonic() + patience_seconds
    still_since, known = time.monotonic(), -1
    while True:
        head, busy = await asyncio.to_thread(_unrest, system.settings.home)
        now = time.monotonic()
        if busy or head != known:
            still_since, known = now, head
        if now - still_since > _STILL_SECONDS:
            return
        if now > deadline:
            raise RestlessError(", ".join(busy) or "the ledger still grows")
        await asyncio.sleep(_LOOK_SECONDS)


def _unrest(home: Path) -> tuple[int, list[str]]:
    """How long the ledger is, and what is not done yet."""
    ledger = home / "stores" / "ledger.db"
    recorded = dict(_rows(ledger, "SELECT source, max(log_position) FROM entries GROUP BY source"))
    busy = []
    for service in SERVICES:
        store = home / "stores" / f"{service}.db"
        read, published = next(iter(_rows(store, "SELECT position, published FROM outbox")), (0, 0))
        last = _rows(store, "SELECT coalesce(max(rowid), 0) FROM stored_events")[0][0]
        if read != last or recorded.get(service, 0) != published:
            busy.append(f"{service} at {recorded.get(service, 0)} of {published}, {read} of {last}")
        waiting = _rows(store, "SELECT count(*) FROM effects WHERE kind IN ('send', 'print')")[0][0]
        if waiting:
            busy.append(f"{service} has {waiting} messages or prints to do")
    simulated = home / "simulators" / "whatsapp.sqlite3"
    undelivered = _rows(simulated, "SELECT count(*) FROM deliveries")[0][0]
    unread = _rows(
        home / "stores" / "intake-inbox.db", "SELECT count(*) FROM items WHERE state = 'waiting'"
    )[0][0]
    if undelivered or unread:
        busy.append(f"{undelivered} webhooks not delivered, {unread} not read")
    return sum(recorded.values()), busy


def _rows(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query).fetchall()


async def gather(system: RunningSystem, file: Path) -> None:
    """Write down the read models as they are kept, and as a quiet rebuild makes them."""
    await _rebuild(system)
    await asyncio.to_thread(_write_down, system, file)


def _write_down(system: RunningSystem, file: Path) -> None:
    opened: MongoClient[dict[str, Any]] = MongoClient(system.url("mongod"), tz_aware=True)
    with closing(opened) as client:
        live = client[_DATABASE][MODELS].find_one({"_id": "live"})
        gathered = {
            "models": _documents(client[_DATABASE], ModelNames.read(live)),
            "rebuilt": _documents(client[_REBUILT], ModelNames()),
        }
        client.drop_database(_REBUILT)
    file.write_text(json.dumps(gathered, default=str), encoding="utf-8")


async def _rebuild(system: RunningSystem) -> None:
    settings = system.settings
    store = SqlLedgerStore.open_existing(f"sqlite:///{settings.home / 'stores' / 'ledger.db'}")
    documents = await Documents.connect(system.url("mongod"), _REBUILT)
    try:
        await Projector(store, documents, load_calendar(settings.calendar)).catch_up()
    finally:
        await documents.close()
        store.close()


def _documents(database: Any, names: ModelNames) -> Mapping[str, list[dict[str, Any]]]:
    return {view: list(database[names.of(view)].find()) for view in (*VIEWS, POSITIONS)}
