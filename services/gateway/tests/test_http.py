"""What the API does with requests that no route foresees."""

from collections.abc import AsyncIterator
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/api/v1/tidak-ada", 404, "no-such-path"),
        ("GET", "/docs", 404, "no-such-path"),
        ("PUT", "/api/v1/me", 405, "method-not-allowed"),
        ("PUT", "/api/v1/sessions", 405, "method-not-allowed"),
    ],
)
async def test_wrong_paths_and_methods_are_problems_too(
    house: Any, method: str, path: str, status: int, slug: str
) -> None:
    async with house.client() as client:
        answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["slug"]) == (status, slug)
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("allow" in answer.headers) == (status == 405)


async def test_body_that_is_no_json_is_a_problem(house: Any) -> None:
    async with house.client() as client:
        answer = await client.post(
            "/api/v1/sessions", content=b"{rusak", headers={"Content-Type": "application/json"}
        )

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


async def test_form_of_another_site_is_not_read_as_json(house: Any) -> None:
    async with house.client() as client:
        answer = await client.post(
            "/api/v1/sessions",
            content=b'{"account": "kasi-1", "password": "kata-sandi-untuk-uji"}',
            headers={"Content-Type": "text/plain"},
        )

    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


async def test_large_body_is_refused_by_its_declared_length(house: Any) -> None:
    async with house.client() as client:
        answer = await client.post("/api/v1/sessions", content=b"x" * 4097)

    assert (answer.status_code, answer.json()["slug"]) == (413, "request-too-large")


async def test_large_body_is_refused_while_it_comes(house: Any) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    async with house.client() as client:
        answer = await client.post(
            "/api/v1/sessions", content=endless(), headers={"Content-Type": "application/json"}
        )

    assert (answer.status_code, answer.json()["slug"]) == (413, "request-too-large")


@pytest.mark.usefixtures("case")
async def test_bug_is_a_problem_without_its_message(house: Any) -> None:
    client = await house.logged_in("kasi-1")
    house.models.fault = ZeroDivisionError("Rahmah")

    async with client:
        answer = await client.get("/api/v1/queue")

    assert (answer.status_code, answer.json()["slug"]) == (500, "internal-error")
    assert "Rahmah" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_every_answer_has_security_headers(house: Any) -> None:
    async with house.client() as client:
        answer = await client.get("/api/v1/me")

    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_page_for_programmers_lists_the_api_and_loads_nothing_from_elsewhere(
    house: Any,
) -> None:
    async with house.client() as client:
        page = await client.get("/api/v1")

    assert page.status_code == 200
    assert "/api/v1/cases/{case_id}/commands/approve-draft" in page.text
    assert "Langkah 4: menyetujui draft" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
    nonce = page.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    assert f'<style nonce="{nonce}">' in page.text
