import random
from datetime import UTC, datetime, timedelta

import pytest

from jamila_contracts import events as e
from jamila_contracts.wire import Record
from jamila_ledger.chain import verify
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.store import ForgedDuplicateError, LedgerUnusableError
from jamila_runtime.errors import RetryableError
from jamila_testing.builders import Logs, Story, happy_road

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    opened = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


def events_of(entries):
    return [entry.type for entry in entries]


def test_a_batch_is_recorded_in_order_and_contiguously(store):
    records = happy_road()
    outcome = store.append(records, now=NOW)
    assert [entry.position for entry in outcome.appended] == list(range(1, len(records) + 1))
    assert events_of(store.read(after=0, limit=100)) == [r.meta.type for r in records]
    assert store.head().position == len(records)
    assert store.head().time == NOW


def test_nothing_is_appended_for_nothing(store):
    assert store.append([], now=NOW).appended == ()
    assert store.head().position == 0


def test_a_second_delivery_is_ignored(store):
    records = happy_road()
    store.append(records, now=NOW)
    outcome = store.append(records, now=NOW)
    assert (outcome.appended, outcome.duplicates, outcome.waiting) == ((), len(records), [])


def test_a_duplicate_within_a_batch_is_recorded_once(store):
    records = happy_road()
    outcome = store.append([records[0], records[0], *records[1:]], now=NOW)
    assert (len(outcome.appended), outcome.duplicates) == (len(records), 1)


def test_other_content_under_a_recorded_id_is_refused_and_nothing_written(store):
    records = happy_road()
    store.append(records[:2], now=NOW)
    forged = Record(records[1].meta, b'{"forged":true}')
    with pytest.raises(ForgedDuplicateError) as refused:
        store.append([records[2], forged], now=NOW)
    assert refused.value.data["event_id"] == str(records[1].meta.event_id)
    assert store.head().position == 2


def test_another_event_in_a_recorded_place_of_a_log_is_refused(store):
    story, other = Story(), Story("kasus-2")
    store.append([story.tell(e.PermohonanDiajukan)], now=NOW)
    with pytest.raises(ForgedDuplicateError):
        store.append([other.tell(e.PermohonanDiajukan)], now=NOW)


def test_a_record_after_a_gap_waits_until_the_gap_is_filled(store):
    story = Story()
    first, second, third = (story.tell(e.BerkasDiunggah) for _ in range(3))
    outcome = store.append([first, third], now=NOW)
    assert (len(outcome.appended), outcome.waiting) == (1, [third])
    outcome = store.append([third, second], now=NOW)
    assert [entry.log_position for entry in outcome.appended] == [2, 3]


def test_a_gap_in_one_source_does_not_hold_up_another(store):
    logs = Logs()
    first, second = Story("kasus-1", logs=logs), Story("kasus-2", logs=logs)
    first.tell(e.BerkasDiunggah)
    late = first.tell(e.BerkasDiunggah)
    review = second.tell(e.DraftDisetujui)
    outcome = store.append([late, review], now=NOW)
    assert events_of(outcome.appended) == ["DraftDisetujui"]
    assert outcome.waiting == [late]


def test_an_effect_stands_after_its_cause_of_the_same_batch(store):
    records = happy_road()
    shuffled = records[:]
    random.Random(7).shuffle(shuffled)  # noqa: S311 - order of a test, not a secret
    outcome = store.append(shuffled, now=NOW)
    assert events_of(outcome.appended) == [r.meta.type for r in records]


def test_any_deliveries_end_in_one_whole_verified_ledger(store):
    logs = Logs()
    records = [r for n in range(5) for r in happy_road(f"kasus-{n}", logs=logs)]
    chance = random.Random(11)  # noqa: S311 - order of a test, not a secret
    deliveries = records + chance.sample(records, 30)
    chance.shuffle(deliveries)
    rounds = 0
    while deliveries:
        batch, deliveries = deliveries[:9], deliveries[9:]
        deliveries += store.append(batch, now=NOW + timedelta(seconds=rounds)).waiting
        rounds += 1
        assert rounds < 1000
    assert verify(store.scan()).entries == len(records)
    assert store.source_positions() == dict(sorted(logs.last.items()))


def test_the_ledgers_clock_never_runs_backwards(store):
    records = happy_road()
    store.append(records[:1], now=NOW)
    store.append(records[1:2], now=NOW - timedelta(hours=1))
    assert store.head().time == NOW


def test_a_case_is_read_alone_and_up_to_a_position(store):
    logs = Logs()
    first, second = happy_road("kasus-1", logs=logs), happy_road("kasus-2", logs=logs)
    store.append([*first, *second], now=NOW)
    case_id = second[0].meta.case_id
    entries = store.read_case(case_id)
    assert [entry.case_position for entry in entries] == list(range(1, len(second) + 1))
    middle = entries[4].position
    assert store.read_case(case_id, until=middle) == entries[:5]


def test_a_second_writer_loses_the_race_and_may_try_again(store, tmp_path, monkeypatch):
    records = happy_road()
    store.append(records[:1], now=NOW)
    slow = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    stale = store.head()
    store.append(records[1:2], now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr("jamila_ledger.sql_store._head", lambda _: stale)
        with pytest.raises(RetryableError):
            slow.append(records[2:3], now=NOW)
    assert len(slow.append(records[2:3], now=NOW).appended) == 1
    assert verify(store.scan()).ok
    slow.close()


@pytest.mark.parametrize("url", ["sqlite:///{}/none.db", "nonsense", "sqlite:///{}/text.db"])
def test_what_is_no_ledger_is_refused(tmp_path, url):
    (tmp_path / "text.db").write_text("this is no database at all, only some text" * 30)
    with pytest.raises(LedgerUnusableError):
        SqlLedgerStore.open_existing(url.format(tmp_path))
