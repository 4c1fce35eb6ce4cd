"""Wires the gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from gateway.access_log import RecordedAccess
from gateway.accounts_store import SqlAccountsStore
from gateway.api import GatewayApi, create_api
from gateway.demo import ensure_demo_accounts
from gateway.door import Door
from gateway.login import LoginDesk
from gateway.own_account import OwnAccount
from gateway.passwords import Passwords
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import SecretBox
from gateway.settings import GatewaySettings
from gateway.views import Views
from jamila_ledger.models import LiveModels
from jamila_runtime.clock import SystemClock
from jamila_runtime.commanding import CommandClient
from jamila_runtime.heartbeat import Heart
from jamila_runtime.mongo import Documents
from jamila_runtime.mongo_watch import MongoWatch
from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import Process, connect
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault, read_master_key

_RECORD_SECONDS = 3.0
_ISSUER = "Dik Jamila"
"""What an authenticator app shows beside the account."""


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
        settings.stores.mkdir(parents=True, exist_ok=True)
        accounts = SqlAccountsStore(settings.store_url("accounts"))
        stack.callback(accounts.dispose)
        factors = self._second_factors(accounts)
        login = self._login_desk(accounts, factors)
        if settings.demo:
            secrets = settings.home / "secrets"
            await asyncio.to_thread(
                ensure_demo_accounts,
                accounts,
                factors,
                folder=secrets,
                tenant=settings.tenant,
            )
        client = await connect(settings, self.name)
        stack.push_async_callback(client.close)
        documents = await Documents.connect(
            settings.mongo_url.get_secret_value(), settings.mongo_database
        )
        stack.push_async_callback(documents.close)
        vault = open_vault(settings)
        timeout = self._gateway.command_timeout.total_seconds()
        commands = CommandClient(client, timeout_seconds=timeout)
        # Whoever waits to see a case must not wait as long as a signature may take.
        access = CommandClient(client, timeout_seconds=_RECORD_SECONDS)
        self._api.state.door = Door(
            login=login,
            own=OwnAccount(login=login, store=accounts, factors=factors, clock=SystemClock()),
            commands=commands,
            views=Views(LiveModels(documents), tenant=settings.tenant),
            vault=vault,
            objects=ObjectVault(settings.objects, vault),
            access_log=RecordedAccess(access, SystemClock()),
            clock=SystemClock(),
            secure_cookies=not settings.demo,
            read_wait=self._gateway.read_wait,
            letterhead=self._gateway.letterhead,
        )
        self.checks["nats"] = lambda: client.is_connected
        watch = MongoWatch(documents)
        self.checks["mongo"] = lambda: watch.answers
        self.background(watch.run(), name="mongo-watch")
        heart = Heart(self.name, client, self.readiness)
        self.background(heart.run(), name="heartbeat")

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

    def _second_factors(self, accounts: SqlAccountsStore) -> SecondFactors:
        box = SecretBox(read_master_key(self.settings.master_key_file))
        store = SqlFactorStore(accounts.database)
        return SecondFactors(store, box, issuer=_ISSUER)

    def _login_desk(self, accounts: SqlAccountsStore, factors: SecondFactors) -> LoginDesk:
        return LoginDesk(
            store=accounts,
            passwords=Passwords(),
            factors=factors,
            clock=SystemClock(),
            limits=self._gateway.limits,
            tenant=self.settings.tenant,
            demo=self.settings.demo,
        )
