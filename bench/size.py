"""Cost against size: what the next event costs when much or little was recorded before.

Run: ``.venv/bin/python bench/size.py [--sizes 10000 1000000]``; about six minutes, most of it for
making the ledgers and their read models. Makes ledgers of whole days of an office, rebuilds
their read models into a MongoDB of its own, then records and projects new cases on top, as the
ledger's process does, and lets a stage that remembers as many events decide. Writes
``bench/results/size.json``: milliseconds per event at each size, how far the largest is from the
smallest, and what a straight line over the logarithm of the size says of ten million.
"""

import argparse
import asyncio
import json
import math
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from pymongo import MongoClient
from replay import begun
from replay_ledger import generate
from road import machine

from jamila_contracts.commands import ApproveDraft, VerifyDraft
from jamila_ledger.calendar import load_calendar
from jamila_ledger.models import ModelNames
from jamila_ledger.projector import Projector
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_replay.rebuild import Watch, build
from jamila_replay.settings import ReplaySettings
from jamila_replay.stores import open_stores
from jamila_runtime.mongo import Documents
from jamila_testing.builders import MONDAY, WORKERS, Logs, happy_road, happy_story
from jamila_testing.servers import mongod
from review.application import ReviewApplication
from review.handlers import register

RESULTS = Path(__file__).parent / "results" / "size.json"
SIZES = (10_000, 100_000, 1_000_000)
PROJECTED = 10_000_000
_NEW_CASES, _WARM_CASES, _TOGETHER = 100, 20, 20
"""New cases on top, how many of them are not counted, and how many events come together."""
_EVENTS_PER_CASE = 17


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="jamila-size-") as name:
        found = {size: at_size(Path(name) / str(size), size) for size in options.sizes}
    result = {"machine": machine(), "milliseconds_per_event": found, **compared(found)}
    if tuple(options.sizes) == SIZES:
        RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def at_size(folder: Path, size: int) -> dict[str, float]:
    """What one more event costs behind so many, in milliseconds."""
    folder.mkdir()
    ledger = folder / "ledger.db"
    generate(ledger, size)
    with mongod(folder / "mongod") as url:
        settings = ReplaySettings(ledger_url=f"sqlite:///{ledger}", mongo_url=url)
        names = rebuilt(settings)
        with MongoClient[dict[str, Any]](url) as client:
            # What the rebuild wrote is on disk: the next event does not pay for it.
            client.admin.command("fsync")
        costs = asyncio.run(record_and_project(settings, names))
    return {**costs, "stage_decides": stage_decides(folder / "review.db", size)}


def rebuilt(settings: ReplaySettings) -> ModelNames:
    """Read models of the whole ledger, and where they lie."""
    with open_stores(settings) as stores:
        names = build(begun(stores), stores, workers=2, watch=Watch()).names
        return replace(names, tag=stores.database.position(names).get("model"))


async def record_and_project(settings: ReplaySettings, names: ModelNames) -> dict[str, float]:
    """New cases on top, some events at a time, as the ledger's process gets them."""
    documents = await Documents.connect(settings.mongo_url.get_secret_value(), "jamila")
    taken: dict[str, list[float]] = {"ledger_records": [], "models_follow": []}
    with closing(SqlLedgerStore.open(settings.ledger)) as store:
        projector = Projector(store, documents, load_calendar(), names=names)
        logs = Logs()
        logs.last.update(store.source_positions())
        new = [happy_road(f"baru-{n}", logs=logs) for n in range(_NEW_CASES)]
        events = [each for road in new for each in road]
        for first in range(0, len(events), _TOGETHER):
            began = time.perf_counter()
            store.append(events[first : first + _TOGETHER], now=MONDAY)
            recorded = time.perf_counter()
            await projector.catch_up()
            taken["ledger_records"].append(recorded - began)
            taken["models_follow"].append(time.perf_counter() - recorded)
    await documents.close()
    warm = _WARM_CASES * len(events) // _NEW_CASES // _TOGETHER
    return {name: middle(each[warm:], of=_TOGETHER) for name, each in taken.items()}


def stage_decides(path: Path, size: int) -> float:
    """Two decisions of a stage that remembers the cases of so many events of the ledger."""
    review = ReviewApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )
    register(review)
    with closing(review):
        decided(review, 0)
        remember(path, cases=size // _EVENTS_PER_CASE)
        taken = [each for n in range(1, _NEW_CASES) for each in decided(review, n)]
    return middle(taken[_WARM_CASES:])


def decided(review: ReviewApplication, number: int) -> list[float]:
    """A new case comes and is approved and verified; seconds of each decision."""
    story = happy_story(f"putus-{number}")
    drafted = next(each for each in story.records if each.meta.type == "DraftDibuat")
    place = drafted.meta.model_copy(update={"log_position": 10**9 + number})
    review.consume([replace(drafted, meta=place)])
    seen = tuple(each.document_sha256 for each in drafted.event().documents)
    taken = []
    for kind, step in ((ApproveDraft, 4), (VerifyDraft, 5)):
        command = kind(
            command_id=uuid4(),
            case_id=story.case_id,
            actor=WORKERS[step],
            asked_at=story.now,
            document_sha256=seen,
        )
        began = time.perf_counter()
        reply = review.execute(command)
        taken.append(time.perf_counter() - began)
        assert reply.problem is None, reply.problem
    return taken


def remember(path: Path, *, cases: int) -> None:
    """Copies of the one case that is there: its events, its trackings, its replies."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        events = connection.execute("SELECT originator_version, topic, state FROM stored_events")
        one = events.fetchall()
        replies = connection.execute("SELECT reply FROM handled_commands").fetchall()
        for number in range(cases):
            name = uuid4().hex
            connection.executemany(
                "INSERT INTO stored_events VALUES (?, ?, ?, ?)", [(name, *each) for each in one]
            )
            connection.execute("INSERT INTO tracking VALUES (?, ?)", ("siak-adapter", number + 1))
            connection.executemany(
                "INSERT INTO handled_commands VALUES (?, ?)",
                [(str(uuid4()), reply) for (reply,) in replies],
            )
        connection.commit()


def middle(seconds: list[float], *, of: int = 1) -> float:
    """Milliseconds, of the one in the middle, for each of so many."""
    return round(1000 * statistics.median(seconds) / of, 3)


def compared(found: dict[int, dict[str, float]]) -> dict[str, Any]:
    """The largest against the smallest, and a straight line over the logarithm beyond it."""
    least, most = min(found), max(found)
    parts = found[least]
    steps = math.log10(PROJECTED / most)
    grown = {part: found[most][part] / found[least][part] - 1 for part in parts}
    slope = {
        part: (found[most][part] - found[least][part]) / max(math.log10(most / least), 1)
        for part in parts
    }
    return {
        "growth_percent": {part: round(100 * each, 1) for part, each in grown.items()},
        f"expected_at_{PROJECTED}": {
            part: round(found[most][part] + steps * slope[part], 3) for part in parts
        },
    }


if __name__ == "__main__":
    main()
