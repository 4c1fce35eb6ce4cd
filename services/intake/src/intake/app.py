"""Wires the intake service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from fastapi import FastAPI
from sqlalchemy.engine import Engine

from intake.answers import AnswerSender
from intake.application import IntakeApplication
from intake.chat import Chat
from intake.contacts import Contacts
from intake.epochs import EpochDrawer
from intake.forgetting import Forgetter
from intake.handlers import register, register_effects
from intake.help_desk import HelpService
from intake.images import Legibility
from intake.inbox_ending import InboxEnding
from intake.inbox_store import InboxStore, metadata
from intake.outbox import PUBLICATIONS
from intake.papers import PaperDesk, PaperLimits, WhatsAppPapers
from intake.promise import CalendarPromise
from intake.scanner import Clamd
from intake.sealing import Drawer
from intake.settings import IntakeSettings
from intake.submission import Submission, SubmissionTerms
from intake.turn import ChatTools
from intake.webhook import Webhook, WebhookTerms
from intake.worker import InboxWorker
from jamila_ledger.calendar import load_calendar
from jamila_runtime.clock import Clock
from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.sql import open_engine
from jamila_runtime.vault import CaseVault, open_vault, read_master_key
from jamila_whatsapp.client import WhatsAppClient


@dataclass(frozen=True)
class Intake:
    """The parts of the service, wired."""

    application: IntakeApplication
    chat: Chat
    answers: AnswerSender
    submission: Submission
    inbox: InboxStore
    worker: InboxWorker


@dataclass(frozen=True)
class Drawers:
    """Where lies what belongs to no case yet; each has keys that can end."""

    inbox: EpochDrawer
    contacts: EpochDrawer
    answers: EpochDrawer

    @classmethod
    def of(cls, engine: Engine, master_key: bytes, vault: CaseVault) -> Self:
        """The drawers of one store."""
        made = {
            purpose: EpochDrawer(master_key, f"intake/{purpose}/v1", engine=engine, vault=vault)
            for purpose in ("inbox", "contacts", "answers")
        }
        return cls(**made)

    def all(self) -> tuple[EpochDrawer, ...]:
        """Every one."""
        return self.inbox, self.contacts, self.answers


def wire(
    settings: RuntimeSettings,
    intake: IntakeSettings,
    *,
    client: WhatsAppClient,
    clock: Clock | None = None,
) -> Intake:
    """Put the parts together, without any connection to NATS."""
    application = IntakeApplication(settings.store_env("intake"), clock=clock)
    master_key = read_master_key(settings.master_key_file)
    vault = open_vault(settings)
    engine = open_engine(settings.store_url("intake-inbox"), metadata)
    drawers = Drawers.of(engine, master_key, vault)
    inbox = InboxStore(engine, drawers.inbox, most_waiting=intake.most_waiting)
    contacts = Contacts(engine, drawers.contacts, writing=inbox.writing)
    submission = Submission(vault, submission_terms(intake, master_key))
    tools = ChatTools(
        papers=WhatsAppPapers(client, paper_desk(intake)),
        vault=vault,
        objects=ObjectVault(settings.objects, vault),
        submission=submission,
        promise=CalendarPromise(load_calendar(intake.calendar)),
        envelope=drawers.answers,
        burst_pause=intake.burst_pause,
        resume_after=intake.resume_after,
        help_budget=intake.help_budget,
    )
    chat = Chat(application, tools)
    answers = AnswerSender(application, client, contacts, drawers.answers)
    ending = InboxEnding(engine, drawers.inbox, writing=inbox.writing)
    forgetter = Forgetter(application, contacts, ending, vault=vault, drawers=drawers.all())
    desk = HelpService(application, vault, drawers.answers)
    register(application, desk)
    register_effects(application, chat, answers, forgetter, desk)
    worker = InboxWorker(inbox, contacts, application, chat, most_attempts=intake.most_attempts)
    return Intake(application, chat, answers, submission, inbox, worker)


def submission_terms(intake: IntakeSettings, master_key: bytes) -> SubmissionTerms:
    """What the guards need to know of the settings."""
    return SubmissionTerms(
        digest=Drawer(master_key, "intake/guards/v1").name,
        most_families=intake.most_families,
        families_window=intake.families_window,
    )


def paper_desk(intake: IntakeSettings) -> PaperDesk:
    """Where every paper is examined."""
    legibility = Legibility(intake.dark_below, intake.small_below, intake.blurred_above)
    limits = PaperLimits(
        max_image_bytes=intake.max_image_bytes,
        max_pdf_bytes=intake.max_pdf_bytes,
        max_pixels=intake.max_image_pixels,
        max_pages=intake.max_pdf_pages,
        legibility=legibility,
    )
    return PaperDesk(limits, Clamd(intake.clamd) if intake.clamd else None)


def webhook_terms(intake: IntakeSettings) -> WebhookTerms:
    """What the webhook needs to know of the settings."""
    return WebhookTerms(
        app_secret=intake.whatsapp_app_secret,
        verify_token=intake.whatsapp_verify_token,
        phone_number_id=intake.whatsapp_phone_number_id,
        max_body_bytes=intake.max_body_bytes,
    )


class IntakeProcess(StageProcess):
    """The stage process with its web side: the webhook."""

    def __init__(
        self, settings: RuntimeSettings, intake: IntakeSettings, client: WhatsAppClient
    ) -> None:
        # Not closed at the end: an answer that is just being sent in a thread gets its own.
        self._parts = wire(settings, intake, client=client)
        self._intake = intake
        super().__init__(settings, self._parts.application, PUBLICATIONS)

    async def start(self, stack: AsyncExitStack) -> None:
        """Take in webhooks from the first moment; NATS is joined whenever it is there."""
        self.checks["nats"] = lambda: False
        self.background(self._parts.worker.run(), name="whatsapp-inbox")
        self.background(self._join(stack), name="stage")

    async def _join(self, stack: AsyncExitStack) -> None:
        await super().start(stack)
        # A background task that ends would end the process.
        await asyncio.Event().wait()

    def asgi(self) -> Any:
        """Webhook, health and metrics; no documentation pages, they would load from elsewhere."""

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            async with self.running():
                yield

        app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
        app.include_router(self._webhook().router())
        app.router.routes.extend(self.routes())
        return app

    def _webhook(self) -> Webhook:
        parts = self._parts

        def on_news() -> None:
            asyncio.get_running_loop().call_soon(parts.worker.wake)

        return Webhook(
            webhook_terms(self._intake), parts.inbox, parts.application.clock, on_news=on_news
        )


def create_process(settings: RuntimeSettings, intake: IntakeSettings) -> IntakeProcess:
    """The whole service, ready to be served."""
    client = WhatsAppClient(
        intake.whatsapp_base_url,
        intake.whatsapp_access_token.get_secret_value(),
        phone_number_id=intake.whatsapp_phone_number_id,
        timeout_seconds=intake.whatsapp_timeout_seconds,
        media_hosts=intake.whatsapp_media_hosts,
    )
    return IntakeProcess(settings, intake, client)
