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
from typing import Any

from prometheus_client import Counter, Gauge

from jamila_ledger.calendar import Calendar
from jamila_ledger.casefile import CaseFile
from jamila_ledger.casefold import advance, fold
from jamila_ledger.chain import Entry
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.store import LedgerStore
from jamila_ledger.views import (
    INDEXES,
    POSITION_ID,
    POSITIONS,
    TRAIL,
    case_writes,
    trail_document,
)
from jamila_runtime.errors import ConflictError, DomainError, RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Document, Documents, Guard, Put, Remove

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
    ) -> None:
        self.status = ProjectorStatus()
        self._store = store
        self._documents = documents
        self._calendar = calendar
        self._batch = batch
        self._files: OrderedDict[str, CaseFile] = OrderedDict()
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
            RetryableError: MongoDB or the ledger is away.
        """
        await self._documents.ensure_indexes(INDEXES)
        at = await self._documents.get(POSITIONS, POSITION_ID)
        if at is not None:
            entry = await asyncio.to_thread(self._store.entry_at, at["position"])
            if entry is None or entry.hash.hex() != at["hash"]:
                detail = (
                    f"the read models stand at {at['position']} of another ledger; "
                    "point to the right database or empty this one"
                )
                raise ForeignModelError(detail, position=at["position"])
        self._at, self._started = at, True
        self._files.clear()
        self.status.position = at["position"] if at else 0

    async def catch_up(self) -> int:
        """Project until nothing is left.

        Returns:
            How many entries were projected.
        """
        if not self._started:
            await self.start()
        projected = 0
        while entries := await asyncio.to_thread(
            self._store.read, after=self.status.position, limit=self._batch
        ):
            await self._project(entries)
            projected += len(entries)
        LAG.set(0)
        return projected

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
        changed, writes = await asyncio.to_thread(self._fold_batch, entries)
        position = self._position_after(entries)
        expected = (
            {"position": self._at["position"], "hash": self._at["hash"]} if self._at else None
        )
        await self._documents.write_together(writes, guard=Guard(POSITIONS, position, expected))
        self._at = position
        self.status.position = position["position"]
        self._remember(changed)
        PROJECTED.inc(len(entries))
        LAG.set(await asyncio.to_thread(self._lag))

    def _lag(self) -> int:
        return max(self._store.head().position - self.status.position, 0)

    def _fold_batch(
        self, entries: Sequence[Entry]
    ) -> tuple[Mapping[str, CaseFile], dict[str, list[Put | Remove]]]:
        facts = recorded(entries)
        changed: dict[str, CaseFile] = {}
        for entry, fact in zip(entries, facts, strict=True):
            before = changed.get(entry.case_id) or self._file_before(entry)
            changed[entry.case_id] = advance(before, fact)
        writes: dict[str, list[Put | Remove]] = {
            TRAIL: [Put(trail_document(fact)) for fact in facts]
        }
        for file in changed.values():
            for collection, write in case_writes(file, self._calendar).items():
                writes.setdefault(collection, []).append(write)
        return changed, writes

    def _file_before(self, entry: Entry) -> CaseFile | None:
        """The file of a case just before its first entry of the batch."""
        if entry.case_position == 1:
            return None
        kept = self._files.get(entry.case_id)
        if kept is not None and kept.case_position == entry.case_position - 1:
            return kept
        return fold(_facts_before(self._store, entry))

    def _position_after(self, entries: Sequence[Entry]) -> Document:
        last = entries[-1]
        sources: dict[str, Any] = dict(self._at["sources"]) if self._at else {}
        sources.update({entry.source: entry.log_position for entry in entries})
        return {
            "_id": POSITION_ID,
            "position": last.position,
            "sources": sources,
            "hash": last.hash.hex(),
            "as_of": last.recorded_at,
            "calendar": f"{self._calendar.id} {self._calendar.version}",
        }

    def _remember(self, changed: Mapping[str, CaseFile]) -> None:
        for case_id, file in changed.items():
            self._files[case_id] = file
            self._files.move_to_end(case_id)
        while len(self._files) > _KEPT_CASES:
            self._files.popitem(last=False)


def _facts_before(store: LedgerStore, entry: Entry) -> list[Recorded]:
    return recorded(store.read_case(entry.case_id, until=entry.position - 1))
