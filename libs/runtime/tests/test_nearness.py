"""Figures and readiness are for the office's own network."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from jamila_runtime.nearness import NearOnly

PATHS = ("/metrics", "/readyz", "/healthz")
APP = NearOnly(Starlette(routes=[Route(path, lambda _: Response("ok")) for path in PATHS]))


async def ask(path, client, *forwarded):
    transport = httpx.ASGITransport(APP, client=(client, 4711))
    headers = [("X-Forwarded-For", each) for each in forwarded]
    async with httpx.AsyncClient(transport=transport, base_url="http://office.test") as http:
        return (await http.get(path, headers=headers)).status_code


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
@pytest.mark.parametrize(
    ("client", "forwarded", "status"),
    [
        ("127.0.0.1", [], 200),
        ("10.63.11.5", [], 200),
        ("::1", [], 200),
        ("203.0.114.7", [], 404),
        ("127.0.0.1", ["203.0.114.7"], 404),
        ("127.0.0.1", ["10.0.0.1, 203.0.114.7"], 404),
        ("127.0.0.1", ["10.0.0.1", "203.0.114.7"], 404),
        ("127.0.0.1", ["203.0.114.7, 127.0.0.1"], 404),
        ("127.0.0.1", ["unknown"], 404),
        ("127.0.0.1", ["10.63.11.9"], 200),
        ("office", [], 404),
    ],
)
async def test_figures_are_for_near_addresses_only(path, client, forwarded, status):
    assert await ask(path, client, *forwarded) == status


async def test_whether_it_lives_may_be_asked_from_anywhere():
    assert await ask("/healthz", "203.0.114.7") == 200
