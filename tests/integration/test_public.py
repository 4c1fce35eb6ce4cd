"""The public page beside the whole system: what a resident sees of a case that is really walked."""

import asyncio
import re
import shutil
import subprocess
from datetime import date
from hashlib import sha256

import httpx
import pytest
import zxingcpp
from PIL import Image

from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import running_system

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.timeout(200),
]
TODAY = date(2026, 11, 23)
BEFORE_THE_SIGNATURE = 6
PATIENCE = 30.0
LINK = re.compile(r"http://[0-9.:]+/unduh/[A-Za-z0-9_-]+")
PIN = re.compile(r"PIN untuk mengunduh dokumen Anda: ([0-9]{6})")


async def test_a_case_is_tracked_and_its_document_is_checked_by_qr_and_by_file(tmp_path):
    # The demo's calendar is always open: a night at the office must not change what is said.
    settings = free_ports(LauncherSettings(home=tmp_path, calendar="kalender-demo-24jam"))
    async with running_system(settings) as system:
        address = OfficeAddress.of(system)
        office = Office(address)
        try:
            await asyncio.to_thread(look, office, system.url("public"), tmp_path)
        finally:
            office.close()
    log = (tmp_path / "logs" / "public.log").read_text()
    for told in ("kode", "lacak", "/cek/"):
        assert told not in log


async def test_documents_come_by_a_link_in_the_chat_and_that_is_the_hand_over(tmp_path):
    settings = free_ports(LauncherSettings(home=tmp_path, calendar="kalender-demo-24jam"))
    async with running_system(settings) as system:
        address = OfficeAddress.of(system)
        office = Office(address)
        try:
            token = await asyncio.to_thread(fetch_by_link, office)
        finally:
            office.close()
    logs = "".join(path.read_text() for path in (tmp_path / "logs").glob("*.log"))
    assert token not in logs


def fetch_by_link(office):
    road = Road(office, Birth.of_couple(0, today=TODAY))
    for stride in road.strides(detours=False):
        if stride.account == "cetak-1":
            break
        stride.go()
    road._do("cetak-1", "print-document", {"medium": "unduh"}, step=7)
    road.wait_until(lambda _: told(office, road.wish.phone) is not None)
    link, pin = told(office, road.wish.phone)
    with httpx.Client(timeout=PATIENCE, follow_redirects=True) as page:
        assert page.get(link).status_code == 200
        assert page.post(link, data={"pin": "000000"}).status_code == 403
        assert "Dokumen Anda siap" in page.post(link, data={"pin": pin}).text
        pdf = page.get(f"{link}/1").content
    signed = road.view()["signed"][0]
    assert sha256(pdf).hexdigest() == signed["signed_sha256"]
    road.wait_until(lambda case: bool(case["finished_at"]))
    return link.rpartition("/")[2]


def told(office, phone):
    """Link and PIN, once both messages came."""
    texts = " ".join(office.received(phone))
    link, pin = LINK.search(texts), PIN.search(texts)
    return (link[0], pin[1]) if link and pin else None


def look(office, url, folder):
    road = Road(office, Birth.of_couple(0, today=TODAY))
    strides = list(road.strides(detours=False))
    for stride in strides[:BEFORE_THE_SIGNATURE]:
        stride.go()
    with httpx.Client(base_url=url, timeout=PATIENCE, follow_redirects=True) as page:
        code = road.view()["receipt_code"]
        standing = page.post("/lacak", data={"kode": code.lower()})
        assert "Langkah 6 dari 8" in standing.text
        for stride in strides[BEFORE_THE_SIGNATURE:]:
            stride.go()
        signed = road.view()["signed"][0]
        pdf = office.client("loket-1").document(road.case_id, signed["signed_sha256"])
        address = qr_of(pdf, folder)
        assert address == f"{url}/cek/{signed['code']}"
        assert "Dokumen aktif" in page.get(address).text
        assert "Berkas asli dan berlaku" in upload(page, pdf)
        assert "Jangan percaya berkas ini" in upload(page, pdf.replace(b"/Page", b"/Pagf", 1))
        assert "Selesai" in page.get(f"/lacak/{code}").text


def upload(page, content):
    answer = page.post("/cek/berkas", files={"berkas": ("a.pdf", content, "application/pdf")})
    return answer.text


def qr_of(pdf, folder):
    """What a phone reads from the printed page."""
    (folder / "dokumen.pdf").write_bytes(pdf)
    pdftoppm = shutil.which("pdftoppm")
    assert pdftoppm is not None
    subprocess.run(  # noqa: S603 - a fixed command
        [pdftoppm, "-r", "150", "-png", folder / "dokumen.pdf", folder / "halaman"], check=True
    )
    (first, *_) = sorted(folder.glob("halaman*.png"))
    (found, *_) = zxingcpp.read_barcodes(Image.open(first))
    return found.text
