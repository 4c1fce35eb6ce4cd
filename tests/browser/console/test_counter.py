"""The day of printing room and counter: print, a spoiled sheet, the document handed over."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from jamila_contracts.codes import in_groups
from jamila_testing.browser import DESK, SMALL_PHONE, unfit

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]
_COLLECTION = re.compile(r"(?:kode pengambilan|Kode yang baru:) ([A-Z0-9]{8})\b")


async def codes_of(kantor, road, number):
    """The collection codes that the resident got, once there are so many."""
    found = []
    async with asyncio.timeout(30):
        while len(found) < number:
            texts = await asyncio.to_thread(kantor.office.received, road.wish.phone)
            found = _COLLECTION.findall(" ".join(texts))
    return found


async def test_sheet_is_printed_spoiled_printed_again_and_handed_over(window, kantor):
    road = await kantor.case_at(7)
    printer = await kantor.log_in(window, "cetak-1")
    await printer.goto(f"{kantor.url}/permohonan/{road.case_id}")
    await printer.get_by_role("button", name="Ambil tugas").click()
    await printer.get_by_text("Ada lembar yang rusak").click()
    await printer.get_by_label("Alasan").first.select_option("kertas-macet")
    await printer.get_by_role("button", name="Catat cetak gagal").click()
    await expect(printer.get_by_text("Cetak gagal dicatat.")).to_be_visible()
    assert await unfit(printer) == []
    row = printer.get_by_role("row").filter(has_text=in_groups(road.receipt_code))
    await row.get_by_role("button", name="Cetak di HVS A4").click()
    await expect(printer.get_by_text("Dokumen dikirim ke pencetak.")).to_be_visible()
    await expect(row).to_have_count(0)

    (code,) = await codes_of(kantor, road, 1)
    counter = await kantor.log_in(window, "loket-1", SMALL_PHONE)
    await counter.goto(f"{kantor.url}/penyerahan")
    assert await unfit(counter) == []
    await counter.get_by_role("textbox", name="Kode tanda terima").fill(
        in_groups(road.receipt_code).lower()
    )
    await counter.get_by_role("button", name="Buka").click()
    await counter.get_by_label("Kode pengambilan").fill("SALAHKAN")
    await counter.get_by_role("button", name="Serahkan", exact=True).click()
    await expect(counter.get_by_role("alert")).to_contain_text("Kode tidak cocok.")
    await expect(counter.get_by_label("Kode pengambilan")).to_have_value("SALAHKAN")
    assert await unfit(counter) == []
    await counter.get_by_label("Kode pengambilan").fill(code)
    await counter.get_by_role("button", name="Serahkan", exact=True).click()
    await expect(counter.get_by_text("Dokumen diserahkan. Permohonan selesai.")).to_be_visible()
    assert not window.faults


async def test_whoever_lost_the_code_is_written_down_or_gets_another(window, kantor):
    road = await kantor.case_at(8)
    page = await kantor.log_in(window, "loket-1", DESK)
    await page.goto(f"{kantor.url}/permohonan/{road.case_id}")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Kirim kode baru").click()
    await expect(page.get_by_text("Kode pengambilan baru dikirim")).to_be_visible()
    old, new = (await codes_of(kantor, road, 2))[:2]
    assert old != new
    await page.get_by_text("Hasil cetak tidak baik").click()
    await page.get_by_role("button", name="Kembalikan untuk dicetak ulang").click()
    await expect(page.get_by_text("Dikembalikan untuk dicetak ulang.")).to_be_visible()
    printer = await kantor.log_in(window, "cetak-1", SMALL_PHONE)
    await printer.goto(f"{kantor.url}/cetak")
    assert await unfit(printer) == []
    row = printer.get_by_role("row").filter(has_text=in_groups(road.receipt_code))
    await expect(row).to_contain_text("ulangan ke-2")
    await row.get_by_role("button", name="Cetak di HVS A4").click()
    await expect(row).to_have_count(0)
    await page.goto(f"{kantor.url}/penyerahan?kode={in_groups(road.receipt_code)}")
    await page.get_by_text("Tanpa kode, atau diwakilkan").click()
    await page.get_by_label("Orang lain dengan surat kuasa").check()
    await page.get_by_label("Nama yang datang").fill("Fauzi Contoh")
    await page.get_by_label("Nomor atau tanggal surat kuasa").fill("SK-7 tanggal 3 November")
    await page.get_by_role("button", name="Serahkan", exact=True).click()
    await expect(page.get_by_text("Dokumen diserahkan. Permohonan selesai.")).to_be_visible()
    assert not window.faults
