"""The IT officer after an update: what one service could not read is tried again."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from jamila_contracts import events as e
from jamila_testing.browser import SMALL_PHONE, unfit
from jamila_testing.builders import Story

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]
HERE = "/sistem/tertahan"
NEWER = 9
"""A version of an event that nobody here can read."""


def parked(name, number, *, version=1):
    """What a service holds that could not read an event before it was updated."""
    record = Story(name).tell(e.BerkasDiterima)
    changes = {"log_position": 1_000_000 + number, "schema_version": version}
    meta = record.meta.model_copy(update=changes)
    place = (meta.source, meta.log_position, str(meta.case_id))
    since = datetime.now(tz=UTC).isoformat()
    return (*place, meta.model_dump_json(), record.data, "unreadable", since)


@pytest.fixture
def stuck(kantor):
    """The review service holds three cases; of two the event can be read by now."""
    rows = [parked("satu", 1), parked("dua", 2), parked("tiga", 3, version=NEWER)]
    with closing(sqlite3.connect(kantor.home / "stores" / "review.db", timeout=30)) as store:
        with store:
            store.executemany("INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        yield
        with store:
            store.execute("DELETE FROM parked")


async def try_again(part, reason):
    await part.locator("summary").click()
    await part.get_by_label("Alasan").fill(reason)
    await part.get_by_role("button").click()


@pytest.mark.usefixtures("stuck")
async def test_one_is_tried_again_and_then_all_that_the_service_holds(window, kantor):
    page = await kantor.log_in(window, "it-1")
    await page.goto(f"{kantor.url}{HERE}")
    lines = page.locator("#tertahan li")
    await expect(lines).to_have_count(3)
    assert await unfit(page) == []

    first = lines.first
    await try_again(first, "NIK 6311990101010001")
    await expect(first.get_by_role("alert")).to_contain_text("Alasan wajib diisi")
    await expect(first.get_by_label("Alasan")).to_have_value("NIK 6311990101010001")
    await first.get_by_label("Alasan").fill("sesudah pembaruan layanan")
    await first.get_by_role("button").click()
    await expect(page.get_by_text("1 ditangani, 0 tetap tertahan")).to_be_visible()
    await expect(lines).to_have_count(2)
    await expect(page.get_by_text("sesudah pembaruan layanan").first).to_be_visible()

    await try_again(page.locator("section > details"), "semua dicoba sekali lagi")
    await expect(page.get_by_text("1 ditangani, 1 tetap tertahan")).to_be_visible()
    await expect(lines).to_have_count(1)
    assert not window.faults


@pytest.mark.usefixtures("stuck")
async def test_page_of_parked_events_is_fit_for_a_phone(window, kantor):
    page = await kantor.log_in(window, "it-1", SMALL_PHONE)
    await page.goto(f"{kantor.url}{HERE}")
    await page.locator("#tertahan summary").first.click()
    await expect(page.get_by_label("Alasan").first).to_be_visible()
    assert await unfit(page) == []
    assert not window.faults
