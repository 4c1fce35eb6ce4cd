"""The head of office looks at the dashboard; an administrator makes an account that enrols."""

import asyncio
import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from gateway.totp import code_of, step_at, unwritten
from jamila_testing.browser import (
    DESK,
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
NIGHT = Screen(1280, 900, is_dark=True)
PAPER = {"width": 688, "height": 970}


async def test_dashboard_is_fit_for_desk_phone_night_and_paper(window, kantor):
    await kantor.case_at(4)
    for screen in (DESK, SMALL_PHONE, NIGHT):
        page = await kantor.log_in(window, "kabid-1", screen)
        await page.get_by_role("link", name="Dasbor").click()
        await expect(page.get_by_role("heading", name="Dasbor kantor")).to_be_visible()
        await page.get_by_text("Cara menghitung").click()
        await expect(page.get_by_text("Setiap langkah dihitung seperti loket")).to_be_visible()
        assert await grave_findings(page) == []
        assert await overflow(page) == 0
        assert await small_targets(page) == []
    await page.emulate_media(media="print", color_scheme="light")
    await page.set_viewport_size(PAPER)
    assert await overflow(page) == 0
    assert not await page.get_by_role("link", name="Unduh CSV").is_visible()
    assert not window.faults


async def test_figures_are_downloaded_for_a_spreadsheet(window, kantor):
    page = await kantor.log_in(window, "kabid-1")
    await page.goto(f"{kantor.url}/dasbor?periode=bulan")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Unduh CSV").click()
    download = await waiting.value
    assert re.fullmatch(r"angka-bulan-\d{4}-\d\d-\d\d\.csv", download.suggested_filename)


async def test_new_account_logs_in_and_enrols_an_authenticator(window, kantor):
    account, own = "kasi-baru", "sandi buatan sendiri"
    admin = await kantor.log_in(window, "admin-1")
    await admin.goto(f"{kantor.url}/akun")
    assert await grave_findings(admin) == []
    await admin.get_by_label("Nama akun").fill(account)
    await admin.get_by_label("Sebutan").fill("Kasi Kelahiran")
    await admin.get_by_label("Kepala Seksi").check()
    await admin.get_by_role("button", name="Buat akun").click()
    given = await admin.locator(".secret code").inner_text()

    page = await window.page(SMALL_PHONE)
    await page.goto(f"{kantor.url}/masuk")
    await page.get_by_label("Akun").fill(account)
    await page.get_by_label("Kata sandi").fill(given)
    await page.get_by_role("button", name="Masuk").click()
    await page.get_by_label("Kata sandi sementara").fill(given)
    await page.get_by_label("Kata sandi baru").fill(own)
    await page.get_by_role("button", name="Simpan dan masuk").click()
    await expect(page.get_by_role("heading", name="Antrean tugas")).to_be_visible()

    await page.get_by_text("Kasi Kelahiran").click()
    await page.get_by_role("link", name="Akun saya").click()
    assert await grave_findings(page) == []
    assert await overflow(page) == 0
    assert await small_targets(page) == []
    await page.get_by_label("Kata sandi saya").fill(own)
    await page.get_by_role("button", name="Pasang aplikasi autentikator").click()
    secret = unwritten(await page.locator(".key-text").inner_text())
    await expect(
        page.get_by_role("img", name="Kode QR untuk aplikasi autentikator")
    ).to_be_visible()
    await page.get_by_label("Kode dari aplikasi").fill("000000")
    await page.get_by_role("button", name="Aktifkan").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    code = await asyncio.to_thread(code_of, secret, step_at(datetime.now(UTC)))
    await page.get_by_label("Kode dari aplikasi").fill(code)
    await page.get_by_role("button", name="Aktifkan").click()
    await expect(page.locator(".codes code")).to_have_count(10)
    await page.get_by_role("link", name="Sudah saya simpan").click()
    await expect(page.get_by_text("Sisa kode pemulihan: 10.")).to_be_visible()
    assert not window.faults
