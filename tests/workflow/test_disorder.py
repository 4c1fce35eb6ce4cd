"""Bad days: events late, twice and out of order, messages of residents twice."""

from collections import Counter

import pytest

from jamila_testing.staff import DETOURS, HAPPY


async def whole_road(office, strides=DETOURS):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *strides)
    await office.settle()
    return resident


def regardless_of_order(content):
    """What the notifier says comes in the order in which it heard; all others tell a story."""
    unordered = {"notifier"}
    return {
        source: Counter(map(repr, facts)) if source in unordered else facts
        for source, facts in content.items()
    }


@pytest.fixture(scope="module")
def good_day():
    """What the undisturbed office recorded, told once for all seeds."""
    return {}


@pytest.mark.parametrize("seed", range(30))
async def test_bad_day_leaves_the_same_record_as_a_good_one(open_office, bad_day, good_day, seed):
    if not good_day:
        calm = open_office()
        resident = await whole_road(calm)
        good_day["content"] = regardless_of_order(calm.content(resident))
        good_day["heard"] = Counter(len(each) for each in resident.heard())

    office = open_office(bad_day=bad_day(seed))
    resident = await whole_road(office)

    assert regardless_of_order(office.content(resident)) == good_day["content"]
    assert Counter(len(each) for each in resident.heard()) == good_day["heard"]
    assert len(office.printer.sheets) == 1
    assert office.parked() == {}
    assert office.checked().ok
    assert office.file(resident).status == "selesai"


@pytest.mark.parametrize("seed", range(10))
async def test_cancellation_on_a_bad_day_leaves_nothing_open(open_office, bad_day, seed):
    office = open_office(bad_day=bad_day(seed))
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY[: 1 + seed % 5])
    await resident.say(f"BATAL {resident.receipt_code}")
    await office.settle()

    assert office.open_steps(resident) == set()
    assert office.file(resident).status == "dibatalkan"
    assert office.parked() == {}
    assert sum("tidak kami lanjutkan" in each for each in resident.heard()) == 1


async def test_everything_published_again_changes_nothing(office):
    resident = await whole_road(office, HAPPY)
    entries, sent = office.ledger.head(), len(office.phones.sent)
    await office.bus.publish(list(reversed(office.bus.published)))
    await office.settle()

    assert office.ledger.head() == entries
    assert len(office.phones.sent) == sent
    assert len(office.printer.sheets) == 1
    assert office.file(resident).status == "selesai"
