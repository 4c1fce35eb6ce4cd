"""Celery: one task per decision, from a durable broker, with state and results in PostgreSQL."""

import json
import os

import psycopg
from celery import Celery
from celery.signals import worker_process_init
from kombu import Queue
from tables import DECIDE, for_psycopg

_SERVERS = json.loads(os.environ["BENCH_SERVERS"])
TOLD = "tasks"
"""Channel of PostgreSQL on which whoever works on the next step hears of his task."""
_DECIDE = for_psycopg(DECIDE)
_connections: list[psycopg.Connection] = []

app = Celery("cases", broker=_SERVERS["amqp"])
app.conf.update(
    result_backend="db+" + _SERVERS["postgres"].replace("postgresql:", "postgresql+psycopg:"),
    database_engine_options={"pool_size": 4},
    # A message counts as sent when the broker has it on disk, and as done when its task is.
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_queues=[Queue("decisions", queue_arguments={"x-queue-type": "quorum"})],
    task_default_queue="decisions",
    # A connection per officer of the client, not ten for all of them.
    broker_pool_limit=100,
    worker_prefetch_multiplier=4,
    worker_send_task_events=False,
    task_send_sent_event=False,
    task_store_eager_result=False,
)


@worker_process_init.connect
def connect(**_: object) -> None:
    _connections[:] = [psycopg.connect(_SERVERS["postgres"])]


@app.task(name="decide")
def decide(case_id: str, step: int, decision: dict[str, object]) -> int:
    """Write decision and next task, and tell of it, in one transaction."""
    (connection,) = _connections
    values = {"case_id": case_id, "step": step, "decision": json.dumps(decision)}
    with connection.transaction(), connection.pipeline():
        connection.execute(_DECIDE, values)
        connection.execute("SELECT pg_notify(%s, %s)", (TOLD, f"{case_id}/{step + 1}"))
    return step + 1
