"""What lists can be asked for, as stretches of the indexes of the read models."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

from gateway.paging import Place, Stretch
from jamila_ledger.casefile import Status, TaskState
from jamila_runtime.mongo import Filter, Keys

BY_DUE: Final[Keys] = (("due_at", "ascending"), ("_id", "ascending"))
NEWEST_FIRST: Final[Keys] = (("submitted_at", "descending"), ("_id", "descending"))
_BY_ID: Final[Keys] = (("_id", "ascending"),)
_LAST_ID_FIRST: Final[Keys] = (("_id", "descending"),)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
SUMMARY: Final = (
    "_id",
    "receipt_code",
    "service_id",
    "channel",
    "batch_id",
    "batch_row",
    "flags",
    "status",
    "step",
    "attempt",
    "state",
    "taken_by",
    "paused_for",
    "submitted_at",
    "finished_at",
    "sop_id",
    "last_event",
    "last_event_at",
)
"""What a list shows of a case; nothing of it is personal."""

SearchedBy = Literal["receipt-code", "case-id", "service", "number", "nothing"]


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """Which open tasks somebody asks for."""

    capabilities: Collection[str]
    step: int | None = None
    service_id: str | None = None
    state: TaskState | None = None
    batch_id: UUID | None = None
    taken_by: str | None = None
    overdue_at: datetime | None = None
    """Only what was due before this instant."""

    def stretches(self, after: Place | None) -> Sequence[Stretch]:
        """By the time they are due; those whose clock stands still come last."""
        base = self._base()
        timed: dict[str, Any] = {"$ne": None}
        still = [Stretch({**base, "due_at": None}, _BY_ID)]
        if self.overdue_at is not None:
            timed, still = {"$lt": self.overdue_at}, []
        if after is None:
            return [Stretch({**base, "due_at": timed}, BY_DUE), *still]
        beyond = {"_id": {"$gt": after.id}}
        if after.at is None:
            return [Stretch({**each.where, **beyond}, _BY_ID) for each in still]
        same = Stretch({**base, "due_at": after.at, **beyond}, _BY_ID)
        later = Stretch({**base, "due_at": {**timed, "$gt": after.at}}, BY_DUE)
        return [same, later, *still]

    def _base(self) -> dict[str, Any]:
        parts = {
            "step": self.step,
            "service_id": self.service_id,
            "state": self.state,
            "batch_id": self.batch_id and str(self.batch_id),
            "taken_by": self.taken_by,
        }
        wanted = sorted(self.capabilities)
        given = {name: value for name, value in parts.items() if value is not None}
        return {"capability": {"$in": wanted}, **given}


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """Which cases somebody asks for, those that have ended among them."""

    status: Status | None = None
    service_ids: Sequence[str] | None = None
    step: int | None = None
    batch_id: UUID | None = None
    contact_ids: Sequence[UUID] | None = None
    case_id: UUID | None = None
    case_ids: Sequence[UUID] | None = None
    receipt_code: str | None = None

    def stretches(self, tenant: str, after: Place | None) -> Sequence[Stretch]:
        """By the time they were handed in, the newest first: a time that never changes."""
        base = self._base(tenant)
        if self.case_id or self.case_ids or self.receipt_code:
            # Few that are known by name: there is no order and no further page.
            return [] if after else [Stretch(base, ())]
        if after is None:
            return [Stretch(base, NEWEST_FIRST)]
        same = {**base, "submitted_at": after.at, "_id": {"$lt": after.id}}
        earlier = {**base, "submitted_at": {"$lt": after.at}}
        return [Stretch(same, _LAST_ID_FIRST), Stretch(earlier, NEWEST_FIRST)]

    def _base(self, tenant: str) -> dict[str, Any]:
        parts: dict[str, Any] = {
            "status": self.status,
            "service_id": self.service_ids and {"$in": list(self.service_ids)},
            "step": self.step,
            "batch_id": self.batch_id and str(self.batch_id),
            "contact_id": _any_of(self.contact_ids),
            "_id": str(self.case_id) if self.case_id else _any_of(self.case_ids),
            "receipt_code": self.receipt_code,
        }
        given = {name: value for name, value in parts.items() if value is not None}
        # With every status named, the index by service has no gap before the time.
        return {"tenant": tenant, "status": {"$in": list(STATUSES)}, **given}


def _any_of(ids: Sequence[UUID] | None) -> Filter | None:
    return None if ids is None else {"$in": [str(each) for each in ids]}
