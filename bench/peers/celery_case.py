"""The officers of the Celery office: publish a decision, wait until the next task is told of.

Acknowledged is a decision when the broker confirmed it (quorum queue, on disk). The next task is
told of by PostgreSQL in the transaction that made it, which is faster than asking for results.
"""

import threading
import time
from uuid import uuid4

import psycopg
from celery_app import TOLD, decide
from meter import STEPS, Asked, Meter, Turn, in_threads, payload
from tables import MAKE_TABLES, OPEN, for_psycopg

_PATIENCE_SECONDS = 120
_local = threading.local()


class Desk:
    """Hears which task is there, and wakes whoever waits for it."""

    def __init__(self, url: str) -> None:
        self._waiting: dict[str, threading.Event] = {}
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(f"LISTEN {TOLD}")
        threading.Thread(target=self._listen, daemon=True).start()

    def expect(self, task: str) -> threading.Event:
        event = self._waiting[task] = threading.Event()
        return event

    def _listen(self) -> None:
        for told in self._connection.notifies():
            waiting = self._waiting.pop(told.payload, None)
            if waiting is not None:
                waiting.set()


class Office:
    def __init__(self, url: str) -> None:
        self._url = url
        self._desk = Desk(url)

    def walk(self, meter: Meter) -> None:
        case_id = str(uuid4())
        self._connection().execute(for_psycopg(OPEN), {"case_id": case_id})
        for step in STEPS:
            task = self._desk.expect(f"{case_id}/{step + 1}")
            asked = time.time()
            decide.delay(case_id, step, payload(case_id, step))
            acknowledged = time.time()
            assert task.wait(_PATIENCE_SECONDS)
            meter.note(Turn(asked, acknowledged, time.time()))

    def _connection(self) -> psycopg.Connection:
        if not hasattr(_local, "connection"):
            _local.connection = psycopg.connect(self._url, autocommit=True)
        return _local.connection


def main() -> None:
    asked = Asked.read()
    with psycopg.connect(asked.servers["postgres"]) as connection:
        connection.execute(MAKE_TABLES)
    office = Office(asked.servers["postgres"])
    asked.each_level(in_threads(office.walk))


if __name__ == "__main__":
    main()
