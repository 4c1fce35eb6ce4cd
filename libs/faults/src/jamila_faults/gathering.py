"""The end of a run: wait until nothing moves, then write down what cannot be read later."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from jamila_faults.checker.world import SERVICES
from jamila_faults.ground import Ground
from jamila_faults.stores import INBOX, LEDGER, rows
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


async def settle(ground: Ground, *, patience_seconds: float) -> None:
    """Wait until every fact is published and recorded, and every message and webhook handed over.

    Raises:
        RestlessError: it does not come to rest; says who is not done.
    """
    deadline = time.monotonic() + patience_seconds
    still_since, known = time.monotonic(), -1
    while True:
        head, busy = await asyncio.to_thread(_unrest, ground)
        now = time.monotonic()
        if busy or head != known:
            still_since, known = now, head
        if now - still_since > _STILL_SECONDS:
            return
        if now > deadline:
            raise RestlessError(", ".join(busy) or "the ledger still grows")
        await asyncio.sleep(_LOOK_SECONDS)


def _unrest(ground: Ground) -> tuple[int, list[str]]:
    """How long the ledger is, and what is not done yet."""
    stores = ground.stores
    heads = "SELECT source, max(log_position) FROM entries GROUP BY source"
    recorded = dict(stores.rows(LEDGER, heads))
    busy = []
    for service in SERVICES:
        checkpoints = stores.rows(service, "SELECT position, published FROM outbox")
        read, published = next(iter(checkpoints), (0, 0))
        last = stores.last(service)
        if read != last or recorded.get(service, 0) != published:
            busy.append(f"{service} at {recorded.get(service, 0)} of {published}, {read} of {last}")
        effects = "SELECT count(*) FROM effects WHERE kind IN ('send', 'print')"
        waiting = stores.rows(service, effects)[0][0]
        if waiting:
            busy.append(f"{service} has {waiting} messages or prints to do")
    simulated = ground.home / "simulators" / "whatsapp.sqlite3"
    undelivered = rows(simulated, "SELECT count(*) FROM deliveries")[0][0]
    unread = stores.rows(INBOX, "SELECT count(*) FROM items WHERE state = 'waiting'")[0][0]
    if undelivered or unread:
        busy.append(f"{undelivered} webhooks not delivered, {unread} not read")
    return sum(recorded.values()), busy


async def gather(ground: Ground, file: Path) -> None:
    """Write down the stores, and the read models as they are kept and as a rebuild makes them."""
    await asyncio.to_thread(ground.stores.write_down)
    await _rebuild(ground)
    await asyncio.to_thread(_write_down, ground, file)


def _write_down(ground: Ground, file: Path) -> None:
    opened: MongoClient[dict[str, Any]] = MongoClient(ground.mongo_url, tz_aware=True)
    with closing(opened) as client:
        live = client[_DATABASE][MODELS].find_one({"_id": "live"})
        gathered = {
            "models": _documents(client[_DATABASE], ModelNames.read(live)),
            "rebuilt": _documents(client[_REBUILT], ModelNames()),
        }
        client.drop_database(_REBUILT)
    file.write_text(json.dumps(gathered, default=str), encoding="utf-8")


async def _rebuild(ground: Ground) -> None:
    ledger = ground.home / "stores" / f"{LEDGER}.db"
    store = SqlLedgerStore.open_existing(f"sqlite:///{ledger}")
    documents = await Documents.connect(ground.mongo_url, _REBUILT)
    try:
        calendar = load_calendar(ground.system.settings.calendar)
        await Projector(store, documents, calendar).catch_up()
    finally:
        await documents.close()
        store.close()


def _documents(database: Any, names: ModelNames) -> Mapping[str, list[dict[str, Any]]]:
    return {view: list(database[names.of(view)].find()) for view in (*VIEWS, POSITIONS)}
