"""The simulators in one process: an application, a caught webhook receiver, a clock to move."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from jamila_simulators.app import create_app
from jamila_simulators.settings import SimulatorSettings

NINE_OCLOCK = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class MovableClock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.now = NINE_OCLOCK

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Receiver:
    """The business's webhook: keeps every request and answers what the test says."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer(request)

    def values(self) -> list[dict]:
        bodies = [json.loads(request.content) for request in self.requests]
        return [body["entry"][0]["changes"][0]["value"] for body in bodies]

    def statuses(self) -> list[dict]:
        return [status for value in self.values() for status in value.get("statuses", [])]


class Simulators:
    """A client of the application with the pieces a test moves."""

    def __init__(
        self, app: FastAPI, client: httpx.AsyncClient, clock: MovableClock, receiver: Receiver
    ) -> None:
        self.app, self.client, self.clock, self.receiver = app, client, clock, receiver
        self.bearer = {"Authorization": "Bearer rahasia-token"}

    async def deliver(self) -> int:
        return await self.app.state.delivery.deliver_due()

    async def inbound(self, *messages: dict, **options: object) -> list[str]:
        body = {"from": "628006311001", "name": "Siti Rahmah", "messages": list(messages)}
        answer = await self.client.post("/_sim/whatsapp/inbound", json=body | options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, **message: object) -> httpx.Response:
        body = {"messaging_product": "whatsapp", "to": "628006311001"} | message
        return await self.client.post(
            "/whatsapp/v24.0/106540352242922/messages", json=body, headers=self.bearer
        )


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def settings(tmp_path: Path) -> SimulatorSettings:
    return SimulatorSettings(
        state_dir=tmp_path,
        app_secret="rahasia-app",
        access_token="rahasia-token",
        verify_token="rahasia-verifikasi",
        public_url="http://sim.test",
        webhook_url="http://intake.test/webhooks/whatsapp",
        siak_user="dinas",
        siak_password="rahasia-siak",
        siak_ip="10.63.11.5",
    )


@pytest.fixture
async def sim(
    settings: SimulatorSettings, clock: MovableClock, receiver: Receiver
) -> AsyncIterator[Simulators]:
    app = create_app(settings, clock=clock, webhook_transport=httpx.MockTransport(receiver))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sim.test") as client:
        yield Simulators(app, client, clock, receiver)
    await app.state.delivery.close()
