"""The case page, and the front desk's step 1: look at papers, mark one missing, accept."""

import asyncio
from dataclasses import replace

import pytest
from playwright.async_api import expect

from jamila_testing.browser import DESK, SMALL_PHONE, unfit

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(240),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def opened(window, kantor, road, account, screen=DESK):
    page = await kantor.log_in(window, account, screen)
    await page.goto(f"{kantor.url}/permohonan/{road.case_id}")
    return page


async def taken(window, kantor, road, account, screen=DESK):
    page = await opened(window, kantor, road, account, screen)
    await page.get_by_role("button", name="Ambil tugas").click()
    await expect(page.get_by_text(f"Anda mengerjakan langkah {page_step(road)}.")).to_be_visible()
    return page


def page_step(road):
    return road.view()["step"]


async def reads_of(kantor, road, word):
    """How often something of the case was opened, as the trail tells."""
    trail = await asyncio.to_thread(kantor.office.client("kasi-1").trail, road.case_id)
    lines = [each for each in trail["lines"] if each["event"] == "DataPribadiDibaca"]
    return sum(f"membuka {word} " in each["sentence"] for each in lines)


async def shown_paper(page):
    """The picture of the paper that lies open, once it is loaded."""
    picture = page.locator("#alas-berkas img").first
    await expect(picture).to_be_visible()
    # Not ``wait_for_function``: it asks again by ``eval``, which these pages forbid.
    await picture.evaluate("picture => picture.decode()")
    return picture


async def test_paper_is_enlarged_turned_and_followed_by_the_next(window, kantor):
    road = await kantor.case_at(1)
    page = await taken(window, kantor, road, "loket-1")
    picture = await shown_paper(page)
    before = await picture.bounding_box()
    await page.keyboard.press("+")
    wider = await picture.bounding_box()
    await page.keyboard.press("r")
    turned = await picture.bounding_box()
    tabs = page.get_by_role("navigation", name="Daftar berkas").get_by_role("link")
    await page.keyboard.press("]")
    await expect(tabs.nth(1)).to_have_attribute("aria-current", "true")
    await shown_paper(page)
    assert wider["width"] == pytest.approx(before["width"] * 1.25, abs=2)
    assert turned["height"] == pytest.approx(
        turned["width"] * before["width"] / before["height"], rel=0.02
    )
    assert not window.faults


async def test_looking_at_a_paper_again_is_recorded_once(window, kantor):
    road = await kantor.case_at(1)
    page = await opened(window, kantor, road, "loket-1")
    tabs = page.get_by_role("navigation", name="Daftar berkas").get_by_role("link")
    for number in (2, 3, 2, 3):
        await tabs.nth(number).click()
        await expect(tabs.nth(number)).to_have_attribute("aria-current", "true")
        await shown_paper(page)
    await page.reload()
    await tabs.nth(2).click()
    await shown_paper(page)
    await expect(page.get_by_text("kali data pribadi dibuka")).to_be_visible()
    assert await reads_of(kantor, road, "berkas") == 2


async def test_missing_paper_reaches_the_resident_and_another_case_goes_on(window, kantor):
    poor, good = [await kantor.case_at(1) for _ in range(2)]
    page = await taken(window, kantor, poor, "loket-1")
    await page.get_by_role("button", name="Berkas lengkap").click()
    await expect(page.get_by_role("alert")).to_contain_text("Belum dicentang")
    nikah = page.get_by_role("group", name="Buku nikah")
    await nikah.get_by_label("Kekurangan").select_option("tidak-terbaca")
    tab = page.get_by_role("navigation", name="Daftar berkas").get_by_text("Buku nikah")
    await expect(tab).to_have_attribute("data-tanda", "tidak terbaca")
    await page.get_by_role("button", name="Minta kekurangan").click()
    await expect(page.get_by_text("Kekurangan berkas disampaikan kepada pemohon.")).to_be_visible()
    await expect(page.get_by_text("Menunggu pemohon melengkapi berkas.")).to_be_visible()
    await heard(kantor, poor, "tidak terbaca")

    page = await taken(window, kantor, good, "loket-1")
    await shown_paper(page)
    for box in await page.get_by_role("checkbox", name="Ada dan terbaca").all():
        await box.check()
    await page.get_by_role("heading", name="Periksa kelengkapan").click()
    await page.keyboard.press("l")
    await expect(page.get_by_text("Berkas dinyatakan lengkap")).to_be_visible()
    assert good.view()["step"] == 2
    assert not window.faults


async def heard(kantor, road, words):
    async with asyncio.timeout(30):
        while True:
            texts = await asyncio.to_thread(kantor.office.received, road.wish.phone)
            if any(words in each for each in texts):
                return


async def test_line_that_drops_loses_nothing_and_a_second_try_counts_once(window, kantor):
    road = await kantor.case_at(1)
    page = await taken(window, kantor, road, "loket-1")
    await shown_paper(page)
    for box in await page.get_by_role("checkbox", name="Ada dan terbaca").all():
        await box.check()
    await page.context.set_offline(True)
    button = page.get_by_role("button", name="Berkas lengkap")
    await button.click()
    await expect(page.get_by_text("tekan lagi, tidak akan tercatat dua kali")).to_be_visible()
    await page.context.set_offline(False)
    await button.dblclick()
    await expect(page.get_by_text("Berkas dinyatakan lengkap")).to_be_visible()
    trail = await asyncio.to_thread(kantor.office.client("kasi-1").trail, road.case_id)
    assert [each["event"] for each in trail["lines"]].count("BerkasDiterima") == 1


async def test_draft_lies_beside_the_papers_and_follows_the_news(window, kantor):
    road = await kantor.case_at(4)
    page = await taken(window, kantor, road, "kasi-1", replace(DESK, is_dark=True))
    await expect(page.locator("#alas-dokumen img").first).to_be_visible()
    await shown_paper(page)
    assert await unfit(page) == []
    before = await reads_of(kantor, road, "data pemohon")
    watcher = await opened(window, kantor, road, "kasi-2")
    await page.get_by_role("button", name="Lepas").click()
    await expect(page.get_by_role("button", name="Ambil tugas")).to_be_visible()
    await expect(watcher.get_by_role("button", name="Ambil tugas")).to_be_visible()
    assert await reads_of(kantor, road, "data pemohon") == before + 2
    assert not window.faults


async def test_case_page_is_fit_for_desk_and_phone(window, kantor):
    road = await kantor.case_at(1)
    phone = await taken(window, kantor, road, "loket-1", SMALL_PHONE)
    await shown_paper(phone)
    assert await unfit(phone) == []
    desk = await opened(window, kantor, road, "loket-1")
    await shown_paper(desk)
    assert await unfit(desk) == []
    assert not window.faults


async def test_papers_are_seen_and_accepted_without_scripts(window, kantor):
    road = await kantor.case_at(1)
    page = await kantor.log_in(window, "loket-1", replace(DESK, javascript=False))
    await page.goto(f"{kantor.url}/permohonan/{road.case_id}")
    await page.get_by_role("button", name="Ambil tugas").click()
    await page.get_by_role("link", name="Kartu Keluarga").click()
    await expect(page.get_by_role("img", name="Halaman 1 dari 1")).to_be_visible()
    await page.get_by_role("link", name="Kembali ke permohonan").click()
    for box in await page.get_by_role("checkbox", name="Ada dan terbaca").all():
        await box.check()
    await page.get_by_role("button", name="Berkas lengkap").click()
    await expect(page.get_by_text("Berkas dinyatakan lengkap")).to_be_visible()
