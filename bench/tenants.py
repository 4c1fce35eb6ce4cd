"""514 kabupaten on one machine: each with a stream, a ledger and read models of its own.

Run: ``.venv/bin/python bench/tenants.py [--tenants 514] [--cases 5]``; about six minutes. One
nats-server with an account per kabupaten, one mongod with a database each, one SQLite ledger each.
Every kabupaten publishes its cases on the same subjects, stream and consumer as an office alone
would; its recorder takes them from the stream into its ledger and its projector into its database.
Then it is checked that nobody holds anything of another, that every chain holds, and that a
kabupaten cannot publish in the name of another. Writes ``bench/results/tenants.json``: what an
event costs, whether it costs the same for the first and the last, and what a kabupaten takes.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
from comparison_processes import descendants, memory
from comparison_servers import folder_bytes
from nats.aio.client import Client
from nats.js.errors import Error as JetStreamError
from pymongo import MongoClient
from road import machine

from jamila_contracts.envelope import EventMeta
from jamila_contracts.wire import Record
from jamila_ledger.calendar import load_calendar
from jamila_ledger.chain import verify
from jamila_ledger.projector import Projector
from jamila_ledger.recording import DURABLE
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import CASES
from jamila_runtime.mongo import Documents
from jamila_runtime.streams import (
    ALL_EVENTS,
    STREAM,
    JetStreamPublisher,
    ensure_consumer,
    ensure_stream,
)
from jamila_testing.builders import MONDAY, Logs, happy_road
from jamila_testing.servers import free_port, mongod, nats_server

RESULTS = Path(__file__).parent / "results" / "tenants.json"
KABUPATEN = 514
_TOGETHER = 8
"""How many kabupaten work at the same moment."""
_FIRST_CODE = 1101
_MONGOD = (
    "--wiredTigerEngineConfigString",
    "file_manager=(close_idle_time=20,close_scan_interval=5,close_handle_minimum=500)",
)
"""MongoDB keeps a file open for each collection and each index, 44 of a kabupaten, for a day.

