"""What the live read models cost: processor time per event, one at a time and two together.

Run: ``.venv/bin/python bench/projector.py``. Appends whole cases to its own ledger and projects
them into a MongoDB of its own, as the ledger's process does, without the broker. Prints
milliseconds of processor per event: of recording, of projecting, and of MongoDB.
"""

import asyncio
import json
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from replay import children

from jamila_ledger.calendar import load_calendar
from jamila_ledger.projector import Projector
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.mongo import Documents
from jamila_testing.builders import MONDAY, Logs, happy_road
from jamila_testing.servers import mongod

CASES = 20
TICKS_PER_SECOND = 100


async def measure(url: str, folder: Path, together: int) -> dict[str, Any]:
    store = SqlLedgerStore.open(f"sqlite:///{folder / f'ledger-{together}.db'}")
    documents = await Documents.connect(url, f"bench_{together}")
    projector = Projector(store, documents, load_calendar())
    logs = Logs()
    records = [each for n in range(CASES + 2) for each in happy_road(f"k{n}", logs=logs)]
    # The first two cases make collections and warm everything.
    warm = 2 * len(records) // (CASES + 2)
    spent = {"record": 0.0, "project": 0.0}
    mongo = mongod_seconds()
    for first in range(0, len(records), together):
        if first == warm:
            spent, mongo = dict.fromkeys(spent, 0.0), mongod_seconds()
        began = time.process_time()
        store.append(records[first : first + together], now=MONDAY + timedelta(hours=2))
        recorded = time.process_time()
        await projector.catch_up()
        spent["record"] += recorded - began
        spent["project"] += time.process_time() - recorded
    await documents.close()
    store.close()
    spent["mongod"] = mongod_seconds() - mongo
    events = len(records) - warm
    return {name: round(seconds / events * 1000, 2) for name, seconds in spent.items()}


def mongod_seconds() -> float:
    """Processor time of the MongoDB that we started."""
    used = 0
    for pid in children():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS_PER_SECOND


def main() -> None:
    with tempfile.TemporaryDirectory() as name, mongod(Path(name) / "mongod") as url:
        for together in (1, 2):
            result = asyncio.run(measure(url, Path(name), together))
            print(json.dumps({"events_together": together, "cpu_ms_per_event": result}))


if __name__ == "__main__":
    main()
