"""Every list of the API is served by an index: MongoDB itself says how it would read."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.auditing import AuditQuery
from gateway.lists import CaseFilter, TaskFilter
from gateway.paging import Place
from gateway.views import FigureQuery, Views
from jamila_contracts.catalogue import catalogue_ids, load_catalogue
from jamila_ledger.aggregates import FIGURES
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.views import (
    CASES,
    ESCALATIONS,
    INDEXES,
    OUTAGES,
    QUEUE,
    STOCK,
    TRAIL,
    case_writes,
    trail_document,
)
from jamila_runtime.mongo import Document, Documents, Filter, Guard, Put, Query
from jamila_testing.builders import as_recorded, happy_story

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
MANY = 400
BATCH = UUID(int=7)
SERVICES = ("akta-kelahiran", "kia", "kk-baru")
CAPABILITIES = ("operator-layanan", "operator-siak", "kasi", "kabid")
EVERY_SERVICE = {each.id for one in catalogue_ids() for each in load_catalogue(one).services}
LAST = str(UUID(int=5))


class Watched:
    """The documents, and how MongoDB reads each question that is asked of them."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.plans: list[tuple[str, Query, Document]] = []

    async def get(self, collection: str, document_id: Any) -> Document | None:
        return await self._documents.get(collection, document_id)

    async def find(self, collection: str, query: Query) -> list[Document]:
        plan = await self._documents.explain(collection, query)
        self.plans.append((collection, query, plan["queryPlanner"]["winningPlan"]))
        return await self._documents.find(collection, query)

    async def count(self, collection: str, where: Filter) -> int:
        await self.find(collection, Query(where=where, fields=("_id",)))
        return await self._documents.count(collection, where)


@pytest.fixture
async def documents(mongod_url: str) -> AsyncIterator[Documents]:
    connected = await Documents.connect(mongod_url, f"rencana-{uuid4().hex[:8]}")
    await connected.ensure_indexes(INDEXES)
    task, ended = made(happy_story("a").records[:8]), made(happy_story("b").records)
    writes = {
        QUEUE: [Put(varied(task[QUEUE], number)) for number in range(MANY)],
        CASES: [
            Put(varied((task if number % 4 else ended)[CASES], number)) for number in range(MANY)
        ],
        TRAIL: [Put(each) for each in task[TRAIL]],
    }
    await connected.write_together(writes, guard=Guard("positions", {"_id": "views"}, None))
    yield connected
    await connected.close()


def made(records: list[Any]) -> dict[str, Any]:
    entries = as_recorded(records)
    file = fold(entries)
    assert file is not None
    writes = case_writes(file, load_calendar())
    documents: dict[str, Any] = {
        collection: write.document for collection, write in writes.items() if isinstance(write, Put)
    }
    return {**documents, TRAIL: [trail_document(each) for each in entries]}


