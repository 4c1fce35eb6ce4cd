"""Who fell silent is known, replica by replica; who was told to stop is not missed."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from jamila_ledger.heartbeats import Collector
from jamila_runtime.signs import ALL, HEARTBEATS, Heartbeat, standing
from jamila_testing.documents import MemoryDocuments

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Kept(MemoryDocuments):
    async def put(self, collection, document):
        super().put(collection, document)


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def collector(kept):
    return Collector(kept)


def sign(replica: str, *, leaves: bool = False) -> Heartbeat:
    return Heartbeat(
        process="review", replica=replica, beat_at=NINE, ready={"nats": True}, leaves=leaves
    )


async def review(kept, now):
    (found,) = [
        each
        for each in standing(await kept.get(HEARTBEATS, ALL), now=now)
        if each.process == "review"
    ]
    return found


def counted() -> float | None:
    return REGISTRY.get_sample_value("jamila_silent_replicas", {"process": "review"})


async def test_follower_that_died_is_named_while_the_other_works(collector, kept):
    collector.hear(sign("a:8702"), now=NINE)
    collector.hear(sign("b:8702"), now=NINE)
    collector.hear(sign("a:8702"), now=NINE + MINUTE)
    await collector.keep(now=NINE + MINUTE)

    found = await review(kept, NINE + MINUTE)
    assert (found.state, found.silent_replicas, found.is_well) == ("hidup", ("b:8702",), False)
    assert counted() == 1


async def test_follower_that_comes_back_is_missed_no_more(collector, kept):
    collector.hear(sign("b:8702"), now=NINE)
    await collector.keep(now=NINE + MINUTE)
    assert counted() == 1
    collector.hear(sign("b:8702"), now=NINE + MINUTE)
    await collector.keep(now=NINE + MINUTE)

    assert (await review(kept, NINE + MINUTE)).is_well
    assert counted() == 0


async def test_who_was_told_to_stop_is_not_missed(collector, kept):
    for replica in ("a:8702", "b:8702"):
        collector.hear(sign(replica), now=NINE)
    await collector.keep(now=NINE)
    collector.hear(sign("b:8702", leaves=True), now=NINE)
    collector.hear(sign("a:8702"), now=NINE + MINUTE)
    await collector.keep(now=NINE + MINUTE)

    assert (await review(kept, NINE + MINUTE)).is_well
    # A goodbye is no sign of a living process.
    await collector.keep(now=NINE + 3 * MINUTE)
    assert (await review(kept, NINE + 3 * MINUTE)).state == "diam"


async def test_goodbye_and_return_of_the_same_replica(collector, kept):
    collector.hear(sign("b:8702", leaves=True), now=NINE)
    collector.hear(sign("b:8702"), now=NINE)
    await collector.keep(now=NINE)

    assert (await review(kept, NINE + MINUTE)).silent_replicas == ("b:8702",)


async def test_the_next_leader_of_the_ledger_misses_whom_the_last_one_heard(collector, kept):
    collector.hear(sign("b:8702"), now=NINE)
    await collector.keep(now=NINE)
    successor = Collector(kept)
    successor.hear(sign("a:8702"), now=NINE + MINUTE)
    await successor.keep(now=NINE + MINUTE)

    assert (await review(kept, NINE + MINUTE)).silent_replicas == ("b:8702",)


async def test_replica_that_never_comes_back_is_forgotten_after_a_day(collector, kept):
    collector.hear(sign("b:8702"), now=NINE)
    await collector.keep(now=NINE)
    collector.hear(sign("a:8702"), now=NINE + timedelta(days=1, seconds=1))
    await collector.keep(now=NINE + timedelta(days=1, seconds=1))

    assert (await review(kept, NINE + timedelta(days=1, seconds=1))).is_well


async def test_older_process_without_a_replica_is_heard_as_before(collector, kept):
    collector.hear(sign(""), now=NINE)
    await collector.keep(now=NINE)

    found = await review(kept, NINE + MINUTE)
    assert (found.state, found.silent_replicas) == ("diam", ())
