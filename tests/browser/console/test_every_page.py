"""Every page each role can reach: whole without scripts, and fit for desk, phone, night and paper.

What the pages do is tested beside them; here nobody is forgotten. The roles see an office with a
task of theirs in hand, a village's list, a question of a resident, an outage and a stock.
"""

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe

from gateway.demo import ROLES
from jamila_deploy.busy_day import BusyDay
from jamila_deploy.busy_plan import BIRTH, Deed, Errand
from jamila_testing.browser import DESK, SMALL_PHONE, grave_findings, overflow, small_targets

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="session"),
]

MOST_BYTES = 300_000
MOST_OF_A_SHAPE = 2
PEOPLE = tuple(account for account in ROLES if account.endswith("-1"))
IN_HAND = (
    (BIRTH, 1, "loket-1"),
    ("lahir-hilang", 2, "siak-1"),
    ("kk-pindah", 3, "siak-1"),
    ("kk-tambah", 4, "kasi-1"),
    ("kematian", 5, "kabid-1"),
    ("kk-hilang", 6, "kadis-1"),
    ("kia-baru", 7, "cetak-1"),
    ("kk-hilang", 8, "loket-1"),
)
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
LOADED = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="([^"]+)"')
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHA256 = re.compile(r"[0-9a-f]{64}")
PAPER_WIDTH = 690
"""A4 within the margins of the style, in CSS pixels."""


@dataclass
class Visitor:
    """Somebody who is logged in, by the cookie of his session."""

    account: str
    client: httpx.AsyncClient
    cases: list[str]
    """Those he has in hand."""


@dataclass
class Everybody:
    """The office with something on every page, and who looks at it."""

    kantor: object
    by_account: dict = field(default_factory=dict)
    seen: set = field(default_factory=set)
    """Shapes of pages that a browser has judged already."""

    async def visitor(self, account):
        if account not in self.by_account:
            client = httpx.AsyncClient(
                base_url=self.kantor.url,
                headers={"Accept": "text/html"},
                timeout=60,
                follow_redirects=True,
            )
            await self._log_in(client, account)
            cases = await asyncio.to_thread(self._in_hand, account)
            self.by_account[account] = Visitor(account, client, cases)
        return self.by_account[account]

    async def _log_in(self, client, account):
        said = {"akun": account, "sandi": self.kantor.office.address.passwords[account]}
        page = await client.post("/masuk", data=said)
        authenticator = self.kantor.office.authenticator(account)
        if authenticator is not None:
            code = await asyncio.to_thread(authenticator.code)
            csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
            await client.post("/masuk/kode", data={"csrf": csrf, "kode": code})

    def _in_hand(self, account):
        tasks = self.kantor.office.client(account).queue(mine="true", limit=200)["tasks"]
        return [f"/permohonan/{each['case_id']}" for each in tasks]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def everybody(kantor_ramai, tmp_path_factory):
    errands = tuple(
        Errand(wish, step, (Deed(account, "take-task", {"step": step}),))
        for wish, step, account in IN_HAND
    )
    day = BusyDay(
        kantor_ramai.office, tenant="6311", logs=tmp_path_factory.getbasetemp(), errands=errands
    )
    await asyncio.to_thread(day.fill, lambda _: None)
    found = Everybody(kantor_ramai)
    yield found
    for each in found.by_account.values():
        await each.client.aclose()


def shape_of(path):
    return SHA256.sub("{sha}", UUID.sub("{id}", urlsplit(path).path))


async def reached(visitor):
    """Paths and answers: the menu, the cases in hand, and what they lead to, a few of each kind."""
    home = await visitor.client.get("/panduan")
    wanted = [urlsplit(each).path for each in LINK.findall(home.text)] + visitor.cases
    answers, shapes = {}, {}
    for depth in range(2):
        links = []
        for path in dict.fromkeys(wanted):
            shape = shape_of(path)
            if path in answers or shapes.get(shape, 0) >= MOST_OF_A_SHAPE:
                continue
            answers[path] = await visitor.client.get(path)
            shapes[shape] = shapes.get(shape, 0) + 1
            links += links_of(answers[path], depth=depth)
        wanted = links
    return answers


