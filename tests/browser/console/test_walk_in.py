"""The front desk: somebody is at the counter, from the greeting to the receipt code."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from jamila_simulators.papers import photo_of_paper
from jamila_simulators.sample_papers import sample_text
from jamila_testing.browser import DESK, SMALL_PHONE, unfit

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]


def photo(paper, birth):
    """A paper of a family, as somebody photographed it."""
    content = photo_of_paper(*sample_text(paper, birth.father, birth.mother))
    return {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": content}


async def begun(window, kantor, screen):
    page = await kantor.log_in(window, "loket-1", screen)
    await page.get_by_role("link", name="Loket").click()
    assert await unfit(page) == []
    await page.get_by_role("button", name="Buat akta baru").click()
    await expect(page.get_by_text("Catatan baru dibuka.")).to_be_visible()
    return page


async def answer(page, birth):
    born = datetime.now(UTC).date() - timedelta(days=12)
    await page.get_by_label("Nama lengkap").first.fill(birth.mother.name)
    await page.get_by_label("Keluarga saya").check()
    await page.get_by_label("Tanggal berapa anak lahir?").fill(f"{born:%d-%m-%Y}")
    for question in ("Ada surat keterangan lahir", "buku nikah"):
        group = page.get_by_role("group", name=question)
        await group.get_by_role("radio").first.check()


async def test_walk_in_from_greeting_to_receipt_code(window, kantor):
    birth = kantor.birth()
    page = await begun(window, kantor, DESK)
    await answer(page, birth)
    await page.get_by_label("Siapa nama lengkap anak").fill(f"{birth.child_name} 2")
    await page.get_by_role("button", name="Lanjut ke berkas").click()
    await expect(page.get_by_text("Nama tidak boleh berisi angka.")).to_be_visible()
    await expect(page.get_by_label("Nama lengkap").first).to_have_value(birth.mother.name)
    assert await unfit(page) == []
    await page.get_by_label("Siapa nama lengkap anak").fill(birth.child_name)
    await page.get_by_label("Berapa NIK ibu").fill(birth.mother.nik)
    await page.get_by_label("Berapa nomor Kartu Keluarga").fill(birth.mother.no_kk)
    await page.get_by_role("button", name="Lanjut ke berkas").click()

    await expect(page.get_by_role("heading", name="Daftar berkas")).to_be_visible()
    await page.get_by_label("Kartu Keluarga").set_input_files(photo("kartu-keluarga", birth))
    await expect(page.get_by_text("Sudah ada")).to_be_visible()
    await page.get_by_label("Buku nikah").set_input_files(
        {"name": "catatan.pdf", "mimeType": "application/pdf", "buffer": b"bukan pdf"}
    )
    await expect(page.get_by_role("alert")).to_contain_text("Buku nikah")
    await expect(page.get_by_text("Sudah ada")).to_have_count(1)
    assert await unfit(page) == []
    await page.get_by_role("button", name="Ajukan permohonan").click()
    await expect(page.get_by_text("Permohonan diajukan.")).to_be_visible()
    code = (await page.locator(".receipt").inner_text()).strip()
    await expect(page.get_by_text("Masih harus dilengkapi:")).to_be_visible()
    assert await unfit(page) == []
    letter = await page.get_by_role("link", name="Cetak tanda terima").get_attribute("href")
    answered = await page.context.request.get(f"{kantor.url}{letter}")
    assert (await answered.body()).startswith(b"%PDF")
    await page.get_by_role("link", name="Antrean").click()
    await expect(page.get_by_role("row").filter(has_text=code)).to_contain_text("loket")
    assert not window.faults


async def test_answers_given_while_the_line_is_slow_are_kept(window, kantor):
    page = await begun(window, kantor, DESK)
    held = asyncio.Queue()

    await page.route("**/unggah/**", held.put, times=1)
    await page.get_by_label("Keluarga saya").check()
    await page.get_by_role("group", name="Ada surat keterangan lahir").get_by_label("Tidak").check()
    await page.get_by_label("Nama lengkap").first.fill("Aminah Contoh")
    await page.get_by_label("Siapa nama lengkap anak").fill("Nur Contoh")
    first = await held.get()
    async with page.expect_response("**/unggah/**"):
        await first.continue_()
    group = page.get_by_role("group", name="Ada surat keterangan lahir")
    await expect(group.get_by_label("Tidak")).to_be_checked()
    await expect(page.get_by_label("Nama lengkap").first).to_have_value("Aminah Contoh")
    await expect(page.get_by_label("Siapa nama lengkap anak")).to_have_value("Nur Contoh")
    assert not window.faults


async def test_entry_is_given_up_on_a_phone_and_nothing_came_of_it(window, kantor):
    birth = kantor.birth()
    page = await begun(window, kantor, SMALL_PHONE)
    await answer(page, birth)
    assert await unfit(page) == []
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Buang catatan").click()
    await expect(page.get_by_text("Catatan dibuang.")).to_be_visible()
    assert birth.mother.name not in page.url
    assert not window.faults
