"""Wires what lets people in: accounts, passwords, second factors, sessions."""

from dataclasses import dataclass

from gateway.accounts_store import SqlAccountsStore
from gateway.administration import Administration
from gateway.administration_store import AdministrationStore
from gateway.change_log import ChangeLog
from gateway.demo import ensure_demo_accounts
from gateway.login import LoginDesk
from gateway.own_account import OwnAccount
from gateway.passwords import Passwords
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import SecretBox
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

    def close(self) -> None:
        """Give back connections."""
        self.store.dispose()


def open_reception(settings: RuntimeSettings, gateway: GatewaySettings) -> Reception:
    """Open the store of accounts; in a demonstration, make its accounts. Blocks."""
    clock = SystemClock()
    store = SqlAccountsStore(settings.store_url("accounts"))
    box = SecretBox(read_master_key(settings.master_key_file))
    factors = SecondFactors(SqlFactorStore(store.database), box, issuer=_ISSUER)
    if settings.demo:
        secrets = settings.home / "secrets"
        ensure_demo_accounts(store, factors, folder=secrets, tenant=settings.tenant)
    login = LoginDesk(
        store=store,
        passwords=Passwords(),
        factors=factors,
        clock=clock,
        limits=gateway.limits,
        tenant=settings.tenant,
        demo=settings.demo,
    )
    changes = ChangeLog(store.database)
    own = OwnAccount(login=login, store=store, factors=factors, changes=changes, clock=clock)
    administration = Administration(
        accounts=store,
        store=AdministrationStore(store.database),
        changes=changes,
        clock=clock,
    )
    return Reception(store, login, own, administration)
