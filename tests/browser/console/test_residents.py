"""People who want a person, and people who have only the office's phone."""

import asyncio

import pytest
from playwright.async_api import expect

from jamila_testing.browser import DESK, SMALL_PHONE, unfit

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def until_received(kantor, phone, words):
    """The resident reads something."""
    async with asyncio.timeout(30):
        while True:
            texts = await asyncio.to_thread(kantor.office.received, phone)
            if any(words in each for each in texts):
                return


async def test_resident_who_asked_for_a_person_is_answered(window, kantor):
    phone = "6280063177001"
    said = [
        {"type": "text", "text": each}
        for each in ("Halo", "PETUGAS", "Anak saya belum punya NIK, bagaimana?")
    ]
    page = await kantor.log_in(window, "loket-1", SMALL_PHONE)
    await asyncio.to_thread(kantor.office.send, phone, "Aminah Contoh", said)
    await until_received(kantor, phone, "petugas akan menjawab di sini")
    await page.goto(f"{kantor.url}/percakapan")
    assert await unfit(page) == []
    await page.get_by_role("link", name="Baca").first.click()
    await expect(page.get_by_text("Anak saya belum punya NIK")).to_be_visible()
    await page.get_by_label("Jawaban").fill("Silakan bawa surat keterangan lahir ke loket 1.")
    assert await unfit(page) == []
    await page.get_by_role("button", name="Kirim jawaban").click()
    await expect(page.get_by_text("Jawaban dikirim ke WhatsApp warga.")).to_be_visible()
    await expect(page.locator(".petugas")).to_contain_text("loket 1")
    await until_received(kantor, phone, "Silakan bawa surat keterangan lahir")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Tutup percakapan").click()
    await expect(page.get_by_text("Percakapan ditutup.")).to_be_visible()
    await until_received(kantor, phone, "Layanan otomatis menjawab lagi")
    assert not window.faults


async def test_message_of_the_offices_phone_is_passed_on_and_its_answer_told(window, kantor):
    page = await kantor.log_in(window, "loket-1", DESK)
    await page.goto(f"{kantor.url}/kabar")
    await page.get_by_role("link", name="Pesan dari telepon kantor").click()
    await page.get_by_label("Nomor pengirim").fill("12")
    await page.get_by_label("Pesan", exact=True).fill("Halo, mau buat akta")
    await page.get_by_role("button", name="Teruskan").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nomor telepon tidak benar.")
    await expect(page.get_by_label("Pesan", exact=True)).to_have_value("Halo, mau buat akta")
    assert await unfit(page) == []
    await page.get_by_label("Nomor pengirim").fill("0800-6317-7002")
    await page.get_by_role("button", name="Teruskan").click()
    await expect(page.get_by_text("Pesan diteruskan.")).to_be_visible()
    assert await unfit(page) == []
    rows = page.get_by_role("link", name="Baca jawaban")
    waiting = await rows.count()
    await rows.last.click()
    await expect(page.locator("#nomor")).to_have_text("6280063177002")
    await page.get_by_role("button", name="Salin kata-kata").click()
    await expect(page.locator("#disalin")).to_contain_text("salin")
    assert await unfit(page) == []
    await page.get_by_role("button", name="Sudah disampaikan").click()
    await expect(page.get_by_text("Dicatat: jawaban sudah disampaikan.")).to_be_visible()
    await expect(rows).to_have_count(waiting - 1)
    phone = await kantor.log_in(window, "loket-1", SMALL_PHONE)
    for path in ("/kabar", "/kabar/telepon"):
        await phone.goto(f"{kantor.url}{path}")
        assert await unfit(phone) == []
    assert not window.faults
