"""Searches the trail of the whole office: by account, by kind of event, by day.

The ``_id`` of a line is its place in the ledger, and the ledger's clock never runs backwards: the
lines of a day lie between two places, which are found by halving. So a day needs no index of its
own, which every fact would be written into.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from gateway.read_models import ReadModels
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_ledger.views import TRAIL
from jamila_runtime.mongo import Document, Keys, Query

_NEWEST: Final[Keys] = (("_id", "descending"),)
_OLDEST: Final[Keys] = (("_id", "ascending"),)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which lines somebody asks for."""

    account: str | None = None
    events: tuple[str, ...] = ()
    day: date | None = None
    before: int | None = None
    """Only lines at places before this one."""
    limit: int = 50


async def audit(models: ReadModels, asked: AuditQuery) -> list[Document]:
    """Lines of the trail, the newest first; one more than the limit when there are more."""
    places: dict[str, int] = {} if asked.before is None else {"$lt": asked.before}
    if asked.day is not None:
        first = await _first_at(models, _midnight(asked.day))
        beyond = await _first_at(models, _midnight(asked.day + _DAY))
        places = {"$gte": first, "$lt": min(beyond, asked.before or beyond)}
    where: dict[str, Any] = {"_id": places} if places else {}
    if asked.account is not None:
        where["account"] = asked.account
    if asked.events:
        where["event"] = {"$in": list(asked.events)}
    return await models.find(TRAIL, Query(where=where, order=_NEWEST, limit=asked.limit + 1))


async def _first_at(models: ReadModels, at: datetime) -> int:
    """The first place that was recorded at an instant or after it; one past the end if none."""
    newest = await models.find(TRAIL, Query(order=_NEWEST, limit=1, fields=("_id",)))
    low, high = 0, newest[0]["_id"] + 1 if newest else 0
    while low < high:
        middle = (low + high) // 2
        query = Query(where={"_id": {"$gte": middle}}, order=_OLDEST, limit=1)
        [found] = await models.find(TRAIL, query)
        if found["recorded_at"] < at:
            low = found["_id"] + 1
        else:
            high = middle
    return low


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=OFFICE_ZONE)
