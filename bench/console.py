"""How heavy the console's pages are, and how long the server takes for one, asked one by one.

Starts a demo office with its busy day (about 45 cases) and asks for pages as one officer's browser
does: the queue, the part of it that follows the news, the page of a case, whose opening is recorded
first. Weight is what travels, uncompressed; style and scripts are kept by the browser for a year.

Then somebody takes a task and lays it down again, and another officer's open page is told: from the
request of the one until the part of the other's page that shows it has arrived.
"""

import asyncio
import json
import re
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from jamila_deploy.busy_day import BusyDay
from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system

VIEWS = 200
WARM = 20
NEWS = 60
"""How often something happens, half of it a task that is taken."""
ACCOUNT = "kasi-1"
COLLEAGUE = "kasi-2"
PART = {"HX-Request": "true"}
LOADED = re.compile(r'(?:src|href)="(/statis/[^"]+\.(?:css|js|svg))"')
RESULT = Path(__file__).parent / "results" / "console.json"


def measure(system: RunningSystem) -> dict[str, Any]:
    address = OfficeAddress.of(system)
    said = {"akun": ACCOUNT, "sandi": address.passwords[ACCOUNT]}
    with (
        closing(Office(address)) as office,
        httpx.Client(base_url=address.gateway_url, timeout=60, follow_redirects=True) as browser,
    ):
        logs = system.settings.home / "logs"
        BusyDay(office, tenant=system.settings.tenant, logs=logs).fill(lambda _: None)
        tasks = office.client(ACCOUNT).queue(limit=200)["tasks"]
        browser.post("/masuk", data=said).raise_for_status()
        case = f"/permohonan/{tasks[0]['case_id']}"
        return {
            f"queue, {len(tasks)} tasks": timed(browser, "/antrean"),
            "queue, the part that follows the news": timed(browser, "/antrean", PART),
            "page of a case, read recorded first": timed(browser, case),
            "what another officer did is on the page": told(browser, office),
            "style, scripts and icon": {"kB": kept(browser)},
        }


def told(browser: httpx.Client, office: Office) -> dict[str, float]:
    colleague, times, weight = office.client(COLLEAGUE), [], 0
    free = [each for each in colleague.queue(limit=200)["tasks"] if not each["taken_by"]]
    case_id, asked = free[0]["case_id"], ("take-task", "release-task")
    with browser.stream("GET", "/hidup") as answer, ThreadPoolExecutor() as meanwhile:
        lines = (line for line in answer.iter_lines() if line.startswith("data:"))
        next(lines)
        for number in range(NEWS):
            began = time.perf_counter()
            done = meanwhile.submit(
                colleague.command, asked[number % 2], case_id, {"step": free[0]["step"]}
            )
            while True:
                next(lines)
                part = browser.get(f"/permohonan/{case_id}/keadaan", headers=PART)
                if (f"dikerjakan {COLLEAGUE}" in part.text) is (number % 2 == 0):
                    break
            times.append((time.perf_counter() - began) * 1000)
            weight = len(part.content)
            done.result()
    return shares(times, weight)


def timed(
    browser: httpx.Client, path: str, headers: dict[str, str] | None = None
) -> dict[str, float]:
    times, weight = [], 0
    for number in range(WARM + VIEWS):
        began = time.perf_counter()
        answer = browser.get(path, headers=headers)
        took = (time.perf_counter() - began) * 1000
        answer.raise_for_status()
        weight = len(answer.content)
        if number >= WARM:
            times.append(took)
    return shares(times, weight)


def shares(times: list[float], weight: int) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    named = {"p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return {"kB": kilobytes(weight), **{name: round(each, 1) for name, each in named.items()}}


def kept(browser: httpx.Client) -> float:
    paths = set(LOADED.findall(browser.get("/antrean").text))
    return kilobytes(sum(len(browser.get(each).content) for each in paths))


def kilobytes(number: int) -> float:
    return round(number / 1000, 1)


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jamila-bench-") as home:
        settings = free_ports(LauncherSettings(home=Path(home) / "home"))
        async with running_system(settings) as system:
            found = await asyncio.to_thread(measure, system)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"views": VIEWS, **found}, indent=2) + "\n")
    print(
        f"| what, {VIEWS} views one after the other | kB | p50 | p95 | p99 |\n|---|---|---|---|---|"
    )
    for name, each in found.items():
        cells = (f"{each[key]} ms" if key in each else "" for key in ("p50_ms", "p95_ms", "p99_ms"))
        print(f"| {name} | {each['kB']} | {' | '.join(cells)} |")


if __name__ == "__main__":
    asyncio.run(main())
