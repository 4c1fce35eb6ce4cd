"""Keeps the read models in MongoDB a pure function of a prefix of the ledger.

Each batch is written in one transaction together with the position it reaches, so a crash at any
moment leaves a model that is exactly some prefix. Only MongoDB knows the position: a restart, a
restored or an emptied database goes on from wherever it is.

Errors::

    ForeignModelError   the read models were made from another ledger; nothing is touched
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from prometheus_client import Counter, Gauge

from jamila_ledger.aggregates import FIGURES, Tally, samples_of
from jamila_ledger.calendar import Calendar
from jamila_ledger.casefile import CaseFile
from jamila_ledger.casefold import advance, file_of, fold, is_aside
from jamila_ledger.chain import Entry
from jamila_ledger.models import ModelMovedError, ModelNames, live_names
from jamila_ledger.outages import Outages
from jamila_ledger.outages_history import learned, outages_until
from jamila_ledger.own_documents import OwnDocuments
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.store import LedgerStore
from jamila_ledger.views import (
    CASES,
    INDEXES,
    OUTAGES,
    POSITIONS,
    QUEUE,
    SLA,
    TRAIL,
    case_writes,
    documents_without,
    outage_document,
    trail_document,
)
from jamila_runtime.errors import ConflictError, DomainError, RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Document, Documents, Guard, Put, Query, Remove

PROJECTED = Counter("jamila_projected_events", "Entries written to the read models.")
LAG = Gauge("jamila_projector_lag_events", "Entries not yet in the read models.")
FAILURES = Counter("jamila_projector_failures", "Failed attempts to write the read models.")

_KEPT_CASES = 10_000
_FIRST_WAIT_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 10.0
_log = get_logger(__name__)


class ForeignModelError(DomainError):
    """The read models stand at a place this ledger does not have: another history made them."""

    slug = "read-model-foreign"


@dataclass
class ProjectorStatus:
    """What readiness and operators want to know."""

    position: int = 0
    failing: str | None = None
    """Kind of the last fault, None while all is well."""


class Projector:
    """Reads the ledger after the position of the read models and writes what is new."""

    def __init__(
        self,
        store: LedgerStore,
        documents: Documents,
        calendar: Calendar,
        *,
        batch: int = 500,
        names: ModelNames | None = None,
    ) -> None:
        """Keep one model.

        Args:
            store: The ledger.
            documents: Where the models lie.
            calendar: For due times.
            batch: Entries per transaction.
            names: The model to keep; None: whatever model is live, also after it was exchanged.
        """
        self.status = ProjectorStatus()
        self._given = names
        self._names = names or ModelNames()
        self._store = store
        self._documents = documents
        self._calendar = calendar
        self._batch = batch
        self._files: OrderedDict[str, CaseFile] = OrderedDict()
        self._own = OwnDocuments(self._by_id)
        self._zone = ZoneInfo(calendar.timezone)
        self._outages: Outages = {}
        self._at: Document | None = None
        self._started = False
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something new; call it in the event loop."""
        self._wake.set()

    async def start(self) -> None:
        """Make indexes, find the position of the read models, and prove it is one of ours.

        Raises:
            ForeignModelError: the read models were made from another ledger.
            RetryableError: MongoDB or the ledger is away, or the live model is being exchanged.
        """
        names = self._names = self._given or await live_names(self._documents)
        kept = {c: each for c, each in INDEXES.items() if c not in names.omitted}
        await self._documents.ensure_indexes({names.of(c): each for c, each in kept.items()})
        at = await self._documents.get(POSITIONS, names.position_id)
        if at is not None and at.get("model") != names.tag:
            raise ModelMovedError("the live model was exchanged just now")
        if at is not None:
            entry = await asyncio.to_thread(self._store.entry_at, at["position"])
            if entry is None or entry.hash.hex() != at["hash"]:
                detail = (
                    f"the read models stand at {at['position']} of another ledger; "
                    "point to the right database or empty this one"
                )
                raise ForeignModelError(detail, position=at["position"])
        self.status.position = at["position"] if at else 0
        self._outages = await asyncio.to_thread(outages_until, self._store, self.status.position)
        self._at, self._started = at, True
        self._files.clear()
        self._own.forget()
        if at is not None and at["calendar"] != calendar_name(self._calendar):
            await self._recalculate()

    async def catch_up(self, *, until: int | None = None) -> int:
        """Project until nothing is left.

        Args:
            until: Last position of the ledger to project; None: its end.

        Returns:
            How many entries were projected.
        """
        if not self._started:
            await self.start()
        projected, is_full = 0, True
        while is_full and (entries := await asyncio.to_thread(self._next, until)):
            await self._project(entries)
            projected += len(entries)
            # Less than a batch was all there was; what came since has woken us again.
            is_full = len(entries) == self._batch
            LAG.set(await asyncio.to_thread(self.lag) if is_full else 0)
        return projected

    def _next(self, until: int | None) -> list[Entry]:
        at = self.status.position
        limit = self._batch if until is None else min(self._batch, max(until - at, 0))
        return self._store.read(after=at, limit=limit) if limit else []

    async def run(self) -> None:
        """Project for ever: when woken, and now and then in case nobody wakes us.

        Raises:
            ForeignModelError: somebody exchanged the read models or the ledger.
        """
        wait = _FIRST_WAIT_SECONDS
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
            except (RetryableError, ConflictError) as error:
                # Whatever was half done is rolled back; ask MongoDB anew where it stands.
                self._started = False
                self.status.failing = error.slug
                FAILURES.inc()
                _log.warning("read models not written", fault=error.slug, wait_seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
            else:
                self.status.failing, wait = None, _FIRST_WAIT_SECONDS
                await self._nudged()

    async def _nudged(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=1.0)
        except TimeoutError:
            return

    async def _project(self, entries: Sequence[Entry]) -> None:
        outages = learned(self._outages, entries)
        stopped = await self._concerned_by(outages)
        changed, writes = await asyncio.to_thread(self._fold_batch, entries, stopped, outages)
        await self._write(writes, self._position_after(entries))
        self._outages = outages
        self._remember(changed)
        PROJECTED.inc(len(entries))

    async def _recalculate(self) -> None:
        """Another calendar: move the due times of all open cases, as of where the model stands."""
        _log.info("calendar changed", calendar=self._calendar.id, version=self._calendar.version)
        cases = await self._ids(QUEUE, Query(fields=("_id",)))
        _, writes = await asyncio.to_thread(self._fold_batch, (), cases, self._outages)
        assert self._at is not None  # noqa: S101 - there is a model
        await self._write(writes, {**self._at, "calendar": calendar_name(self._calendar)})

    async def _write(self, writes: dict[str, list[Put | Remove]], position: Document) -> None:
        writes[FIGURES] = await self._figures(writes.get(SLA, ()))
        known = ("position", "hash", "model")
        expected = {key: self._at.get(key) for key in known} if self._at else None
        placed = {
            self._names.of(collection): each
            for collection, each in writes.items()
            if collection not in self._names.omitted
        }
        await self._documents.write_together(placed, guard=Guard(POSITIONS, position, expected))
        for collection in (SLA, FIGURES):
            self._own.note(collection, writes.get(collection, ()))
        self._at = position
        self.status.position = position["position"]

    async def _figures(self, measured: Sequence[Put | Remove]) -> list[Put | Remove]:
        """Take away what the cases counted for before, and add what they count for now."""
        tally, now = Tally(), [each.document for each in measured if isinstance(each, Put)]
        # A model of some projections only reads the rest where another projector writes.
        by_id = self._by_id if self._names.omitted else self._own.by_id
        before = await by_id(SLA, [document["_id"] for document in now])
        for document in before:
            tally.add(samples_of(document, self._zone), -1)
        for document in now:
            tally.add(samples_of(document, self._zone))
        return tally.writes(await by_id(FIGURES, tally.ids()))

    async def _concerned_by(self, outages: Outages) -> Sequence[str]:
        """Cases whose clocks an outage of this batch stops or lets run, though they are silent."""
        found: set[str] = set()
        for outage in outages.values():
            if self._outages.get(outage.id) == outage:
                continue
            known = outage.id in self._outages
            turned = outage.until if known and outage.until else outage.since
            waiting = Query(where={"step": {"$in": list(outage.steps)}}, fields=("_id",))
            recent = Query(where={"recorded_at": {"$gte": turned}}, fields=("_id",))
            found.update(await self._ids(QUEUE, waiting))
            found.update(await self._ids(CASES, recent))
        return sorted(found)

    async def _ids(self, collection: str, query: Query) -> list[str]:
        found = await self._documents.find(self._names.of(collection), query)
        return [document["_id"] for document in found]

    async def _by_id(self, collection: str, ids: Sequence[str]) -> list[Document]:
        if not ids:
            return []
        query = Query(where={"_id": {"$in": list(ids)}})
        return await self._documents.find(self._names.of(collection), query)

    def lag(self) -> int:
        """How many entries of the ledger are not in the model yet.

        Raises:
            RetryableError: the ledger is away.
        """
        return max(self._store.head().position - self.status.position, 0)

    def _fold_batch(
        self, entries: Sequence[Entry], stopped: Sequence[str], outages: Outages
    ) -> tuple[Mapping[str, CaseFile], dict[str, list[Put | Remove]]]:
        facts = recorded(entries)
        known: dict[str, CaseFile | None] = {}
        changed: dict[str, CaseFile] = {}
        moved = set(stopped)
        for entry, fact in zip(entries, facts, strict=True):
            case_id = entry.case_id
            if case_id not in changed:
                known[case_id] = self._file_before(entry)
            changed[case_id] = advance(changed.get(case_id) or known[case_id], fact)
            if not is_aside(fact):
                moved.add(case_id)
        writes: dict[str, list[Put | Remove]] = {
            TRAIL: [Put(trail_document(fact)) for fact in facts]
        }
        turned = [each for each in outages.values() if self._outages.get(each.id) != each]
        writes[OUTAGES] = [Put(outage_document(each)) for each in turned]
        files = {case_id: file for case_id, file in changed.items() if case_id in moved}
        files |= {each: self._file_of(each) for each in stopped if each not in changed}
        for case_id, file in files.items():
            # Most cases have no alarm to take away: one round trip less in most batches.
            absent = documents_without(known[case_id]) if case_id in known else frozenset()
            for collection, write in case_writes(file, self._calendar, outages.values()).items():
                if isinstance(write, Put) or collection not in absent:
                    writes.setdefault(collection, []).append(write)
        return changed, writes

    def _file_of(self, case_id: str) -> CaseFile:
        """The file of a case where the model stands."""
        kept = self._files.get(case_id)
        if kept is not None:
            return kept
        entries = self._store.read_case(case_id, until=self.status.position)
        return file_of(recorded(entries))

    def _file_before(self, entry: Entry) -> CaseFile | None:
        """The file of a case just before its first entry of the batch."""
        if entry.case_position == 1:
            return None
        kept = self._files.get(entry.case_id)
        if kept is not None and kept.case_position == entry.case_position - 1:
            return kept
        return fold(_facts_before(self._store, entry))

    def _position_after(self, entries: Sequence[Entry]) -> Document:
        sources: dict[str, int] = dict(self._at["sources"]) if self._at else {}
        sources.update({entry.source: entry.log_position for entry in entries})
        return position_document(self._names, entries[-1], sources, calendar=self._calendar)

    def _remember(self, changed: Mapping[str, CaseFile]) -> None:
        for case_id, file in changed.items():
            self._files[case_id] = file
            self._files.move_to_end(case_id)
        while len(self._files) > _KEPT_CASES:
            self._files.popitem(last=False)


def position_document(
    names: ModelNames, last: Entry, sources: Mapping[str, int], *, calendar: Calendar
) -> Document:
    """Say how far a model is: up to which entry, and how far that is in the log of each source."""
    return {
        "_id": names.position_id,
        "model": names.tag,
        "position": last.position,
        "sources": dict(sources),
        "hash": last.hash.hex(),
        "as_of": last.recorded_at,
        "calendar": calendar_name(calendar),
    }


def calendar_name(calendar: Calendar) -> str:
    """A calendar and its version."""
    return f"{calendar.id} {calendar.version}"


def _facts_before(store: LedgerStore, entry: Entry) -> list[Recorded]:
    return recorded(store.read_case(entry.case_id, until=entry.position - 1))
