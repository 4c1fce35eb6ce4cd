"""DBOS in its leanest way: every decision is a small workflow with one transaction.

The case itself is rows of the application: no workflow waits for people, and the transaction writes
decision, next task and DBOS's record of both together. Fewer writes than a workflow per case.
"""

import json
import time
from uuid import uuid4

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from meter import STEPS, Asked, Meter, Turn, in_threads, payload
from tables import DECIDE, MAKE_TABLES, OPEN, TASK

_POOL = 32
_asked = Asked.read()
_datasource = SQLAlchemyDatasource.create(
    _asked.servers["postgres"], engine_kwargs={"pool_size": _POOL}
)


@_datasource.transaction(isolation_level="READ COMMITTED")
def record(case_id: str, step: int, decision: str) -> None:
    values = {"case_id": case_id, "step": step, "decision": decision}
    _datasource.sql_session().execute(sa.text(DECIDE), values)


@DBOS.workflow()
def decide(case_id: str, step: int, decision: str) -> None:
    record(case_id, step, decision)


def walk(meter: Meter) -> None:
    case_id = str(uuid4())
    with _datasource.engine.begin() as connection:
        connection.execute(sa.text(OPEN), {"case_id": case_id})
    for step in STEPS:
        decision = json.dumps(payload(case_id, step))
        asked = time.time()
        decide(case_id, step, decision)
        acknowledged = time.time()
        with _datasource.engine.connect() as connection:
            seen = connection.scalar(sa.text(TASK), {"case_id": case_id})
        meter.note(Turn(asked, acknowledged, time.time()))
        assert seen == step + 1


def main() -> None:
    with _datasource.engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(1)"))
        connection.execute(sa.text(MAKE_TABLES))
    config: DBOSConfig = {
        "name": "decisions",
        "system_database_url": _asked.servers["postgres"],
        "sys_db_pool_size": _POOL,
        "executor_id": f"office-{_asked.number}",
        "application_version": "1",
        "log_level": "ERROR",
    }
    DBOS(config=config)
    DBOS.launch()
    _asked.each_level(in_threads(walk))
    DBOS.destroy()


if __name__ == "__main__":
    main()
