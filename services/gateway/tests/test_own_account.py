"""One's own account over HTTP: code, rotation, password, sessions."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from sqlalchemy import create_engine, text

from gateway.accounts import Account, Grant, StoredAccount
from gateway.accounts_store import SqlAccountsStore
from gateway.passwords import hash_password
from gateway.second_factor import SecondFactors
from gateway.totp import code_of, new_secret, step_at, unwritten

PASSWORD = "kata-sandi-untuk-uji"
COOKIE = "__Host-jamila"
SAID = {"account": "kadis-1", "password": PASSWORD}
NEW = "kata sandi yang baru sekali"


@pytest.fixture
def secret(factors: SecondFactors, clock: Any) -> bytes:
    secret = new_secret()
    factors.enrol("kadis-1", secret, now=clock.instant)
    return secret


def code(house: Any, secret: bytes) -> dict[str, str]:
    return {"code": code_of(secret, step_at(house.clock.instant))}


async def log_in(client: Any, said: dict[str, str] = SAID) -> dict[str, str]:
    answer = await client.post("/api/v1/sessions", json=said)
    assert answer.status_code == 201, answer.text
    return {"Jamila-Csrf": answer.json()["csrf_token"]}


def use(client: Any, token: str) -> None:
    client.cookies.clear()
    client.cookies.set(COOKIE, token, domain="kantor.test")


async def test_log_in_in_two_steps(house: Any, secret: bytes) -> None:
    async with house.client() as client:
        first = await client.post("/api/v1/sessions", json=SAID)
        before = client.cookies[COOKIE]
        refused = await client.get("/api/v1/queue/counts")
        csrf = {"Jamila-Csrf": first.json()["csrf_token"]}
        second = await client.post(
            "/api/v1/sessions/current/code", json=code(house, secret), headers=csrf
        )
        me = await client.get("/api/v1/me")

    assert (first.json()["pending"], first.json()["capabilities"]) == ("code", [])
    assert (refused.status_code, refused.json()["slug"]) == (401, "code-needed")
    assert second.status_code == 200
    assert second.cookies[COOKIE] != before
    assert (me.json()["pending"], me.json()["capabilities"]) == (None, ["kepala-dinas"])
    assert me.json()["csrf_token"] == second.json()["csrf_token"]
    assert second.json()["token"] is None


async def test_token_from_before_the_code_is_dead(house: Any, secret: bytes) -> None:
    async with house.client() as client:
        csrf = await log_in(client)
        before = client.cookies[COOKIE]
        await client.post("/api/v1/sessions/current/code", json=code(house, secret), headers=csrf)
        use(client, before)
        answer = await client.get("/api/v1/me")

    assert (answer.status_code, answer.json()["slug"]) == (401, "not-logged-in")


async def test_cookie_from_before_the_log_in_is_never_adopted(house: Any) -> None:
    async with house.client() as attacker:
        await log_in(attacker, {"account": "kasi-1", "password": PASSWORD})
        planted = attacker.cookies[COOKIE]
    async with house.client() as victim:
        use(victim, planted)
        answer = await victim.post(
            "/api/v1/sessions", json={"account": "kasi-2", "password": PASSWORD}
        )
        given = answer.cookies[COOKIE]
        use(victim, planted)
        old = await victim.get("/api/v1/me")
        use(victim, given)
        me = await victim.get("/api/v1/me")

    assert given != planted
    assert old.status_code == 401
    assert me.json()["account"] == "kasi-2"


async def test_invented_cookie_is_never_adopted(house: Any) -> None:
    async with house.client() as client:
        use(client, "dipilih-penyerang")
        await log_in(client, {"account": "kasi-1", "password": PASSWORD})
        use(client, "dipilih-penyerang")
        answer = await client.get("/api/v1/me")

    assert answer.status_code == 401


@pytest.mark.parametrize("shown", [None, "salah"])
async def test_code_of_a_browser_needs_the_token_of_its_session(
    house: Any, secret: bytes, shown: str | None
) -> None:
    headers = {} if shown is None else {"Jamila-Csrf": shown}
    async with house.client() as client:
        await log_in(client)
        answer = await client.post(
            "/api/v1/sessions/current/code", json=code(house, secret), headers=headers
        )

    assert answer.json()["slug"] == "csrf-token-wrong"


@pytest.mark.usefixtures("secret")
async def test_wrong_code_is_refused_and_not_repeated(house: Any) -> None:
    async with house.client() as client:
        csrf = await log_in(client)
        answer = await client.post(
            "/api/v1/sessions/current/code", json={"code": "BUKAN-KODE"}, headers=csrf
        )

    assert (answer.status_code, answer.json()["slug"]) == (403, "code-refused")
    assert "BUKAN" not in answer.text


async def test_program_proves_anew_and_gets_another_token(house: Any, secret: bytes) -> None:
    said = {**SAID, "name": "uji"}
    async with house.client() as client:
        bare = await client.post("/api/v1/tokens", json=said)
        token = (await client.post("/api/v1/tokens", json=said | code(house, secret))).json()
        house.clock.instant += timedelta(hours=2)
        client.headers["Authorization"] = f"Bearer {token['token']}"
        renewed = await client.post("/api/v1/sessions/current/code", json=code(house, secret))
        dead = await client.get("/api/v1/me")
        client.headers["Authorization"] = f"Bearer {renewed.json()['token']}"
        alive = await client.get("/api/v1/me")

    assert (bare.status_code, bare.json()["slug"]) == (401, "code-needed")
    assert dead.status_code == 401
    assert alive.json()["proven_until"] is not None
    assert renewed.json()["expires_at"] == token["expires_at"]


async def test_account_without_a_second_factor_is_told_so(house: Any) -> None:
    async with await house.logged_in("kasi-1", proven=False) as client:
        answer = await client.post("/api/v1/sessions/current/code", json={"code": "123456"})

    assert (answer.status_code, answer.json()["data"]) == (403, {"enrolled": False})


async def test_enrolment_shows_secret_and_qr_once_and_ends_with_recovery_codes(house: Any) -> None:
    async with house.client() as client:
        csrf = await log_in(client)
        proposed = await client.post(
            "/api/v1/me/second-factor", json={"password": PASSWORD}, headers=csrf
        )
        secret = unwritten(proposed.json()["secret"])
        confirmed = await client.post(
            "/api/v1/me/second-factor/confirm", json=code(house, secret), headers=csrf
        )
        status = await client.get("/api/v1/me/second-factor")

    assert proposed.json()["uri"].startswith("otpauth://totp/Kantor%20Uji:kadis-1?")
    assert proposed.json()["qr_svg"].startswith("<svg ")
    assert len(confirmed.json()["recovery_codes"]) == 10
    assert confirmed.json()["proven_until"] is not None
    assert status.json()["enrolled"] is True
    assert "secret" not in status.text


async def test_qr_code_says_the_uri(house: Any) -> None:
    async with await house.logged_in("kasi-1", proven=False) as client:
        proposed = await client.post("/api/v1/me/second-factor", json={"password": PASSWORD})
    drawn = proposed.json()["qr_svg"]
    side = int(drawn.split('viewBox="0 0 ', 1)[1].split()[0])
    image = Image.new("L", (side * 4, side * 4), 255)
    pen = ImageDraw.Draw(image)
    for bar in drawn.split(' d="', 1)[1].split('"')[0].split("z")[:-1]:
        x, y = (int(each) for each in bar[1 : bar.index("h")].split())
        width = int(bar[bar.index("h") + 1 : bar.index("v")])
        pen.rectangle((x * 4, y * 4, (x + width) * 4 - 1, y * 4 + 3), fill=0)

    assert zxingcpp.read_barcodes(image)[0].text == proposed.json()["uri"]


async def change(client: Any, csrf: dict[str, str], old: str = PASSWORD, new: str = NEW) -> Any:
    return await client.post("/api/v1/me/password", json={"old": old, "new": new}, headers=csrf)


async def test_changed_password_ends_every_other_session(house: Any) -> None:
    said = {"account": "kasi-1", "password": PASSWORD}
    async with house.client() as other, house.client() as client:
        await log_in(other, said)
        csrf = await log_in(client, said)
        before = client.cookies[COOKIE]
        answer = await change(client, csrf)
        me = await client.get("/api/v1/me")
        gone = await other.get("/api/v1/me")
        old = await other.post("/api/v1/sessions", json=said)
        new = await other.post("/api/v1/sessions", json={**said, "password": NEW})

    assert answer.status_code == 200
    assert answer.cookies[COOKIE] != before
    assert [each.status_code for each in (me, gone, old, new)] == [200, 401, 401, 201]


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ("bukan ini", NEW, "login-refused"),
        (PASSWORD, "pendek", "password-unfit"),
        (PASSWORD, "x" * 201, "malformed-request"),
        (PASSWORD, PASSWORD, "password-unfit"),
        (PASSWORD, "rahasia kasi-1 sekali", "password-unfit"),
    ],
)
async def test_bad_change_of_a_password_changes_nothing(
    house: Any, old: str, new: str, slug: str
) -> None:
    said = {"account": "kasi-1", "password": PASSWORD}
    async with house.client() as client:
        csrf = await log_in(client, said)
        answer = await change(client, csrf, old, new)
        again = await client.post("/api/v1/sessions", json=said)

    assert answer.json()["slug"] == slug
    assert again.status_code == 201


@pytest.mark.parametrize(
    "new",
    ["passwordpassword", "rahasiarahasia1", "123456789012", "jamila-admin-2026", "aaaaaaaaaaaa"],
)
async def test_guessable_password_is_not_taken(house: Any, new: str) -> None:
    async with house.client() as client:
        csrf = await log_in(client, {"account": "kasi-1", "password": PASSWORD})
        answer = await change(client, csrf, PASSWORD, new)

    assert (answer.status_code, answer.json()["slug"]) == (422, "password-unfit")


async def test_temporary_password_lets_nobody_do_more_than_replace_it(house: Any) -> None:
    account = Account("kasi-9", "Kasi", "6311", grants=(Grant("kasi"),))
    house.store.add(
        StoredAccount(account, hash_password("diberi-oleh-admin"), password_is_temporary=True)
    )
    said = {"account": "kasi-9", "password": "diberi-oleh-admin"}
    async with house.client() as client:
        program = await client.post("/api/v1/tokens", json={**said, "name": "uji"})
        csrf = await log_in(client, said)
        refused = await client.get("/api/v1/queue/counts")
        changed = await change(client, csrf, "diberi-oleh-admin")
        after = await client.get("/api/v1/me")

    assert program.json()["slug"] == "password-change-needed"
    assert (refused.status_code, refused.json()["slug"]) == (403, "password-change-needed")
    assert changed.status_code == 200
    assert (after.json()["pending"], after.json()["capabilities"]) == (None, ["kasi"])


@pytest.mark.usefixtures("secret")
async def test_password_is_not_changed_halfway_before_the_code(house: Any) -> None:
    async with house.client() as client:
        csrf = await log_in(client)
        answer = await change(client, csrf)

    assert answer.json()["slug"] == "code-needed"


async def test_own_sessions_are_listed_and_ended(house: Any) -> None:
    said = {"account": "kasi-1", "password": PASSWORD}
    async with house.client() as other, house.client() as client:
        await log_in(other, said)
        house.clock.instant += timedelta(minutes=1)
        csrf = await log_in(client, said)
        listed = (await client.get("/api/v1/sessions")).json()["sessions"]
        mine, theirs = listed
        ended = await client.delete(f"/api/v1/sessions/{theirs['id']}", headers=csrf)
        again = await client.delete(f"/api/v1/sessions/{theirs['id']}", headers=csrf)
        gone = await other.get("/api/v1/me")

    assert [each["is_current"] for each in listed] == [True, False]
    assert mine["kind"] == "browser"
    assert (ended.status_code, again.status_code, gone.status_code) == (204, 404, 401)


async def test_session_of_somebody_else_cannot_be_ended(house: Any) -> None:
    async with house.client() as other, house.client() as client:
        await log_in(other, {"account": "kasi-2", "password": PASSWORD})
        theirs = (await other.get("/api/v1/sessions")).json()["sessions"][0]["id"]
        csrf = await log_in(client, {"account": "kasi-1", "password": PASSWORD})
        answer = await client.delete(f"/api/v1/sessions/{theirs}", headers=csrf)
        alive = await other.get("/api/v1/me")

    assert (answer.status_code, answer.json()["slug"]) == (404, "session-unknown")
    assert alive.status_code == 200


async def test_all_other_sessions_are_ended_at_once(house: Any) -> None:
    async with await house.logged_in("kasi-1") as program, house.client() as client:
        csrf = await log_in(client, {"account": "kasi-1", "password": PASSWORD})
        answer = await client.delete("/api/v1/sessions", headers=csrf)
        gone = await program.get("/api/v1/me")
        left = (await client.get("/api/v1/sessions")).json()["sessions"]

    assert (answer.status_code, gone.status_code, len(left)) == (204, 401, 1)


async def test_database_of_an_earlier_version_is_completed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'lama.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE accounts (account VARCHAR(32) PRIMARY KEY, display_name VARCHAR(200)"
                ", password_hash VARCHAR(200), tenant VARCHAR(4), is_active BOOLEAN"
                ", is_demo BOOLEAN)"
            )
        )
        connection.execute(
            text("INSERT INTO accounts VALUES ('kasi-1', 'Kasi', 'hash', '6311', 1, 0)")
        )
    engine.dispose()

    for _ in range(2):
        store = SqlAccountsStore(url)
        found = store.find("kasi-1")
        store.dispose()
        assert found == replace(
            StoredAccount(Account("kasi-1", "Kasi", "6311"), "hash"), has_second_factor=False
        )
