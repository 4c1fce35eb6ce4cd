"""Blangko: a delivery, a count that does not agree, and what only the Kasi says."""

import pytest
from playwright.async_api import expect

from jamila_testing.browser import DESK, SMALL_PHONE, unfit

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_delivery_is_received_and_a_difference_explained(window, kantor):
    page = await kantor.log_in(window, "cetak-1", DESK)
    await page.get_by_role("link", name="Persediaan").click()
    film = page.get_by_role("region", name="Film pencetak kartu")
    await film.get_by_text("Kiriman datang").click()
    await film.get_by_label("Jumlah", exact=False).first.fill("500")
    await film.get_by_label("Nomor surat").fill("BAST 12/2026")
    await film.get_by_role("button", name="Catat kiriman").click()
    await expect(page.get_by_text("Kiriman dicatat.")).to_be_visible()
    await expect(film).to_contain_text("500 cetak dapat dipakai")

    await film.get_by_text("Hitung (stok opname)").click()
    await film.get_by_label("Jumlah yang ada").fill("498")
    await film.get_by_role("button", name="Catat hasil hitung").click()
    await expect(film.get_by_role("alert")).to_contain_text("Tulis alasan selisih hitungan.")
    await expect(film.get_by_label("Jumlah yang ada")).to_have_value("498")
    assert await unfit(page) == []
    await film.get_by_label("Alasan").first.select_option("selisih-hitung")
    await film.get_by_role("button", name="Catat hasil hitung").click()
    await expect(page.get_by_text("Hasil hitung dicatat.")).to_be_visible()
    await expect(film).to_contain_text("498 cetak dapat dipakai")
    await expect(film.get_by_role("button", name="Ubah batas")).to_have_count(0)
    assert not window.faults


async def test_kasi_says_when_to_order_and_old_cards_are_destroyed(window, kantor):
    road = await kantor.case_at(1)
    counter = await kantor.log_in(window, "loket-1", SMALL_PHONE)
    await counter.goto(f"{kantor.url}/persediaan")
    card = counter.get_by_role("region", name="Blangko KIA")
    await card.get_by_text("Kartu lama ditarik").click()
    await card.get_by_label("Kode tanda terima").fill(road.receipt_code)
    assert await unfit(counter) == []
    await card.get_by_role("button", name="Catat kartu ditarik").click()
    await expect(counter.get_by_text("Kartu lama dicatat sebagai ditarik.")).to_be_visible()

    kasi = await kantor.log_in(window, "kasi-1", SMALL_PHONE)
    await kasi.goto(f"{kantor.url}/persediaan")
    card = kasi.get_by_role("region", name="Blangko KIA")
    await card.get_by_text("Musnahkan kartu lama").click()
    await card.get_by_label("Jumlah").last.fill("1")
    await card.get_by_label("Nomor berita acara").fill("BA-3/2026")
    assert await unfit(kasi) == []
    await card.get_by_role("button", name="Catat pemusnahan").click()
    await expect(kasi.get_by_text("Pemusnahan dicatat.")).to_be_visible()
    await expect(card.get_by_text("Musnahkan kartu lama")).to_have_count(0)
    await card.get_by_text("Batas pemesanan").last.click()
    await card.get_by_label("Pesan lagi bila tinggal").fill("50")
    await card.get_by_role("button", name="Ubah batas").click()
    await expect(kasi.get_by_text("Batas pemesanan diubah.")).to_be_visible()
    assert not window.faults
