"""Steps 2 to 6 as their people do them: operator, Kasi, Kabid, and the Kepala Dinas on a phone."""

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
    """The page of a case, its task taken."""
    page = await kantor.log_in(window, account, screen)
    await page.goto(f"{kantor.url}/permohonan/{road.case_id}")
    await page.get_by_role("button", name="Ambil tugas").click()
    await expect(page.get_by_text("Anda mengerjakan langkah")).to_be_visible()
    return page


async def test_operator_matches_by_web_service_and_enters(window, kantor):
    road = await kantor.case_at(2)
    page = await opened(window, kantor, road, "siak-1")
    claims = {**road.wish.claims(), "NAMA_LGKP": road.wish.father.name + " S"}
    for name, value in claims.items():
        await page.locator(f"[name='klaim.{name}']").fill(value)
    assert await unfit(page) == []
    await page.get_by_role("button", name="Tanya SIAK").click()
    await expect(page.get_by_text("Orangnya ditemukan dan aktif.")).to_be_visible()
    await agree(page)
    await expect(page.get_by_text("Data cocok; lanjut ke entri SIAK.")).to_be_visible()
    await page.get_by_role("button", name="Ambil tugas").click()
    await enter(page, road.wish.entry()["documents"]["akta-kelahiran"])
    assert not window.faults


async def agree(page):
    """Explain each difference, then go on."""
    tick = page.get_by_label("Sudah saya periksa, orangnya sama")
    button = page.get_by_role("button", name="Data cocok").first
    if await tick.count():
        await button.click()
        await expect(page.get_by_role("alert")).to_contain_text("setiap perbedaan")
        for each in await tick.all():
            await each.check()
    await button.click()


async def enter(page, data):
    """First with a fault, which loses nothing, then rightly."""
    await page.get_by_label("Nomor registrasi SIAK").first.fill("SIAK-20261124-00042")
    for kind in ("Kartu Keluarga", "Kartu Identitas Anak (KIA)"):
        await page.get_by_role("checkbox", name=kind, exact=True).uncheck()
    place = "isi.akta-kelahiran"
    for name, value in data.items():
        field = page.locator(f"[name='{place}.{name}']")
        if await field.evaluate("each => each.tagName") == "SELECT":
            await field.select_option(str(value))
        else:
            await field.fill(str(value))
    await page.locator(f"[name='{place}.child_nik']").fill("63119912")
    assert await unfit(page) == []
    await page.get_by_role("button", name="Buat draft").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("NIK anak: jumlah angkanya tidak benar")
    await expect(page.locator(f"[name='{place}.child_nik']")).to_have_attribute(
        "aria-invalid", "true"
    )
    await expect(page.locator(f"[name='{place}.child_name']")).to_have_value(data["child_name"])
    await page.locator(f"[name='{place}.child_nik']").fill(data["child_nik"])
    await page.get_by_role("button", name="Buat draft").click()
    await expect(page.get_by_role("heading", name="Draft dibuat")).to_be_visible()


async def test_kasi_returns_and_sees_what_changed_then_kabid_verifies_by_keys(window, kantor):
    road = await kantor.case_at(4)
    kasi = await opened(window, kantor, road, "kasi-1")
    await kasi.keyboard.press("b")
    await kasi.locator("[name='alasan.0']").select_option("salah-ketik")
    await kasi.locator("[name='isian.0']").select_option("akta-kelahiran.child_name")
    await kasi.locator("[name='catatan.0']").fill("Nama anak kurang satu kata.")
    await mark(kasi)
    await kasi.get_by_role("button", name="Kembalikan ke Operator SIAK").click()
    await expect(kasi.get_by_text("Draft dikembalikan ke Operator SIAK.")).to_be_visible()
    await kasi.get_by_label("Catatan untuk petugas lain").fill("Ibunya minta ditelepon.")
    await kasi.get_by_role("button", name="Simpan catatan").click()
    await expect(kasi.get_by_text("Catatan disimpan.")).to_be_visible()

    operator = await opened(window, kantor, road, "siak-1")
    await expect(operator.get_by_text("Nama anak kurang satu kata.").first).to_be_visible()
    await expect(operator.get_by_text("Ibunya minta ditelepon.")).to_be_visible()
    await see_mark(operator)
    name = road.wish.child_name + " SALEH"
    await operator.locator("[name='isi.akta-kelahiran.child_name']").fill(name)
    await operator.get_by_role("button", name="Buat draft").click()
    await expect(operator.get_by_role("heading", name="Draft dibuat")).to_be_visible()

    kasi = await opened(window, kantor, road, "kasi-1")
    await expect(kasi.locator("ins")).to_have_text(name)
    assert await unfit(kasi) == []
    await kasi.keyboard.press("1")
    await kasi.keyboard.press("s")
    await expect(kasi.get_by_text("Draft disetujui")).to_be_visible()

    kabid = await opened(window, kantor, road, "kabid-1", SMALL_PHONE)
    assert await unfit(kabid) == []
    await kabid.keyboard.press("s")
    assert await kabid.locator("[name=cocok]:invalid").count() == 1
    await kabid.keyboard.press("1")
    await kabid.keyboard.press("s")
    await expect(kabid.get_by_text("Draft diverifikasi")).to_be_visible()
    assert not window.faults


