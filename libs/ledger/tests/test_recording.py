from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from jamila_contracts import events as e
from jamila_ledger.recording import Delivery, Recorder
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.errors import RetryableError
from jamila_testing.builders import Story, happy_road, record

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


@dataclass
class Message:
    """Remembers how it was answered."""

    subject: str = "permohonan.6311.x.Y"
    answers: list[str] = field(default_factory=list)

    async def ack(self):
        self.answers.append("ack")

    async def nak(self, delay):
        self.answers.append(f"nak {delay}")

    async def term(self):
        self.answers.append("term")


class FixedClock:
    def now(self):
        return NOW


@pytest.fixture
def store(tmp_path):
    opened = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
def nudges():
    return []


@pytest.fixture
def recorder(store, signer_of, nudges):
    signer = signer_of(store)
    return Recorder(store, signer, FixedClock(), on_appended=lambda: nudges.append(1))


async def answers_to(recorder, records):
    deliveries = [Delivery(Message(), each) for each in records]
    await recorder.record(deliveries)
    return [delivery.message.answers for delivery in deliveries]


async def test_what_is_recorded_is_acknowledged_and_the_projector_nudged(recorder, store, nudges):
    records = happy_road()
    assert await answers_to(recorder, records) == [["ack"]] * len(records)
    assert (store.head().position, nudges) == (len(records), [1])


async def test_a_repetition_is_acknowledged_quietly(recorder, nudges):
    records = happy_road()
    await answers_to(recorder, records)
    assert await answers_to(recorder, records[:2]) == [["ack"], ["ack"]]
    assert nudges == [1]


async def test_what_waits_for_its_predecessor_is_offered_again_and_the_gap_is_seen(recorder):
    story = Story()
    first, second = story.tell(e.BerkasDiunggah), story.tell(e.BerkasDiunggah)
    assert await answers_to(recorder, [second]) == [["nak 0.15"]]
    assert recorder.gap
    assert await answers_to(recorder, [first, second]) == [["ack"], ["ack"]]
    assert not recorder.gap


async def test_a_message_without_envelope_is_refused_for_good(recorder):
    assert await answers_to(recorder, [None, *happy_road()[:1]]) == [["term"], ["ack"]]


async def test_a_forgery_is_refused_for_good_and_the_honest_rest_recorded(recorder, store):
    records = happy_road()
    await answers_to(recorder, records[:1])
    forged = record(e.PermohonanDiajukan, event_id=records[1].meta.event_id)
    assert await answers_to(recorder, [forged, *records[1:]]) == [
        ["term"],
        *[["ack"]] * (len(records) - 1),
    ]
    assert store.head().position == len(records)


async def test_while_the_database_is_away_everything_is_offered_again(recorder, store, monkeypatch):
    def away(*_, **__):
        raise RetryableError("away")

    records = happy_road()[:2]
    with monkeypatch.context() as patch:
        patch.setattr(store, "append", away)
        assert await answers_to(recorder, records) == [["nak 1.0"], ["nak 1.0"]]
    assert await answers_to(recorder, records) == [["ack"], ["ack"]]