def varied(document: Document, number: int) -> Document:
    """One more of the kind, different in everything a list is narrowed by."""
    changes = {
        "_id": str(UUID(int=number)),
        "service_id": SERVICES[number % 3],
        "step": None if document.get("step") is None else 1 + number % 8,
        "batch_id": str(BATCH) if number % 50 == 0 else None,
        "batch_row": str(number),
        "contact_id": str(UUID(int=number // 3)),
        "taken_by": f"kasi-{number % 9}" if number % 2 else None,
        "receipt_code": f"KODE{number:04}",
        "submitted_at": NOW - timedelta(minutes=number),
    }
    due = {
        "due_at": None if number % 10 == 0 else NOW + timedelta(minutes=number - MANY // 2),
        "capability": CAPABILITIES[number % 4],
    }
    return {**document, **changes, **(due if "due_at" in document else {})}


def stages(plan: Document) -> set[str]:
    inner = [plan[name] for name in ("inputStage", "queryPlan") if name in plan]
    return {plan.get("stage", "")}.union(
        *(stages(each) for each in [*inner, *plan.get("inputStages", ())])
    )


TASKS = {
    "all": {},
    "step": {"step": 4},
    "service": {"service_id": "kia"},
    "state": {"state": "menunggu"},
    "batch": {"batch_id": BATCH},
    "mine": {"taken_by": "kasi-3"},
    "overdue": {"overdue_at": NOW},
    "everything": {
        "step": 4,
        "service_id": "kia",
        "state": "menunggu",
        "taken_by": "kasi-3",
        "overdue_at": NOW,
    },
}
HELD = {"one": ("kasi",), "several": CAPABILITIES}
PLACES = {
    "first": None,
    "later": Place(NOW, LAST).write(),
}
CASE_FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "status": {"status": "selesai"},
    "service": {"service_ids": ("kia",)},
    "words": {"service_ids": tuple(EVERY_SERVICE)},
    "service-status": {"service_ids": ("kia",), "status": "selesai"},
    "step": {"step": 4},
    "batch": {"batch_id": BATCH},
    "receipt": {"receipt_code": "KODE0004"},
    "id": {"case_id": UUID(int=4)},
    "contacts": {"contact_ids": (UUID(int=4), UUID(int=9))},
}


async def test_no_list_of_tasks_or_cases_reads_a_whole_collection_or_sorts_it(
    documents: Documents,
) -> None:
    watched = Watched(documents)
    views = Views(watched, tenant="6311")
    for cursor in PLACES.values():
        for held in HELD.values():
            for each in TASKS.values():
                asked = TaskFilter(capabilities=held, **each)
                await views.tasks(asked, limit=20, cursor=cursor)
        for narrowed in CASE_FILTERS.values():
            await views.cases(CaseFilter(**narrowed), limit=20, cursor=cursor)
    await views.counts(CAPABILITIES, account="kasi-3", now=NOW)

    assert len(watched.plans) > 60
    assert faults(watched) == []


async def test_neither_does_what_is_read_of_a_case_or_of_the_office(documents: Documents) -> None:
    watched = Watched(documents)
    views = Views(watched, tenant="6311")
    case_id = UUID(happy_story("a").records[0].meta.case_id.hex)
    await documents.put(CASES, made(happy_story("a").records[:8])[CASES])
    await views.trail(case_id)
    await watched.find(TRAIL, Query(where={"_id": {"$gt": 3}}, order=(("_id", "ascending"),)))
    await views.figures(FigureQuery(scope="kantor", period="hari", since=date(2026, 4, 1)))
    await views.figures(FigureQuery(scope="langkah", period="bulan", key="4", step=4))
    await asyncio.gather(views.outages(lasting=True), views.outages(lasting=False))
    await views.escalations(CAPABILITIES)
    await views.stock()
    await views.batch(BATCH)

    names = {collection for collection, _, _ in watched.plans}
    assert names == {TRAIL, FIGURES, OUTAGES, ESCALATIONS, STOCK, CASES}
    assert faults(watched) == []


AUDITS: dict[str, dict[str, Any]] = {
    "all": {},
    "account": {"account": "kasi-1"},
    "event": {"events": ("DraftDibuat",)},
    "runs": {"events": ("PemutaranUlangDimulai", "PemutaranUlangSelesai")},
    "both": {"account": "kasi-1", "events": ("DraftDisetujui",)},
}


async def test_neither_does_the_search_of_the_whole_trail(documents: Documents) -> None:
    watched = Watched(documents)
    views = Views(watched, tenant="6311")
    for each in AUDITS.values():
        for day in (None, date(2026, 4, 6)):
            for before in (None, 5):
                await views.audit(AuditQuery(**each, day=day, before=before, limit=3))

    assert len(watched.plans) > 20
    assert faults(watched) == []


async def test_a_filter_and_its_pages_show_the_same_as_one_long_page(documents: Documents) -> None:
    views = Views(documents, tenant="6311")
    for each in TASKS.values():
        asked = TaskFilter(capabilities=CAPABILITIES, **each)
        whole = (await views.tasks(asked, limit=MANY, cursor=None)).documents
        parts: list[Document] = []
        cursor = None
        while True:
            page = await views.tasks(asked, limit=7, cursor=cursor)
            parts += page.documents
            cursor = page.next_cursor
            if cursor is None:
                break
        assert [task["_id"] for task in parts] == [task["_id"] for task in whole]


def faults(watched: Watched) -> list[str]:
    return [
        f"{collection}: {query.where}: {sorted(stages(plan))}"
        for collection, query, plan in watched.plans
        if stages(plan) & {"COLLSCAN", "SORT"} or not stages(plan) & {"IXSCAN", "IDHACK"}
    ]
