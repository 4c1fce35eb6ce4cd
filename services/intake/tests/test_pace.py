"""One sender cannot flood the office, and an honest one is never slowed."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.inbox_store import Counts
from intake.pace import Pace, Rule
from intake.refusals import SLOW_DOWN
from jamila_testing.files import pdf

NOW = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EMPTY = Counts(waiting=0, failing=0, parked=0, unreadable=0)


@pytest.fixture
def pace():
    return Pace((Rule("messages", 3, MINUTE), Rule("files", 2, 2 * MINUTE, is_about_files=True)))


def slowed(pace, seq, *, at=0, lane="a", is_file=False):
    found = pace.slowed(lane, seq, is_file=is_file, now=NOW + timedelta(seconds=at))
    return found and (found.until - NOW).total_seconds()


def test_message_beyond_the_limit_waits_until_the_window_has_room(pace):
    assert [slowed(pace, n, at=n) for n in range(4)] == [None, None, None, 60]
    assert slowed(pace, 3, at=60) is None


def test_message_that_is_tried_again_counts_once(pace):
    assert [slowed(pace, 1) for _ in range(9)] == [None] * 9


def test_one_sender_does_not_slow_another(pace):
    for n in range(3):
        slowed(pace, n)
    assert slowed(pace, 9, lane="b") is None


def test_files_have_limits_of_their_own(pace):
    assert [slowed(pace, n, is_file=True) for n in range(2)] == [None, None]
    assert slowed(pace, 2, is_file=True) == 120
    assert slowed(pace, 3) is None


def test_sender_is_told_once_for_a_long_time(pace):
    for n in range(3):
        pace.slowed("a", n, is_file=False, now=NOW)
    news = [pace.slowed("a", 9, is_file=False, now=NOW).is_news for _ in range(3)]
    assert news == [True, False, False]


def test_ten_photos_and_some_words_in_a_row_are_not_slowed(world):
    world.say("akta kelahiran")
    for n in range(10):
        world.deliver(world.body(world.file(pdf(page=f"/N {n}"), "application/pdf")))
    world.deliver(world.body(world.message("text", {"body": "STATUS"})))
    world.work()
    assert world.intake.inbox.counts() == EMPTY
    assert SLOW_DOWN not in world.answers()


def test_flood_waits_in_its_order_is_told_once_and_read_in_the_end(world):
    for n in range(100):
        body = world.message("text", {"body": f"halo {n}"}) | {"timestamp": "1775437200"}
        world.deliver(world.body(body))
    world.work()
    assert world.intake.inbox.counts().waiting > 0
    assert world.answers().count(SLOW_DOWN) == 1
    for _ in range(5):
        world.clock.move(minutes=2)
        world.work()
    assert world.intake.inbox.counts() == EMPTY
    assert world.answers().count(SLOW_DOWN) == 1
    assert len(world.answers()) == 101


async def test_flood_beyond_what_may_wait_is_answered_200_and_not_kept(world, post):
    world.intake.inbox._most_waiting = 5
    for n in range(8):
        body = world.body(world.message("text", {"body": f"halo {n}"}))
        assert (await post(body)).status_code == 200
    assert world.intake.inbox.counts().waiting == 5
    world.number, world.user_id = "628006311002", "ID.budi"
    assert (await post(world.body(world.message("text", {"body": "halo"})))).status_code == 200
    assert world.intake.inbox.counts().waiting == 6
