"""Rebuild of all read models from the ledger, measured beside two others on the same ledger.

Run: ``.venv/bin/python bench/replay.py [--events 1000000] [--workers 2]``. Makes a ledger of its
own and starts a MongoDB of its own, then measures, in the same run:

* **ours**: the rebuild of ``jamila replay`` into a shadow, indexes included, checked by its digest;
* **peer**: the ``eventsourcing`` library's own ``ProjectionRunner`` doing the same projection: the
  same folds and documents, one event per call, its log and its tracking in memory (its fastest);
* **floor**: the same ledger read once, each event decoded by the same contracts, one raw document
  per event, written in bulk; no folding at all;
* the check of the whole hash chain.

Writes ``bench/results/replay.json``. The peer is measured on a part (``--peer-events``) because its
rate does not depend on the length of the ledger.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import orjson
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from pymongo import MongoClient, ReplaceOne
from sqlalchemy import insert

from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import advance
from jamila_ledger.chain import GENESIS, Entry, Head, entry_hash, microseconds, verify
from jamila_ledger.recorded import Recorded
from jamila_ledger.sql_store import SqlLedgerStore, canonical_meta
from jamila_ledger.tables import ENTRIES
from jamila_ledger.views import TRAIL, case_writes, trail_document
from jamila_replay.rebuild import Watch, build
from jamila_replay.settings import ReplaySettings
from jamila_replay.shadow import Shadow
from jamila_replay.source import PARTS, Extent, LedgerReader
from jamila_replay.stores import open_stores
from jamila_runtime.mongo import Put
from jamila_testing.builders import happy_story
from jamila_testing.servers import mongod

RESULTS = Path(__file__).parent / "results" / "replay.json"
AT_ONCE = 40
"""Cases that run at the same time: their entries lie interleaved in the ledger."""
PACKAGES = ("eventsourcing", "pymongo", "pydantic", "sqlalchemy")
T = TypeVar("T")
START = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--peer-events", type=int, default=20_000)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--folder", type=Path, default=None, help="keep the ledger here")
    asked.add_argument("--no-write", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="jamila-bench-") as folder:
        result = measure(options.folder or Path(folder), Path(folder), options)
    if not options.no_write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def measure(kept: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    kept.mkdir(parents=True, exist_ok=True)
    path = kept / f"ledger-{options.events}.db"
    generated = generate(path, options.events) if not path.exists() else None
    store = SqlLedgerStore.open_existing(f"sqlite:///{path}")
    began = time.perf_counter()
    report = verify(store.scan())
    verified = time.perf_counter() - began
    assert report.ok
    events = report.entries
    with mongod(folder / "mongod") as url:
        settings = ReplaySettings(ledger_url=f"sqlite:///{path}", mongo_url=url)
        ours, ours_cpu = with_cpu(lambda: rebuild(settings, options.workers, events))
        floor_rate, floor_cpu = with_cpu(lambda: floor(settings, options.workers))
        peer_rate = peer(store, settings, options.peer_events)
    store.close()
    return {
        "machine": machine(),
        "versions": {name: version(name) for name in PACKAGES},
        "events": events,
        "workers": options.workers,
        "generate_seconds": generated,
        "verify_chain_seconds": round(verified, 2),
        **ours,
        "client_cpu_microseconds_per_event": {
            "ours": round(ours_cpu / events * 1e6),
            "floor": round(floor_cpu / events * 1e6),
        },
        "load_average_at_end": round(os.getloadavg()[0], 1),
        "floor_events_per_second": round(floor_rate),
        "peer_projection_runner_events_per_second": round(peer_rate),
        "times_the_peer": round(ours["rebuild_events_per_second"] / peer_rate, 1),
        "share_of_the_floor": round(ours["rebuild_events_per_second"] / floor_rate, 2),
    }


def with_cpu(work: Callable[[], T]) -> tuple[T, float]:
    """Processor time of this process and its workers: comparable on a machine with other load."""
    before = cpu_seconds()
    result = work()
    return result, cpu_seconds() - before


def cpu_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def generate(path: Path, events: int) -> float:
    """A ledger of whole cases, ``AT_ONCE`` of them interleaved, chained as the store chains."""
    began = time.perf_counter()
    store = SqlLedgerStore.open(f"sqlite:///{path}")
    road = [(orjson.loads(canonical_meta(r.meta)), r.data) for r in happy_story("bench").records]
    writer = Writer(road)
    with store._writing() as connection:  # noqa: SLF001 - what append does after its checks
        while writer.head.position < events:
            rows = [entry._asdict() for entry in writer.batch()]
            connection.execute(insert(ENTRIES), rows)
    store.close()
    return round(time.perf_counter() - began, 1)


class Writer:
    """Tells the same road again and again, each time of another case."""

    def __init__(self, road: list[tuple[dict[str, Any], bytes]]) -> None:
        self.head = Head()
        self._road = road
        self._logs: Counter[str] = Counter()
        self._cases = 0

    def batch(self) -> Iterator[Entry]:
        cases = [uuid5(NAMESPACE_URL, f"bench/{self._cases + n}") for n in range(AT_ONCE)]
        self._cases += AT_ONCE
        links = dict.fromkeys(cases, (0, GENESIS))
        for meta, data in self._road:
            for case in cases:
                entry = self._entry(case, links[case], meta, data)
                links[case] = (entry.case_position, entry.hash)
                self.head = Head(entry.position, entry.hash)
                yield entry

    def _entry(
        self, case: UUID, link: tuple[int, bytes], meta: dict[str, Any], data: bytes
    ) -> Entry:
        source, event_id = meta["source"], str(uuid5(case, meta["event_id"]))
        before = self._logs[source]
        self._logs[source] += 1
        changed = {
            **meta,
            "event_id": event_id,
            "case_id": str(case),
            "correlation_id": str(case),
            "log_position": before + 1,
            "previous_log_position": before,
        }
        body = data.replace(meta["event_id"].encode(), event_id.encode())
        entry = Entry(
            position=self.head.position + 1,
            event_id=event_id,
            source=source,
            log_position=before + 1,
            case_id=str(case),
            case_position=link[0] + 1,
            type=meta["type"],
            meta=orjson.dumps(changed, option=orjson.OPT_SORT_KEYS).decode(),
            data=body.replace(meta["case_id"].encode(), str(case).encode()),
            recorded_us=microseconds(START + timedelta(minutes=3 * self._cases)),
            previous_hash=self.head.hash,
            case_previous_hash=link[1],
            hash=b"",
        )
        return entry._replace(hash=entry_hash(entry))


def rebuild(settings: ReplaySettings, workers: int, events: int) -> dict[str, Any]:
    with open_stores(settings) as stores:
        head = stores.reader.store.head()
        shadow = Shadow.begin(
            uuid4(),
            Extent(head.position),
            until_hash=head.hash.hex(),
            now=datetime.now(tz=UTC),
            calendar=stores.calendar,
        )
        stores.database.save(shadow)
        peaks = Peaks()
        began = time.perf_counter()
        built = build(shadow, stores, workers=workers, watch=Watch(progress=peaks.look))
        took = time.perf_counter() - began
        began = time.perf_counter()
        assert stores.database.digest(built.names) == built.digest
        digested = time.perf_counter() - began
        stores.database.forget(built)
    return {
        "rebuild_seconds": round(took, 1),
        "rebuild_events_per_second": round(events / took),
        "digest_of_the_stored_documents_seconds": round(digested, 1),
        "memory_mb_of_parent_and_workers": peaks.megabytes(),
    }


class Peaks:
    """Memory of the run: at a tenth of the way and the highest after it."""

    def __init__(self) -> None:
        self.early, self.late, self._seen = 0.0, 0.0, 0

    def look(self, _events: int) -> None:
        self._seen += 1
        total = sum(rss(pid) for pid in [os.getpid(), *children(os.getpid())])
        if self._seen <= len(PARTS) // 10:
            self.early = max(self.early, total)
        else:
            self.late = max(self.late, total)

    def megabytes(self) -> dict[str, float]:
        return {"first_tenth": round(self.early / 1e6, 1), "rest": round(self.late / 1e6, 1)}


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in listed.read_text().split()] if listed.exists() else []


def rss(pid: int) -> int:
    """Memory that is the process's own; pages of programs and files are shared."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in text.splitlines() if line.startswith("Private_")]
    return 1024 * sum(map(int, sizes))


