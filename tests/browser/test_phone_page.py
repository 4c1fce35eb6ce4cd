"""The resident's phone of the simulators, played by hand: with a thumb, in a real browser."""

import sys
import threading
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import environ

import httpx
import pytest
from playwright.async_api import expect

from jamila_testing.browser import DESK, SMALL_PHONE, grave_findings, overflow, small_targets
from jamila_testing.servers import free_port, running

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]
SEND = "/whatsapp/v24.0/106540352242922/messages"
UPLOAD = "/whatsapp/v24.0/106540352242922/media"
LIST = {
    "type": "list",
    "body": {"text": "Pilih urusan Anda:"},
    "action": {
        "button": "Pilih layanan",
        "sections": [{"title": "Kelahiran", "rows": [{"id": "lhr", "title": "Akta kelahiran"}]}],
    },
}
BUTTONS = {
    "type": "button",
    "body": {"text": "Ada buku nikah?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "ya", "title": "Ya, ada"}}]},
}
LINK = {
    "type": "cta_url",
    "body": {"text": "Lihat permohonan."},
    "action": {
        "name": "cta_url",
        "parameters": {"display_text": "Lacak", "url": "https://contoh.test/lacak"},
    },
}


class Receiver(BaseHTTPRequestHandler):
    """The office's webhook: takes everything."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@dataclass
class Simulators:
    url: str

    def post(self, path, **body):
        headers = {"Authorization": "Bearer t"}
        answer = httpx.post(f"{self.url}{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def upload(self, content):
        files = {"file": ("d.pdf", content, "application/pdf")}
        data, headers = {"messaging_product": "whatsapp"}, {"Authorization": "Bearer t"}
        return httpx.post(f"{self.url}{UPLOAD}", data=data, files=files, headers=headers).json()[
            "id"
        ]

    def say(self, phone, **message):
        """The office writes to a resident."""
        return self.post(SEND, messaging_product="whatsapp", to=phone, **message)

    def chat(self, phone):
        return httpx.get(f"{self.url}/_sim/whatsapp/chat", params={"wa_id": phone}).json()


@pytest.fixture(scope="module")
def simulators(tmp_path_factory):
    home, port = tmp_path_factory.mktemp("simulators"), free_port()
    office = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=office.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{port}"
    wanted = {
        "STATE_DIR": str(home),
        "PORT": str(port),
        "PUBLIC_URL": url,
        "WEBHOOK_URL": f"http://127.0.0.1:{office.server_port}/",
        "APP_SECRET": "a",
        "ACCESS_TOKEN": "t",
        "VERIFY_TOKEN": "v",
        "SIAK_PASSWORD": "s",
    }
    before = dict(environ)
    environ.update({f"SIMULATORS_{name}": value for name, value in wanted.items()})
    command = (sys.executable, "-m", "jamila_simulators")
    try:
        with running(command, folder=home, ready=lambda: is_up(url)):
            yield Simulators(url)
    finally:
        environ.clear()
        environ.update(before)
        office.shutdown()
        office.server_close()


def is_up(url):
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


async def opened(window, simulators, screen=SMALL_PHONE, *, player=0):
    """The page, as a resident who has said hello; his number."""
    page = await window.page(screen)
    await page.goto(simulators.url)
    await page.evaluate(f"localStorage.setItem('player', '{player}')")
    await page.reload()
    await page.get_by_label("Ketik pesan").fill("Halo")
    await page.get_by_role("button", name="Kirim", exact=True).click()
    await expect(page.locator(".bubble.in").last).to_contain_text("Halo")
    return page, await page.evaluate("me.phone")


async def test_what_is_typed_is_sent_and_gets_its_ticks(window, simulators):
    page, phone = await opened(window, simulators, player=0)
    await expect(page.get_by_role("img", name="sampai di kantor").last).to_be_visible()
    wamid = simulators.chat(phone)[-1]["id"]
    simulators.post(SEND, messaging_product="whatsapp", status="read", message_id=wamid)
    await expect(page.get_by_role("img", name="dibaca kantor").last).to_be_visible()


async def test_rows_and_buttons_are_tapped(window, simulators):
    page, phone = await opened(window, simulators, player=1)
    simulators.say(phone, type="interactive", interactive=LIST)
    await page.get_by_role("button", name="Pilih layanan").click()
    await page.get_by_role("button", name="Akta kelahiran").click()
    simulators.say(phone, type="interactive", interactive=BUTTONS)
    await page.get_by_role("button", name="Ya, ada").click()
    await expect(page.locator(".bubble.in").last).to_contain_text("Ya, ada")
    taps = [m for m in simulators.chat(phone) if m["direction"] == "in" and m["type"] != "text"]
    replies = [message["interactive"] for message in taps]
    assert [reply["type"] for reply in replies] == ["list_reply", "button_reply"]
    assert replies[0]["list_reply"]["id"] == "lhr"


async def test_a_photo_of_a_sample_paper_is_sent(window, simulators):
    page, phone = await opened(window, simulators, player=2)
    await page.get_by_role("button", name="Warga dan contoh berkas").click()
    await page.get_by_role("button", name="Foto: Surat keterangan lahir").click()
    await page.get_by_label("Ketik pesan").fill("surat lahir")
    await page.get_by_role("button", name="Kirim", exact=True).click()
    await expect(page.locator(".bubble.in img")).to_be_visible()
    assert simulators.chat(phone)[-1]["type"] == "image"


async def test_an_own_pdf_is_sent_as_a_document(window, simulators, tmp_path):
    file = tmp_path / "kk.pdf"
    file.write_bytes(b"%PDF-1.4 contoh")
    page, phone = await opened(window, simulators, player=3)
    await page.locator("#file").set_input_files(file)
    await expect(page.locator("#attached-name")).to_have_text("kk.pdf")
    await page.get_by_role("button", name="Kirim", exact=True).click()
    await expect(page.locator(".bubble.in .file")).to_contain_text("kk.pdf")
    sent = simulators.chat(phone)[-1]
    assert (sent["type"], sent["document"]["filename"]) == ("document", "kk.pdf")


async def test_a_template_with_document_link_and_reply_is_usable(window, simulators):
    page, phone = await opened(window, simulators, player=4)
    media = simulators.upload(b"%PDF-1.4 contoh")
    simulators.post("/whatsapp/v24.0/102290129340398/message_templates", **template())
    document = {"type": "document", "document": {"id": media, "filename": "dokumen.pdf"}}
    text = {"type": "text", "text": "akta"}
    parts = [
        {"type": "header", "parameters": [document]},
        {"type": "body", "parameters": [text]},
    ]
    sent = {"name": "siap", "language": {"code": "id"}, "components": parts}
    simulators.say(phone, type="template", template=sent)
    await expect(page.get_by_role("link", name="dokumen.pdf")).to_be_visible()
    link = page.get_by_role("link", name="Lihat")
    assert await link.get_attribute("href") == "https://contoh.test/lihat"
    await page.get_by_role("button", name="Kirim ulang").click()
    await expect(page.locator(".bubble.in").last).to_contain_text("Kirim ulang")
    assert simulators.chat(phone)[-1]["type"] == "button"


def template():
    buttons = [
        {"type": "URL", "text": "Lihat", "url": "https://contoh.test/lihat"},
        {"type": "QUICK_REPLY", "text": "Kirim ulang"},
    ]
    components = [
        {"type": "HEADER", "format": "DOCUMENT"},
        {"type": "BODY", "text": "Dokumen {{1}} siap."},
        {"type": "BUTTONS", "buttons": buttons},
    ]
    return {"name": "siap", "language": "id", "category": "UTILITY", "components": components}


async def test_another_residents_unread_messages_are_counted(window, simulators):
    first, other = await opened(window, simulators, player=5)
    # An open page reads what comes.
    await first.close()
    page, _ = await opened(window, simulators, player=6)
    simulators.say(other, type="text", text={"body": "Masih di sana?"})
    await expect(page.locator("#others")).to_be_visible()
    await page.get_by_role("button", name="Warga dan contoh berkas").click()
    await page.locator(".person").nth(5).click()
    await expect(page.locator(".bubble.out").last).to_contain_text("Masih di sana?")


@pytest.mark.parametrize(
    "screen",
    [SMALL_PHONE, replace(SMALL_PHONE, is_dark=True), DESK],
    ids=["phone", "night", "desk"],
)
async def test_the_page_is_accessible_and_asks_nobody_else(window, simulators, screen):
    page, phone = await opened(window, simulators, screen, player=7)
    for interactive in (LIST, BUTTONS, LINK):
        simulators.say(phone, type="interactive", interactive=interactive)
    await expect(page.get_by_role("link", name="Lacak").last).to_be_visible()
    faults = [*await grave_findings(page), *await small_targets(page)]
    if screen.is_phone:
        await page.get_by_role("button", name="Warga dan contoh berkas").click()
        faults += [*await grave_findings(page), *await small_targets(page)]
    assert faults == []
    assert await overflow(page) <= 0
    assert window.faults == []
    assert {url for url in window.asked if not url.startswith((simulators.url, "blob:"))} == set()
