from datetime import timedelta
from typing import Any

import pytest

PASSWORD = "kata-sandi-untuk-uji"
SAID = {"account": "kasi-1", "password": PASSWORD}


async def test_log_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(house: Any) -> None:
    async with house.client() as client:
        answer = await client.post("/api/v1/sessions", json=SAID)

    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-jamila=")
    for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/"):
        assert part in cookie
    assert answer.json()["capabilities"] == ["kasi"]


async def test_answer_of_a_log_in_holds_no_session_token(house: Any) -> None:
    async with house.client() as client:
        answer = await client.post("/api/v1/sessions", json=SAID)

    token = answer.cookies["__Host-jamila"]
    assert token not in answer.text


async def test_cookie_is_enough_to_read(house: Any) -> None:
    async with house.client() as client:
        logged_in = await client.post("/api/v1/sessions", json=SAID)
        me = await client.get("/api/v1/me")

    assert me.status_code == 200
    assert me.json()["account"] == "kasi-1"
    assert me.json()["csrf_token"] == logged_in.json()["csrf_token"]


@pytest.mark.parametrize("shown", [None, "salah", "ü"])
async def test_browser_write_without_its_token_is_refused(house: Any, shown: str | None) -> None:
    async with house.client() as client:
        await client.post("/api/v1/sessions", json=SAID)
        headers = {} if shown is None else {"Jamila-Csrf": shown.encode()}
        answer = await client.delete("/api/v1/sessions/current", headers=headers)

    assert (answer.status_code, answer.json()["slug"]) == (403, "csrf-token-wrong")


async def test_log_out_of_a_browser_ends_its_session(house: Any) -> None:
    async with house.client() as client:
        csrf = (await client.post("/api/v1/sessions", json=SAID)).json()["csrf_token"]
        token = client.cookies["__Host-jamila"]
        answer = await client.delete("/api/v1/sessions/current", headers={"Jamila-Csrf": csrf})
        client.cookies.set("__Host-jamila", token, domain="kantor.test")
        after = await client.get("/api/v1/me")

    assert answer.status_code == 204
    assert after.status_code == 401


async def test_cookie_of_a_browser_is_no_bearer_token(house: Any) -> None:
    async with house.client() as client:
        await client.post("/api/v1/sessions", json=SAID)
        token = client.cookies["__Host-jamila"]
    async with house.client(Authorization=f"Bearer {token}") as other:
        answer = await other.get("/api/v1/me")

    assert answer.status_code == 401


async def test_log_out_of_a_program_ends_its_token(house: Any) -> None:
    client = await house.logged_in("kasi-1")
    async with client:
        assert (await client.get("/api/v1/me")).json()["csrf_token"] is None
        assert (await client.delete("/api/v1/sessions/current")).status_code == 204
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_wrong_password_is_401_and_says_no_more(house: Any) -> None:
    async with house.client() as client:
        answer = await client.post("/api/v1/sessions", json={**SAID, "password": "salah"})

    assert answer.status_code == 401
    assert answer.json() == {
        "type": "urn:jamila:problem:login-refused",
        "title": "Akun atau kata sandi salah.",
        "status": 401,
        "detail": "account or password is wrong",
        "slug": "login-refused",
        "data": {},
        "errors": [],
    }


async def test_locked_account_says_how_long_to_wait(house: Any) -> None:
    async with house.client() as client:
        for _ in range(3):
            await client.post("/api/v1/sessions", json={**SAID, "password": "salah"})
        house.clock.instant += timedelta(minutes=1)
        answer = await client.post("/api/v1/sessions", json=SAID)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "840"


async def test_password_is_not_repeated_to_whoever_sends_a_bad_request(house: Any) -> None:
    async with house.client() as client:
        answer = await client.post(
            "/api/v1/sessions", json={"account": 5, "password": "rahasia sekali", "x": "rahasia"}
        )

    assert answer.status_code == 422
    assert "rahasia" not in answer.text
    assert {each["kind"] for each in answer.json()["errors"]} >= {"string_type", "extra_forbidden"}