def links_of(answer, *, depth):
    if depth or not is_page(answer):
        return []
    led = (
        urljoin(str(answer.url), each.replace("&amp;", "&")) for each in LINK.findall(answer.text)
    )
    ours = (each for each in led if urlsplit(each).netloc == answer.url.netloc.decode())
    parts = (urlsplit(each) for each in ours)
    return [f"{each.path}?{each.query}" if each.query else each.path for each in parts]


def is_page(answer):
    return answer.headers.get("content-type", "").startswith("text/html")


def faults_of(path, answer):
    """What is wrong with an answer as it comes, before any script has run."""
    text = answer.text
    foreign = [each for each in LOADED.findall(text) if not each.startswith(("/", "data:"))]
    titles = re.findall(r"<title>([^<]*)</title>", text.partition("<body")[0])
    wrong = {
        "language": 'lang="id"' not in text,
        "title": len(titles) != 1 or not titles[0].replace("· Dik Jamila", "").strip(),
        "one h1": len(re.findall(r"<h1\b", text)) != 1,
        "weight": len(answer.content) > MOST_BYTES,
        "other hosts": bool(foreign),
        "inline script": bool(re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=\"", text)),
        "inline style": bool(re.search(r"\sstyle=\"", text)),
    }
    return [f"{path}: {what}" for what, holds in wrong.items() if holds]


@pytest.mark.parametrize("account", PEOPLE)
async def test_every_page_is_whole_without_scripts(everybody, account):
    visitor = await everybody.visitor(account)
    answers = await reached(visitor)
    refused = [f"{path}: {each.status_code}" for path, each in answers.items() if each.is_error]
    pages = {path: each for path, each in answers.items() if is_page(each)}
    ours = {path: each for path, each in pages.items() if not path.startswith("/api/")}

    assert refused == []
    assert [fault for path, each in ours.items() for fault in faults_of(path, each)] == []
    assert len(ours) >= 4


@pytest.mark.parametrize("account", PEOPLE)
async def test_every_page_is_fit_for_desk_phone_night_and_paper(everybody, window, account):
    visitor = await everybody.visitor(account)
    page = await window.page(DESK)
    cookies = [
        {"name": each.name, "value": each.value, "url": everybody.kantor.url}
        for each in visitor.client.cookies.jar
    ]
    await page.context.add_cookies(cookies)
    faults = []
    for path, answer in (await reached(visitor)).items():
        key = (shape_of(path), account if path in visitor.cases else "")
        if key in everybody.seen or not is_page(answer) or path.startswith("/api/"):
            continue
        everybody.seen.add(key)
        faults += [f"{path}: {each}" for each in await judged(page, everybody.kantor.url + path)]

    assert faults == []
    assert window.faults == []
    hosts = {urlsplit(each).netloc for each in window.asked if not each.startswith("data:")}
    assert hosts <= {urlsplit(everybody.kantor.url).netloc}


async def judged(page, address):
    """What is wrong with a page on each kind of screen."""
    found = []
    await page.emulate_media(media="screen", color_scheme="light")
    await page.set_viewport_size({"width": DESK.width, "height": DESK.height})
    await page.goto(address)
    found += await grave_findings(page)
    found += wide(await overflow(page), "desk")
    await page.set_viewport_size({"width": SMALL_PHONE.width, "height": SMALL_PHONE.height})
    found += wide(await overflow(page), "phone")
    found += await small_targets(page)
    await page.emulate_media(media="screen", color_scheme="dark")
    found += await contrast_faults(page)
    await page.emulate_media(media="print", color_scheme="light")
    await page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    found += wide(await overflow(page), "paper")
    if not await page.locator("h1").first.is_visible():
        found.append("paper: no title")
    if await page.locator("header.top").is_visible():
        found.append("paper: the menu is printed")
    return found


def wide(pixels, where):
    return [f"{where}: {pixels} px too wide"] if pixels > 0 else []


async def contrast_faults(page):
    only = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    results = await Axe().run(page, options=only)
    return [
        f"night: {node['html']}"
        for finding in results.response["violations"]
        for node in finding["nodes"]
    ]
