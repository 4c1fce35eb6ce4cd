"""The public page as its own process, on real servers, with cases of a quiet office to look at."""

import asyncio
import base64
import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.request import urlopen
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import nats
import pytest_asyncio
from argon2 import PasswordHasher

from jamila_contracts import events as e
from jamila_contracts.values import ItemProblem
from jamila_ledger.aggregates import FIGURES, Tally, samples_of
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.views import SLA, case_writes
from jamila_ledger.views_public import PUBLIC
from jamila_runtime.mongo import Documents
from jamila_runtime.objects import ObjectVault
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.streams import JetStreamPublisher, ensure_stream
from jamila_runtime.vault import open_vault
from jamila_simulators.papers import scanned_pdf
from jamila_testing.builders import ROAD, Logs, Story, as_recorded, happy_story, signed_document
from jamila_testing.servers import free_port, running

ALWAYS_OPEN = "kalender-demo-24jam"
CALENDAR = load_calendar(ALWAYS_OPEN)
ZONE = ZoneInfo(CALENDAR.timezone)
TOKEN = "tautan-uji-browser-8Fq2Zx"
PIN = "631199"
PDF = scanned_pdf("KUTIPAN AKTA KELAHIRAN", ["Dokumen contoh untuk pengujian"])


@dataclass
class PublicPage:
    """A running page and what there is to see on it."""

    url: str
    receipts: dict[str, str] = field(default_factory=dict)
    """By what there is to see: ``langkah-5``, ``diminta``, ``selesai``, ``jeda``."""
    codes: dict[str, str] = field(default_factory=dict)
    """By the state of the document: ``berlaku``, ``dicabut``, ``digantikan``."""
    token = TOKEN
    pin = PIN
    pdf = PDF


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def public_page(mongod_url, nats_url, tmp_path_factory):
    """The process, ready, one per session."""
    home = tmp_path_factory.mktemp("public")
    settings = settings_of(home, mongod_url, nats_url)
    page = PublicPage(f"http://127.0.0.1:{settings.http_port}")
    client = await nats.connect(nats_url)
    await ensure_stream(client.jetstream())
    documents = await Documents.connect(mongod_url, settings.mongo_database)
    await show_cases(page, documents)
    await offer_link(client, settings)
    await client.close()
    # Given to the process alone: what stays in our own environment reaches every later test.
    given = (f"{name}={value}" for name, value in variables_of(settings).items())
    command = ("env", *given, sys.executable, "-m", "public_page")
    with running(command, folder=home, ready=lambda: is_ready(page.url)):
        await heard(page.url)
        yield page
    await documents.close()


def settings_of(home, mongod_url, nats_url):
    key = home / "secrets" / "master.key"
    key.parent.mkdir()
    key.write_text(base64.b64encode(os.urandom(32)).decode())
    return RuntimeSettings(
        home=home,
        master_key_file=key,
        mongo_url=mongod_url,
        mongo_database=f"uji_{uuid4().hex}",
        nats_url=nats_url,
        http_port=free_port(),
        demo=True,
    )


def variables_of(settings):
    values = settings.model_dump(exclude_none=True)
    return {f"JAMILA_{name.upper()}": str(value) for name, value in values.items()} | {
        "JAMILA_MONGO_URL": settings.mongo_url.get_secret_value(),
        "PUBLIC_TRUST_ROOTS_FILE": str(settings.home / "roots.pem"),
        "PUBLIC_WHATSAPP_NUMBER": "628006311000",
        "PUBLIC_CALENDAR": ALWAYS_OPEN,
        "PUBLIC_WRONG_CODES": "60",
    }


def is_ready(url):
    try:
        with urlopen(f"{url}/readyz", timeout=1) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except OSError:
        return False


async def heard(url):
    """Wait until the link was heard of: the page itself says so."""
    async with httpx.AsyncClient(base_url=url) as client:
        while (await client.get(f"/unduh/{TOKEN}")).status_code != 200:  # noqa: ASYNC110 - see below
            # Nobody can be waited for: the page has its news from a broker of its own.
            await asyncio.sleep(0.05)


async def show_cases(page, documents):
    """Five finished cases of this week, and one for each thing there is to see."""
    logs = Logs()
    start = datetime.now(UTC) - timedelta(minutes=25)
    stories = {
        f"selesai-{n}": happy_story(f"selesai-{n}", logs=logs, start=start) for n in range(5)
    }
    for name, ending in (("dicabut", e.DokumenDicabut), ("digantikan", e.DokumenDigantikan)):
        code = f"{name.upper()}2026AB"
        stories[name] = with_document(name, code, logs, start)
        stories[name].tell(ending, code=code)
        page.codes[name] = code
    page.codes["berlaku"] = "K7M2Q9XW4T8B"
    stories["berlaku"] = with_document("berlaku", page.codes["berlaku"], logs, start)
    stories["langkah-5"] = at_step(5, "langkah-5", logs, start)
    stories["jeda"] = at_step(2, "jeda", logs, start)
    stories["jeda"].tell(e.JedaDimulai, step=2, attempt=1, reason_code="gangguan-siak")
    stories["diminta"] = at_step(1, "diminta", logs, start)
    problem = ItemProblem(item_id="doc.kk", reason_code="tidak-terbaca")
    stories["diminta"].tell(e.BerkasTidakLengkap, problems=(problem,))
    tally = Tally()
    for name, story in stories.items():
        written = documents_of(story)
        page.receipts[name] = written[PUBLIC]["receipt_code"]
        await documents.put(PUBLIC, written[PUBLIC])
        tally.add(samples_of(written[SLA], ZONE))
    for document in tally.documents():
        await documents.put(FIGURES, document)


def at_step(step, name, logs, start):
    story = Story(name, logs=logs, start=start)
    story.tell(e.PermohonanDiajukan)
    for event_class in ROAD[: step - 1]:
        story.work(event_class)
    return story


def with_document(name, code, logs, start):
    story = at_step(6, name, logs, start)
    signed = signed_document().model_copy(update={"code": code})
    story.work(e.Ditandatangani, documents=(signed,))
    return story


def documents_of(story):
    facts = as_recorded(story.records)
    writes = case_writes(fold(facts), CALENDAR)
    return {name: getattr(write, "document", None) for name, write in writes.items()}


async def offer_link(client, settings):
    """The notifier made a link; the document lies in the store."""
    story = Story("tautan", start=datetime.now(UTC))
    vault = open_vault(settings)
    vault.create(story.case_id)
    stored = ObjectVault(settings.objects, vault).put(story.case_id, PDF)
    story.tell(
        e.TautanUnduhDibuat,
        token_sha256=sha256(TOKEN.encode()).hexdigest(),
        pin_hash=PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PIN),
        documents=(e.LinkedDocument(kind="akta-kelahiran", signed_sha256=stored),),
        expires_at=datetime.now(UTC) + timedelta(days=7),
    )
    await JetStreamPublisher(client).publish(story.records)
