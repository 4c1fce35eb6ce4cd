"""From the file of a case to the documents of the read models. Pure.

Collections::

    cases      one document per case: everything staff see of it
    queue      one document per open task, gone when nothing is to be done
    trail      one document per fact
    sla        one document per case, measured at its last fact
    escalations  one document per case whose open task rang an alarm: what its owner reads
    outages    one document per outage of an outside system
    public     what holders of a receipt code or a QR may know (module ``views_public``)
    stock      one document per item of blangko, ribbon and film
    figures    sums over the documents of ``sla`` (module ``aggregates``)
    positions  how far the read models are; written together with the data

A document is a pure function of a prefix of the ledger: nothing in it depends on when it was
written. Durations are whole seconds; instants are UTC.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from jamila_contracts.sop import load_sop
from jamila_ledger.aggregates import FIGURES
from jamila_ledger.calendar import Calendar
from jamila_ledger.casefile import CaseFile
from jamila_ledger.outages import Outage, suspend
from jamila_ledger.plain import plain_fields
from jamila_ledger.recorded import Recorded
from jamila_ledger.sla import CaseSla, due_of, measure
from jamila_ledger.stock import StockFile
from jamila_ledger.timers_escalation import load_escalation
from jamila_ledger.trail import trail_fields, wita
from jamila_ledger.views_public import PUBLIC, PUBLIC_INDEXES, public_document
from jamila_runtime.mongo import Document, Filter, Index, Keys, Put, Remove

CASES: Final = "cases"
QUEUE: Final = "queue"
TRAIL: Final = "trail"
SLA: Final = "sla"
ESCALATIONS: Final = "escalations"
OUTAGES: Final = "outages"
STOCK: Final = "stock"
POSITIONS: Final = "positions"
POSITION_ID: Final = "views"

MODELS: Final = (CASES, QUEUE, TRAIL, SLA, ESCALATIONS, OUTAGES, PUBLIC, STOCK, FIGURES)
"""Every collection that is made of the ledger; whoever makes a model anew makes all of them."""

_DUE: Final[Keys] = (("due_at", "ascending"), ("_id", "ascending"))
_SUBMITTED: Final[Keys] = (("submitted_at", "descending"), ("_id", "descending"))


def _if_text(name: str) -> Filter:
    """Only documents that have it: most have not, and cost nothing in the index."""
    return {name: {"$gt": ""}}


INDEXES: Final[dict[str, Sequence[Index]]] = {
    # Every index of a list ends with what the list is ordered by: whichever of them MongoDB takes
    # for a filter, it has nothing to sort.
    QUEUE: (
        Index(
            "queue_by_due",
            (
                ("capability", "ascending"),
                *_DUE,
                ("step", "ascending"),
                ("service_id", "ascending"),
                ("state", "ascending"),
            ),
        ),
        Index("queue_by_open_step", (("step", "ascending"), *_DUE)),
        Index("queue_by_taker", (("taken_by", "ascending"), *_DUE), partial=_if_text("taken_by")),
        Index("queue_by_batch", (("batch_id", "ascending"), *_DUE), partial=_if_text("batch_id")),
    ),
    CASES: (
        Index("cases_by_receipt", (("receipt_code", "ascending"),)),
        Index("cases_by_recorded", (("recorded_at", "descending"),)),
        Index("cases_by_submission", (("tenant", "ascending"), *_SUBMITTED)),
        Index("cases_by_standing", (("tenant", "ascending"), ("status", "ascending"), *_SUBMITTED)),
        Index(
            "cases_by_service",
            (
                ("tenant", "ascending"),
                ("service_id", "ascending"),
                ("status", "ascending"),
                *_SUBMITTED,
            ),
        ),
        Index("cases_by_step", (("step", "ascending"), *_SUBMITTED), partial={"step": {"$gt": 0}}),
        Index(
            "cases_of_batch", (("batch_id", "ascending"), *_SUBMITTED), partial=_if_text("batch_id")
        ),
        Index("cases_by_contact", (("contact_id", "ascending"), *_SUBMITTED)),
    ),
    ESCALATIONS: (Index("escalations_of", (("capability", "ascending"), *_DUE)),),
    OUTAGES: (
        Index("outages_by_since", (("since", "descending"),)),
        Index("outages_by_end", (("until", "ascending"), ("since", "descending"))),
    ),
    STOCK: (Index("stock_of", (("tenant", "ascending"),)),),
    FIGURES: (
        Index(
            "figures_of",
            (
                ("period", "ascending"),
                ("scope", "ascending"),
                ("tenant", "ascending"),
                ("since", "ascending"),
                ("key", "ascending"),
                ("step", "ascending"),
            ),
        ),
    ),
    PUBLIC: PUBLIC_INDEXES,
    TRAIL: (
        Index("trail_by_case", (("case_id", "ascending"), ("case_position", "ascending"))),
        # For the search of the whole office's trail; a day is found by places, see the gateway.
        Index("trail_by_account", (("account", "ascending"), ("_id", "descending"))),
        Index("trail_by_event", (("event", "ascending"), ("_id", "descending"))),
    ),
    SLA: (Index("sla_by_verdict", (("verdict", "ascending"), ("as_of", "descending"))),),
}
"""The indexes, each named after the hot query it serves."""


def case_writes(
    file: CaseFile, calendar: Calendar, outages: Iterable[Outage] = ()
) -> dict[str, Put | Remove]:
    """What the state of one case makes of its documents, by collection.

    Args:
        file: The case as its own facts tell it.
        calendar: For due times and measures.
        outages: All that the same prefix of the ledger tells of; they are pauses of the case, too.
    """
    if file.stock is not None:
        return {STOCK: Put(stock_document(file, file.stock))}
    if file.submitted_at is None:
        # An outage or a canary is recorded like a case; it has a trail and no work.
        return {}
    submitted_at, file = file.submitted_at, suspend(file, outages)
    measured = measure(
        file,
        calendar=calendar,
        sop=load_sop(file.sop_id),
        as_of=file.recorded_at or submitted_at,
    )
    task, alarm = queue_document(file, calendar), escalation_document(file)
    return {
        ESCALATIONS: Put(alarm) if alarm else Remove(str(file.case_id)),
        CASES: Put(case_document(file)),
        QUEUE: Put(task) if task else Remove(str(file.case_id)),
        SLA: Put(sla_document(file, measured)),
        PUBLIC: Put(public_document(file, measured, calendar)),
    }


def documents_without(file: CaseFile | None) -> frozenset[str]:
    """Collections that hold nothing of a case in that state, so that nothing is to be removed."""
    if file is None or file.submitted_at is None:
        return frozenset({QUEUE, ESCALATIONS})
    gone = {QUEUE: file.current is None, ESCALATIONS: file.alert is None}
    return frozenset(name for name, is_gone in gone.items() if is_gone)


def case_document(file: CaseFile) -> Document:
    """The case as staff see it; personal data stays sealed."""
    document, task = plain_fields(file), file.current
    # Without its place in the case: looking at a case moves it, and must not rewrite the document.
    del document["case_id"], document["case_position"], document["stock"]
    return {
        "_id": str(file.case_id),
        **document,
        "status": file.status,
        "step": task.step if task else None,
        "attempt": task.attempt if task else None,
        "state": file.state,
        "taken_by": task.taken_by if task else None,
        "paused_for": task.paused_for if task else None,
        "workers": {str(step): list(accounts) for step, accounts in file.workers.items()},
    }


def stock_document(file: CaseFile, stock: StockFile) -> Document:
    """What is left of one item, as staff see it."""
    return {
        "_id": str(file.case_id),
        "tenant": file.tenant,
        **plain_fields(stock),
        "reserved": sum(stock.reserved.values()),
        "available": stock.available,
        "is_low": stock.available <= stock.reorder_point,
        "as_of": file.last_event_at,
        "position": file.position,
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
        "batch_id": str(file.batch_id) if file.batch_id else None,
        "arrived_at": task.arrived_at,
        "due_at": due_of(task, budget=row.budget, calendar=calendar),
        "taken_by": task.taken_by,
        "state": file.state,
        "paused_for": task.paused_for,
        "alert": file.alert.event if file.alert else None,
        "version": version.position if version else 0,
        "workers": {str(step): list(accounts) for step, accounts in file.workers.items()},
        "not_same_account_as": list(row.not_same_account_as),
        "position": file.position,
    }


def escalation_document(file: CaseFile) -> Document | None:
    """What the owner of a step reads about a late case; None while nothing is late."""
    alert = file.alert
    if alert is None:
        return None
    row = load_sop(file.sop_id).step(alert.step)
    said = load_escalation().of(alert.step)
    is_late = alert.event == "SlaTerlampaui"
    text = (said.breached if is_late else said.nearly) if said else alert.event
    values = {
        "kode": file.receipt_code,
        "langkah": row.activity,
        "menit": row.budget_minutes,
        "tenggat": wita(alert.due_at),
    }
    return {
        "_id": str(file.case_id),
        "case_id": str(file.case_id),
        "capability": alert.escalate_to,
        "event": alert.event,
        "step": alert.step,
        "attempt": alert.attempt,
        "due_at": alert.due_at,
        "receipt_code": file.receipt_code,
        "message": text.format_map(values),
        "position": file.position,
    }


def outage_document(outage: Outage) -> Document:
    """An outage as staff see it."""
    document = plain_fields(outage)
    return {"_id": document.pop("id"), **document}


def sla_document(file: CaseFile, measured: CaseSla) -> Document:
    """The times of a case."""
    return {
        "_id": str(file.case_id),
        "tenant": file.tenant,
        "receipt_code": file.receipt_code,
        "service_id": file.service_id,
        "status": file.status,
        "finished_at": file.finished_at,
        **plain_fields(measured),
        "position": file.position,
    }


def trail_document(fact: Recorded) -> Document:
    """One fact as the trail tells it."""
    fields = trail_fields(fact)
    # Field by field instead of by recursion: there is one document per event.
    fields["case_id"] = str(fields["case_id"])
    fields["event_id"] = str(fields["event_id"])
    fields["reason_codes"] = list(fields["reason_codes"])
    return {"_id": fact.position, **fields}
