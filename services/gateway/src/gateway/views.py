"""Reads the read models: queue, case, trail, SLA; and waits until they have seen a place.

The position is read before the data: an answer is never older than it says.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from gateway.answers import AsOf
from gateway.auditing import AuditQuery, audit
from gateway.lists import BY_DUE, SUMMARY, CaseFilter, TaskFilter
from gateway.paging import MalformedRequestError, Page, Place, page_of
from gateway.problems import CaseUnknownError
from gateway.read_models import ReadModels
from jamila_ledger.aggregates import FIGURES, first_day
from jamila_ledger.views import (
    CASES,
    ESCALATIONS,
    OUTAGES,
    POSITION_ID,
    POSITIONS,
    QUEUE,
    SLA,
    STOCK,
    TRAIL,
)
from jamila_runtime.errors import RetryableError
from jamila_runtime.mongo import Document, Filter, Keys, Query
from jamila_runtime.signs import ALL, HEARTBEATS

_POLL_SECONDS = 0.02
_MOST_FIGURES = 5000
_MOST_OUTAGES = 500


class ReadModelBehindError(RetryableError):
    """The read model has not seen what the asker wants to see; ask again."""

    slug = "read-model-behind"


@dataclass(frozen=True)
class SourcePlace:
    """A place in the log of one service."""

    source: str
    position: int

    @classmethod
    def parse(cls, text: str) -> "SourcePlace":
        """Read ``service:position``.

        Raises:
            MalformedRequestError: it is not of that form.
        """
        source, _, number = text.strip().partition(":")
        if not source or not number.isascii() or not number.isdigit():
            raise MalformedRequestError("a position is written service:number")
        return cls(source, int(number))


@dataclass(frozen=True)
class QueueCounter:
    """What is to be done in one capability."""

    capability: str
    open: int
    mine: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class FigureQuery:
    """Which figures somebody asks for."""

    scope: str
    period: str
    since: date | None = None
    until: date | None = None
    """Periods that begin in between; that of ``since`` counts whole."""
    key: str | None = None
    step: int | None = None

    def where(self, tenant: str) -> Filter:
        """The same as a filter."""
        days: dict[str, str] = {}
        if self.since is not None:
            days["$gte"] = first_day(self.since, self.period).isoformat()
        if self.until is not None:
            days["$lte"] = self.until.isoformat()
        parts = {"key": self.key, "step": self.step, "since": days or None}
        given = {name: value for name, value in parts.items() if value is not None}
        return {"tenant": tenant, "scope": self.scope, "period": self.period, **given}


class Views:
    """The read models of one office."""

    def __init__(self, models: ReadModels, *, tenant: str) -> None:
        self._models = models
        self._tenant = tenant

    async def as_of(self) -> AsOf:
        """How far the read models are."""
        at = await self._models.get(POSITIONS, POSITION_ID) or {}
        return AsOf(position=at.get("position", 0), time=at.get("as_of"))

    async def wait_for(self, places: Sequence[SourcePlace], *, patience: timedelta) -> None:
        """Wait until the read models have seen all places.

        Raises:
            ReadModelBehindError: they have not, and patience is over.
        """
        deadline = asyncio.get_running_loop().time() + patience.total_seconds()
        while missing := await self._missing(places):
            if asyncio.get_running_loop().time() >= deadline:
                raise ReadModelBehindError(
                    "the read model has not seen it yet", sources=missing, retry_after_seconds=1
                )
            await asyncio.sleep(_POLL_SECONDS)

    async def tasks(self, asked: TaskFilter, *, limit: int, cursor: str | None) -> Page:
        """Open tasks by the time they are due; those whose clock stands still come last.

        Raises:
            MalformedRequestError: the cursor is not one of ours.
        """
        find = partial(self._models.find, QUEUE)
        return await page_of(find, asked.stretches(Place.read(cursor)), by="due_at", limit=limit)

    async def cases(self, asked: CaseFilter, *, limit: int, cursor: str | None) -> Page:
        """Cases, ended ones too, the newest first; nothing personal.

        Raises:
            MalformedRequestError: the cursor is not one of ours.
        """
        stretches = asked.stretches(self._tenant, _timed(cursor))
        find = partial(self._models.find, CASES)
        return await page_of(find, stretches, by="submitted_at", limit=limit, fields=SUMMARY)

    async def counts(
        self, capabilities: Collection[str], *, account: str, now: datetime
    ) -> list[QueueCounter]:
        """How much there is to do, by capability."""

        async def one(capability: str) -> QueueCounter:
            base = {"capability": capability}
            every, mine, overdue = await asyncio.gather(
                self._models.count(QUEUE, base),
                self._models.count(QUEUE, {**base, "taken_by": account}),
                self._models.count(QUEUE, {**base, "due_at": {"$ne": None, "$lt": now}}),
            )
            return QueueCounter(capability, every, mine, overdue)

        return await asyncio.gather(*(one(each) for each in sorted(capabilities)))

    async def case(self, case_id: UUID) -> Document:
        """One case.

        Raises:
            CaseUnknownError: there is none, or it is another office's.
        """
        found = await self._models.get(CASES, str(case_id))
        if found is None or found["tenant"] != self._tenant:
            raise CaseUnknownError(f"no case {case_id}", case_id=str(case_id))
        return found

    async def these(self, case_ids: Collection[UUID]) -> dict[UUID, Document]:
        """Several cases in one question; of what is not there, or another office's, nothing."""
        where = {"_id": {"$in": [str(each) for each in case_ids]}, "tenant": self._tenant}
        found = await self._models.find(CASES, Query(where=where))
        return {UUID(each["_id"]): each for each in found}

    async def trail(self, case_id: UUID) -> list[Document]:
        """What happened to a case; whoever asks knows that it is one of this office."""
        query = Query(where={"case_id": str(case_id)}, order=(("case_position", "ascending"),))
        return await self._models.find(TRAIL, query)

    async def sla(self, case_id: UUID) -> Document:
        """The times of a case; whoever asks knows that it is one of this office.

        Raises:
            CaseUnknownError: nothing was measured of it.
        """
        found = await self._models.get(SLA, str(case_id))
        if found is None:
            raise CaseUnknownError(f"no times of case {case_id}", case_id=str(case_id))
        return found

    async def figures(self, asked: "FigureQuery") -> list[Document]:
        """Figures by period, then by what they are about."""
        order: Keys = (("since", "ascending"), ("key", "ascending"), ("step", "ascending"))
        query = Query(where=asked.where(self._tenant), order=order, limit=_MOST_FIGURES)
        return await self._models.find(FIGURES, query)

    async def outages(self, *, lasting: bool) -> list[Document]:
        """Outages, the newest first."""
        where = {"until": None} if lasting else {}
        query = Query(where=where, order=(("since", "descending"),), limit=_MOST_OUTAGES)
        return await self._models.find(OUTAGES, query)

    async def escalations(self, capabilities: Collection[str]) -> list[Document]:
        """What was escalated to these capabilities, the oldest first."""
        wanted = {"capability": {"$in": sorted(capabilities)}}
        return await self._models.find(ESCALATIONS, Query(where=wanted, order=BY_DUE))

    async def signs(self) -> Document | None:
        """The newest sign of life of each process."""
        return await self._models.get(HEARTBEATS, ALL)

    async def audit(self, asked: AuditQuery) -> list[Document]:
        """Lines of the trail of the whole office; see ``gateway.auditing``."""
        return await audit(self._models, asked)

    async def stock(self) -> list[Document]:
        """What is left of each item of this office that was ever delivered."""
        return await self._models.find(STOCK, Query(where={"tenant": self._tenant}))

    async def batch(self, batch_id: UUID) -> list[Document]:
        """The cases of a village's batch by their rows; see ``case`` for errors."""
        where = {"batch_id": str(batch_id), "tenant": self._tenant}
        found = await self._models.find(CASES, Query(where=where))
        if not found:
            raise CaseUnknownError(f"no batch {batch_id}", case_id=str(batch_id))
        return sorted(found, key=lambda case: (len(case["batch_row"]), case["batch_row"]))

    async def _missing(self, places: Sequence[SourcePlace]) -> list[str]:
        at = await self._models.get(POSITIONS, POSITION_ID) or {}
        seen: Mapping[str, int] = at.get("sources", {})
        return [each.source for each in places if seen.get(each.source, 0) < each.position]


def _timed(cursor: str | None) -> Place | None:
    place = Place.read(cursor)
    if place is not None and place.at is None:
        raise MalformedRequestError("the cursor is not one of this list")
    return place
