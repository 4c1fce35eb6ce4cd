import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from gateway.account_changes import Change
from gateway.accounts import (
    Account,
    AccountExistsError,
    AccountUnknownError,
    Grant,
    LoginBusyError,
    LoginLockedError,
    LoginRefusedError,
    NotLoggedInError,
    StoredAccount,
)
from gateway.accounts_store import SqlAccountsStore
from gateway.administration_store import AdministrationStore
from gateway.demo import FILE_NAME, ensure_demo_accounts
from gateway.login import Credentials, LoginDesk
from gateway.passwords import Passwords, hash_password
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import SecretBox
from jamila_runtime.stage import MissingCapabilityError

PASSWORD = "kata-sandi-untuk-uji"
RIGHT = Credentials("kasi-1", PASSWORD)
WRONG = Credentials("kasi-1", "bukan itu")


async def test_right_password_opens_a_session_that_is_recognised(desk: LoginDesk) -> None:
    opened = await desk.open(RIGHT)

    identity = await desk.identify(opened.token)

    assert identity.account.account == "kasi-1"
    assert identity.csrf_token == opened.identity.csrf_token


def _bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("accounts.db*")))


async def test_token_itself_is_not_stored(desk: LoginDesk, tmp_path: Path) -> None:
    opened = await desk.open(RIGHT)

    stored = _bytes_in(tmp_path)

    assert opened.token.encode() not in stored
    assert opened.identity.csrf_token.encode() not in stored
    assert opened.identity.session.token_sha256.encode() in stored


@pytest.mark.parametrize("credentials", [WRONG, Credentials("siapa-ini", PASSWORD)])
async def test_wrong_password_and_unknown_account_are_refused_alike(
    desk: LoginDesk, credentials: Credentials
) -> None:
    with pytest.raises(LoginRefusedError) as refused:
        await desk.open(credentials)

    assert refused.value.detail == "account or password is wrong"
    assert refused.value.data == {}


async def test_unknown_account_costs_a_password_check_too(
    desk: LoginDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []

    async def matches(_: Passwords, password: str, password_hash: str | None) -> bool:
        del password
        checked.append(password_hash)
        return False

    monkeypatch.setattr(Passwords, "matches", matches)

    with pytest.raises(LoginRefusedError):
        await desk.open(Credentials("siapa-ini", PASSWORD))

    assert checked == [None]


async def test_too_many_attempts_lock_even_the_right_password_out(
    desk: LoginDesk, clock: Any
) -> None:
    for _ in range(3):
        with pytest.raises(LoginRefusedError):
            await desk.open(WRONG)
    clock.instant += timedelta(minutes=5)

    with pytest.raises(LoginLockedError) as locked:
        await desk.open(RIGHT)

    assert locked.value.data == {"retry_after_seconds": 600}


async def test_lock_ends_with_its_window(desk: LoginDesk, clock: Any) -> None:
    for _ in range(4):
        with pytest.raises((LoginRefusedError, LoginLockedError)):
            await desk.open(WRONG)
    clock.instant += timedelta(minutes=15)

    assert (await desk.open(RIGHT)).token


async def test_lock_of_a_clock_that_was_ahead_ends_with_it(desk: LoginDesk, clock: Any) -> None:
    clock.instant += timedelta(hours=5)
    for _ in range(4):
        with pytest.raises((LoginRefusedError, LoginLockedError)):
            await desk.open(WRONG)
    clock.instant -= timedelta(hours=5)

    assert (await desk.open(RIGHT)).token


async def test_success_forgets_earlier_attempts(desk: LoginDesk) -> None:
    for _ in range(3):
        with pytest.raises(LoginRefusedError):
            await desk.open(WRONG)
        await desk.open(RIGHT)


def test_many_attempts_at_once_are_all_counted(store: SqlAccountsStore, clock: Any) -> None:
    def attempt(_: int) -> int:
        return store.count_attempt("kasi-1", now=clock.instant, window=timedelta(hours=1)).number

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(attempt, range(24)))

    assert numbers == list(range(1, 25))


async def test_log_out_ends_the_session_at_once(desk: LoginDesk) -> None:
    opened = await desk.open(RIGHT)

    await desk.close(opened.identity)

    with pytest.raises(NotLoggedInError):
        await desk.identify(opened.token)


