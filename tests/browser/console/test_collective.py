"""A village brings a list of two families, one of them with a mistake."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from jamila_deploy.sample import Birth
from jamila_simulators.papers import photo_of_paper
from jamila_simulators.sample_papers import sample_text
from jamila_testing.browser import DESK, SMALL_PHONE, unfit

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]
_LIST = """baris;layanan;nama;telepon;isian
1;Akta Kelahiran;Aminah Contoh;0800-6311-001;hubungan=keluarga
2;Akta Kelahiran;Umar Contoh;12;hubungan=keluarga
"""


def photo(number, row):
    birth = Birth.of_couple(number, today=datetime.now(UTC).date())
    content = photo_of_paper(*sample_text("kartu-keluarga", birth.father, birth.mother))
    return {"name": f"{row}-kk.jpg", "mimeType": "image/jpeg", "buffer": content}


async def test_wrong_row_is_shown_beside_it_and_mended(window, kantor):
    page = await kantor.log_in(window, "loket-1", DESK)
    await page.get_by_role("link", name="Kolektif").click()
    await page.get_by_label("Pembawa daftar").fill("Jamilah Contoh")
    await page.get_by_label("Daftar Satu baris").fill(_LIST)
    await page.get_by_role("button", name="Terima daftar").click()
    wrong = page.get_by_role("row").filter(has_text="Umar Contoh")
    await expect(wrong).to_contain_text("Nomor telepon tidak benar.")
    await expect(page.get_by_label("Pembawa daftar")).to_have_value("Jamilah Contoh")
    assert await unfit(page) == []
    await page.get_by_label("Daftar Satu baris").fill(_LIST.replace(";12;", ";0800-6311-002;"))
    await page.get_by_role("button", name="Terima daftar").click()
    await expect(page.get_by_text("Daftar diterima.")).to_be_visible()

    files = [photo(7101, "01"), photo(7102, "2"), photo(7103, "9")]
    await page.locator("input[type=file]").set_input_files(files)
    await page.get_by_role("button", name="Unggah", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("9-kk.jpg: Tidak ada baris")
    await expect(page.get_by_text("2 berkas disimpan")).to_be_visible()
    assert await unfit(page) == []
    await page.get_by_role("button", name="Ajukan daftar").click()
    await expect(page.get_by_text("Daftar diajukan.")).to_be_visible()
    await expect(page.get_by_role("link", name="Tampilkan nama")).to_be_visible()
    await page.get_by_role("link", name="Tampilkan nama").click()
    await expect(page.get_by_role("row").filter(has_text="Umar Contoh")).to_be_visible()
    assert await unfit(page) == []
    phone = await kantor.log_in(window, "loket-1", SMALL_PHONE)
    for address in (page.url, f"{kantor.url}/kolektif"):
        await phone.goto(address)
        assert await unfit(phone) == []
    assert not window.faults
