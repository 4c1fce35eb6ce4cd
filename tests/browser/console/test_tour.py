"""The tour: by keys alone, read aloud, without a script too, and gone when it is over."""

import pytest
from playwright.async_api import expect

from gateway.console.words_tour import stops_for
from jamila_testing.browser import (
    SMALL_PHONE,
    Screen,
    grave_findings,
    overflow,
    small_targets,
)

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]

TITLES = [each.title for each in stops_for({"operator-siak"})]
PLAIN = Screen(1280, 900, javascript=False)


async def test_tour_is_walked_by_keys_and_begun_again_from_the_menu(window, kantor):
    page = await kantor.log_in(window, "siak-2")
    tour = page.get_by_role("region", name="Tur singkat")
    await page.get_by_text("Operator SIAK (demo)").click()
    await page.get_by_role("button", name="Ulangi tur singkat").click()
    for title in TITLES:
        await expect(tour.get_by_role("heading", level=2)).to_contain_text(title)
        await page.locator("#tur-maju").focus()
        await page.keyboard.press("Enter")
    await expect(tour.get_by_role("heading", level=2)).to_have_count(0)
    await page.reload()
    await expect(page.get_by_text("Baru di sini?")).to_have_count(0)
    assert not window.faults


async def test_focus_stays_in_the_tour_and_escape_ends_it(window, kantor):
    page = await kantor.log_in(window, "siak-2")
    await page.get_by_text("Operator SIAK (demo)").click()
    await page.get_by_role("button", name="Ulangi tur singkat").click()
    forward = page.locator("#tur-maju")
    await forward.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#tur")).to_contain_text(TITLES[1])
    await expect(forward).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#tur .card")).to_have_count(0)


async def test_each_stop_is_fit_for_a_small_phone(window, kantor):
    page = await kantor.log_in(window, "siak-2", SMALL_PHONE)
    await page.get_by_text("Operator SIAK (demo)").click()
    await page.get_by_role("button", name="Ulangi tur singkat").click()
    for title in TITLES:
        await expect(page.locator("#tur")).to_contain_text(title)
        assert await overflow(page) == 0
        assert await small_targets(page) == []
        assert await grave_findings(page) == []
        await page.locator("#tur-maju").click()


async def test_tour_needs_no_script(window, kantor):
    page = await kantor.log_in(window, "siak-2", PLAIN)
    await page.get_by_text("Operator SIAK (demo)").click()
    await page.get_by_role("button", name="Ulangi tur singkat").click()
    await page.get_by_role("button", name="Berikutnya").click()
    await expect(page.get_by_role("heading", level=2, name=TITLES[1])).to_be_visible()
    await page.get_by_role("button", name="Akhiri tur").click()
    await expect(page.locator("#tur .card")).to_have_count(0)
    assert page.url.endswith("/antrean")
