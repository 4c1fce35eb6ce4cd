"""What the log tells of log-ins and refusals, and what it keeps to itself."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from jamila_runtime.logs import configure_logs

PASSWORD = "kata-sandi-untuk-uji"
Told = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def told() -> Iterator[Told]:
    """The lines of the log, as this process would write them."""
    stream = io.StringIO()
    configure_logs("gateway")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(stream))
    structlog.configure(cache_logger_on_first_use=False)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def facts(line: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(line.get(name) for name in names)


async def test_who_comes_in_and_who_does_not_is_logged(house: Any, told: Told) -> None:
    async with house.client() as client:
        for account, password in (("kasi-1", "salah"), ("kasi-1", PASSWORD), (PASSWORD, "x")):
            said = {"account": account, "password": password}
            await client.post("/api/v1/sessions", json=said)

    lines = [line for line in told() if line["event"] in {"let in", "turned away"}]
    assert [facts(line, "event", "account", "reason") for line in lines] == [
        ("turned away", "kasi-1", "login-refused"),
        ("let in", "kasi-1", None),
        ("turned away", None, "login-refused"),
    ]
    assert all(line["address"] and line["request"] for line in lines)
    assert len({line["request"] for line in lines}) == len(lines)
    assert PASSWORD not in json.dumps(told())


async def test_what_somebody_may_not_is_logged(house: Any, case: Any, told: Told) -> None:
    async with await house.logged_in("kasi-1") as client:
        await client.get("/api/v1/accounts")
        await client.get("/api/v1/queue?capability=kabid")
    async with house.client() as stranger:
        await stranger.get(f"/api/v1/cases/{case}")

    lines = [line for line in told() if line["event"] == "refused"]
    assert [facts(line, "account", "reason", "route") for line in lines] == [
        ("kasi-1", "capability-missing", "/accounts"),
        ("kasi-1", "capability-missing", "/queue"),
        (None, "not-logged-in", "/cases/{case_id}"),
    ]


async def test_what_is_in_order_is_no_line(house: Any, told: Told) -> None:
    async with await house.logged_in("kasi-1") as client:
        assert (await client.get("/api/v1/me")).status_code == 200

    assert [line for line in told() if line["event"] == "refused"] == []


async def test_who_leaves_is_logged(house: Any, told: Told) -> None:
    async with await house.logged_in("kasi-1") as client:
        await client.delete("/api/v1/sessions/current")

    assert facts(told()[-1], "event", "account") == ("let out", "kasi-1")
