"""How long an officer waits for a case, with the read recorded first and without any.

Starts a system of its own, submits one case, and asks for it again and again, as one officer does,
one request after the other: once with the applicant opened (a read that becomes an entry of the
ledger before the answer), once with it closed. Prints the table of the README.
"""

import asyncio
import json
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system

VIEWS = 300
WARM = 20
RESULT = Path(__file__).parent / "results" / "reads.json"


def milliseconds(road: Road, *, personal_data: bool) -> list[float]:
    client = road.office.client("loket-1")
    times = []
    for number in range(WARM + VIEWS):
        began = time.perf_counter()
        client.case(road.case_id, personal_data=personal_data)
        if number >= WARM:
            times.append((time.perf_counter() - began) * 1000)
    return times


def figures(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
    }


def measure(system: RunningSystem) -> dict[str, dict[str, float]]:
    office = Office(OfficeAddress.of(system))
    try:
        road = Road(office, Birth.of_couple(0, today=date(2026, 11, 23)))
        next(road.strides()).go()
        return {
            "case view, read recorded first": figures(milliseconds(road, personal_data=True)),
            "case view, nothing personal": figures(milliseconds(road, personal_data=False)),
        }
    finally:
        office.close()


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jamila-bench-") as home:
        settings = free_ports(LauncherSettings(home=Path(home) / "home"))
        async with running_system(settings) as system:
            found = await asyncio.to_thread(measure, system)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"views": VIEWS, **found}, indent=2) + "\n")
    print(f"| what, {VIEWS} views one after the other | p50 | p95 | p99 |\n|---|---|---|---|")
    for name, each in found.items():
        print(f"| {name} | {each['p50_ms']} ms | {each['p95_ms']} ms | {each['p99_ms']} ms |")


if __name__ == "__main__":
    asyncio.run(main())
