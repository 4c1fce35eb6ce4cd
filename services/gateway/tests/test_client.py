"""The client against the API, over a transport that needs no socket."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.authenticator import Authenticator
from gateway.client import GatewayClient, RefusedError
from gateway.second_factor import SecondFactors
from gateway.totp import code_of, new_secret, written
from jamila_contracts.command import CommandReply
from jamila_ledger.views import POSITIONS

PASSWORD = "kata-sandi-untuk-uji"


class Bridge(httpx.BaseTransport):
    """Lets the synchronous client talk to the ASGI application, running in the test's loop."""

    def __init__(self, api: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = httpx.ASGITransport(app=api)
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop).result(10)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        inner = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        response = await self._inner.handle_async_request(inner)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        content = b"".join([part async for part in response.stream])
        return httpx.Response(response.status_code, headers=response.headers, content=content)


@pytest.fixture
async def client(house: Any) -> Iterator[GatewayClient]:
    transport = Bridge(house.api, asyncio.get_running_loop())
    http = httpx.Client(transport=transport, base_url="https://kantor.test")
    with GatewayClient("https://kantor.test", http=http) as client:
        yield client


async def test_client_walks_through_the_door(house: Any, case: Any, client: GatewayClient) -> None:
    def walk() -> dict[str, Any]:
        client.login("kasi-1", PASSWORD)
        task = client.queue("kasi")["tasks"][0]
        view = client.case(task["case_id"])
        digest = view["drafts"][0]["draft_sha256"]
        assert client.document(task["case_id"], digest).startswith(b"%PDF")
        body = {"document_sha256": [view["drafts"][0]["document_sha256"]]}
        return client.command("approve-draft", task["case_id"], body, if_match=task["version"])

    done = await asyncio.to_thread(walk)

    assert done["after"] == "review:17"
    assert house.commands.asked[0].document_sha256 == (case.document,)
    assert house.commands.asked[0].expected_version == 0


async def test_reads_of_the_client_wait_for_its_own_write(
    house: Any, case: Any, client: GatewayClient
) -> None:
    def write_then_read() -> None:
        client.login("kasi-1", PASSWORD)
        client.command("take-task", case.case_id, {"step": 4})
        client.queue()

    with pytest.raises(RefusedError) as behind:
        await asyncio.to_thread(write_then_read)
    house.models.collections[POSITIONS]["views"]["sources"]["review"] = 17
    page = await asyncio.to_thread(client.queue)

    assert (behind.value.status, behind.value.slug) == (503, "read-model-behind")
    assert len(page["tasks"]) == 1


async def test_key_of_the_caller_is_used_again(
    house: Any, case: Any, client: GatewayClient
) -> None:
    key = uuid4()

    def twice() -> None:
        client.login("kasi-1", PASSWORD)
        for _ in range(2):
            client.command("take-task", case.case_id, {"step": 4}, idempotency_key=key)

    await asyncio.to_thread(twice)

    assert [each.command_id for each in house.commands.asked] == [key, key]


async def test_client_uploads_a_paper_of_an_application_written_down(
    house: Any, client: GatewayClient
) -> None:
    case_id, key = uuid4(), uuid4()
    house.vault.create(case_id)

    def upload() -> Any:
        client.login("loket-1", PASSWORD)
        photo = b"\xff\xd8\xff\xe0 foto KK Siti Rahmah"
        return client.add_paper(case_id, photo, "image/jpeg", item_id="doc.kk", idempotency_key=key)

    await asyncio.to_thread(upload)

    asked = house.commands.asked[0]
    assert (asked.case_id, asked.command_id) == (case_id, key)
    assert (asked.item_id, asked.media_type) == ("doc.kk", "image/jpeg")


async def test_client_lists_residents_who_wait_for_a_person(
    house: Any, client: GatewayClient
) -> None:
    def nobody(command: Any) -> CommandReply:
        return house.commands.done(command).model_copy(update={"result": {"requests": []}})

    house.commands.answer = nobody

    def ask() -> Any:
        client.login("loket-1", PASSWORD)
        return client.help_requests()

    assert await asyncio.to_thread(ask) == []


async def test_client_is_out_after_its_log_out(client: GatewayClient) -> None:
    def in_and_out() -> None:
        client.login("kasi-1", PASSWORD)
        assert client.me()["account"] == "kasi-1"
        client.logout()
        client.me()

    with pytest.raises(RefusedError) as refused:
        await asyncio.to_thread(in_and_out)

    assert refused.value.slug == "not-logged-in"


def test_answer_of_somebody_in_between_is_refused_too() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, text="<html>"))
    http = httpx.Client(transport=transport, base_url="https://kantor.test")

    with GatewayClient("x", http=http) as client, pytest.raises(RefusedError) as refused:
        client.login("kasi-1", PASSWORD)

    assert (refused.value.status, refused.value.slug) == (502, "no-problem-details")


async def test_client_asks_for_what_concerns_the_whole_office(
    house: Any, case: Any, client: GatewayClient
) -> None:
    def ask() -> tuple[Any, ...]:
        client.login("kabid-1", PASSWORD)
        closed = client.case(case.case_id, personal_data=False)
        figures = client.figures("langkah", period="hari", step=4)
        return closed["personal_data"], figures, client.outages(lasting=True), client.escalations()

    assert await asyncio.to_thread(ask) == ("withheld", [], [], [])
    assert house.access_log.lines == []


def now(house: Any) -> float:
    at: float = house.clock.instant.timestamp()
    return at


class Phone(Authenticator):
    """An app whose clock is that of the house; remembers what it was asked."""

    def __init__(self, house: Any, secret: bytes) -> None:
        super().__init__(written(secret), clock=lambda: now(house), sleep=int)
        self.given = 0

    def code(self) -> str:
        self.given += 1
        return super().code()


async def test_client_proves_the_second_factor_by_itself_when_it_is_asked_for(
    house: Any, case: Any, client: GatewayClient, factors: SecondFactors
) -> None:
    secret = new_secret()
    factors.enrol("kadis-1", secret, now=house.clock.instant)
    phone = Phone(house, secret)

    def sign() -> dict[str, Any]:
        body = {"document_sha256": [case.document]}
        return client.command("sign-document", case.case_id, body)

    await asyncio.to_thread(lambda: client.login("kadis-1", PASSWORD, authenticator=phone))
    await asyncio.to_thread(sign)
    house.clock.instant += timedelta(hours=1)
    await asyncio.to_thread(sign)

    assert phone.given == 2
    assert len(house.commands.asked) == 2


async def test_client_without_the_second_factor_is_refused(
    house: Any, client: GatewayClient
) -> None:
    def sign() -> None:
        client.login("kadis-1", PASSWORD)
        client.command("sign-document", uuid4(), {"document_sha256": ["ab" * 32]})

    with pytest.raises(RefusedError) as refused:
        await asyncio.to_thread(sign)

    assert (refused.value.slug, refused.value.data) == ("second-factor-needed", {"enrolled": False})
    assert house.commands.asked == []


def test_authenticator_gives_no_code_twice_and_none_before_its_time() -> None:
    now, slept = [1_000_000_020.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    secret = new_secret()
    phone = Authenticator(written(secret), clock=lambda: now[0], sleep=sleep)

    codes = [phone.code() for _ in range(4)]

    first = 1_000_000_020 // 30
    assert codes == [code_of(secret, first + each) for each in range(4)]
    assert slept == [30 - 1_000_000_020 % 30, 30]
