"""Accounts of others: who may change what, and that it is on record."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.account_changes import Change
from gateway.accounts import Account, Grant, StoredAccount
from gateway.accounts_store import SqlAccountsStore
from gateway.administration_rules import LastAdminError
from gateway.administration_store import AdministrationStore
from gateway.change_log import ChangeLog
from gateway.second_factor import SecondFactors
from gateway.totp import new_secret

UNTIL = "2026-04-11T00:00:00+08:00"
PLH = {
    "capability": "kabid",
    "stand_in": "plh",
    "on_behalf_of": "kabid-1",
    "valid_until": UNTIL,
    "letter": "800.1.11.1/123/DISDUKCAPIL/2026",
}
CHANGES = [
    ("POST", "/accounts", {"account": "kasi-9", "display_name": "Kasi", "grants": []}),
    ("POST", "/accounts/kasi-2/close", None),
    ("POST", "/accounts/kasi-2/password", None),
    ("DELETE", "/accounts/kasi-2/second-factor", None),
    ("POST", "/accounts/kasi-2/grants", {"capability": "kabid"}),
    ("DELETE", "/accounts/kasi-2/grants/1", None),
    ("PUT", "/accounts/kasi-2/identity", {"issuer": "https://sso.example", "subject": "a-1"}),
    ("DELETE", "/accounts/kasi-2/identity", None),
]
READS = [("GET", path, None) for path in ("/accounts", "/accounts/changes", "/accounts/kasi-2")]
OTHERS = ["loket-1", "siak-1", "kasi-1", "kabid-1", "kadis-1", "cetak-1", "it-1"]


@pytest.fixture
async def admin(house: Any) -> AsyncIterator[Any]:
    async with await house.logged_in("admin-1") as client:
        yield client


async def ask(client: Any, method: str, path: str, body: Any = None) -> Any:
    return await client.request(method, f"/api/v1{path}", json=body)


def grants_of(house: Any, account: str) -> tuple[Grant, ...]:
    found = house.store.find(account)
    assert found is not None
    return tuple(found.account.grants)


async def lines(client: Any, account: str) -> list[tuple[str, str]]:
    answer = await ask(client, "GET", f"/accounts/changes?account={account}")
    return [(each["by"], each["what"]) for each in answer.json()["changes"]]


@pytest.mark.parametrize("account", OTHERS)
@pytest.mark.parametrize(("method", "path", "body"), [*CHANGES, *READS])
async def test_only_administrators_see_or_change_accounts(
    house: Any, account: str, method: str, path: str, body: Any
) -> None:
    before = house.store.all_stored()
    async with await house.logged_in(account) as client:
        answer = await ask(client, method, path, body)

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
    assert house.store.all_stored() == before


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_no_change_without_a_second_factor_that_was_proven_lately(
    house: Any, method: str, path: str, body: Any
) -> None:
    before = house.store.all_stored()
    async with await house.logged_in("admin-1", proven=False) as client:
        answer = await ask(client, method, path, body)

    assert (answer.status_code, answer.json()["slug"]) == (403, "second-factor-needed")
    assert house.store.all_stored() == before


@pytest.mark.parametrize(("method", "path", "body"), CHANGES[1:])
async def test_nobody_changes_the_own_account(
    house: Any, admin: Any, method: str, path: str, body: Any
) -> None:
    before = house.store.all_stored()

    answer = await ask(admin, method, path.replace("kasi-2", "admin-1"), body)

    assert (answer.status_code, answer.json()["slug"]) == (403, "four-eyes")
    assert house.store.all_stored() == before


@pytest.mark.parametrize(("method", "path", "body"), [*CHANGES[1:], READS[2]])
async def test_account_of_another_kabupaten_is_unknown(
    house: Any, admin: Any, method: str, path: str, body: Any
) -> None:
    other = Account("kasi-8", "Kasi", "6305", grants=(Grant("kasi"),))
    house.store.add(StoredAccount(other, "hash"))
    path = path.replace("kasi-2", "kasi-8")

    answer = await ask(admin, method, path, body)
    listed = (await ask(admin, "GET", "/accounts")).json()["accounts"]

    assert (answer.status_code, answer.json()["slug"]) == (404, "account-unknown")
    assert "kasi-8" not in {each["account"] for each in listed}
    assert house.store.find("kasi-8").account.is_active


async def test_new_account_logs_in_once_with_the_given_password_and_chooses_another(
    house: Any, admin: Any
) -> None:
    body = {"account": "kasi-9", "display_name": "Kasi", "grants": [{"capability": "kasi"}]}
    given = (await ask(admin, "POST", "/accounts", body)).json()
    said = {"account": "kasi-9", "password": given["password"]}
    async with house.client() as client:
        first = await client.post("/api/v1/sessions", json=said)
        csrf = {"Jamila-Csrf": first.json()["csrf_token"]}
        changed = await client.post(
            "/api/v1/me/password",
            json={"old": given["password"], "new": "sandi pilihan sendiri"},
            headers=csrf,
        )
        again = await client.post("/api/v1/sessions", json=said)

    assert first.json()["pending"] == "password"
    assert changed.json()["capabilities"] == ["kasi"]
    assert again.status_code == 401
    assert await lines(admin, "kasi-9") == [
        ("kasi-9", "kata-sandi-diganti-pemilik"),
        ("admin-1", "akun-dibuat"),
    ]


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"account": "kasi-1"}, "account-exists"),
        ({"account": "Kasi Budi"}, "malformed-request"),
        ({"account": "changes"}, "account-unfit"),
        ({"account": "mesin"}, "account-unfit"),
        ({"display_name": " "}, "account-unfit"),
        ({"display_name": "Kasi 081234567890"}, "account-unfit"),
        ({"grants": [{"capability": "bupati"}]}, "grant-refused"),
        ({"grants": [{**PLH, "on_behalf_of": "kasi-9"}]}, "grant-refused"),
    ],
)
async def test_account_that_cannot_be_is_not_made(
    house: Any, admin: Any, change: dict[str, Any], slug: str
) -> None:
    before = house.store.all_stored()
    body = {"account": "kasi-9", "display_name": "Kasi", "grants": [], **change}

    answer = await ask(admin, "POST", "/accounts", body)

    assert answer.json()["slug"] == slug
    assert house.store.all_stored() == before


async def test_name_of_a_closed_account_is_not_given_again(admin: Any) -> None:
    await ask(admin, "POST", "/accounts/kasi-2/close")
    body = {"account": "kasi-2", "display_name": "Kasi yang lain", "grants": []}

    answer = await ask(admin, "POST", "/accounts", body)

    assert (answer.status_code, answer.json()["slug"]) == (409, "account-exists")


async def test_closed_account_is_out_at_once(house: Any, admin: Any) -> None:
    async with await house.logged_in("kasi-2") as kasi:
        first = await ask(admin, "POST", "/accounts/kasi-2/close")
        second = await ask(admin, "POST", "/accounts/kasi-2/close")
        gone = await kasi.get("/api/v1/me")
        given = await ask(admin, "POST", "/accounts/kasi-2/grants", {"capability": "kabid"})

    assert (first.status_code, second.status_code, gone.status_code) == (204, 204, 401)
    assert given.json()["slug"] == "account-closed"
    assert await lines(admin, "kasi-2") == [("admin-1", "akun-ditutup")]


async def test_capability_is_given_and_taken_away(house: Any, admin: Any) -> None:
    body = {"capability": "kabid", "valid_until": UNTIL}
    async with await house.logged_in("kasi-2") as kasi:
        first = await ask(admin, "POST", "/accounts/kasi-2/grants", body)
        second = await ask(admin, "POST", "/accounts/kasi-2/grants", body)
        holds = (await kasi.get("/api/v1/me")).json()["capabilities"]
        grant_id = first.json()["id"]
        taken = await ask(admin, "DELETE", f"/accounts/kasi-2/grants/{grant_id}")
        again = await ask(admin, "DELETE", f"/accounts/kasi-2/grants/{grant_id}")
        left = (await kasi.get("/api/v1/me")).json()["capabilities"]

    assert first.json() == second.json()
    assert (holds, left) == (["kabid", "kasi"], ["kasi"])
    assert (taken.status_code, again.json()["slug"]) == (204, "grant-unknown")
    assert await lines(admin, "kasi-2") == [
        ("admin-1", "kewenangan-dicabut"),
        ("admin-1", "kewenangan-diberi"),
    ]


async def test_grant_of_somebody_else_is_not_taken_by_a_wrong_path(house: Any, admin: Any) -> None:
    theirs = grants_of(house, "kasi-1")[0].id

    answer = await ask(admin, "DELETE", f"/accounts/kasi-2/grants/{theirs}")

    assert answer.json()["slug"] == "grant-unknown"
    assert len(grants_of(house, "kasi-1")) == 1


async def test_stand_in_acts_on_behalf_until_its_day_is_over(house: Any, admin: Any) -> None:
    await ask(admin, "POST", "/accounts/kasi-2/grants", PLH)
    account = house.store.find("kasi-2").account
    until = datetime.fromisoformat(UNTIL)

    actor = account.actor("kabid", until - timedelta(seconds=1))

    assert actor.on_behalf_of == "kabid-1"
    assert "kabid" not in account.capabilities(until)
    change = (await ask(admin, "GET", "/accounts/changes?account=kasi-2")).json()["changes"][0]
    assert change["details"]["letter"] == PLH["letter"]
    assert change["details"]["on_behalf_of"] == "kabid-1"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"letter": None}, "letter"),
        ({"letter": "NIK 6311990101010001"}, "letter"),
        ({"valid_until": None}, "validity"),
        ({"valid_until": "2026-04-01T00:00:00+08:00"}, "validity"),
        ({"valid_from": "2026-05-01T00:00:00+08:00"}, "validity"),
        ({"on_behalf_of": None}, "stand-in"),
        ({"stand_in": None}, "stand-in"),
        ({"on_behalf_of": "kasi-2"}, "stand-in"),
        ({"on_behalf_of": "kasi-1"}, "stand-in"),
        ({"on_behalf_of": "siapa-ini"}, "stand-in"),
        ({"capability": "kepala-negara"}, "capability"),
    ],
)
async def test_stand_in_that_cannot_be_is_refused(
    house: Any, admin: Any, change: dict[str, Any], why: str
) -> None:
    answer = await ask(admin, "POST", "/accounts/kasi-2/grants", {**PLH, **change})

    assert (answer.status_code, answer.json()["slug"]) == (422, "grant-refused")
    assert answer.json()["data"] == {"why": why}
    assert len(grants_of(house, "kasi-2")) == 1


async def test_vacant_post_is_stood_in_for_after_its_account_was_closed(admin: Any) -> None:
    await ask(admin, "POST", "/accounts/kabid-1/close")

    plh = await ask(admin, "POST", "/accounts/kasi-2/grants", PLH)
    plt = await ask(admin, "POST", "/accounts/kasi-2/grants", {**PLH, "stand_in": "plt"})

    assert plh.json()["data"] == {"why": "stand-in"}
    assert plt.status_code == 201


async def test_official_of_another_kabupaten_lends_nothing(house: Any, admin: Any) -> None:
    other = Account("kabid-8", "Kabid", "6305", grants=(Grant("kabid"),))
    house.store.add(StoredAccount(other, "hash"))

    answer = await ask(admin, "POST", "/accounts/kasi-2/grants", {**PLH, "on_behalf_of": "kabid-8"})

    assert answer.json()["data"] == {"why": "stand-in"}


async def test_given_password_ends_sessions_and_is_good_once(house: Any, admin: Any) -> None:
    async with await house.logged_in("kasi-2") as kasi, house.client() as client:
        given = (await ask(admin, "POST", "/accounts/kasi-2/password")).json()
        gone = await kasi.get("/api/v1/me")
        said = {"account": "kasi-2", "password": given["password"]}
        in_again = await client.post("/api/v1/sessions", json=said)

    assert gone.status_code == 401
    assert in_again.json()["pending"] == "password"
    assert await lines(admin, "kasi-2") == [("admin-1", "kata-sandi-diganti-admin")]


async def test_lost_phone_is_helped_by_an_administrator(
    house: Any, admin: Any, factors: SecondFactors
) -> None:
    factors.enrol("kadis-1", new_secret(), now=house.clock.instant)
    async with await house.logged_in("kadis-1") as kadis:
        first = await ask(admin, "DELETE", "/accounts/kadis-1/second-factor")
        second = await ask(admin, "DELETE", "/accounts/kadis-1/second-factor")
        gone = await kadis.get("/api/v1/me")

    assert (first.status_code, second.status_code, gone.status_code) == (204, 204, 401)
    assert factors.status("kadis-1").enrolled is False
    assert await lines(admin, "kadis-1") == [("admin-1", "autentikator-dihapus")]


def closing(account: str, at: datetime) -> Change:
    return Change(at=at, by="mesin", account=account, tenant="6311", what="akun-ditutup")


def test_last_administrator_is_neither_closed_nor_stripped(
    store: SqlAccountsStore, clock: Any
) -> None:
    kept = AdministrationStore(store.database)
    # One who stands in for a while does not last.
    lent = Grant("admin", on_behalf_of="admin-1", stand_in="plh", valid_until=clock.instant)
    kept.give(lent, closing("kasi-1", clock.instant))
    before = store.all_stored()
    found = store.find("admin-1")
    assert found is not None

    with pytest.raises(LastAdminError):
        kept.close(closing("admin-1", clock.instant))
    with pytest.raises(LastAdminError):
        kept.take(found.account.grants[0].id or 0, closing("admin-1", clock.instant))

    assert store.all_stored() == before


def test_two_administrators_who_close_each_other_at_once_leave_one(
    store: SqlAccountsStore, clock: Any
) -> None:
    store.add(StoredAccount(Account("admin-2", "Admin", "6311", (Grant("admin"),)), "hash"))
    kept = AdministrationStore(store.database)

    def close(account: str) -> bool:
        try:
            kept.close(closing(account, clock.instant))
        except LastAdminError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(close, ["admin-1", "admin-2"]))

    assert outcomes == [False, True]


def test_refused_change_leaves_no_line(store: SqlAccountsStore, clock: Any) -> None:
    with pytest.raises(LastAdminError):
        AdministrationStore(store.database).close(closing("admin-1", clock.instant))

    found = ChangeLog(store.database).newest("6311", before=None, account=None, limit=9)
    assert found == []


async def test_changes_are_paged_from_the_newest(admin: Any) -> None:
    for capability in ("kabid", "ops", "admin"):
        await ask(admin, "POST", "/accounts/kasi-2/grants", {"capability": capability})

    first = (await ask(admin, "GET", "/accounts/changes?limit=2")).json()
    cursor = first["next_cursor"]
    second = (await ask(admin, "GET", f"/accounts/changes?limit=2&cursor={cursor}")).json()

    told = [each["details"]["capability"] for each in first["changes"] + second["changes"]]
    assert told == ["admin", "ops", "kabid"]
    assert second["next_cursor"] is None


async def test_list_tells_what_each_may_do_and_no_secret(house: Any, admin: Any) -> None:
    answer = await ask(admin, "GET", "/accounts")

    found = {each["account"]: each for each in answer.json()["accounts"]}
    assert set(found) == {each.account for each in house.store.all()}
    assert found["kadis-1"]["grants"][0]["capability"] == "kepala-dinas"
    assert "argon2" not in answer.text
