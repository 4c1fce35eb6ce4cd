import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import uuid4

import pytest

from jamila_contracts import events as e
from jamila_ledger.calendar import load_calendar
from jamila_ledger.projector import ForeignModelError, Projector
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import CASES, POSITION_ID, POSITIONS, QUEUE, SLA, TRAIL
from jamila_ledger.views_public import PUBLIC
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.mongo import (
    Documents,
    DocumentsRefusedError,
    Guard,
    Put,
    Query,
    StaleDocumentError,
)
from jamila_testing.builders import Logs, Story, happy_road, happy_story
from jamila_testing.servers import free_port, mongod

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
COLLECTIONS = (CASES, QUEUE, TRAIL, SLA, PUBLIC, POSITIONS)

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def store(tmp_path):
    opened = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
async def documents(mongod_url):
    opened = await Documents.connect(mongod_url, f"uji_{uuid4().hex}")
    yield opened
    for collection in COLLECTIONS:
        await opened.drop(collection)
    await opened.close()


def projector_of(store, documents, *, batch=500):
    return Projector(store, documents, load_calendar(), batch=batch)


def cases(count, *, finished=True):
    logs, records = Logs(), []
    for number in range(count):
        road = happy_road(f"kasus-{number}", logs=logs)
        records += road
    return records if finished else records[:-3]


async def everything(documents):
    return {
        name: await documents.find(name, Query(order=(("_id", "ascending"),)))
        for name in COLLECTIONS
    }


async def test_a_finished_case_stands_in_every_view_but_the_queue(store, documents):
    story = happy_story()
    store.append(story.records, now=NOW)
    assert await projector_of(store, documents).catch_up() == len(story.records)
    case = await documents.get(CASES, str(story.case_id))
    assert (case["status"], case["step"], case["versions"]["printing"]["position"]) == (
        "selesai",
        None,
        4,
    )
    assert await documents.count(QUEUE, {}) == 0
    assert await documents.count(TRAIL, {"case_id": str(story.case_id)}) == len(story.records)
    sla = await documents.get(SLA, str(story.case_id))
    assert (sla["total"], sla["verdict"], len(sla["steps"])) == (32 * 60, "tepat", 8)
    position = await documents.get(POSITIONS, POSITION_ID)
    assert position["position"] == len(story.records)
    assert position["hash"] == store.head().hash.hex()
    assert position["sources"]["printing"] == 4
    assert position["as_of"] == NOW


async def test_the_queue_says_who_may_do_what_until_when(store, documents):
    story = Story()
    story.tell(e.PermohonanDiajukan)
    store.append(story.records, now=NOW)
    await projector_of(store, documents).catch_up()
    (task,) = await documents.find(QUEUE, Query(where={"capability": "operator-layanan"}))
    assert (task["step"], task["state"], task["version"]) == (1, "menunggu", 1)
    assert task["due_at"] == story.now + timedelta(minutes=5)


@pytest.mark.parametrize("batch", [1, 7, 500])
async def test_the_views_do_not_depend_on_batches_or_restarts(store, documents, mongod_url, batch):
    records = cases(4, finished=False)
    whole = await Documents.connect(mongod_url, f"uji_{uuid4().hex}")
    half = len(records) // 2
    store.append(records[:half], now=NOW)
    await projector_of(store, documents, batch=batch).catch_up()
    store.append(records[half:], now=NOW)
    await projector_of(store, documents, batch=batch).catch_up()
    await projector_of(store, whole).catch_up()
    assert await everything(documents) == await everything(whole)
    for collection in COLLECTIONS:
        await whole.drop(collection)
    await whole.close()


async def test_a_model_of_another_history_is_refused(store, documents, tmp_path):
    store.append(cases(2), now=NOW)
    await projector_of(store, documents).catch_up()
    other = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(ForeignModelError):
        await projector_of(other, documents).start()
    other.append(cases(2), now=NOW + timedelta(seconds=1))
    with pytest.raises(ForeignModelError):
        await projector_of(other, documents).start()
    other.close()


async def test_two_projectors_do_not_write_over_each_other(store, documents):
    records = cases(2)
    store.append(records[:10], now=NOW)
    first, second = projector_of(store, documents), projector_of(store, documents)
    await first.catch_up()
    await second.start()
    store.append(records[10:], now=NOW)
    await first.catch_up()
    with pytest.raises(StaleDocumentError):
        await second.catch_up()
    assert await documents.count(TRAIL, {}) == len(records)


async def test_an_outage_has_a_trail_and_no_work(store, documents):
    story = Story("gangguan-1")
    story.tell(e.GangguanDimulai)
    store.append(story.records, now=NOW)
    await projector_of(store, documents).catch_up()
    assert (await documents.count(TRAIL, {}), await documents.count(CASES, {})) == (1, 0)


