import random
from datetime import UTC, date, datetime, timedelta
from math import ceil
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamila_contracts import events as e
from jamila_ledger.aggregates import (
    FIGURES,
    Cell,
    Figures,
    Sample,
    Tally,
    bucket_of,
    document_of,
    figures_of,
    first_day,
    samples_of,
    value_of,
)
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.outages_history import outages_until
from jamila_ledger.projector import Projector
from jamila_ledger.recorded import recorded
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.views import (
    CASES,
    ESCALATIONS,
    OUTAGES,
    QUEUE,
    SLA,
    case_writes,
    outage_document,
)
from jamila_ledger.views_public import PUBLIC
from jamila_runtime.mongo import Documents, Put, Query, Remove
from jamila_testing.builders import MONDAY, ROAD, Actor, Logs, Story, happy_story

WITA = ZoneInfo("Asia/Makassar")
OFFICE = load_calendar()
DAY = date(2026, 4, 6)


def sample(used=60, **changes):
    values = {
        "tenant": "6311",
        "service": "lhr-umum",
        "step": 4,
        "account": "kasi-1",
        "day": DAY,
        "on_time": True,
        "first": True,
        "right": True,
        "waiting": used // 2,
        "handling": used - used // 2,
        "paused": 0,
        "used": used,
    }
    return Sample(**{**values, **changes})


def sla_documents(store, calendar=OFFICE):
    """The pure fold of a whole ledger: no projector, no database."""
    entries = list(store.scan())
    outages = outages_until(store, len(entries)).values()
    found = {name: {} for name in (SLA, CASES, QUEUE, ESCALATIONS, PUBLIC)}
    for case_id in {entry.case_id for entry in entries}:
        file = fold(recorded(store.read_case(case_id)))
        for name, write in case_writes(file, calendar, outages).items():
            if isinstance(write, Put):
                found[name][case_id] = write.document
    return found, [outage_document(each) for each in outages]


def figures_of_ledger(store):
    tally = Tally()
    for document in sla_documents(store)[0][SLA].values():
        tally.add(samples_of(document, WITA))
    return {document["_id"]: document for document in tally.documents()}


@given(st.integers(1, 400_000))
def test_a_bucket_stands_for_its_times_within_one_percent(seconds):
    assert abs(value_of(bucket_of(seconds)) - seconds) <= 0.01 * seconds + 0.05


@given(
    st.lists(st.integers(0, 90_000), min_size=1, max_size=200), st.sampled_from([50, 90, 95, 99])
)
def test_percentiles_are_within_one_percent_of_the_exact_ones(times, percent):
    figures = Figures()
    for time in times:
        figures.add(sample(time))
    exact = sorted(times)[max(ceil(len(times) * percent / 100), 1) - 1]
    assert abs(figures.percentile(percent) - exact) <= 0.01 * exact + 0.05


samples = st.builds(
    sample,
    used=st.integers(0, 5000),
    step=st.integers(0, 8),
    account=st.sampled_from(["kasi-1", "kasi-2"]),
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    on_time=st.booleans(),
    first=st.booleans(),
    right=st.booleans(),
)


@given(st.lists(samples, max_size=30), st.lists(samples, max_size=30))
def test_what_is_taken_away_leaves_no_trace(kept, gone):
    there_and_away, plain = Tally(), Tally()
    there_and_away.add([*kept, *gone])
    there_and_away.add(gone, -1)
    plain.add(kept)
    assert there_and_away.documents() == plain.documents()


@given(st.lists(samples, max_size=30), st.lists(samples, max_size=30))
def test_what_was_counted_apart_and_merged_equals_what_was_counted_at_once(some, others):
    apart, elsewhere, at_once = Tally(), Tally(), Tally()
    apart.add(some)
    elsewhere.add(others)
    apart.merge(elsewhere)
    at_once.add([*some, *others])
    assert apart.documents() == at_once.documents()


@given(st.lists(samples, max_size=30), st.lists(samples, max_size=30))
def test_documents_kept_up_equal_documents_made_at_once(before, after):
    first, both, second = Tally(), Tally(), Tally()
    first.add(before)
    second.add(after)
    both.add([*before, *after])
    known = {document["_id"]: document for document in first.documents()}
    for write in second.writes(known.values()):
        if isinstance(write, Remove):
            known.pop(write.document_id, None)
        else:
            known[write.document["_id"]] = write.document
    assert known == {document["_id"]: document for document in both.documents()}


def test_a_figure_that_nothing_counts_for_any_more_is_removed():
    tally = Tally()
    tally.add([sample()])
    known = tally.documents()
    away = Tally()
    away.add([sample()], -1)
    assert {type(write) for write in away.writes(known)} == {Remove}


def test_figures_survive_their_document():
    figures = Figures()
    for used in (0, 1, 60, 61, 4000):
        figures.add(sample(used))
    cell = Cell("6311", "hari", "2026-04-06", "langkah", "-", 4)
    assert figures_of(document_of(cell, figures)) == figures


@pytest.mark.parametrize(
    ("period", "expected"),
    [("hari", "2026-04-08"), ("minggu", "2026-04-06"), ("bulan", "2026-04-01")],
)
def test_a_day_lies_in_its_day_week_and_month(period, expected):
    assert first_day(date(2026, 4, 8), period).isoformat() == expected


def documents_of(*stories):
    store = SqlLedgerStore.open("sqlite://")
    store.append([record for story in stories for record in story.records], now=stories[0].now)
    return [
        put.document
        for story in stories
        if (put := case_writes(fold(recorded(store.read_case(story.case_id))), OFFICE).get(SLA))
    ]