def floor(settings: ReplaySettings, workers: int) -> float:
    """Read, decode, write in bulk; nothing else. The same parts on as many processes."""
    context = multiprocessing.get_context("spawn")
    began = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        shares = [(settings, PARTS[n::workers]) for n in range(workers)]
        done = sum(pool.map(floor_share, shares))
    return done / (time.perf_counter() - began)


def floor_share(share: tuple[ReplaySettings, tuple[str, ...]]) -> int:
    settings, parts = share
    reader = LedgerReader.open(settings.ledger)
    client: MongoClient[Any] = MongoClient(settings.mongo_url.get_secret_value())
    target = client["floor"]["trail"]
    done = 0
    head = reader.store.head().position
    page: list[Any] = []
    for part in parts:
        for entries in reader.cases(part, Extent(head)):
            for entry in entries:
                fact = Recorded.of(entry)
                page.append(raw_document(entry, fact))
            done += len(entries)
            if len(page) >= 1000:
                target.bulk_write(page, ordered=False)
                page = []
    if page:
        target.bulk_write(page, ordered=False)
    client.close()
    reader.close()
    return done


def raw_document(entry: Entry, fact: Recorded) -> ReplaceOne[Any]:
    document = {
        "_id": entry.position,
        "case_id": entry.case_id,
        "case_position": entry.case_position,
        "event": fact.meta.type,
        "account": fact.meta.actor.account,
        "occurred_at": fact.meta.occurred_at,
        "recorded_at": fact.recorded_at,
        "data": entry.data,
    }
    return ReplaceOne({"_id": entry.position}, document, upsert=True)