async def test_the_hot_queries_use_their_indexes(store, documents):
    store.append(cases(3, finished=False), now=NOW)
    await projector_of(store, documents).catch_up()
    queries = {
        (QUEUE, "queue_by_due"): Query(
            where={"capability": "kasi"}, order=(("due_at", "ascending"),)
        ),
        (QUEUE, "queue_by_open_step"): Query(where={"step": {"$in": [2, 3]}}),
        (CASES, "cases_by_recorded"): Query(where={"recorded_at": {"$gte": NOW}}),
        (CASES, "cases_by_receipt"): Query(where={"receipt_code": "ABC"}),
        (TRAIL, "trail_by_case"): Query(
            where={"case_id": "x"}, order=(("case_position", "ascending"),)
        ),
    }
    for (collection, index), query in queries.items():
        plan = str((await documents.explain(collection, query))["queryPlanner"]["winningPlan"])
        assert f"'indexName': '{index}'" in plan
        assert "'SORT'" not in plan


async def test_the_projector_outlives_a_mongodb_that_is_away(store, tmp_path):
    port = free_port()
    records = cases(1)
    with mongod(tmp_path / "m", port=port) as url:
        documents = await Documents.connect(url, "uji")
        projector = projector_of(store, documents)
        running = asyncio.create_task(projector.run())
        store.append(records[:5], now=NOW)
        await until(lambda: projector.status.position == 5)
    store.append(records[5:], now=NOW)
    projector.wake()
    await until(lambda: projector.status.failing is not None)
    with mongod(tmp_path / "m", port=port):
        await until(lambda: projector.status.position == len(records))
        await until(lambda: projector.status.failing is None)
        assert await documents.count(TRAIL, {}) == len(records)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await documents.close()


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is watched has no event
            await asyncio.sleep(0.02)


async def test_a_transaction_writes_all_or_nothing(documents):
    bad = {QUEUE: [Put({"_id": 1, "x": 1})], CASES: [Put({"_id": 2, "x": {"$bad": 1}})]}
    guard = Guard(POSITIONS, {"_id": "p", "position": 1}, None)
    with pytest.raises(DomainError):
        await documents.write_together({**bad, SLA: [Put({"_id": [1]})]}, guard=guard)
    assert await documents.count(QUEUE, {}) == 0
    assert await documents.get(POSITIONS, "p") is None


async def test_a_bad_pipeline_is_refused_not_retried(documents):
    with pytest.raises(DocumentsRefusedError):
        await documents.aggregate(CASES, [{"$nonsense": 1}])


async def test_a_server_that_is_away_is_retryable():
    documents = await Documents.connect(
        f"mongodb://127.0.0.1:{free_port()}/?directConnection=true", "uji"
    )
    with pytest.raises(RetryableError):
        await documents.ping()
    await documents.close()


async def test_a_holiday_announced_late_moves_the_due_times_of_open_cases(store, documents):
    # Monday 15:58; two minutes of the budget are left for Tuesday.
    story = Story(start=datetime(2026, 4, 6, 7, 58, tzinfo=UTC))
    story.tell(e.PermohonanDiajukan)
    store.append(story.records, now=NOW)
    await projector_of(store, documents).catch_up()
    before = await documents.get(QUEUE, str(story.case_id))
    assert before["due_at"] == datetime(2026, 4, 6, 23, 33, tzinfo=UTC)
    late = replace(load_calendar(), version="2026.2")
    tuesday = datetime(2026, 4, 7, tzinfo=UTC)
    for moved in (late, without(late, tuesday), without(late, tuesday)):
        calendar = replace(moved, version=f"2026.{len(moved.opens)}")
        assert await Projector(store, documents, calendar).catch_up() == 0
    after = await documents.get(QUEUE, str(story.case_id))
    assert after["due_at"] == datetime(2026, 4, 7, 23, 33, tzinfo=UTC)
    position = await documents.get(POSITIONS, POSITION_ID)
    assert position["calendar"].startswith("kalender-balangan 2026.")


def without(calendar, day):
    """The same calendar, closed on the day that begins at that instant in Balangan."""
    first = int((day - timedelta(hours=8)).timestamp() * 1_000_000)
    last = first + 86_400_000_000
    kept = [
        (opens, closes)
        for opens, closes in zip(calendar.opens, calendar.closes, strict=True)
        if not first <= opens < last
    ]
    worked = tuple(accumulate(closes - opens for opens, closes in kept))
    opens, closes = (tuple(each) for each in zip(*kept, strict=True))
    return replace(calendar, opens=opens, closes=closes, worked=worked)
