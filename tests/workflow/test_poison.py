"""An event that this version of the software cannot read stops its case, and only its case."""

from dataclasses import replace

import pytest

from jamila_contracts.events import DraftDibuat
from jamila_testing.staff import HAPPY


@pytest.fixture
async def poisoned(office, monkeypatch):
    """Two cases; a newer version of step 3 told of the draft of the first one."""
    sick, well = office.resident(1), office.resident(2)
    carry = office.bus.publish

    async def carry_newer(records):
        await carry([newer(each, sick.case_id) for each in records])

    await sick.submit()
    await well.submit()
    monkeypatch.setattr(office.bus, "publish", carry_newer)
    await office.walk(sick, *HAPPY[:3])
    await office.walk(well, *HAPPY[:3])
    await office.settle()
    return office, sick, well


def newer(record, case_id):
    if (record.meta.type, record.meta.case_id) != ("DraftDibuat", case_id):
        return record
    return replace(record, meta=record.meta.model_copy(update={"schema_version": 2}))


async def test_unknown_version_parks_its_case_and_lets_the_others_go_on(poisoned):
    office, sick, well = poisoned
    await office.walk(well, *HAPPY[3:])
    await office.settle()

    assert office.file(well).status == "selesai"
    stopped = [(sick.case_id, "unreadable")]
    assert office.parked() == {"intake": stopped, "review": stopped}
    assert office.ask("ApproveDraft", sick, document_sha256=("0" * 64,)).problem.slug == (
        "case-not-at-this-stage"
    )
    assert office.file(sick).unread == 1


async def test_later_events_of_a_parked_case_wait_in_order_behind_it(poisoned):
    office, sick, _ = poisoned
    await sick.say(f"BATAL {sick.receipt_code}")
    await office.settle()

    waiting = office.parked()
    assert waiting["review"] == [(sick.case_id, "unreadable"), (sick.case_id, "behind")]


def retry(office, case_id):
    """What ops do in every service after an update."""
    return [each.retry_parked(case_id) for each in office.services.values()]


async def test_retry_without_an_update_changes_nothing(poisoned):
    office, sick, _ = poisoned
    before = office.parked()
    outcomes = retry(office, sick.case_id)

    assert sum(each.handled for each in outcomes) == 0
    assert office.parked() == before


async def test_after_the_update_what_was_parked_is_handled_and_the_case_ends(poisoned, monkeypatch):
    office, sick, _ = poisoned
    monkeypatch.setattr(DraftDibuat, "SCHEMA_VERSION", 2)
    outcomes = retry(office, sick.case_id)
    await office.walk(sick, *HAPPY[3:])
    await office.settle()

    assert sum(each.handled for each in outcomes) == 2
    assert office.parked() == {}
    assert office.file(sick).status == "selesai"
    assert office.checked().ok


async def test_cancelled_while_parked_stays_cancelled_after_the_update(poisoned, monkeypatch):
    office, sick, _ = poisoned
    await sick.say(f"BATAL {sick.receipt_code}")
    await office.settle()
    monkeypatch.setattr(DraftDibuat, "SCHEMA_VERSION", 2)
    retry(office, sick.case_id)
    await office.settle()

    assert office.open_steps(sick) == set()
    assert office.parked() == {}
