"""The IT officer: sees that everything lives, stops the clocks for an outage, starts them again."""

import pytest
from playwright.async_api import expect

from jamila_testing.browser import DESK, SMALL_PHONE, grave_findings, overflow, small_targets

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]
PAGES = ("/sistem", "/gangguan", "/sistem/kalender", "/sistem/aturan")


async def test_outage_is_declared_and_ended(window, kantor):
    page = await kantor.log_in(window, "it-1")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("link", name="Gangguan").first.click()
    await page.get_by_label("Sistem").select_option("printer")
    await page.get_by_role("button", name="Catat gangguan mulai").click()
    await expect(page.get_by_role("heading", name="pencetak terganggu")).to_be_visible()
    await page.get_by_role("button", name="Sudah berfungsi lagi").click()
    await expect(page.get_by_text("Tidak ada gangguan yang sedang berlangsung.")).to_be_visible()
    assert not window.faults


async def test_every_process_of_the_office_is_heard(window, kantor):
    page = await kantor.log_in(window, "it-1")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="review"))
    # The page asks anew by itself; signs come every few seconds.
    await expect(row.get_by_text("hidup", exact=True)).to_be_visible(timeout=30_000)


async def test_pages_of_the_system_are_fit_for_desk_and_phone(window, kantor):
    for screen in (DESK, SMALL_PHONE):
        page = await kantor.log_in(window, "it-1", screen)
        for path in PAGES:
            await page.goto(f"{kantor.url}{path}")
            assert await grave_findings(page) == []
            assert await overflow(page) == 0
            assert await small_targets(page) == []
    assert not window.faults


async def test_administrator_searches_the_trail_of_the_office(window, kantor):
    road = await kantor.case_at(4)
    page = await kantor.log_in(window, "admin-1")
    await page.goto(f"{kantor.url}/sistem/jejak")
    await page.get_by_label("Peristiwa").fill("DraftDibuat")
    await page.get_by_role("button", name="Cari").click()
    await expect(page.locator(f'a[href="/permohonan/{road.case_id}"]').first).to_be_visible()
    assert await grave_findings(page) == []
    assert await overflow(page) == 0
    assert not window.faults
