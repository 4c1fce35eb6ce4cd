"""The webhook under load: latency, rate, and whether anything is lost.

Run: ``.venv/bin/python bench/webhook.py [--rate 500] [--seconds 30]``. Starts a real intake process
on loopback, twice: with everything else down (no NATS, no WhatsApp), and with a nats-server beside
it. Posts signed webhooks of one message to two statuses, one in twenty of them twice, at a rate
that does not wait for the answers; latency counts from the moment a webhook was due. Afterwards the
inbox is counted from outside: what was answered with 200 and is not in it is lost. Exits with 1
when something is lost, or when p95 reaches 250 ms. Writes ``bench/results/webhook.json``.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jamila_testing.burst import Volley, fire, shots
from jamila_testing.door import NUMBER_ID, SECRET, LonelyIntake, lonely_intake
from jamila_testing.servers import nats_server

RESULTS = Path(__file__).parent / "results" / "webhook.json"
P95_MS = 250.0
"""What WhatsApp asks of a webhook as a median; we hold the 95th percentile below it."""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rate", type=float, default=500)
    asked.add_argument("--seconds", type=float, default=30)
    options = asked.parse_args()
    measured = {
        "everything else down": measure(options.rate, options.seconds, with_nats=False),
        "nats up": measure(options.rate, options.seconds, with_nats=True),
    }
    RESULTS.write_text(json.dumps({"machine": machine(), "measured": measured}, indent=2) + "\n")
    for name, figures in measured.items():
        print(f"{name}:")
        for figure, value in figures.items():
            print(f"  {figure:24} {value}")
    good = all(each["lost"] == 0 and each["p95_ms"] < P95_MS for each in measured.values())
    sys.exit(0 if good else 1)


def measure(rate: float, seconds: float, *, with_nats: bool) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="jamila-webhook-") as name,
        contextlib.ExitStack() as on,
    ):
        folder = Path(name)
        nats_url = on.enter_context(nats_server(folder / "nats")) if with_nats else None
        (folder / "intake").mkdir()
        intake = on.enter_context(lonely_intake(folder / "intake", nats_url=nats_url))
        asyncio.run(fire(intake.port, shots(50, secret=SECRET, number_id="0"), per_second=50))
        volley = shots(int(rate * seconds), secret=SECRET, number_id=NUMBER_ID)
        outcome = asyncio.run(fire(intake.port, volley, per_second=rate))
        return figures(outcome, intake)


def figures(outcome: Volley, intake: LonelyIntake) -> dict[str, Any]:
    return {
        "webhooks": len(outcome.latencies),
        "per_second": round(len(outcome.latencies) / outcome.seconds, 1),
        "p50_ms": round(outcome.percentile(0.50), 1),
        "p95_ms": round(outcome.percentile(0.95), 1),
        "p99_ms": round(outcome.percentile(0.99), 1),
        "slowest_ms": round(outcome.percentile(1), 1),
        "answers": {str(status): count for status, count in sorted(outcome.statuses.items())},
        "kept": len(outcome.kept),
        "lost": len(outcome.kept) - intake.items(),
        "done_meanwhile": intake.items() - intake.waiting(),
        "memory_mb": memory_mb(intake.process_id),
    }


def memory_mb(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) // 1024


def machine() -> dict[str, Any]:
    packages = ("fastapi", "uvicorn", "sqlalchemy")
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
    }


if __name__ == "__main__":
    main()
