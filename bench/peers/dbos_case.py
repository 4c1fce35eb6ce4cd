"""DBOS: a durable workflow per case that waits for eight decisions.

As its documentation shows for people in a workflow: ``set_event`` publishes the task, ``send``
brings the decision, ``recv`` takes it durably. Application and officers live in one process, so
that nothing travels but what DBOS writes; several such processes share the work.
"""

import asyncio
import time

from dbos import DBOS, DBOSConfig
from meter import STEPS, Asked, Meter, Turn, in_tasks, payload

_PATIENCE_SECONDS = 600
_POOL = 20


@DBOS.workflow()
async def case() -> None:
    for step in STEPS:
        await DBOS.set_event_async(f"task-{step}", step)
        await DBOS.recv_async(f"decision-{step}", timeout_seconds=_PATIENCE_SECONDS)
    await DBOS.set_event_async("finished", True)


async def walk(meter: Meter) -> None:
    handle = await DBOS.start_workflow_async(case)
    case_id = handle.workflow_id
    await DBOS.get_event_async(case_id, "task-1", _PATIENCE_SECONDS)
    for step in STEPS:
        decision = payload(case_id, step)
        asked = time.time()
        await DBOS.send_async(case_id, decision, f"decision-{step}")
        acknowledged = time.time()
        task = f"task-{step + 1}" if step < STEPS[-1] else "finished"
        await DBOS.get_event_async(case_id, task, _PATIENCE_SECONDS)
        meter.note(Turn(asked, acknowledged, time.time()))


def main() -> None:
    asked = Asked.read()
    config: DBOSConfig = {
        "name": "eight-steps",
        "system_database_url": asked.servers["postgres"],
        "sys_db_pool_size": _POOL,
        "executor_id": f"office-{asked.number}",
        "application_version": "1",
        "log_level": "ERROR",
        # The least it allows: the next task is told of as soon as can be.
        "notification_coalesce_sec": 0.001,
    }
    DBOS(config=config)
    DBOS.launch()
    loop = asyncio.new_event_loop()
    asked.each_level(lambda meter, at_once: loop.run_until_complete(in_tasks(meter, at_once, walk)))
    DBOS.destroy()


if __name__ == "__main__":
    main()