class Carrier(Aggregate):
    """Carries the entries of one case, so that the library's own log has them in order."""

    @event("Carried")
    def carry(self, row: str) -> None:
        del row


class Carriers(Application[Any]):
    pass


class MongoRecorder(POPOTrackingRecorder):
    """The same documents, event by event, into the same MongoDB."""

    def __init__(self) -> None:
        super().__init__()
        client: MongoClient[Any] = MongoClient(os.environ["BENCH_MONGO_URL"])
        self._models = client["peer"]
        self._calendar = load_calendar()
        self._files: dict[str, Any] = {}

    def write(self, entry: Entry, tracking: Tracking) -> None:
        fact = Recorded.of(entry)
        file = self._files[entry.case_id] = advance(self._files.get(entry.case_id), fact)
        if file.ended:
            del self._files[entry.case_id]
        self._put(TRAIL, trail_document(fact))
        for name, write in case_writes(file, self._calendar).items():
            if isinstance(write, Put):
                self._put(name, write.document)
            else:
                self._models[name].delete_one({"_id": write.document_id})
        self.insert_tracking(tracking)

    def _put(self, name: str, document: dict[str, Any]) -> None:
        self._models[name].replace_one({"_id": document["_id"]}, document, upsert=True)


class Models(Projection[MongoRecorder]):
    opened = threading.Event()
    """Set once everything is in the log, so that only projecting is measured."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.opened.wait()
        if isinstance(domain_event, Carrier.Carried):
            self.view.write(as_entry(domain_event.row), tracking)
        else:
            self.view.insert_tracking(tracking)


def as_row(entry: Entry) -> str:
    plain = [v.hex() if isinstance(v, bytes) else v for v in entry]
    return json.dumps(plain)


def as_entry(row: str) -> Entry:
    entry = Entry._make(json.loads(row))
    binary = ("data", "previous_hash", "case_previous_hash", "hash")
    return entry._replace(**{name: bytes.fromhex(getattr(entry, name)) for name in binary})


def peer(store: SqlLedgerStore, settings: ReplaySettings, events: int) -> float:
    os.environ["BENCH_MONGO_URL"] = settings.mongo_url.get_secret_value()
    runner = ProjectionRunner(
        application_class=Carriers, projection_class=Models, view_class=MongoRecorder
    )
    with runner:
        last = 0
        for page in pages(store, events):
            carrier = Carrier()
            for entry in page:
                carrier.carry(row=as_row(entry))
            last = runner.app.save(carrier)[-1].notification.id
        began = time.perf_counter()
        Models.opened.set()
        runner.wait(last, timeout=600)
        took = time.perf_counter() - began
    return last / took


def pages(store: SqlLedgerStore, events: int) -> Iterator[list[Entry]]:
    after = 0
    while after < events and (page := store.read(after=after, limit=200)):
        yield page
        after = page[-1].position


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
