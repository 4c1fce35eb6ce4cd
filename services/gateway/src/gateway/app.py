"""Wires the gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from nats.aio.client import Client

from gateway.access_log import RecordedAccess
from gateway.api import GatewayApi, create_api
from gateway.door import Door
from gateway.numbers import BlindNumbers
from gateway.pace import Pace
from gateway.reception import enter_reception
from gateway.settings import GatewaySettings
from gateway.views import Views
from gateway.webhooks.opening import open_webhooks
from jamila_ledger.models import LiveModels
from jamila_runtime.clock import SystemClock
from jamila_runtime.commanding import CommandClient
from jamila_runtime.connecting import connect
from jamila_runtime.mongo import Documents
from jamila_runtime.mongo_watch import MongoWatch
from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import Process
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault, read_master_key

_RECORD_SECONDS = 3.0


def create_process(
    settings: RuntimeSettings, gateway: GatewaySettings | None = None
) -> "GatewayProcess":
    """The whole gateway, ready to be served."""
    return GatewayProcess(settings, gateway or GatewaySettings())


class GatewayProcess(Process):
    """Owns no stage: asks the stages, reads the read models, keeps the accounts."""

    def __init__(self, settings: RuntimeSettings, gateway: GatewaySettings) -> None:
        super().__init__(settings, "gateway")
        self._gateway = gateway
        self._api = self._create_api()

    def asgi(self) -> GatewayApi:
        """The API, with health beside it."""
        return self._api

    async def start(self, stack: AsyncExitStack) -> None:
        """Open the accounts, the vaults, NATS and MongoDB."""
        settings = self.settings
        reception = await enter_reception(stack, settings, self._gateway)
        client = await connect(settings, self.name)
        stack.push_async_callback(client.close)
        documents = await Documents.connect(
            settings.mongo_url.get_secret_value(), settings.mongo_database
        )
        stack.push_async_callback(documents.close)
        models = LiveModels(documents)
        webhooks = await asyncio.to_thread(open_webhooks, settings, self._gateway, models)
        stack.push_async_callback(webhooks.close)
        vault = open_vault(settings)
        commands = CommandClient(client, timeout_seconds=self._gateway.patience_seconds)
        # Whoever waits to see a case must not wait as long as a signature may take.
        access = CommandClient(client, timeout_seconds=_RECORD_SECONDS)
        self._api.state.door = Door(
            login=reception.login,
            own=reception.own,
            administration=reception.administration,
            foreign=reception.foreign,
            commands=commands,
            views=Views(models, tenant=settings.tenant),
            vault=vault,
            objects=ObjectVault(settings.objects, vault),
            access_log=RecordedAccess(access, SystemClock()),
            clock=SystemClock(),
            secure_cookies=not settings.demo,
            read_wait=self._gateway.read_wait,
            numbers=BlindNumbers(read_master_key(settings.master_key_file)),
            webhooks=webhooks.desk,
            pace=Pace(self._gateway.pace),
            letterhead=self._gateway.letterhead,
            calendar_id=self._gateway.calendar,
            guide_folder=self._gateway.guide_folder,
            is_stopping=lambda: self.is_stopping,
        )
        self.background(webhooks.teller.run(), name="webhooks")
        self._watch(client, documents)

    def _watch(self, client: Client, documents: Documents) -> None:
        self.checks["nats"] = lambda: client.is_connected
        watch = MongoWatch(documents)
        self.checks["mongo"] = lambda: watch.answers
        self.background(watch.run(), name="mongo-watch")
        self.beat(client)

    def _create_api(self) -> GatewayApi:
        @asynccontextmanager
        async def lifespan(_: Any) -> AsyncIterator[None]:
            async with self.running():
                yield

        return create_api(
            max_body_bytes=self._gateway.max_body_bytes,
            secure=not self.settings.demo,
            more=self.routes(),
            lifespan=lifespan,
        )