def test_a_happy_case_counts_once_for_each_step_and_once_for_itself():
    (document,) = documents_of(happy_story())
    found = list(samples_of(document, WITA))
    assert [each.step for each in found] == [1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert all(each.on_time and each.first and each.right for each in found)
    assert {each.day for each in found} == {DAY}
    assert (found[-1].used, found[0].waiting, found[0].handling) == (32 * 60, 60, 180)


def test_a_return_spoils_first_time_right_of_the_step_it_goes_back_to_only():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event in (e.BerkasDiterima, e.DataSiakCocok, e.DraftDibuat, e.DraftDikembalikan):
        story.work(event)
    for event in ROAD[2:]:
        story.work(event)
    (document,) = documents_of(story)
    right = {(each.step, each.first): each.right for each in samples_of(document, WITA)}
    assert right[3, True] is right[3, False] is right[0, True] is False
    assert right[4, True] is right[2, True] is True


def test_a_cancelled_attempt_counts_for_nothing():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.later(minutes=30).tell(e.PermohonanDibatalkan)
    (document,) = documents_of(story)
    assert list(samples_of(document, WITA)) == []


def test_the_day_of_a_sample_is_the_office_s_not_utc():
    late = datetime(2026, 4, 6, 23, 40, tzinfo=UTC)
    story = Story(start=late)
    story.tell(e.PermohonanDiajukan)
    story.work(e.BerkasDiterima)
    (document,) = documents_of(story)
    assert [each.day for each in samples_of(document, WITA)] == [date(2026, 4, 7)]


def eventful_records(seed):
    """A few weeks of an office: returns, pauses, cancellations, several officers, two outages."""
    chance, logs, records = random.Random(seed), Logs(), []  # noqa: S311 - a test's variety
    outage = Story("gangguan-1", logs=logs, start=MONDAY + timedelta(minutes=20))
    outage.tell(e.GangguanDimulai)
    records.append((outage.now, outage.records[-1]))
    outage.later(minutes=chance.randint(5, 90)).tell(e.GangguanSelesai)
    records.append((outage.now, outage.records[-1]))
    second = Story("gangguan-2", logs=logs, start=MONDAY + timedelta(days=1, minutes=15))
    second.tell(e.GangguanDimulai, system="tte", steps=(6,))
    records.append((second.now, second.records[-1]))
    for number in range(12):
        start = MONDAY + timedelta(days=chance.choice([0, 0, 1, 2, 9, 30]), minutes=3 * number)
        told = eventful_case(f"kasus-{number}", chance, start)
        records += [(record.meta.occurred_at, record) for record in told.records]
    ordered = [record for _, record in sorted(records, key=lambda each: each[0])]
    return renumbered(ordered)


def renumbered(records):
    """The same records with places in the logs that follow their new order."""
    logs, result = Logs(), []
    for record in records:
        place, before, version = logs.next(record.meta.source, record.meta.case_id)
        update = {"log_position": place, "previous_log_position": before, "position": version}
        meta = record.meta.model_copy(update=update)
        result.append(type(record)(meta, record.data))
    return result


def eventful_case(name, chance, start):
    story = Story(name, start=start)
    story.tell(e.PermohonanDiajukan, service_id=chance.choice(["lhr-umum", "kk-hilang"]))
    for event in ROAD[: chance.choice([3, 6, 8, 8, 8])]:
        actor = Actor(account=f"petugas-{chance.randint(1, 3)}", capability="kasi")
        story.work(event, wait=chance.randint(0, 9), handle=chance.randint(1, 12), actor=actor)
        if event is e.DraftDibuat and chance.random() < 0.4:
            story.work(e.DraftDikembalikan)
            story.work(e.DraftDibuat)
    if chance.random() < 0.2:
        story.later(minutes=3).tell(e.PermohonanDibatalkan)
    return story


@pytest.fixture
def store(tmp_path):
    opened = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.mark.connected
@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(("seed", "batch"), [(1, 500), (2, 7), (3, 1), (4, 20)])
async def test_figures_and_views_kept_up_equal_the_fold_of_the_same_ledger(
    store, mongod_url, seed, batch
):
    documents = await Documents.connect(mongod_url, f"uji_{uuid4().hex}")
    for record in eventful_records(seed):
        store.append([record], now=record.meta.recorded_at)
    for _ in range(3):
        # A projector that is started anew has forgotten everything but the database.
        await Projector(store, documents, OFFICE, batch=batch).catch_up()
    found, outages = sla_documents(store)

    async def kept(name):
        return {each["_id"]: each for each in await documents.find(name, Query())}

    assert await kept(FIGURES) == figures_of_ledger(store)
    assert await kept(OUTAGES) == {each["_id"]: in_mongo(each) for each in outages}
    for name, expected in found.items():
        assert await kept(name) == {key: in_mongo(each) for key, each in expected.items()}
    assert len(await kept(FIGURES)) > 50
    for name in (FIGURES, OUTAGES, *found):
        await documents.drop(name)
    await documents.close()


def in_mongo(value):
    """The same value after MongoDB, which keeps milliseconds."""
    if isinstance(value, dict):
        return {key: in_mongo(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [in_mongo(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def test_what_changes_nothing_concerns_no_document():
    (document,) = documents_of(happy_story())
    tally = Tally()
    tally.add(samples_of(document, WITA), -1)
    tally.add(samples_of(document, WITA))
    assert tally.ids() == []
    assert tally.writes([]) == []
