"""What operators can do about messages that could not be taken in."""

from uuid import uuid4

import pytest

from intake.set_aside import NotSetAsideError, SetAsideDesk
from intake.webhook_body import find_all
from jamila_replay.set_aside import set_aside
from jamila_runtime.owner_desk import _answer
from jamila_runtime.settings import RuntimeSettings


@pytest.fixture
def desk(world):
    def reader(body):
        return find_all(body, phone_number_id="106540352242922")

    return SetAsideDesk(world.intake.inbox, world.clock, reader)


def put_aside(world):
    """A status about a case that nobody knows: tried, then put aside."""
    world.deliver(world.status(f"{uuid4()}:{uuid4()}", "delivered", wamid=f"wamid.{uuid4()}"))
    for _ in range(3):
        world.work()
        world.clock.move(minutes=10)
    return world.intake.inbox.troubles()[-1]


def test_what_was_put_aside_is_counted_and_tried_again(world, desk):
    trouble = put_aside(world)
    assert desk.count() == 1
    assert desk.retry({"number": trouble.number}) == {"tried": 1}
    assert desk.count() == 0


def test_all_are_tried_again_at_once_and_none_is_quiet(world, desk):
    assert desk.retry({}) == {"tried": 0}
    put_aside(world)
    assert desk.retry({}) == {"tried": 1}


def test_item_is_given_up_once(world, desk):
    trouble = put_aside(world)
    asked = {"kind": trouble.kind, "number": trouble.number}
    assert desk.discard(asked) == {"discarded": 1}
    assert desk.count() == 0
    with pytest.raises(NotSetAsideError):
        desk.discard(asked)


def test_body_that_was_not_readable_is_read_again_or_given_up(world, desk):
    inbox, good = world.intake.inbox, world.body(world.message("text", {"body": "halo"}))
    for body in (good, b"kacau"):
        inbox.add_unreadable(body, "ValueError", world.clock.now())
    assert desk.count() == 2
    assert desk.read_again({}) == {"found": 1}
    left = inbox.troubles()[0]
    assert desk.discard({"kind": left.kind, "number": left.number}) == {"discarded": 1}
    assert desk.count() == 0


def test_replay_tool_lists_the_same_without_opening_the_store_for_writing(world, tmp_path):
    put_aside(world)
    world.intake.inbox.add_unreadable(b"kacau", "ValueError", world.clock.now())
    listed = set_aside(RuntimeSettings(home=tmp_path, master_key_file=tmp_path / "-").stores)
    assert [tuple(each.model_dump().values()) for each in listed] == [
        (each.kind, each.number, each.fault, each.attempts, each.received_at, each.size_bytes)
        for each in world.intake.inbox.troubles()
    ]
    assert [each.key.partition(":")[0] for each in listed] == ["status", "body"]


@pytest.mark.parametrize(
    ("action", "asked", "problem"),
    [
        ("retry", b'{"number": 7}', "not-set-aside"),
        ("discard", b'{"kind": "body", "number": 7}', "not-set-aside"),
        ("discard", b"{}", "malformed-request"),
        ("publish", b"{}", "unknown-action"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(desk, action, asked, problem):
    assert _answer(desk.actions, action, asked) == {"problem": problem}