async def test_unused_session_of_a_browser_ends(desk: LoginDesk, clock: Any) -> None:
    opened = await desk.open(RIGHT)
    clock.instant += timedelta(minutes=30)

    with pytest.raises(NotLoggedInError):
        await desk.identify(opened.token)


async def test_used_session_lives_on_until_its_age_ends_it(desk: LoginDesk, clock: Any) -> None:
    opened = await desk.open(RIGHT)
    for _ in range(35):
        clock.instant += timedelta(minutes=20)
        await desk.identify(opened.token)
    clock.instant += timedelta(minutes=20)

    with pytest.raises(NotLoggedInError):
        await desk.identify(opened.token)


async def test_token_of_a_program_does_not_end_by_idleness(desk: LoginDesk, clock: Any) -> None:
    opened = await desk.open(RIGHT, kind="program", name="demo")
    clock.instant += timedelta(days=29)

    assert (await desk.identify(opened.token)).session.name == "demo"


def closing(account: str, clock: Any) -> Change:
    return Change(clock.instant, "admin-1", account, "6311", "akun-ditutup")


async def test_closing_an_account_ends_its_sessions(
    desk: LoginDesk, store: SqlAccountsStore, clock: Any
) -> None:
    opened = await desk.open(RIGHT)

    AdministrationStore(store.database).close(closing("kasi-1", clock))

    with pytest.raises(NotLoggedInError):
        await desk.identify(opened.token)
    with pytest.raises(LoginRefusedError):
        await desk.open(RIGHT)


async def test_new_password_ends_old_sessions_and_counts_alone(
    desk: LoginDesk, store: SqlAccountsStore
) -> None:
    opened = await desk.open(RIGHT)

    store.set_password("kasi-1", hash_password("sandi yang lain"))

    with pytest.raises(NotLoggedInError):
        await desk.identify(opened.token)
    assert (await desk.open(Credentials("kasi-1", "sandi yang lain"))).token


async def test_account_of_another_office_is_refused(
    desk: LoginDesk, store: SqlAccountsStore
) -> None:
    known = store.find("kasi-1")
    assert known is not None
    store.add(StoredAccount(Account("kasi-9", "Kasi", "6309"), known.password_hash))

    with pytest.raises(LoginRefusedError):
        await desk.open(Credentials("kasi-9", PASSWORD))


def test_name_of_an_account_is_given_once(store: SqlAccountsStore) -> None:
    known = store.find("kasi-1")
    assert known is not None

    with pytest.raises(AccountExistsError):
        store.add(known)


def test_unknown_account_cannot_be_changed(store: SqlAccountsStore, clock: Any) -> None:
    with pytest.raises(AccountUnknownError):
        AdministrationStore(store.database).close(closing("siapa-ini", clock))
    with pytest.raises(AccountUnknownError):
        store.set_password("siapa-ini", "hash")


def test_lent_capability_names_whom_it_stands_in_for(clock: Any) -> None:
    until = clock.instant + timedelta(days=1)
    lent = Grant("kabid", on_behalf_of="kabid-1", stand_in="plh", valid_until=until)
    account = Account("kasi-1", "Kasi", "6311", grants=(Grant("kasi"), lent))

    assert account.actor("kabid", clock.instant).on_behalf_of == "kabid-1"
    assert account.actor("kasi", clock.instant).on_behalf_of is None
    assert account.capabilities(clock.instant) == {"kasi", "kabid"}


def test_lent_capability_ends(clock: Any) -> None:
    lent = Grant("kabid", on_behalf_of="kabid-1", stand_in="plh", valid_until=clock.instant)
    account = Account("kasi-1", "Kasi", "6311", grants=(lent,))

    with pytest.raises(MissingCapabilityError):
        account.actor("kabid", clock.instant)


def test_grants_come_back_as_they_were_stored(store: SqlAccountsStore, clock: Any) -> None:
    grants = (
        Grant("kasi"),
        Grant("kabid", "kabid-1", "plt", clock.instant, clock.instant + timedelta(days=3)),
    )
    account = Account("kasi-3", "Kasi", "6311", grants=grants)
    store.add(StoredAccount(account, "hash"))

    assert store.find("kasi-3") == StoredAccount(account, "hash")


