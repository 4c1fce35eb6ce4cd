"""The public page in a real browser: on a small phone without JavaScript, by night and on paper."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from jamila_testing.browser import (
    DESK,
    SMALL_PHONE,
    grave_findings,
    overflow,
    small_targets,
)

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]
PLAIN_PHONE = replace(SMALL_PHONE, javascript=False)
NIGHT_PHONE = replace(SMALL_PHONE, is_dark=True)


def places(page):
    """Every kind of page there is to see, by name."""
    yield "depan", "/"
    yield "lacak", "/lacak"
    for name in ("langkah-5", "jeda", "diminta", "selesai-0"):
        yield name, f"/lacak/{page.receipts[name]}"
    yield "lacak-salah", "/lacak/QQQQQQQQQQ"
    yield "cek", "/cek"
    for name, code in page.codes.items():
        yield name, f"/cek/{code}"
    yield "cek-salah", "/cek/QQQQQQQQQQQQ"
    yield "janji", "/janji"
    yield "pin", f"/unduh/{page.token}"
    yield "tertutup", "/unduh/tidak-ada"
    yield "tidak-ada", "/tidak-ada"


async def test_an_application_is_tracked_on_a_small_phone_without_javascript(window, public_page):
    page = await window.page(PLAIN_PHONE)
    await page.goto(public_page.url)
    await page.get_by_role("link", name="Lacak permohonan").tap()
    code = public_page.receipts["langkah-5"].lower()
    await page.get_by_label("Kode tanda terima").fill(f"{code[:5]} {code[5:]}")
    await page.get_by_role("button", name="Lihat permohonan").tap()
    await expect(page.get_by_text("Langkah 5 dari 8")).to_be_visible()
    await expect(page.get_by_text("sedang di sini")).to_be_visible()
    assert code.upper() not in page.url


async def test_a_wrong_code_leads_back_to_the_form(window, public_page):
    page = await window.page(PLAIN_PHONE)
    await page.goto(f"{public_page.url}/lacak")
    await page.get_by_label("Kode tanda terima").fill("salah-salah")
    await page.get_by_role("button", name="Lihat permohonan").tap()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Kode tanda terima")).to_be_visible()


async def test_a_document_is_checked_by_its_code(window, public_page):
    page = await window.page(PLAIN_PHONE)
    await page.goto(f"{public_page.url}/cek")
    await page.get_by_label("Kode dokumen").fill(public_page.codes["berlaku"])
    await page.get_by_role("button", name="Cek dokumen").tap()
    await expect(page.get_by_text("Dokumen aktif")).to_be_visible()


async def test_a_file_that_is_no_document_of_ours_is_found_out(window, public_page, tmp_path):
    file = tmp_path / "dokumen.pdf"
    file.write_bytes(b"bukan pdf")
    page = await window.page(PLAIN_PHONE)
    await page.goto(f"{public_page.url}/cek")
    await page.get_by_label("Periksa tanda tangan").set_input_files(file)
    await page.get_by_role("button", name="Periksa berkas").tap()
    await expect(page.get_by_role("alert")).to_be_visible()


async def test_documents_are_downloaded_by_link_and_pin(window, public_page):
    page = await window.page(PLAIN_PHONE)
    await page.goto(f"{public_page.url}/unduh/{public_page.token}")
    await page.get_by_label("PIN 6 angka").fill("000000")
    await page.get_by_role("button", name="Buka dokumen").tap()
    await expect(page.get_by_text("Masih bisa dicoba 4 kali lagi")).to_be_visible()
    await page.get_by_label("PIN 6 angka").fill(public_page.pin)
    await page.get_by_role("button", name="Buka dokumen").tap()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Unduh Kutipan Akta Kelahiran").tap()
    download = await coming.value
    assert download.suggested_filename == "dokumen-1.pdf"
    assert (await download.path()).read_bytes() == public_page.pdf


@pytest.mark.parametrize("screen", [SMALL_PHONE, NIGHT_PHONE, DESK], ids=["phone", "night", "desk"])
async def test_every_page_is_accessible_and_fits_its_screen(window, public_page, screen):
    page = await window.page(screen)
    wrong = {}
    for name, path in places(public_page):
        await page.goto(f"{public_page.url}{path}")
        faults = [*await grave_findings(page), *await small_targets(page)]
        if await overflow(page) > 0:
            faults.append("wider than the screen")
        if faults:
            wrong[name] = faults
    assert wrong == {}


async def test_no_page_asks_anybody_else_or_breaks_its_own_policy(window, public_page):
    page = await window.page(SMALL_PHONE)
    for _, path in places(public_page):
        await page.goto(f"{public_page.url}{path}")
    assert {url for url in window.asked if not url.startswith(public_page.url)} == set()
    assert window.faults == []


async def test_a_page_is_usable_with_text_twice_as_large(window, public_page):
    page = await window.page(SMALL_PHONE)
    for _, path in places(public_page):
        await page.goto(f"{public_page.url}{path}")
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await overflow(page) <= 0, path


async def test_on_paper_stand_the_facts_and_no_forms(window, public_page):
    page = await window.page(DESK)
    await page.goto(f"{public_page.url}/cek/{public_page.codes['berlaku']}")
    await page.emulate_media(media="print")
    await expect(page.get_by_text("Dokumen aktif")).to_be_visible()
    await expect(page.get_by_role("button")).to_be_hidden()
    assert (await page.pdf(format="A4")).startswith(b"%PDF")