That is more for 514 than a machine lets one process open: whoever sleeps is closed after 20 s.
"""


@dataclass(frozen=True)
class Office:
    """Where one kabupaten lies."""

    tenant: str
    nats_url: str
    mongo_url: str
    ledger: Path

    @property
    def database(self) -> str:
        """Its read models."""
        return f"jamila_{self.tenant}"

    @property
    def nats(self) -> str:
        """Its own account of the one server."""
        return self.nats_url.replace("//", f"//{self.tenant}:{self.tenant}@")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--tenants", type=int, default=KABUPATEN)
    asked.add_argument("--cases", type=int, default=5)
    options = asked.parse_args()
    tenants = [str(_FIRST_CODE + number) for number in range(options.tenants)]
    with tempfile.TemporaryDirectory(prefix="jamila-tenants-") as name:
        folder = Path(name)
        with (
            shared_broker(folder / "nats", tenants) as broker,
            mongod(folder / "mongo", options=_MONGOD) as mongo,
        ):
            offices = [
                Office(tenant, broker, mongo, folder / f"ledger-{tenant}.db") for tenant in tenants
            ]
            result = measure(offices, options.cases)
            result["per_kabupaten_kb"] = {
                "stream": round(folder_bytes(folder / "nats") / len(offices) / 1e3),
                "ledger": round(
                    statistics.mean(each.ledger.stat().st_size for each in offices) / 1e3
                ),
            }
    result = {"machine": machine(), **result}
    if options.tenants == KABUPATEN:
        RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def shared_broker(folder: Path, tenants: Sequence[str]) -> AbstractContextManager[str]:
    """One server, an account per kabupaten: user and password are its code.

    Each has the same subjects, streams and consumers, apart from the others, and publishes events
    of its own only.
    """
    port = free_port()
    accounts = "".join(
        f"  T{each}: {{ jetstream: enabled, users: [ {{ user: '{each}', password: '{each}',"
        f" permissions: {{ publish: ['permohonan.{each}.>', 'perintah.>', '$JS.>', '_INBOX.>'] }}"
        " } ] }\n"
        for each in tenants
    )
    config = (
        f'listen: "127.0.0.1:{port}"\n'
        f'jetstream {{ store_dir: "{folder / "jetstream"}", sync_interval: always }}\n'
        f"accounts {{\n{accounts}}}\n"
    )
    return nats_server(folder, port=port, config=config)


def measure(offices: Sequence[Office], cases: int) -> dict[str, Any]:
    began = time.perf_counter()
    costs = asyncio.run(all_work(offices, cases))
    took = time.perf_counter() - began
    events = check(offices, cases)
    asyncio.run(check_borders(offices[0], offices[-1]))
    tenth = max(len(costs) // 10, 1)
    return {
        "kabupaten": len(offices),
        "events": events,
        "seconds": round(took, 1),
        "events_per_second": round(events / took),
        "ms_per_event": {
            "median": round(statistics.median(costs), 2),
            "p99": round(sorted(costs)[int(len(costs) * 0.99)], 2),
            "first_tenth": round(statistics.median(costs[:tenth]), 2),
            "last_tenth": round(statistics.median(costs[-tenth:]), 2),
        },
        "servers_mb": round(memory(descendants(os.getpid())) / 1e6),
    }


async def all_work(offices: Sequence[Office], cases: int) -> list[float]:
    """Every kabupaten once, some at the same moment; milliseconds per event of each."""
    turn = asyncio.Semaphore(_TOGETHER)

    async def one(office: Office) -> float:
        async with turn:
            return await work(office, cases)

    return await asyncio.gather(*(one(office) for office in offices))


async def work(office: Office, cases: int) -> float:
    """Publish, take from the stream, record, project; the making of stores is not counted."""
    client = await nats.connect(office.nats)
    documents = await Documents.connect(office.mongo_url, office.database)
    await ensure_stream(client.jetstream())
    await ensure_consumer(client.jetstream(), durable=DURABLE, subjects=[ALL_EVENTS])
    with closing(SqlLedgerStore.open(f"sqlite:///{office.ledger}")) as store:
        projector = Projector(store, documents, load_calendar())
        await projector.start()
        logs = Logs()
        records = [
            owned(each, office.tenant)
            for n in range(cases)
            for each in happy_road(f"{office.tenant}/{n}", logs=logs)
        ]
        began = time.perf_counter()
        await JetStreamPublisher(client).publish(records)
        await record_all(client, store, len(records))
        await projector.catch_up()
        took = time.perf_counter() - began
    await documents.close()
    await client.close()
    return took / len(records) * 1000


def owned(record: Record, tenant: str) -> Record:
    return Record(record.meta.model_copy(update={"tenant": tenant}), record.data)


async def record_all(client: Client, store: SqlLedgerStore, events: int) -> None:
    """What the ledger's recorder does: fetch, append, acknowledge."""
    waiting = await client.jetstream().pull_subscribe_bind(DURABLE, STREAM)
    while events:
        messages = await waiting.fetch(batch=min(events, 500), timeout=30)
        taken = [Record(EventMeta.from_headers(m.headers or {}), m.data) for m in messages]
        outcome = await asyncio.to_thread(store.append, taken, now=MONDAY)
        assert len(outcome.appended) == len(taken)
        for message in messages:
            await message.ack()
        events -= len(messages)


def check(offices: Sequence[Office], cases: int) -> int:
    """Nobody holds anything of another, and every chain holds; how many events there are."""
    client: MongoClient[dict[str, Any]] = MongoClient(offices[0].mongo_url)
    events = 0
    for office in offices:
        with closing(SqlLedgerStore.open_existing(f"sqlite:///{office.ledger}")) as store:
            report = verify(store.scan())
            tenants = {json.loads(each.meta)["tenant"] for each in store.scan()}
        assert report.ok
        assert tenants == {office.tenant}
        models = client[office.database][CASES]
        assert models.distinct("tenant") == [office.tenant]
        assert models.count_documents({}) == cases
        events += report.entries
    client.close()
    return events


async def check_borders(one: Office, other: Office) -> None:
    """A kabupaten cannot publish in the name of another."""

    async def refused(_: Exception) -> None:
        """The server says so; that is what we want."""

    client = await nats.connect(one.nats, error_cb=refused)
    record = owned(happy_road("lain")[0], other.tenant)
    try:
        await client.jetstream(timeout=1).publish(record.meta.subject, record.data)
    except (JetStreamError, nats.errors.Error, TimeoutError):
        pass
    else:
        raise AssertionError(f"{one.tenant} published in the name of {other.tenant}")
    finally:
        await client.close()


if __name__ == "__main__":
    main()
