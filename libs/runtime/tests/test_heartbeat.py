import asyncio
import json
from datetime import UTC, datetime

import pytest
from eventsourcing.persistence import OperationalError
from nats.errors import ConnectionClosedError
from nats.js.errors import NotFoundError

from jamila_runtime.errors import RetryableError
from jamila_runtime.heartbeat import Heart, Living
from jamila_runtime.signs import SUBJECT, Heartbeat, Seen, seen_in


class Wire:
    """A connection that remembers what was said, and knows no consumer."""

    def __init__(self, *, is_connected=True, is_closed=False):
        self.is_connected, self._is_closed = is_connected, is_closed
        self.said = []
        self.heard = asyncio.Event()

    async def publish(self, subject, data):
        if self._is_closed:
            raise ConnectionClosedError
        self.said.append((subject, json.loads(data)))
        self.heard.set()

    async def flush(self, **_):
        """Everything is said at once."""

    def jetstream(self, **_):
        return self

    async def consumer_info(self, *_):
        raise NotFoundError


async def test_a_sign_tells_readiness_and_what_is_behind():
    wire = Wire()
    await Heart(Living("review", lambda: {"nats": True}), wire, lags={"outbox": lambda: 3}).beat()
    ((subject, sign),) = wire.said
    assert subject == SUBJECT
    assert (sign["process"], sign["ready"], sign["lags"]) == (
        "review",
        {"nats": True},
        {"outbox": 3},
    )
    assert sign["consumer"] is None


@pytest.mark.parametrize("fault", [OperationalError, RetryableError])
async def test_a_store_that_is_away_does_not_silence_the_process(fault):
    def away():
        raise fault("away")

    wire = Wire()
    await Heart(Living("review", dict), wire, durable="review", lags={"outbox": away}).beat()
    assert wire.said[0][1]["lags"] == {}
    assert wire.said[0][1]["consumer"] is None


@pytest.mark.parametrize("wire", [Wire(is_connected=False), Wire(is_closed=True)])
async def test_without_a_broker_nothing_is_heard_and_nothing_breaks(wire):
    await Heart(Living("review", dict), wire).beat()
    assert wire.said == []


def test_signs_are_read_back_by_process():
    now = datetime.now(tz=UTC)
    seen = Seen(heartbeat=Heartbeat(process="review", beat_at=now, ready={}), seen_at=now)
    assert seen_in({"processes": {"review": seen.model_dump()}}) == {"review": seen}
    assert seen_in(None) == {}


@pytest.mark.parametrize("leaves", [True, False])
async def test_who_was_told_to_stop_says_goodbye_and_who_fails_does_not(leaves):
    wire = Wire()
    living = Living("review", dict, replica="a:8702", leaves=lambda: leaves)
    beating = asyncio.create_task(Heart(living, wire).run())
    await wire.heard.wait()
    beating.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beating

    assert [sign["leaves"] for _, sign in wire.said] == ([False, True] if leaves else [False])
    assert {sign["replica"] for _, sign in wire.said} == {"a:8702"}
