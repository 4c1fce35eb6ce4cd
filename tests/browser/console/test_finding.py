"""The search box: from anywhere to a case by its code, without the mouse."""

import pytest
from playwright.async_api import expect

from jamila_testing.browser import DESK, SMALL_PHONE, grave_findings, overflow, small_targets

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_case_is_opened_by_its_code_without_the_mouse(window, kantor):
    road = await kantor.case_at(1)
    page = await kantor.log_in(window, "loket-1")
    await page.keyboard.press("/")
    await page.keyboard.type(road.receipt_code.lower())
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Hasil untuk")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{kantor.url}/permohonan/{road.case_id}")
    assert not window.faults


async def test_queue_is_narrowed_and_widened_again(window, kantor):
    road = await kantor.case_at(1)
    page = await kantor.log_in(window, "loket-1", SMALL_PHONE)
    await page.get_by_text("Saring", exact=True).first.click()
    await page.get_by_label("Terlambat").check()
    await page.get_by_label("Langkah").select_option("8")
    await page.get_by_role("button", name="Saring").click()
    await expect(page.get_by_text("Tidak ada tugas dengan saringan ini")).to_be_visible()
    assert page.url == f"{kantor.url}/antrean?step=8&overdue=true"
    await page.get_by_role("link", name="Tampilkan semua").click()
    await expect(page.locator(f'a[href="/permohonan/{road.case_id}"]').first).to_be_visible()


async def test_search_is_fit_for_desk_and_phone(window, kantor):
    await kantor.case_at(1)
    for screen in (DESK, SMALL_PHONE):
        page = await kantor.log_in(window, "loket-1", screen)
        await page.goto(f"{kantor.url}/cari")
        await page.get_by_text("Cari menurut nomor telepon").click()
        assert await grave_findings(page) == []
        assert await overflow(page) == 0
        assert await small_targets(page) == []
    assert not window.faults
