"""The pages in this process: a read model made by the ledger's own fold, and links of a test."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from jamila_contracts import events as e
from jamila_contracts.wire import Record
from jamila_ledger.aggregates import FIGURES, Tally, samples_of
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.views import SLA, case_writes
from jamila_ledger.views_public import PUBLIC
from jamila_runtime.errors import NotFoundError
from jamila_testing.builders import Logs, Story, as_recorded, named_id, signed_document
from jamila_testing.clocks import MovableClock
from public_page.application import PublicApplication
from public_page.checking import FileVerdict
from public_page.handlers import register
from public_page.limits import RateLimits
from public_page.outbox import PUBLICATIONS
from public_page.proofs import DownloadProofs
from public_page.settings import PublicSettings
from public_page.views import PublicViews
from public_page.web.check import UPLOAD_PATH
from public_page.web.desk import Desk, OfficeFacts
from public_page.web.shield import Shield
from public_page.web.site import create_site
from public_page.words import OfficeTime

CALENDAR = load_calendar()
TOKEN = "rahasia-tautan-uji-123456"
PIN = "631199"
PDF = b"%PDF-1.7 dokumen contoh, sudah ditandatangani"
FILE = sha256(PDF).hexdigest()


class PlainPins:
    """Compares at once; a hash is the PIN behind a mark."""

    def __init__(self):
        self.compared = 0

    def fits(self, pin_hash, pin):
        self.compared += 1
        return pin_hash == f"$argon2id${pin}"

    def waste(self):
        self.compared += 1


class Shelf:
    """Where documents lie; what is taken away is gone."""

    def __init__(self):
        self.content = {FILE: PDF}

    def get(self, _, sha256):
        if sha256 not in self.content:
            raise NotFoundError("gone")
        return self.content[sha256]


class Models:
    """Read models in memory: finds as far as the page asks."""

    def __init__(self):
        self.collections = {PUBLIC: [], FIGURES: []}
        self.fault = None

    async def find(self, collection, query):
        if self.fault is not None:
            raise self.fault
        return [each for each in self.collections[collection] if fits(each, query.where)]


def fits(document, where):
    return all(_holds(_values(document, name), wanted) for name, wanted in where.items())


def _values(document, name):
    head, _, rest = name.partition(".")
    return [part[rest] for part in document[head]] if rest else [document[head]]


def _holds(values, wanted):
    options = wanted["$in"] if isinstance(wanted, dict) else [wanted]
    return any(value in options for value in values)


class Checker:
    """Says what a test wants said."""

    def __init__(self):
        self.verdict = FileVerdict(unreadable="document-not-readable")
        self.fault = None
        self.seen = []

    async def check(self, content):
        self.seen.append(content)
        if self.fault is not None:
            raise self.fault
        return self.verdict


class Ticks:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def facts_of(story):
    return as_recorded(story.records)


def documents_of(story):
    """The documents of one case, by collection, as the projector writes them."""
    writes = case_writes(fold(facts_of(story)), CALENDAR)
    return {name: getattr(write, "document", None) for name, write in writes.items()}


@dataclass
class Site:
    """The pages and everything a test moves."""

    client: httpx.AsyncClient
    public: PublicApplication
    models: Models
    checker: Checker
    clock: MovableClock
    ticks: Ticks
    shelf: Shelf
    pins: PlainPins
    app: FastAPI | None = None
    shield: Shield | None = None
    logs: Logs = field(default_factory=Logs)
    token = TOKEN
    pin = PIN
    pdf = PDF
    file = FILE

    @property
    def link(self):
        return f"/unduh/{TOKEN}"

    def desk(self, **changes):
        """The desk of the running pages; changed for the rest of the test."""
        self.app.state.desk = replace(self.app.state.desk, **changes)
        return self.app.state.desk

    async def enter(self, pin=PIN, token=TOKEN):
        return await self.client.post(f"/unduh/{token}", data={"pin": pin})

    def show(self, story):
        self.models.collections[PUBLIC].append(documents_of(story)[PUBLIC])
        return documents_of(story)[PUBLIC]

    def count(self, stories):
        tally = Tally()
        for story in stories:
            tally.add(samples_of(documents_of(story)[SLA], OfficeTime(CALENDAR.timezone).zone))
        self.models.collections[FIGURES] = tally.documents()

    def offer(self, *, name="kasus-1", token=TOKEN, files=(FILE,), days=7, **fields):
        """The notifier made a link."""
        story = Story(name, logs=self.logs, start=self.clock.now())
        documents = [{"kind": "akta-kelahiran", "signed_sha256": each} for each in files]
        values = {
            "link_id": named_id(f"link-{token}"),
            "token_sha256": sha256(token.encode()).hexdigest(),
            "pin_hash": f"$argon2id${PIN}",
            "documents": documents,
            "expires_at": self.clock.now() + timedelta(days=days),
        }
        return self.hear(story.tell(e.TautanUnduhDibuat, **{**values, **fields}))

    def tell(self, event_class, *, name="kasus-1", **fields):
        """Another service recorded something about the case."""
        story = Story(name, logs=self.logs, start=self.clock.now())
        return self.hear(story.tell(event_class, **fields))

    def hear(self, record: Record):
        outcome = self.public.consume([record])
        assert not outcome.parked, outcome.parked[0].reason
        return record

    def published(self):
        """What left the service, by name and fields."""
        found = []
        for notification in self.public.recorder.select_notifications(None, 1000):
            event = self.public.mapper.to_domain_event(notification)
            contract = PUBLICATIONS.contract_of(event)
            if contract is not None:
                found.append((contract.__name__, event))
        return found

    def names(self):
        return [name for name, _ in self.published()]


@pytest.fixture
def settings(tmp_path):
    return PublicSettings(
        trust_roots_file=tmp_path / "roots.pem", wrong_codes=5, wrong_pins=8, files=3, pages=60
    )


@pytest.fixture
def clock():
    return MovableClock()


def open_links(clock, path=":memory:"):
    shelf, pins = Shelf(), PlainPins()
    store = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    application = PublicApplication(
        store, objects=shelf, pins=pins, proofs=DownloadProofs(bytes(32)), clock=clock
    )
    application.internal = PUBLICATIONS.internal
    register(application)
    application.shelf, application.pins = shelf, pins
    return application


@pytest.fixture
def public(clock):
    application = open_links(clock)
    yield application
    application.close()


@pytest.fixture
def stored(clock, tmp_path):
    """Opens the links of one file, closing whoever had it before."""
    opened = []

    def again():
        while opened:
            opened.pop().close()
        opened.append(open_links(clock, tmp_path / "public.db"))
        return Site(None, opened[0], None, None, clock, None, opened[0].shelf, opened[0].pins)

    yield again
    opened[0].close()


@pytest.fixture
async def site(public, clock, settings):
    models, checker, ticks = Models(), Checker(), Ticks()
    app = create_site(None, [])
    app.state.desk = Desk(
        links=public,
        views=PublicViews(models, tenant="6311"),
        checker=checker,
        limits=RateLimits(settings.rules(), now=ticks),
        clock=clock,
        calendar=CALENDAR,
        time=OfficeTime(CALENDAR.timezone),
        office=OfficeFacts(settings.office_name, "628006311000", 70),
        lookup_floor=timedelta(0),
        max_upload_bytes=settings.max_upload_bytes,
        secure_cookies=False,
    )
    add_broken_page(app)
    shield = Shield(
        app, proxies=1, max_upload_bytes=10 * 1024 * 1024, upload_path=UPLOAD_PATH, secure=True
    )
    transport = httpx.ASGITransport(shield, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://warga.test") as client:
        client.headers["X-Forwarded-For"] = "203.0.113.7"
        parts = (public, models, checker, clock, ticks, public.shelf, public.pins, app, shield)
        yield Site(client, *parts)


def add_broken_page(app: FastAPI):
    @app.get("/rusak")
    async def broken(request: Request):
        raise RuntimeError(f"secret of {request.url.path}")


@pytest.fixture
def issued():
    """A signed document whose bytes are on the shelf."""
    return signed_document().model_copy(update={"signed_sha256": FILE})
