"""Wires the public page."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from jamila_ledger.calendar import load_calendar
from jamila_ledger.models import LiveModels
from jamila_runtime.clock import SystemClock
from jamila_runtime.mongo import Documents
from jamila_runtime.mongo_watch import MongoWatch
from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault, read_master_key
from public_page.application import PublicApplication
from public_page.checking import FileChecker
from public_page.handlers import register
from public_page.limits import RateLimits
from public_page.outbox import PUBLICATIONS
from public_page.pins import ArgonPins
from public_page.proofs import DownloadProofs
from public_page.settings import PublicSettings
from public_page.views import PublicViews
from public_page.web.check import UPLOAD_PATH
from public_page.web.desk import Desk, OfficeFacts
from public_page.web.shield import Shield
from public_page.web.site import create_site
from public_page.words import OfficeTime


def create_process(settings: RuntimeSettings, own: PublicSettings) -> "PublicProcess":
    """The whole service, ready to be served."""
    public = PublicApplication(
        settings.store_env("public"),
        objects=ObjectVault(settings.objects, open_vault(settings)),
        pins=ArgonPins(),
        proofs=DownloadProofs(read_master_key(settings.master_key_file)),
    )
    register(public)
    return PublicProcess(settings, own, public)


class PublicProcess(StageProcess):
    """The pages, and the inbox and outbox of the download links."""

    def __init__(
        self, settings: RuntimeSettings, own: PublicSettings, public: PublicApplication
    ) -> None:
        super().__init__(settings, public, PUBLICATIONS)
        self._own = own
        self._public = public
        self._site = create_site(self._lifespan, self.routes())

    def asgi(self) -> Any:
        """The pages, with the shield around them."""
        return Shield(
            self._site,
            proxies=self._own.proxies,
            max_upload_bytes=self._own.max_upload_bytes,
            upload_path=UPLOAD_PATH,
            secure=not self.settings.demo,
        )

    async def start(self, stack: AsyncExitStack) -> None:
        """Open MongoDB before the first page is asked for, then inbox and outbox."""
        settings = self.settings
        documents = await Documents.connect(
            settings.mongo_url.get_secret_value(), settings.mongo_database
        )
        stack.push_async_callback(documents.close)
        self._site.state.desk = self._desk(documents)
        watch = MongoWatch(documents)
        self.checks["mongo"] = lambda: watch.answers
        self.background(watch.run(), name="mongo-watch")
        await super().start(stack)

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        async with self.running():
            yield

    def _desk(self, documents: Documents) -> Desk:
        own = self._own
        calendar = load_calendar(own.calendar)
        return Desk(
            links=self._public,
            views=PublicViews(LiveModels(documents), tenant=self.settings.tenant),
            checker=FileChecker(own.trust_roots_file, own.worker_limits()),
            limits=RateLimits(own.rules()),
            clock=SystemClock(),
            calendar=calendar,
            time=OfficeTime(calendar.timezone),
            office=OfficeFacts(own.office_name, own.whatsapp_number, own.promise_minutes),
            lookup_floor=own.lookup_floor,
            max_upload_bytes=own.max_upload_bytes,
            secure_cookies=not self.settings.demo,
        )
