"""The cases of ``bench/gateway_reads.py``: folded by the ledger's own folds, cloned under new ids.

Sixteen roads are told, one for every step at which a case may wait, at two services; each is folded
once into the documents of the read models. Clones differ in id, receipt code, times, contact and
who works on them, so that every index is as large as it would be. Of the cases that will be looked
at the trail is whole and the applicant is sealed under a key of their own; of the others the trail
has two lines, so that a million fits on the machine.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pymongo import MongoClient

from jamila_contracts import events as e
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.views import CASES, PUBLIC, QUEUE, SLA, TRAIL, case_writes, trail_document
from jamila_runtime.mongo import Put
from jamila_runtime.vault import CaseVault
from jamila_testing.builders import ROAD, Story, as_recorded

SEED = 6311
OPEN = 2_000
"""Open tasks, whatever the number of cases: an office has what it can do in some days."""
LOOKED_AT = 500
"""Cases that are opened, drawn from all over."""
SERVICES = ("lhr-umum", "kk-ubah")
APPLICANT = {"name": "Rahmah binti Saberi", "phone": "628006311001", "bsuid": None}
DATA = {"documents": {"akta-kelahiran": {"nama": "Muhammad Rizqi", "anak-ke": "2"}}}
_SEALED = ("applicant", "data")
_BATCH = 2_000


@dataclass(frozen=True)
class Pattern:
    """The documents of one road."""

    case: dict[str, Any]
    sla: dict[str, Any]
    public: dict[str, Any]
    task: dict[str, Any] | None
    trail: list[dict[str, Any]]


@dataclass(frozen=True)
class Loaded:
    """What was put into MongoDB."""

    cases: int
    open: int
    trail_lines: int
    looked_at: list[str]


def patterns() -> tuple[list[Pattern], list[Pattern]]:
    """Roads that wait at a step, and roads that are at their end."""
    waiting, ended = [], []
    for service in SERVICES:
        waiting += [_pattern(service, until) for until in range(len(ROAD))]
        ended.append(_pattern(service, len(ROAD)))
    return [each for each in waiting if each.task], ended


def load(url: str, database: str, cases: int, vault: CaseVault) -> Loaded:
    """Put cases into the read models of a running system; minutes for a million."""
    draw = random.Random(SEED)  # noqa: S311 - the same cases at each run, no secret
    waiting, ended = patterns()
    # Spread evenly, the open ones among the newest.
    looked_at = set(range(0, cases, max(cases // LOOKED_AT, 1)))
    chosen: list[str] = []
    lines = 0
    client: MongoClient[dict[str, Any]] = MongoClient(url)
    with client:
        into = client[database]
        for first in range(0, cases, _BATCH):
            numbers = range(first, min(first + _BATCH, cases))
            rows: dict[str, list[dict[str, Any]]] = {
                name: [] for name in (CASES, SLA, PUBLIC, QUEUE, TRAIL)
            }
            for number in numbers:
                is_open = number >= cases - OPEN
                pattern = draw.choice(waiting if is_open else ended)
                is_whole = number in looked_at or (is_open and number % 4 == 0)
                case_id = str(UUID(int=draw.getrandbits(128), version=4))
                if number in looked_at:
                    chosen.append(case_id)
                for name, document in _clone(pattern, number, case_id, draw, is_whole=is_whole):
                    rows[name].append(document)
            for case in rows[CASES]:
                if case["_id"] in chosen[-len(numbers) :]:
                    _seal(case, vault)
            lines += len(rows[TRAIL])
            for name, documents in rows.items():
                if documents:
                    into[name].insert_many(documents, ordered=False)
    return Loaded(cases, min(OPEN, cases), lines, chosen)


def _pattern(service: str, until: int) -> Pattern:
    story = Story(f"bench-{service}-{until}")
    story.tell(e.PermohonanDiajukan, service_id=service)
    for event_class in ROAD[:until]:
        story.work(event_class)
    entries = as_recorded(story.records)
    file = fold(entries)
    assert file is not None
    writes = case_writes(file, load_calendar())
    made = {name: each.document for name, each in writes.items() if isinstance(each, Put)}
    return Pattern(
        case=made[CASES],
        sla=made[SLA],
        public=made[PUBLIC],
        task=made.get(QUEUE),
        trail=[trail_document(each) for each in entries],
    )


def _clone(
    pattern: Pattern, number: int, case_id: str, draw: random.Random, *, is_whole: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    # A year of the office, minute by minute; the newest came just now.
    at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=number * 30)
    known = {
        "_id": case_id,
        "receipt_code": f"{draw.getrandbits(50):010X}"[:10],
        "position": number * 20,
        "service_id": SERVICES[number % 10 == 0],
    }
    contact = str(UUID(int=draw.getrandbits(100)))
    yield CASES, {**pattern.case, **known, "submitted_at": at, "contact_id": contact}
    yield SLA, {**pattern.sla, **known}
    yield PUBLIC, {**pattern.public, **known}
    if pattern.task is not None:
        due_at = None if number % 17 == 0 else datetime.now(UTC) + timedelta(seconds=number % 9000)
        yield QUEUE, {**pattern.task, **known, "case_id": case_id, "due_at": due_at}
    trail = pattern.trail if is_whole else pattern.trail[-2:]
    for place, line in enumerate(trail):
        yield TRAIL, {**line, "_id": number * 40 + place + 1, "case_id": case_id}


def _seal(case: dict[str, Any], vault: CaseVault) -> None:
    about = UUID(case["_id"])
    vault.create(about)
    for part, plain in zip(_SEALED, (APPLICANT, DATA), strict=True):
        if case.get(part) is not None:
            case[part] = vault.seal(about, plain)
