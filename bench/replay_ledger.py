"""The ledger of ``bench/replay.py``: a year of an office, 200 cases a day of five kinds.

Finished, papers asked for, returned twice, given up, still waiting; with messages to the applicant
and their reports. Times, interleaving, logs and the hash chain are those of a real ledger.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from sqlalchemy import insert

from jamila_contracts import events as e
from jamila_ledger.chain import GENESIS, Entry, Head, entry_hash, microseconds
from jamila_ledger.sql_store import SqlLedgerStore, canonical_meta
from jamila_ledger.tables import ENTRIES
from jamila_testing.builders import MONDAY, ROAD, Story, digest, named_id

AT_ONCE = 40
"""Cases that run at the same time: their entries lie interleaved in the ledger."""
HOURS = 5
"""So many times a day: 200 cases, about what the office has."""
RETURNED, CANCELLED = 2, 3


def generate(path: Path, events: int) -> float:
    """A ledger of whole days of an office, chained as the store chains."""
    began = time.perf_counter()
    store = SqlLedgerStore.open(f"sqlite:///{path}")
    writer = Writer()
    with store._writing() as connection:  # noqa: SLF001 - what append does after its checks
        while writer.head.position < events:
            connection.execute(insert(ENTRIES), [entry._asdict() for entry in writer.hour()])
    store.close()
    return round(time.perf_counter() - began, 1)


class Told(NamedTuple):
    """One event of a road, to be told of many cases."""

    recorded_us: int
    meta: dict[str, Any]
    data: bytes
    receipt: bytes


def roads(day: int) -> list[list[Told]]:
    """How cases go on one day: to the end, back and forth, papers asked for, given up, waiting."""
    start = MONDAY + timedelta(weeks=day // 5, days=day % 5)
    stories = [Story(f"bench-{number}", start=start) for number in range(5)]
    for number, story in enumerate(stories):
        _tell(story, number)
    return [
        [
            Told(
                microseconds(record.meta.recorded_at) + 1_000_000,
                orjson.loads(canonical_meta(record.meta)),
                record.data,
                digest(story.name)[:10].upper().encode(),
            )
            for record in story.records
        ]
        for story in stories
    ]


def _tell(story: Story, number: int) -> None:
    story.tell(e.PermohonanDiajukan)
    _notify(story, "PermohonanDiajukan")
    if number == 1:
        story.work(e.BerkasTidakLengkap)
        _notify(story, "BerkasTidakLengkap")
        story.later(minutes=9).tell(e.BerkasDiunggah)
    for event_class in ROAD[: (8, 8, 8, 1, 5)[number]]:
        if number == RETURNED and event_class is e.Diverifikasi:
            story.work(e.VerifikasiDikembalikan)
            story.work(e.DraftDikembalikan)
            story.work(e.DraftDibuat)
            story.work(e.DraftDisetujui)
        story.work(event_class)
    if number == CANCELLED:
        story.tell(e.PermohonanDibatalkan)
    else:
        _notify(story, type(story.records[-1].event()).__name__)


def _notify(story: Story, about: str) -> None:
    message = named_id(f"{story.name}/{about}")
    story.tell(e.PemberitahuanTerkirim, message_id=message, about_event=about)
    story.later(seconds=2).tell(e.StatusPesanDilaporkan, message_id=message)


class Writer:
    """Tells the same roads day after day, each time of other cases."""

    def __init__(self) -> None:
        self.head = Head()
        self._logs: Counter[str] = Counter()
        self._cases = self._last_us = self._hours = 0
        self._today: list[tuple[int, Told]] = []

    def hour(self) -> Iterator[Entry]:
        """``AT_ONCE`` cases that run at the same time, interleaved by their times."""
        day, hour = divmod(self._hours, HOURS)
        self._hours += 1
        if hour == 0:
            told = [(n, each) for n in range(AT_ONCE) for each in roads(day)[n % 5]]
            self._today = sorted(told, key=lambda pair: pair[1].recorded_us)
        cases = [uuid5(NAMESPACE_URL, f"bench/{self._cases + n}") for n in range(AT_ONCE)]
        self._cases += AT_ONCE
        links = dict.fromkeys(cases, (0, GENESIS))
        for number, told in self._today:
            case = cases[number]
            entry = self._entry(case, links[case], told)
            links[case] = (entry.case_position, entry.hash)
            self.head = Head(entry.position, entry.hash)
            yield entry

    def _entry(self, case: UUID, link: tuple[int, bytes], told: Told) -> Entry:
        meta, source = told.meta, told.meta["source"]
        event_id = str(uuid5(case, meta["event_id"]))
        before = self._logs[source]
        self._logs[source] += 1
        self._last_us = max(self._last_us, told.recorded_us)
        changed = {
            **meta,
            "event_id": event_id,
            "case_id": str(case),
            "correlation_id": str(case),
            "log_position": before + 1,
            "previous_log_position": before,
        }
        body = told.data.replace(meta["event_id"].encode(), event_id.encode())
        body = body.replace(told.receipt, case.hex[:10].upper().encode())
        entry = Entry(
            position=self.head.position + 1,
            event_id=event_id,
            source=source,
            log_position=before + 1,
            case_id=str(case),
            case_position=link[0] + 1,
            type=meta["type"],
            meta=orjson.dumps(changed, option=orjson.OPT_SORT_KEYS).decode(),
            data=body.replace(meta["case_id"].encode(), str(case).encode()),
            recorded_us=self._last_us,
            previous_hash=self.head.hash,
            case_previous_hash=link[1],
            hash=b"",
        )
        return entry._replace(hash=entry_hash(entry))
