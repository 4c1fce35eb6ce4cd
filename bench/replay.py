"""Rebuild of all read models from the ledger, measured beside two others on the same ledger.

Run: ``.venv/bin/python bench/replay.py [--events 1000000] [--workers 2]``. Makes a ledger of its
own and starts a MongoDB of its own, then measures, in the same run:

* **ours**: the rebuild of ``jamila replay`` into a shadow, indexes included, checked by its digest;
* **peer**: the ``eventsourcing`` library's own ``ProjectionRunner`` doing the same projection: the
  same folds and documents, one event per call, its log and its tracking in memory (its fastest);
* **floor**: the same ledger read once, each event decoded by the same contracts, one raw document
  per event, upserted in bulk; no folding at all (and again with plain inserts, which are faster);
* the check of the whole hash chain, in a process of its own;
* the highest memory of all that, on this ledger and on a small one: it must not grow with them.

The ledger is five kinds of cases (finished, papers asked for, returned, given up, waiting), 200 of
them a day, with messages and their reports.

Writes ``bench/results/replay.json``. The peer is measured on a part (``--peer-events``) because its
rate does not depend on the length of the ledger.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from pymongo import InsertOne, MongoClient, ReplaceOne
from replay_ledger import generate
from replay_memory import Peaks

from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import advance
from jamila_ledger.chain import Entry, verify
from jamila_ledger.recorded import Recorded
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import TRAIL, case_writes, trail_document
from jamila_replay.rebuild import Watch, build
from jamila_replay.settings import ReplaySettings
from jamila_replay.shadow import Shadow
from jamila_replay.source import PARTS, Extent, LedgerReader
from jamila_replay.stores import Stores, open_stores
from jamila_runtime.mongo import Put
from jamila_testing.servers import mongod

RESULTS = Path(__file__).parent / "results" / "replay.json"
PACKAGES = ("eventsourcing", "pymongo", "pydantic", "sqlalchemy")
T = TypeVar("T")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--small-events", type=int, default=100_000, help="to compare memory with")
    asked.add_argument("--peer-events", type=int, default=20_000)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--folder", type=Path, default=None, help="keep the ledgers here")
    asked.add_argument("--no-write", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="jamila-bench-") as folder:
        result = measure(options.folder or Path(folder), Path(folder), options)
    if not options.no_write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def measure(kept: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    small = made(kept, options.small_events)
    big = made(kept, options.events)
    with mongod(folder / "mongod") as url:
        small_settings, settings = (
            ReplaySettings(ledger_url=each.url, mongo_url=url) for each in (small, big)
        )
        said(f"rebuild of {small.events:,} events, for its memory")
        few = rebuild(small_settings, options.workers, small.events)
        said(f"rebuild of {big.events:,} events")
        ours, ours_cpu = with_cpu(lambda: rebuild(settings, options.workers, big.events))
        said("floor: read, decode, bulk upsert")
        floor_rate, floor_cpu = with_cpu(lambda: floor(settings, options.workers))
        said("floor with plain inserts")
        insert_rate = floor(settings, options.workers, upsert=False)
        said("peer: ProjectionRunner")
        peer_rate = peer(settings, options.peer_events)
    rate = ours["events_per_second"]
    return {
        "machine": machine(),
        "versions": {name: version(name) for name in PACKAGES},
        "workers": options.workers,
        "ledger": {"events": big.events, "cases": big.cases, "made_in_seconds": big.made_in},
        "verify_chain_seconds": big.verified_in,
        "rebuild": ours,
        "floor_events_per_second": round(floor_rate),
        "floor_with_plain_inserts_events_per_second": round(insert_rate),
        "peer_projection_runner_events_per_second": round(peer_rate),
        "times_the_peer": round(rate / peer_rate, 1),
        "share_of_the_floor": round(rate / floor_rate, 2),
        "share_of_the_floor_with_plain_inserts": round(rate / insert_rate, 2),
        "client_cpu_microseconds_per_event": {
            "ours": round(ours_cpu / big.events * 1e6),
            "floor": round(floor_cpu / big.events * 1e6),
        },
        "peak_memory_mb": {
            f"{each.events} events": {"verify": each.verify_mb, **built["peak_memory_mb"]}
            for each, built in ((small, few), (big, ours))
        },
        "load_average_at_end": round(os.getloadavg()[0], 1),
    }


def said(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Ledger:
    """A ledger to measure on, proved once."""

    url: str
    events: int
    cases: int
    made_in: float | None
    verified_in: float
    verify_mb: float
    """Peak memory of the process that proved it."""


def made(kept: Path, events: int) -> Ledger:
    """Make a ledger unless it is there, and prove it in a process of its own."""
    kept.mkdir(parents=True, exist_ok=True)
    path = kept / f"ledger-{events}.db"
    said(f"ledger of {events:,} events: make and verify")
    unfinished = path.with_suffix(".unfinished")
    made_in = None if path.exists() else generate(unfinished, events)
    if made_in is not None:
        unfinished.rename(path)
    url = f"sqlite:///{path}"
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        verified_in, entries, megabytes = pool.submit(verified, url).result()
    with closing(LedgerReader.open(url)) as reader:
        cases = reader.cases_between(0, entries)
    return Ledger(url, entries, cases, made_in, verified_in, megabytes)


def verified(url: str) -> tuple[float, int, float]:
    """Seconds, entries and peak memory of a check of the whole chain."""
    with closing(SqlLedgerStore.open_existing(url)) as store:
        began = time.perf_counter()
        report = verify(store.scan())
        took = time.perf_counter() - began
    assert report.ok
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return round(took, 2), report.entries, round(peak)


def with_cpu(work: Callable[[], T]) -> tuple[T, float]:
    """Processor time of this process and its workers: comparable on a machine with other load."""
    before = cpu_seconds()
    result = work()
    return result, cpu_seconds() - before


def cpu_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def rebuild(settings: ReplaySettings, workers: int, events: int) -> dict[str, Any]:
    with open_stores(settings) as stores:
        shadow = begun(stores)
        peaks = Peaks()
        began = time.perf_counter()
        built = build(shadow, stores, workers=workers, watch=Watch(progress=peaks.look))
        took = time.perf_counter() - began
        began = time.perf_counter()
        assert stores.database.digest(built.names) == built.digest
        digested = time.perf_counter() - began
        stores.database.forget(built)
    return {
        "seconds": round(took, 1),
        "events_per_second": round(events / took),
        "digest_of_the_stored_documents_seconds": round(digested, 1),
        "peak_memory_mb": peaks.megabytes,
    }


def begun(stores: Stores) -> Shadow:
    """A shadow of everything there is."""
    head = stores.reader.store.head()
    shadow = Shadow.begin(
        uuid4(),
        Extent(head.position),
        until_hash=head.hash.hex(),
        now=datetime.now(tz=UTC),
        calendar=stores.calendar,
    )
    stores.database.save(shadow)
    return shadow


def floor(settings: ReplaySettings, workers: int, *, upsert: bool = True) -> float:
    """Read, decode, write in bulk; nothing else. The same parts on as many processes."""
    with MongoClient[Any](settings.mongo_url.get_secret_value()) as client:
        client.drop_database("floor")
    context = multiprocessing.get_context("spawn")
    began = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        shares = [(settings, PARTS[n::workers], upsert) for n in range(workers)]
        done = sum(pool.map(floor_share, shares))
    return done / (time.perf_counter() - began)


def floor_share(share: tuple[ReplaySettings, tuple[str, ...], bool]) -> int:
    settings, parts, upsert = share
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
                page.append(raw_write(entry, fact, upsert=upsert))
            done += len(entries)
            if len(page) >= 1000:
                target.bulk_write(page, ordered=False)
                page = []
    if page:
        target.bulk_write(page, ordered=False)
    client.close()
    reader.close()
    return done


def raw_write(
    entry: Entry, fact: Recorded, *, upsert: bool
) -> ReplaceOne[Any] | InsertOne[dict[str, Any]]:
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
    if not upsert:
        return InsertOne(document)
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


def peer(settings: ReplaySettings, events: int) -> float:
    store = SqlLedgerStore.open_existing(settings.ledger)
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
    store.close()
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
