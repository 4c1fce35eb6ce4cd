"""How long the queue and a case take with ten thousand and with a million cases, 50 people at once.

Starts a system of its own, fills its read models (``bench/gateway_cases.py``), and lets 50 sessions
of the demonstration's accounts look: a page of the queue, then a case, then a pause to think. Every
number of cases is measured in a system of its own; the cost must stay flat.

``--pages`` asks for the pages of the console (``/antrean``, ``/permohonan/{id}``) instead of the
API; ``--closed`` leaves the applicant closed, so that no read is recorded; ``--think 0`` lets
nobody pause, which measures how much the gateway can do, not how long somebody waits.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
from gateway_cases import LOOKED_AT, OPEN, SEED, Loaded, load

from jamila_deploy.ports import free_ports
from jamila_deploy.secrets import demo_accounts_file, master_key_file
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault

STAFF = 50
ROUNDS = 40
"""How often each of them looks at the queue and at a case."""
WARM = 5
QUIET = 0.7
"""Load average below which nothing else is busy; the system at rest makes some of it."""
CAPABILITIES = {
    "loket-1": "operator-layanan",
    "siak-1": "operator-siak",
    "siak-2": "operator-siak",
    "kasi-1": "kasi",
    "kasi-2": "kasi",
    "kabid-1": "kabid",
}
"""Who may see the applicant and needs no second factor to log in."""
PACKAGES = ("fastapi", "starlette", "uvicorn", "pydantic", "motor", "pymongo", "jinja2", "httpx")
RESULT = Path(__file__).parent / "results" / "gateway_reads.json"


@dataclass
class Times:
    """Milliseconds by what was asked for."""

    queue: list[float] = field(default_factory=list)
    filtered: list[float] = field(default_factory=list)
    case: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    """Answers other than 200, by status: 503 when a read could not be recorded in time."""


@dataclass(frozen=True)
class Way:
    """How staff look."""

    pages: bool
    closed: bool
    think: float

    def queue(self, capability: str) -> tuple[str, dict[str, str]]:
        """A page of the queue."""
        path = "/antrean" if self.pages else "/api/v1/queue"
        return path, {"capability": capability}

    def filtered(self, capability: str) -> tuple[str, dict[str, str]]:
        """A page of all cases of one service that have ended."""
        path, _ = self.queue(capability)
        if self.pages:
            return path, {"capability": capability}
        return "/api/v1/cases", {"service_id": "kk-ubah", "status": "selesai"}

    def case(self, case_id: str) -> tuple[str, dict[str, str]]:
        """One case."""
        if self.pages:
            return f"/permohonan/{case_id}", {}
        return f"/api/v1/cases/{case_id}", {"personal_data": "false"} if self.closed else {}


@dataclass
class Person:
    """One session of somebody."""

    http: httpx.AsyncClient
    capability: str
    way: Way
    draw: random.Random

    async def work(self, cases: list[str], times: Times, *, rounds: int) -> None:
        """Look at the queue and at a case, again and again."""
        for _ in range(rounds):
            await self._think()
            await self._look(times, times.queue, *self.way.queue(self.capability))
            await self._think()
            await self._look(times, times.case, *self.way.case(self.draw.choice(cases)))
            await self._think()
            await self._look(times, times.filtered, *self.way.filtered(self.capability))

    async def _look(
        self, times: Times, kept: list[float], path: str, params: dict[str, str]
    ) -> None:
        began = time.perf_counter()
        answer = await self.http.get(path, params=params)
        kept.append((time.perf_counter() - began) * 1000)
        if answer.status_code != httpx.codes.OK:
            status = str(answer.status_code)
            times.refused[status] = times.refused.get(status, 0) + 1

    async def _think(self) -> None:
        if self.way.think:
            await asyncio.sleep(self.draw.expovariate(1 / self.way.think))


async def log_in(system: RunningSystem, account: str, password: str, way: Way) -> httpx.AsyncClient:
    """A session of a browser, or a token of a program."""
    # Idle connections are given up before the server does: a request may cross its good-bye.
    limits = httpx.Limits(keepalive_expiry=2.0)
    http = httpx.AsyncClient(base_url=system.url("gateway"), timeout=60, limits=limits)
    if way.pages:
        answer = await http.post("/masuk", data={"akun": account, "sandi": password})
        answer = await http.get("/antrean", headers={"Accept": "text/html"})
    else:
        said = {"account": account, "password": password, "name": "bench"}
        answer = await http.post("/api/v1/tokens", json=said)
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    answer.raise_for_status()
    return http


async def people(system: RunningSystem, way: Way) -> list[Person]:
    """Fifty sessions of six accounts."""
    lines = json.loads(demo_accounts_file(system.settings).read_text())
    passwords = {each["account"]: each["password"] for each in lines}
    names = list(CAPABILITIES)
    found = []
    for number in range(STAFF):
        account = names[number % len(names)]
        http = await log_in(system, account, passwords[account], way)
        draw = random.Random(SEED + number)  # noqa: S311 - the same at each run, no secret
        found.append(Person(http, CAPABILITIES[account], way, draw))
    return found


def figures(times: list[float]) -> dict[str, float]:
    """Percentiles."""
    cuts = statistics.quantiles(times, n=100)
    return {
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
    }


async def measured(system: RunningSystem, way: Way, loaded: Loaded) -> dict[str, Any]:
    """Let everybody look."""
    staff = await people(system, way)
    await everybody(staff, lambda each: each.work(loaded.looked_at, Times(), rounds=WARM))
    times, began = Times(), time.perf_counter()
    await everybody(staff, lambda each: each.work(loaded.looked_at, times, rounds=ROUNDS))
    seconds = time.perf_counter() - began
    for each in staff:
        await each.http.aclose()
    every = (times.queue, times.case, times.filtered)
    return {
        "cases": loaded.cases,
        "open_tasks": loaded.open,
        "trail_lines": loaded.trail_lines,
        "queue": figures(times.queue),
        "case": figures(times.case),
        "list_of_cases": figures(times.filtered),
        "answers_per_second": round(sum(map(len, every)) / seconds, 1),
        "refused": times.refused,
        "load_average": round(os.getloadavg()[0], 1),
    }


async def quiet(seconds: float) -> None:
    """Wait until nothing else is busy on the machine, but not for ever."""
    until = time.monotonic() + seconds
    while os.getloadavg()[0] > QUIET and time.monotonic() < until:  # noqa: ASYNC110 - the machine tells nobody
        await asyncio.sleep(5)


async def everybody(staff: list[Person], what: Callable[[Person], Awaitable[None]]) -> None:
    """All at once."""
    await asyncio.gather(*(what(each) for each in staff))


async def run(cases: int, ways: dict[str, Way], *, patience: float) -> dict[str, Any]:
    """One system with so many cases, looked at in every way once the machine is quiet."""
    with tempfile.TemporaryDirectory(prefix="jamila-bench-") as home:
        settings = free_ports(LauncherSettings(home=Path(home) / "home"))
        async with running_system(settings) as system:
            runtime = RuntimeSettings(
                home=settings.home, master_key_file=master_key_file(settings), http_port=0
            )
            began = time.perf_counter()
            vault = open_vault(runtime)
            url, database = system.url("mongod"), runtime.mongo_database
            loaded = await asyncio.to_thread(load, url, database, cases, vault)
            print(f"{cases} cases loaded in {time.perf_counter() - began:.0f} s", flush=True)
            await quiet(patience)
            found = {}
            for name, way in ways.items():
                found[name] = await measured(system, way, loaded)
                print(name, json.dumps(found[name]), flush=True)
            return found


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--think", type=float, default=2.0, help="seconds, on average")
    parser.add_argument("--pages", action="store_true", help="the pages of the console")
    parser.add_argument("--closed", action="store_true", help="leave the applicant closed")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds, until it is quiet")
    parser.add_argument("--load", default="unknown", help="what else ran on the machine")
    return parser.parse_args()


def main() -> None:
    """Measure, print the table, keep the figures."""
    options = asked()
    # The pace of one account is not what is measured here: fifty sessions share six.
    os.environ["GATEWAY_REQUESTS_PER_ACCOUNT"] = "10000000"
    os.environ["GATEWAY_REQUESTS_PER_STRANGER"] = "10000000"
    way = Way(pages=options.pages, closed=options.closed, think=options.think)
    name = "pages" if way.pages else "api"
    name += ", nothing personal" if way.closed else ", read recorded first"
    patience = options.patience
    found = [
        asyncio.run(run(cases, {name: way}, patience=patience))[name] for cases in options.cases
    ]
    kept = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    title = f"{name}, {way.think:g} s to think"
    others = [
        each
        for each in kept.get(title, {}).get("runs", ())
        if each["cases"] not in {run["cases"] for run in found}
    ]
    kept[title] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}",
        "versions": {each: version(each) for each in PACKAGES},
        "staff": STAFF,
        "rounds": ROUNDS,
        "looked_at": LOOKED_AT,
        "open_tasks": OPEN,
        "other_work": options.load,
        "runs": sorted([*others, *found], key=lambda each: each["cases"]),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(kept, indent=2) + "\n")
    print("| cases | what | p50 | p95 | p99 |\n|---|---|---|---|---|")
    for each in found:
        for what in ("queue", "case", "list_of_cases"):
            row = each[what]
            cells = f"{row['p50_ms']} ms | {row['p95_ms']} ms | {row['p99_ms']} ms"
            print(f"| {each['cases']:,} | {what} | {cells} |")


if __name__ == "__main__":
    main()
