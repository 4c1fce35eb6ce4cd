"""Whatever is signed is answered with 200 and is somewhere afterwards; nothing is a bug."""

import asyncio
import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NUMBER = "106540352242922"
BODIES = [path.read_bytes() for path in sorted((Path(__file__).parent / "payloads").glob("*.json"))]
FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(st.characters(codec=None), max_size=12)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    if isinstance(value, dict | list):
        children = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in children:
            found += places(child, (*here, key))
    return found


@st.composite
def surgery(draw: st.DrawFn) -> bytes:
    """A real body in which one to three places hold something else, or nothing, or twice."""
    body = json.loads(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 3))):
        spots = places(body)
        if not spots:
            break
        *way, last = draw(st.sampled_from(spots))
        parent = body
        for key in way:
            parent = parent[key]
        match draw(st.sampled_from(("replace", "remove", "twice"))):
            case "replace":
                parent[last] = draw(ANYTHING)
            case "remove":
                del parent[last]
            case "twice" if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[last]))
    return json.dumps(body).encode()


@st.composite
def bitten(draw: st.DrawFn) -> bytes:
    """A real body with some bytes changed."""
    body = bytearray(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 8))):
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    return bytes(body)


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


@FUZZ
@given(body=surgery())
def test_real_body_with_other_values_in_it(world, post, body):
    take(world, post, body)


@FUZZ
@given(body=bitten())
def test_real_body_with_other_bytes_in_it(world, post, body):
    take(world, post, body)


@FUZZ
@given(body=st.binary(max_size=400))
def test_any_bytes(world, post, body):
    take(world, post, body)


@FUZZ
@given(body=st.binary(max_size=60), signature=st.binary(max_size=80))
def test_without_a_right_signature_nothing_is_taken_in(world, post, body, signature):
    clean = signature.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    if clean:
        assert asyncio.run(post(body, signature=clean)).status_code == 403
        assert rows(world) == 0
