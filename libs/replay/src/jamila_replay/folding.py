"""One part of the ledger into a shadow: what a worker does. Whole cases, each written once."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from jamila_ledger.aggregates import Tally, samples_of
from jamila_ledger.calendar import Calendar, load_calendar
from jamila_ledger.casefold import file_of
from jamila_ledger.chain import GENESIS, Entry, entry_hash
from jamila_ledger.outages import Outage
from jamila_ledger.outages_history import outages_until
from jamila_ledger.recorded import Recorded
from jamila_ledger.views import SLA, TRAIL, case_writes, trail_document
from jamila_replay.database import ModelDatabase, added, decoded, encoded
from jamila_replay.errors import BrokenLedgerError, UnreadableEventError
from jamila_replay.shadow import SUMMED, PartDone
from jamila_replay.source import Extent, LedgerReader, end_of
from jamila_runtime.mongo import Document, Put

_PAGE = 1_000
_PARENT_SECONDS = 0.5


@dataclass(frozen=True)
class Job:
    """What a worker has to know."""

    ledger_url: str
    mongo_url: str
    mongo_database: str
    calendar: str
    extent: Extent
    collections: Mapping[str, str]
    """Where to write, by the name of the view; what is not named is not written."""
    dry: bool = False
    """Fold and count, and write nothing."""


class Folder:
    """Folds parts, one after another, with connections of its own."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._reader = LedgerReader.open(job.ledger_url)
        self._database = ModelDatabase.connect(job.mongo_url, job.mongo_database)
        self._calendar = load_calendar(job.calendar)
        self._zone = ZoneInfo(self._calendar.timezone)
        outages = outages_until(self._reader.store, job.extent.until)
        self._outages = tuple(outages.values())

    def fold(self, part: str) -> PartDone:
        """Write everything that one part becomes.

        Raises:
            UnreadableEventError: an event of it cannot be read.
            BrokenLedgerError: an entry of it is not what was recorded.
            RetryableError: MongoDB or the ledger is away.
        """
        pages: dict[str, list[bytes]] = {
            name: [] for name in self._job.collections if name not in SUMMED
        }
        documents: dict[str, int] = dict.fromkeys(pages, 0)
        events, digest = 0, 0
        for entries in self._reader.cases(part, self._job.extent):
            events += len(entries)
            for name, document in case_documents(
                entries, self._calendar, self._outages, after=self._job.extent.after
            ):
                page = pages.get(name)
                if page is None:
                    continue
                raw = encoded(document)
                page.append(raw)
                digest = added(digest, name, raw)
                documents[name] += 1
                if len(page) >= _PAGE:
                    self._write(name, page)
        for name, page in pages.items():
            self._write(name, page)
        return PartDone(events=events, documents=documents, digest=f"{digest:064x}")

    def figures(self, parts: Sequence[str]) -> Tally:
        """What the measured cases of some parts count for, once they are all in the shadow."""
        tally = Tally()
        for part in parts:
            where = {"_id": {"$gte": part, "$lt": end_of(part)}}
            for raw in self._database.scan(self._job.collections[SLA], where):
                tally.add(samples_of(decoded(raw), self._zone))
        return tally

    def close(self) -> None:
        """Give back connections."""
        self._reader.close()
        self._database.close()

    def _write(self, name: str, page: list[bytes]) -> None:
        if page and not self._job.dry:
            self._database.insert(self._job.collections[name], page)
            page.clear()


def case_documents(
    entries: Sequence[Entry],
    calendar: Calendar,
    outages: Sequence[Outage] = (),
    *,
    after: int = 0,
) -> Iterator[tuple[str, Document]]:
    """Everything one case becomes: the same documents the live projector ends with.

    Args:
        entries: All entries of the case up to the end of the rebuild, in order.
        calendar: For due times.
        outages: All that the ledger tells of up to the end of the rebuild.
        after: Lines of the trail up to this position are left out.

    Raises:
        UnreadableEventError: an event cannot be read.
        BrokenLedgerError: an entry is not what was recorded.
    """
    facts = _read(entries)
    file = file_of(facts)
    for name, write in case_writes(file, calendar, outages).items():
        if isinstance(write, Put):
            yield name, write.document
    for fact in facts:
        if fact.position > after:
            yield TRAIL, trail_document(fact)


def _read(entries: Sequence[Entry]) -> list[Recorded]:
    facts: list[Recorded] = []
    previous = GENESIS
    for number, entry in enumerate(entries, start=1):
        is_next = entry.case_position == number and entry.case_previous_hash == previous
        if not is_next or entry_hash(entry) != entry.hash:
            detail = f"entry {entry.position} is not what was recorded; see jamila ledger verify"
            raise BrokenLedgerError(detail, position=entry.position)
        previous = entry.hash
        facts.append(_fact(entry))
    return facts


def _fact(entry: Entry) -> Recorded:
    try:
        fact = Recorded.of(entry)
    except ValidationError:
        fact = None
    if fact is None or fact.event is None:
        detail = f"entry {entry.position} ({entry.type}) cannot be read by this version"
        raise UnreadableEventError(detail, position=entry.position, type=entry.type) from None
    return fact


_state: dict[str, Any] = {}
"""The folder of this worker process."""


def start_worker(job: Job, parent: int | None) -> None:
    """Make this process ready to fold; ``parent`` is whose worker it is, None: its own."""
    if parent is not None:
        # Ctrl-C reaches the whole group: the parent decides, a worker ends its part.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _state["folder"] = Folder(job)


def stop_worker() -> None:
    """Give back the connections of this process."""
    _state.pop("folder").close()


def fold_part(part: str) -> PartDone:
    """Fold one part in a worker process."""
    folder: Folder = _state["folder"]
    return folder.fold(part)


def figures_of_parts(parts: Sequence[str]) -> Tally:
    """Count what some parts of the shadow count for, in a worker process."""
    folder: Folder = _state["folder"]
    return folder.figures(parts)


def _end_with(parent: int) -> None:
    # Whoever kills the run with SIGKILL must not leave workers that go on writing.
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)
    os._exit(1)
