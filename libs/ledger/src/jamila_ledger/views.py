"""From the file of a case to the documents of the read models. Pure.

Collections::

    cases      one document per case: everything staff see of it
    queue      one document per open task, gone when nothing is to be done
    trail      one document per fact
    sla        one document per case, measured at its last fact
    positions  how far the read models are; written together with the data

A document is a pure function of a prefix of the ledger: nothing in it depends on when it was
written. Durations are whole seconds; instants are UTC.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from jamila_contracts.sop import load_sop
from jamila_ledger.calendar import Calendar
from jamila_ledger.casefile import CaseFile
from jamila_ledger.recorded import Recorded
from jamila_ledger.sla import CaseSla, due_of, measure
from jamila_ledger.trail import trail_line
from jamila_runtime.mongo import Document, Index, Put, Remove

CASES: Final = "cases"
QUEUE: Final = "queue"
TRAIL: Final = "trail"
SLA: Final = "sla"
POSITIONS: Final = "positions"
POSITION_ID: Final = "views"

INDEXES: Final[dict[str, Sequence[Index]]] = {
    QUEUE: (
        Index("queue_by_capability_due", (("capability", "ascending"), ("due_at", "ascending"))),
        Index("queue_by_worker", (("taken_by", "ascending"), ("due_at", "ascending"))),
    ),
    CASES: (
        Index("cases_by_receipt", (("receipt_code", "ascending"),)),
        Index("cases_by_last_event", (("last_event_at", "descending"),)),
        Index("cases_by_status", (("status", "ascending"), ("last_event_at", "descending"))),
    ),
    TRAIL: (Index("trail_by_case", (("case_id", "ascending"), ("case_position", "ascending"))),),
    SLA: (Index("sla_by_verdict", (("verdict", "ascending"), ("as_of", "descending"))),),
}
"""The indexes, each named after the hot query it serves."""


def case_writes(file: CaseFile, calendar: Calendar) -> dict[str, Put | Remove]:
    """What the state of one case makes of its documents, by collection."""
    if file.submitted_at is None:
        # An outage is recorded like a case; it has a trail and no work.
        return {}
    measured = measure(
        file,
        calendar=calendar,
        sop=load_sop(file.sop_id),
        as_of=file.recorded_at or file.submitted_at,
    )
    task = queue_document(file, calendar)
    return {
        CASES: Put(case_document(file)),
        QUEUE: Put(task) if task else Remove(str(file.case_id)),
        SLA: Put(sla_document(file, measured)),
    }


def case_document(file: CaseFile) -> Document:
    """The case as staff see it; personal data stays sealed."""
    document = _plain(file.model_dump(exclude={"case_id"}))
    return {
        "_id": str(file.case_id),
        **document,
        "step": file.step,
        "attempt": file.current.attempt if file.current else None,
        "state": file.state,
        "taken_by": file.current.taken_by if file.current else None,
        "paused_for": file.current.paused_for if file.current else None,
        "workers": {str(step): list(accounts) for step, accounts in file.workers.items()},
    }


def queue_document(file: CaseFile, calendar: Calendar) -> Document | None:
    """The task that is to be done now; None if nobody has to do anything."""
    task = file.current
    if task is None:
        return None
    row = load_sop(file.sop_id).step(task.step)
    version = file.versions.get(row.service)
    return {
        "_id": str(file.case_id),
        "case_id": str(file.case_id),
        "step": task.step,
        "attempt": task.attempt,
        "activity": row.activity,
        "capability": row.capability,
        "service": row.service,
        "service_id": file.service_id,
        "receipt_code": file.receipt_code,
        "channel": file.channel,
        "arrived_at": task.arrived_at,
        "due_at": due_of(task, budget=row.budget, calendar=calendar),
        "taken_by": task.taken_by,
        "state": file.state,
        "paused_for": task.paused_for,
        "version": version.position if version else 0,
        "workers": {str(step): list(accounts) for step, accounts in file.workers.items()},
        "not_same_account_as": list(row.not_same_account_as),
        "position": file.position,
    }


def sla_document(file: CaseFile, measured: CaseSla) -> Document:
    """The times of a case."""
    document = _plain(measured.model_dump())
    return {
        "_id": str(file.case_id),
        "receipt_code": file.receipt_code,
        "service_id": file.service_id,
        **document,
        "position": file.position,
    }


def trail_document(fact: Recorded) -> Document:
    """One fact as the trail tells it."""
    document = _plain(trail_line(fact).model_dump())
    return {"_id": fact.position, **document}


def _plain(value: Any) -> Any:
    """Turn models' values into what MongoDB stores: text ids, whole seconds, text keys."""
    if isinstance(value, str | int | datetime | None):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return str(value) if isinstance(value, UUID) else value
