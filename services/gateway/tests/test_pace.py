import dataclasses
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.pace import Pace, PaceLimits, TooManyRequestsError
from gateway.settings import GatewaySettings
from gateway.shield import MAX_UPLOAD_BYTES
from jamila_runtime.rates import Rate, TokenBuckets

MINUTE = timedelta(minutes=1)
LIMITS = PaceLimits(account=Rate(3, MINUTE), stranger=Rate(5, MINUTE))


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(house: Any) -> Seconds:
    """The house, slow; and the clock by which its buckets fill."""
    clock = Seconds()
    house.api.state.door = dataclasses.replace(house.door, pace=Pace(LIMITS, now=clock))
    return clock


async def test_account_that_asks_too_often_is_told_when_to_ask_again(
    house: Any, seconds: Seconds
) -> None:
    async with await house.logged_in("kasi-1") as client:
        answers = [await client.get("/api/v1/me") for _ in range(4)]
        seconds.now += 20
        later = await client.get("/api/v1/me")

    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["slug"] == "too-many-requests"
    assert answers[-1].headers["retry-after"] == "20"
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert later.status_code == 200


@pytest.mark.usefixtures("seconds")
async def test_all_tokens_of_an_account_are_counted_together_and_others_apart(house: Any) -> None:
    async with await house.logged_in("kasi-1") as one, await house.logged_in("kasi-1") as two:
        mine = [(await client.get("/api/v1/me")).status_code for client in (one, two, one, two)]
    async with await house.logged_in("kasi-2") as client:
        others = await client.get("/api/v1/me")

    assert (mine, others.status_code) == ([200, 200, 200, 429], 200)


@pytest.mark.usefixtures("seconds")
async def test_address_that_is_nobody_meets_its_limit_whatever_it_tries(house: Any) -> None:
    async with house.client() as client, house.client(Authorization="Bearer tebakan") as guesser:
        tried = [
            await client.get("/api/v1/queue"),
            await guesser.get("/api/v1/queue"),
            await client.post("/api/v1/tokens", json={}),
            await client.post("/api/v1/sessions", json={}),
            await guesser.get("/api/v1/me"),
        ]
        refused = [
            await guesser.get("/api/v1/me"),
            await client.post("/api/v1/tokens", json={}),
        ]

    assert [each.status_code for each in tried] == [401, 401, 422, 422, 401]
    assert [each.status_code for each in refused] == [429, 429]
    assert all(int(each.headers["retry-after"]) > 0 for each in refused)


@pytest.mark.usefixtures("seconds")
async def test_addresses_are_counted_apart_and_a_household_once(house: Any) -> None:
    async def asked(address: str) -> int:
        transport = httpx.ASGITransport(app=house.api, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="https://kantor.test") as client:
            return (await client.get("/api/v1/me")).status_code

    first = [await asked(f"2001:db8:1:2::{number}") for number in range(6)]

    assert first == [401] * 5 + [429]
    assert await asked("192.0.2.9") == 401


def test_memory_of_the_pace_is_bounded() -> None:
    buckets = TokenBuckets(keep=8, now=Seconds())
    for number in range(100):
        assert buckets.take(number, Rate(1, MINUTE)) is None

    assert len(buckets) == 8
    assert buckets.take(99, Rate(1, MINUTE)) == 60


def test_limits_come_from_the_settings() -> None:
    limits = GatewaySettings(
        requests_per_account=7, requests_per_stranger=2, requests_window=timedelta(seconds=10)
    ).pace
    pace = Pace(limits, now=Seconds())
    for _ in range(2):
        pace.stranger("192.0.2.1")

    with pytest.raises(TooManyRequestsError) as refused:
        pace.stranger("192.0.2.1")
    assert refused.value.data == {"retry_after_seconds": 5}
    assert limits.account == Rate(7, timedelta(seconds=10))


@pytest.mark.parametrize("declared", [True, False])
async def test_body_beyond_the_limit_is_refused_whether_it_says_so_or_not(
    house: Any, *, declared: bool
) -> None:
    async def in_parts() -> Any:
        for _ in range(6):
            yield b" " * 1000

    content = b" " * 6000 if declared else in_parts()
    async with await house.logged_in("kasi-1") as client:
        answer = await client.post(
            "/api/v1/outages", content=content, headers={"Content-Type": "application/json"}
        )

    assert (answer.status_code, answer.json()["slug"]) == (413, "request-too-large")
    assert answer.json()["data"] == {"max_bytes": 4096}


async def test_upload_has_a_limit_of_its_own(house: Any, case: Any) -> None:
    address = f"/api/v1/cases/{case.case_id}/siak-files"
    headers = {"Content-Type": "application/pdf"}
    async with await house.logged_in("siak-1") as client:
        more_than_others = await client.post(address, content=b"%PDF-" + b"x" * 5000)
        too_much = await client.post(
            address, content=b"x", headers={**headers, "Content-Length": str(MAX_UPLOAD_BYTES + 1)}
        )

    assert more_than_others.status_code == 201
    assert (too_much.status_code, too_much.json()["slug"]) == (413, "request-too-large")
