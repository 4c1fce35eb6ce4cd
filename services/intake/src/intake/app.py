"""Wires the intake service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Self

from fastapi import FastAPI
from nats.aio.client import Client
from sqlalchemy.engine import Engine

from intake.answers import AnswerSender
from intake.application import IntakeApplication
from intake.batches import Batches
from intake.by_hand import ByHand
from intake.chat import Chat
from intake.contacts import Contacts
from intake.desk import Desk, DeskTools
from intake.epochs import EpochDrawer
from intake.finding import CaseFinder
from intake.forgetting import Forgetter
from intake.handlers import Performers, register, register_effects
from intake.hearing import Hearing
from intake.help_desk import HelpService
from intake.images import Legibility
from intake.inbox_ending import InboxEnding
from intake.inbox_store import STORE, InboxStore, metadata
from intake.outbox import PUBLICATIONS
from intake.pace import Pace, Rule
from intake.papers import PaperDesk, PaperLimits, WhatsAppPapers
from intake.promise import CalendarPromise
from intake.relay import Relay, RelayTools
from intake.scanner import Clamd
from intake.set_aside import SetAsideDesk
from intake.settings import IntakeSettings
from intake.submission import Submission, SubmissionTerms
from intake.turn import ChatTools
from intake.webhook import Webhook, WebhookTerms
from intake.webhook_body import find_all
from intake.worker import Ears, InboxWorker
from jamila_ledger.calendar import load_calendar
from jamila_runtime.blind import CONTACTS, SUBJECTS, BlindIndex
from jamila_runtime.clock import Clock
from jamila_runtime.objects import ObjectVault
from jamila_runtime.owner_desk import answer_actions, set_aside_subject
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.sql import open_engine
from jamila_runtime.vault import CaseVault, open_vault, read_master_key
from jamila_whatsapp.client import WhatsAppClient

_DRAWERS = {"inbox": "intake/inbox/v1", "contacts": CONTACTS, "answers": "intake/answers/v1"}


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
            name: EpochDrawer(master_key, purpose, engine=engine, vault=vault)
            for name, purpose in _DRAWERS.items()
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
    ground = _ground(settings, intake, clock)
    application, contacts, vault = ground.application, ground.contacts, ground.vault
    drawers, writing = ground.drawers, ground.inbox.writing
    chat = Chat(application, _chat_tools(ground, intake, client))
    answers = AnswerSender(application, client, contacts, drawers.answers)
    by_hand = ByHand(ground.engine, drawers.answers, writing=writing)
    desk_tools = DeskTools(ground.papers, vault, ground.objects, ground.submission, contacts)
    desk = Desk(application, desk_tools)
    hearing = Hearing(application)
    tools = RelayTools(
        chat, desk, contacts, by_hand, hearing, answers, vault, due_within=intake.by_hand_due
    )
    relay = Relay(application, tools)
    helper = HelpService(application, vault, drawers.answers)
    ending = InboxEnding(ground.engine, drawers.inbox, writing=writing)
    forgetter = Forgetter(
        application, contacts, ending, vault=vault, drawers=drawers.all(), by_hand=by_hand
    )
    register(application, desk, Batches(desk), relay, helper, CaseFinder(contacts))
    register_effects(application, Performers(chat, relay, desk, helper, forgetter))
    pace = Pace(pace_rules(intake))
    ears = Ears(chat, contacts, by_hand, pace, application, hearing)
    worker = InboxWorker(ground.inbox, application, ears, most_attempts=intake.most_attempts)
    return Intake(application, chat, answers, ground.submission, ground.inbox, worker)


@dataclass(frozen=True)
class _Ground:
    """Stores and keys: what everything else stands on."""

    application: IntakeApplication
    vault: CaseVault
    objects: ObjectVault
    engine: Engine
    drawers: Drawers
    inbox: InboxStore
    contacts: Contacts
    submission: Submission
    papers: PaperDesk


def _ground(settings: RuntimeSettings, intake: IntakeSettings, clock: Clock | None) -> _Ground:
    master_key = read_master_key(settings.master_key_file)
    vault = open_vault(settings)
    engine = open_engine(settings.store_url(STORE), metadata)
    drawers = Drawers.of(engine, master_key, vault)
    inbox = InboxStore(engine, drawers.inbox, most_waiting=intake.most_waiting)
    return _Ground(
        application=IntakeApplication(settings.store_env("intake"), clock=clock),
        vault=vault,
        objects=ObjectVault(settings.objects, vault),
        engine=engine,
        drawers=drawers,
        inbox=inbox,
        contacts=Contacts(engine, drawers.contacts, writing=inbox.writing),
        submission=Submission(vault, submission_terms(intake, master_key)),
        papers=paper_desk(intake),
    )


def _chat_tools(ground: _Ground, intake: IntakeSettings, client: WhatsAppClient) -> ChatTools:
    return ChatTools(
        papers=WhatsAppPapers(client, ground.papers, ground.objects),
        vault=ground.vault,
        objects=ground.objects,
        submission=ground.submission,
        promise=CalendarPromise(load_calendar(intake.calendar)),
        envelope=ground.drawers.answers,
        burst_pause=intake.burst_pause,
        resume_after=intake.resume_after,
        help_budget=intake.help_budget,
    )


def submission_terms(intake: IntakeSettings, master_key: bytes) -> SubmissionTerms:
    """What the guards need to know of the settings."""
    return SubmissionTerms(
        digest=BlindIndex(master_key, SUBJECTS).name,
        most_families=intake.most_families,
        families_window=intake.families_window,
    )


def pace_rules(intake: IntakeSettings) -> tuple[Rule, ...]:
    """How fast one sender is read."""
    spans = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    return tuple(
        Rule(f"{what}-per-{span}", getattr(intake, f"{what}_per_{span}"), window, what == "files")
        for what in ("messages", "files")
        for span, window in spans.items()
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

        desk = SetAsideDesk(
            self._parts.inbox,
            self._parts.application.clock,
            partial(find_all, phone_number_id=intake.whatsapp_phone_number_id),
        )
        self._set_aside = desk
        self.lags["set-aside"] = desk.count

    async def open_desks(self, client: Client) -> None:
        """Also about what could not be taken in."""
        await super().open_desks(client)
        subject = set_aside_subject(self.name, "*")
        await answer_actions(client, subject, self._set_aside.actions, queue=self.name)

    async def start(self, stack: AsyncExitStack) -> None:
        """Take in webhooks from the first moment; NATS is joined whenever it is there."""
        self.checks["nats"] = lambda: False
        worker = self._parts.worker
        lease = self.application.store.lease(STORE, hears=(STORE,))
        self.give_back_at_end(stack, lease)

        async def begin() -> None:
            self.background(worker.run(), name="whatsapp-inbox")

        await self.lead(lease, begin, on_news=worker.wake, name="inbox-lease")
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
