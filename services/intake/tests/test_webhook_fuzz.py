"""Whatever is signed is answered with 200 and is somewhere afterwards; nothing is a bug."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamila_testing.fuzz import NESTED, bitten, fuzz, surgery

pytestmark = pytest.mark.fuzz

NUMBER = "106540352242922"
BODIES = [path.read_bytes() for path in sorted((Path(__file__).parent / "payloads").glob("*.json"))]


def is_for_us(change: Any) -> bool:
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict) or change.get("field") != "messages":
        return False
    metadata = value.get("metadata")
    ours = isinstance(metadata, dict) and metadata.get("phone_number_id") == NUMBER
    return ours and bool(value.get("messages") or value.get("statuses"))


def asks_for_something(body: bytes) -> bool:
    """Read as simply as possible: does it hold anything for us?"""
    try:
        entries = json.loads(body)["entry"]
        return any(is_for_us(change) for entry in entries for change in entry["changes"])
    except (ValueError, KeyError, TypeError):
        return True


def rows(world: Any) -> int:
    with world.intake.inbox._engine.connect() as connection:
        query = "SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM bodies)"
        return connection.exec_driver_sql(query).scalar()


def take(world: Any, post: Any, body: bytes) -> None:
    # All of them are of one sender, and no person sends so many at once.
    world.clock.move(hours=1)
    for table in ("items", "bodies"):
        with world.intake.inbox._engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    assert asyncio.run(post(body)).status_code == 200
    assert rows(world) > 0 or not asks_for_something(body)
    world.work()
    troubles = world.intake.inbox.troubles()
    assert not [each for each in troubles if each.fault.startswith("bug-")]
    waiting = world.intake.inbox.ready(world.clock.now().replace(year=9000), limit=9)
    for each in waiting:
        assert each.kind == "status", "only a status about an unknown case may have to wait"


@fuzz(150)
@given(body=surgery(BODIES))
def test_real_body_with_other_values_in_it(world, post, body):
    take(world, post, body)


@fuzz(150)
@given(body=bitten(BODIES))
def test_real_body_with_other_bytes_in_it(world, post, body):
    take(world, post, body)


@fuzz(150)
@given(body=st.binary(max_size=400) | NESTED)
def test_any_bytes(world, post, body):
    take(world, post, body)


@fuzz(150)
@given(body=st.binary(max_size=60), signature=st.binary(max_size=80))
def test_without_a_right_signature_nothing_is_taken_in(world, post, body, signature):
    clean = signature.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    if clean:
        assert asyncio.run(post(body, signature=clean)).status_code == 403
        assert rows(world) == 0
