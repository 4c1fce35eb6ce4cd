"""Wires what lets people in: accounts, passwords, second factors, sessions."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx

from gateway.accounts_store import SqlAccountsStore
from gateway.administration import Administration
from gateway.administration_store import AdministrationStore
from gateway.change_log import ChangeLog
from gateway.demo import ensure_demo_accounts
from gateway.foreign_login import ForeignLogin
from gateway.identity_store import IdentityStore
from gateway.login import LoginDesk
from gateway.oidc import OidcClient, provider_client
from gateway.oidc_settings import OidcSettings
from gateway.own_account import OwnAccount
from gateway.passwords import Passwords
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import DEPARTURE, SecretBox
from gateway.settings import GatewaySettings
from jamila_runtime.clock import SystemClock
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import read_master_key

_ISSUER = "Dik Jamila"
"""What an authenticator app shows beside the account."""


@dataclass(frozen=True)
class Reception:
    """Everything about accounts, opened once the process runs."""

    store: SqlAccountsStore
    login: LoginDesk
    own: OwnAccount
    administration: Administration
    foreign: ForeignLogin | None = None

    def close(self) -> None:
        """Give back connections."""
        self.store.dispose()


async def enter_reception(
    stack: AsyncExitStack, settings: RuntimeSettings, gateway: GatewaySettings
) -> Reception:
    """Open the reception until the stack is left."""
    http = await stack.enter_async_context(provider_client())
    reception = await asyncio.to_thread(open_reception, settings, gateway, http)
    stack.callback(reception.close)
    return reception


def open_reception(
    settings: RuntimeSettings, gateway: GatewaySettings, http: httpx.AsyncClient
) -> Reception:
    """Open the store of accounts; in a demonstration, make its accounts. Blocks.

    Args:
        settings: Of every process.
        gateway: Of this one.
        http: For the identity provider, if there is one.
    """
    clock = SystemClock()
    store = SqlAccountsStore(settings.store_url("accounts"))
    master_key = read_master_key(settings.master_key_file)
    box = SecretBox(master_key)
    factors = SecondFactors(SqlFactorStore(store.database), box, issuer=_ISSUER)
    if settings.demo:
        secrets = settings.home / "secrets"
        ensure_demo_accounts(store, factors, folder=secrets, tenant=settings.tenant)
    login = _login_desk(store, factors, settings, gateway)
    changes = ChangeLog(store.database)
    own = OwnAccount(login=login, store=store, factors=factors, changes=changes, clock=clock)
    identities = IdentityStore(store.database)
    administration = Administration(
        accounts=store,
        store=AdministrationStore(store.database),
        changes=changes,
        identities=identities,
        clock=clock,
    )
    foreign = _foreign(login, identities, gateway, master_key=master_key, http=http)
    return Reception(store, login, own, administration, foreign)


def _foreign(
    login: LoginDesk,
    identities: IdentityStore,
    gateway: GatewaySettings,
    *,
    master_key: bytes,
    http: httpx.AsyncClient,
) -> ForeignLogin | None:
    """The way by the identity provider; None while none is named."""
    known = OidcSettings()
    if known.issuer is None:
        return None
    client = OidcClient(known, clock=SystemClock(), proof=gateway.proof, http=http)
    departures = SecretBox(master_key, purpose=DEPARTURE)
    return ForeignLogin(client=client, identities=identities, login=login, box=departures)


def _login_desk(
    store: SqlAccountsStore,
    factors: SecondFactors,
    settings: RuntimeSettings,
    gateway: GatewaySettings,
) -> LoginDesk:
    return LoginDesk(
        store=store,
        passwords=Passwords(),
        factors=factors,
        clock=SystemClock(),
        limits=gateway.limits,
        tenant=settings.tenant,
        demo=settings.demo,
    )
