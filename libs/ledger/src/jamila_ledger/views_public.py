"""From the file of a case to what anybody who holds one of its codes may know. Pure.

One document per case in the collection ``public``. Nothing in it names a person, and nothing in it
is sealed: the process behind the public page needs to read no other collection about cases.
"""

from datetime import timedelta
from typing import Any, Final

from jamila_contracts.sop import load_sop
from jamila_ledger.calendar import Calendar, due_at
from jamila_ledger.casefile import WAITS_FOR_APPLICANT, CaseFile
from jamila_ledger.issued import IssuedDocument
from jamila_ledger.sla import CaseSla
from jamila_runtime.mongo import Document, Index

PUBLIC: Final = "public"

PUBLIC_INDEXES: Final = (
    Index("public_by_receipt", (("receipt_code", "ascending"),)),
    Index("public_by_document", (("documents.code", "ascending"),)),
    Index("public_by_file", (("documents.signed_sha256", "ascending"),)),
)


def public_document(file: CaseFile, measured: CaseSla, calendar: Calendar) -> Document:
    """Where the application stands, and which documents came of it.

    Args:
        file: The case; outages laid over it as pauses.
        measured: Its times at its last fact.
        calendar: For the promised time.
    """
    left = max(measured.total_budget - _used(file, measured), timedelta())
    runs = file.state in ("menunggu", "dikerjakan")
    return {
        "_id": str(file.case_id),
        "receipt_code": file.receipt_code,
        "service_id": file.service_id,
        "status": file.status,
        "step": file.step,
        "steps": len(load_sop(file.sop_id).steps),
        "state": file.state,
        "since": _since(file),
        "paused_for": file.current.paused_for if file.current else None,
        "asked": _asked(file),
        "promised_at": due_at(measured.as_of, left, calendar) if runs and left else None,
        "left": int(left.total_seconds()),
        "documents": [_issued(each) for each in file.issued if each.signed_at is not None],
        "as_of": file.recorded_at,
        "position": file.position,
    }


def _used(file: CaseFile, measured: CaseSla) -> timedelta:
    """What is used of the promise; before the papers are accepted it is what step 1 has used."""
    if measured.total_started_at is not None or file.current is None:
        return measured.total
    at = (file.current.step, file.current.attempt)
    return next((s.used for s in measured.steps if (s.step, s.attempt) == at), timedelta())


def _since(file: CaseFile) -> Any:
    if file.finished_at is not None:
        return file.finished_at
    if file.status == WAITS_FOR_APPLICANT and file.returns:
        return file.returns[-1].at
    return file.current.arrived_at if file.current else file.submitted_at


def _asked(file: CaseFile) -> list[Document]:
    """What the applicant has to send, item by item."""
    if file.status != WAITS_FOR_APPLICANT or not file.returns:
        return []
    # Where on the sheet it is seen is for the office.
    told = {"item_id", "reason_code"}
    return [problem.model_dump(include=told) for problem in file.returns[-1].problems]


def _issued(document: IssuedDocument) -> Document:
    return document.model_dump()
