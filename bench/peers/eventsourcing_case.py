"""The plain ``eventsourcing`` library on PostgreSQL: an aggregate per case, nothing around it.

A floor for the cost of durable decisions, not an equal: no messages, no ledger, no chain, no
read models, no second service.
"""

import json
import time
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from meter import STEPS, Asked, Meter, Turn, in_threads, payload
from sqlalchemy import make_url

_POOL = "20"
_LOCK = 6311
"""Of PostgreSQL's advisory locks: the library makes its tables, and two clients at once collide."""


class Case(Aggregate):
    @event("Opened")
    def __init__(self) -> None:
        self.step = 1

    @event("Decided")
    def decide(self, step: int, decision: str) -> None:
        self.step = step + 1
        self.decision = decision


class Office:
    def __init__(self, url: str) -> None:
        address = make_url(url)
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": address.database,
            "POSTGRES_HOST": address.host,
            "POSTGRES_PORT": str(address.port),
            "POSTGRES_USER": address.username,
            "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": _POOL,
            "POSTGRES_MAX_OVERFLOW": _POOL,
        }
        with psycopg.connect(url, autocommit=True) as one_at_a_time:
            one_at_a_time.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            self._cases: Application[UUID] = Application(env=environment)

    def walk(self, meter: Meter) -> None:
        case = Case()
        self._cases.save(case)
        for step in STEPS:
            decision = json.dumps(payload(str(case.id), step))
            asked = time.time()
            self._decide(case.id, step, decision)
            acknowledged = time.time()
            seen: Any = self._cases.repository.get(case.id)
            meter.note(Turn(asked, acknowledged, time.time()))
            assert seen.step == step + 1

    def _decide(self, case_id: UUID, step: int, decision: str) -> None:
        case: Any = self._cases.repository.get(case_id)
        case.decide(step, decision)
        self._cases.save(case)


def main() -> None:
    asked = Asked.read()
    asked.each_level(in_threads(Office(asked.servers["postgres"]).walk))


if __name__ == "__main__":
    main()