async def test_crowd_at_the_door_is_bounded() -> None:
    passwords = Passwords(at_once=1, waiting=1)

    outcomes = await asyncio.gather(
        *(passwords.matches("x", None) for _ in range(4)), return_exceptions=True
    )

    assert [type(each) for each in outcomes].count(LoginBusyError) == 2
    assert outcomes.count(False) == 2


def factors_of(store: SqlAccountsStore) -> SecondFactors:
    return SecondFactors(SqlFactorStore(store.database), SecretBox(bytes(32)), issuer="Demo")


def test_demo_accounts_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    store = SqlAccountsStore(f"sqlite:///{tmp_path / 'a.db'}")

    first = ensure_demo_accounts(
        store, factors_of(store), folder=tmp_path / "secrets", tenant="6311"
    )
    second = ensure_demo_accounts(
        store, factors_of(store), folder=tmp_path / "secrets", tenant="6311"
    )

    assert first == second
    assert len({line.password for line in first}) == len(first) == 10
    assert (tmp_path / "secrets" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert {each.account for each in store.all()} == {line.account for line in first}
    store.dispose()


def test_who_signs_and_who_administers_has_a_second_factor_in_the_demo(tmp_path: Path) -> None:
    store = SqlAccountsStore(f"sqlite:///{tmp_path / 'a.db'}")
    factors = factors_of(store)

    lines = ensure_demo_accounts(store, factors, folder=tmp_path, tenant="6311")

    with_secret = {line.account for line in lines if line.totp_secret}
    enrolled = {line.account for line in lines if factors.status(line.account).enrolled}
    assert with_secret == enrolled == {"kadis-1", "admin-1"}
    store.dispose()


def test_demo_file_of_an_earlier_version_gets_its_secrets(tmp_path: Path) -> None:
    store = SqlAccountsStore(f"sqlite:///{tmp_path / 'a.db'}")
    factors = factors_of(store)
    lines = ensure_demo_accounts(store, factors, folder=tmp_path, tenant="6311")
    path = tmp_path / FILE_NAME
    old = [
        {name: value for name, value in each.items() if name != "totp_secret"}
        for each in json.loads(path.read_text())
    ]
    path.write_text(json.dumps(old))
    factors_store = SqlFactorStore(store.database)
    for line in lines:
        factors_store.forget_factor(line.account)

    again = ensure_demo_accounts(store, factors, folder=tmp_path, tenant="6311")

    assert [line.password for line in again] == [line.password for line in lines]
    assert factors.status("kadis-1").enrolled
    assert ensure_demo_accounts(store, factors, folder=tmp_path, tenant="6311") == again
    store.dispose()


def test_lost_demo_file_gives_new_passwords(tmp_path: Path) -> None:
    store = SqlAccountsStore(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_demo_accounts(store, factors_of(store), folder=tmp_path, tenant="6311")
    before = store.find("kasi-1")
    (tmp_path / FILE_NAME).unlink()

    ensure_demo_accounts(store, factors_of(store), folder=tmp_path, tenant="6311")

    assert before is not None
    after = store.find("kasi-1")
    assert after is not None
    assert after.password_hash != before.password_hash
    store.dispose()


async def test_demo_accounts_are_refused_outside_a_demo(
    tmp_path: Path, clock: Any, limits: Any
) -> None:
    store = SqlAccountsStore(f"sqlite:///{tmp_path / 'a.db'}")
    line = ensure_demo_accounts(store, factors_of(store), folder=tmp_path, tenant="6311")[0]
    credentials = Credentials(line.account, line.password)
    both = [
        LoginDesk(
            store=store,
            passwords=Passwords(),
            factors=factors_of(store),
            clock=clock,
            limits=limits,
            tenant="6311",
            demo=demo,
        )
        for demo in (True, False)
    ]

    assert (await both[0].open(credentials)).token
    with pytest.raises(LoginRefusedError):
        await both[1].open(credentials)
    store.dispose()


def test_name_that_somebody_tried_is_not_kept(
    store: SqlAccountsStore, clock: Any, tmp_path: Path
) -> None:
    store.count_attempt("sandi di kolom akun", now=clock.instant, window=timedelta(hours=1))

    engine = create_engine(f"sqlite:///{tmp_path / 'accounts.db'}")
    with engine.connect() as connection:
        rows = connection.execute(text("select * from attempts")).all()
    engine.dispose()
    assert len(rows) == 1
    assert "sandi" not in str(rows)