async def mark(page):
    """Mark a place on the draft, on the sheet as it lies: turned once to the right."""
    await page.get_by_label("Dokumen", exact=True).get_by_label("Putar ke kanan").click()
    await page.get_by_role("button", name="Tandai tempatnya di lembar").first.click()
    picture = page.locator("#alas-dokumen .bingkai img").first
    box = await picture.bounding_box()
    await page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.6)
    await expect(page.get_by_text("Ditandai:")).to_be_visible()
    ring = await page.locator("#alas-dokumen .tanda circle").bounding_box()
    assert abs(ring["x"] + ring["width"] / 2 - box["x"] - box["width"] * 0.7) < 6
    assert abs(ring["y"] + ring["height"] / 2 - box["y"] - box["height"] * 0.6) < 6
    assert await unfit(page) == []


async def see_mark(page):
    """Where the other officer marked it, on the upright page."""
    here = page.url
    await page.get_by_role("link", name="lihat tempatnya, halaman 1").first.click()
    circle = page.locator(".tanda circle")
    # Turned to the right, what lies 70 % across and 60 % down is 60 % across and 30 % down.
    across, down = [await circle.get_attribute(name) for name in ("cx", "cy")]
    assert abs(float(across.rstrip("%")) - 60) < 2
    assert abs(float(down.rstrip("%")) - 30) < 2
    await expect(circle).to_be_in_viewport()
    await page.goto(here)


async def test_second_kasi_decides_on_an_old_page_and_is_told(window, kantor):
    road = await kantor.case_at(4)
    first = await opened(window, kantor, road, "kasi-1")
    again = await first.context.new_page()
    await again.goto(f"{kantor.url}/permohonan/{road.case_id}")
    await first.get_by_role("button", name="Lepas").click()
    await expect(first.get_by_role("button", name="Ambil tugas")).to_be_visible()
    second = await opened(window, kantor, road, "kasi-2")
    await second.get_by_label("sudah saya bandingkan").check()
    await second.get_by_role("button", name="Setujui").click()
    await expect(second.get_by_text("Draft disetujui")).to_be_visible()
    await again.get_by_label("sudah saya bandingkan").check()
    await again.get_by_role("button", name="Setujui").click()
    await expect(again.get_by_role("alert").first).to_be_visible()
    await expect(again.get_by_label("sudah saya bandingkan")).to_be_checked()
    assert not window.faults


async def test_kepala_dinas_signs_two_on_a_phone_after_seeing_each(window, kantor):
    roads = [await kantor.case_at(6) for _ in range(2)]
    page = await kantor.log_in(window, "kadis-1", SMALL_PHONE)
    await page.goto(f"{kantor.url}/tanda-tangan")
    assert await unfit(page) == []
    for road in roads:
        await expect(page.locator(f"[name='dokumen.{road.case_id}']")).to_have_count(0)
    for road in roads:
        await page.goto(f"{kantor.url}/tanda-tangan/{road.case_id}")
        await expect(page.get_by_role("img", name="halaman 1")).to_be_visible()
        assert await unfit(page) == []
    await page.goto(f"{kantor.url}/tanda-tangan")
    for road in roads:
        tick = page.locator(f"[name=permohonan][value='{road.case_id}']")
        await expect(tick).to_be_checked()
    assert await unfit(page) == []
    await page.get_by_role("button", name="Tandatangani yang dicentang").click()
    await expect(page.get_by_text("Semua ditandatangani")).to_be_visible(timeout=20_000)
    assert await unfit(page) == []
    for road in roads:
        road.wait_until(lambda case: case["step"] == 7)
    assert not window.faults
