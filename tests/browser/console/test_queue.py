"""The queue: lives without reloading, obeys keys, and two officers never get one task."""

import pytest
from playwright.async_api import expect

from jamila_contracts.codes import in_groups
from jamila_testing.browser import DESK, SMALL_PHONE, grave_findings, overflow, small_targets

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_new_task_appears_by_itself(window, kantor):
    """By the news, not by asking every 30 seconds; ``bench/console.py`` says how fast."""
    page = await kantor.log_in(window, "loket-1")
    road = await kantor.case_at(1)
    await expect(
        page.get_by_role("row").filter(has_text=in_groups(road.receipt_code))
    ).to_be_visible()


async def test_task_is_taken_by_keys_alone(window, kantor):
    road = await kantor.case_at(1)
    page = await kantor.log_in(window, "loket-1")
    row = page.get_by_role("row").filter(has_text=in_groups(road.receipt_code))
    rows = page.locator("[data-baris]")
    for _ in range(await rows.count()):
        await page.keyboard.press("j")
        if "dipilih" in (await row.get_attribute("class") or ""):
            break
    await page.keyboard.press("a")
    await expect(page.get_by_text("Tugas Anda ambil.")).to_be_visible()
    await expect(page.get_by_text("Anda mengerjakan langkah 1.")).to_be_visible()
    assert "kabar=" not in page.url


async def test_second_officer_is_told_and_keeps_his_page(window, kantor):
    road = await kantor.case_at(4)
    slow, quick = [await kantor.log_in(window, each) for each in ("kasi-1", "kasi-2")]
    await deaf(slow)
    for page in (slow, quick):
        await page.goto(f"{kantor.url}/permohonan/{road.case_id}")
    await quick.get_by_role("button", name="Ambil tugas").click()
    await expect(quick.get_by_text("Anda mengerjakan langkah 4.")).to_be_visible()
    await slow.get_by_role("button", name="Ambil tugas").click()
    await expect(slow.get_by_role("alert")).to_be_visible()
    assert not window.faults


async def deaf(page):
    """Somebody whom the news reaches too late: his page offers what it offered when he came."""
    await page.route("**/keadaan?*", lambda route: route.fulfill(status=204))


async def test_task_that_another_takes_is_offered_no_more(window, kantor):
    road = await kantor.case_at(4)
    watcher, quick = [await kantor.log_in(window, each) for each in ("kasi-1", "kasi-2")]
    for page in (watcher, quick):
        await page.goto(f"{kantor.url}/permohonan/{road.case_id}")
    offered = watcher.get_by_role("button", name="Ambil tugas")
    await expect(offered).to_be_visible()
    await quick.get_by_role("button", name="Ambil tugas").click()
    await expect(offered).to_be_hidden()
    await expect(watcher.get_by_text("Sedang dikerjakan kasi-2.")).to_be_visible()
    assert not window.faults


async def test_queue_is_fit_for_desk_and_phone(window, kantor):
    await kantor.case_at(1)
    for screen in (DESK, SMALL_PHONE):
        page = await kantor.log_in(window, "loket-1", screen)
        assert await grave_findings(page) == []
        assert await overflow(page) == 0
        assert await small_targets(page) == []
    assert not window.faults
