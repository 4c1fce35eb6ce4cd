"""Several gateways on one store of accounts: what one counts, all have counted."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts import (
    Account,
    CodeRefusedError,
    Grant,
    LoginLimits,
    LoginLockedError,
    LoginRefusedError,
    StoredAccount,
)
from gateway.accounts_store import SqlAccountsStore
from gateway.login import Credentials, LoginDesk
from gateway.passwords import Passwords, hash_password
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import SecretBox
from gateway.totp import code_of, new_secret, step_at

PASSWORD = "kata-sandi-untuk-uji"
RIGHT = Credentials("kasi-1", PASSWORD)
WRONG = Credentials("kasi-1", "bukan itu")
Replica = Callable[[], LoginDesk]

on_postgres = pytest.param("postgresql", marks=pytest.mark.connected)


@pytest.fixture(params=["sqlite", on_postgres])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'accounts.db'}"
    request.getfixturevalue("socket_enabled")
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
def replica(url: str, clock: Any, limits: LoginLimits) -> Iterator[Replica]:
    """Makes one gateway after the other; each has connections and memory of its own."""
    opened: list[SqlAccountsStore] = []

    def start() -> LoginDesk:
        store = SqlAccountsStore(url)
        opened.append(store)
        factors = SqlFactorStore(store.database)
        return LoginDesk(
            store=store,
            passwords=Passwords(),
            factors=SecondFactors(factors, SecretBox(bytes(32)), issuer="Kantor Uji"),
            clock=clock,
            limits=limits,
            tenant="6311",
            demo=False,
        )

    yield start
    for each in opened:
        each.dispose()


@pytest.fixture
def two(replica: Replica, url: str) -> tuple[LoginDesk, LoginDesk]:
    first, second = replica(), replica()
    store = SqlAccountsStore(url)
    kasi = Account("kasi-1", "Kepala Seksi", "6311", grants=(Grant("kasi"),))
    store.add(StoredAccount(kasi, hash_password(PASSWORD)))
    store.dispose()
    return first, second


async def test_guesses_at_two_gateways_lock_the_name_at_both_and_after_a_restart(
    two: tuple[LoginDesk, LoginDesk], replica: Replica, limits: LoginLimits
) -> None:
    for number in range(limits.attempts):
        with pytest.raises(LoginRefusedError):
            await two[number % 2].open(WRONG)

    for each in (*two, replica()):
        with pytest.raises(LoginLockedError):
            await each.open(RIGHT)


@pytest.fixture
def stores(url: str, two: tuple[LoginDesk, LoginDesk]) -> Iterator[list[SqlAccountsStore]]:
    """What two gateways keep their accounts in."""
    del two
    opened = [SqlAccountsStore(url) for _ in range(2)]
    yield opened
    for each in opened:
        each.dispose()


def test_guesses_at_the_same_moment_are_each_counted(
    stores: list[SqlAccountsStore], clock: Any
) -> None:
    def guess(number: int) -> int:
        store = stores[number % 2]
        return store.count_attempt("kasi-1", now=clock.instant, window=timedelta(hours=1)).number

    with ThreadPoolExecutor(4) as pool:
        counted = sorted(pool.map(guess, range(16)))

    assert counted == list(range(1, 17))


def test_code_that_one_gateway_took_is_refused_by_the_other(
    stores: list[SqlAccountsStore], clock: Any
) -> None:
    box, now = SecretBox(bytes(32)), clock.instant
    first, second = (
        SecondFactors(SqlFactorStore(each.database), box, issuer="Kantor Uji") for each in stores
    )
    secret = new_secret()
    first.enrol("kasi-1", secret, now=now)
    code = code_of(secret, step_at(now))
    first.prove("kasi-1", code, now=now)

    with pytest.raises(CodeRefusedError):
        second.prove("kasi-1", code, now=now)
