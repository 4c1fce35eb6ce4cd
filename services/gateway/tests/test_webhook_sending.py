import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.webhooks.sending import AddressRules, DeliveryFailedError, Sender
from gateway.webhooks.subscriptions import WebhookAddressError, is_genuine
from jamila_testing.receivers import PUBLIC, Receiver, lookup

URL = "https://aplikasi.example.org/kabar?dari=jamila"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def test_signature_is_the_one_of_standard_webhooks() -> None:
    # The example of the specification.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    now = datetime.fromtimestamp(1614265330, UTC)
    assert is_genuine(secret, headers, b'{"test": 2432232314}', now)


@pytest.mark.parametrize(
    "found",
    [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["fd00::1"], ["::ffff:10.0.0.1"], ["100.64.0.1"], []],
)
async def test_name_that_leads_inside_is_not_followed(receiver: Receiver, found: Any) -> None:
    async def leading(_: str, __: int) -> list[str]:
        return list(found)

    sender = Sender(AddressRules(), lookup=leading, transport=httpx.MockTransport(receiver))
    with pytest.raises(DeliveryFailedError):
        await sender.post(URL, b"{}", {})

    assert receiver.heard == []


async def test_connection_goes_to_the_address_that_was_judged(receiver: Receiver) -> None:
    sender = Sender(AddressRules(), lookup=lookup, transport=httpx.MockTransport(receiver))

    await sender.post(URL, b"{}", {})

    (request,) = receiver.heard
    assert request.url.host == PUBLIC
    assert request.headers["host"] == "aplikasi.example.org"
    assert request.extensions["sni_hostname"] == "aplikasi.example.org"
    assert request.url.raw_path == b"/kabar?dari=jamila"


async def test_office_may_allow_its_own_network_and_a_demonstration_plain_http(
    receiver: Receiver,
) -> None:
    rules = AddressRules(plain_http=True, private=True)
    sender = Sender(rules, lookup=lookup, transport=httpx.MockTransport(receiver))

    await sender.post("http://dalam.example.org:8080/kabar", b"{}", {})

    assert receiver.heard[0].headers["host"] == "dalam.example.org:8080"
    with pytest.raises(WebhookAddressError):
        sender.check("gopher://dalam.example.org/")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (httpx.ConnectTimeout("lambat"), "timeout"),
        (httpx.ConnectError("putus"), "not-reached"),
        (None, "http-302"),
    ],
)
async def test_why_it_failed_is_a_code(receiver: Receiver, fault: Any, code: str) -> None:
    receiver.fault, receiver.status = fault, 302
    sender = Sender(AddressRules(), lookup=lookup, transport=httpx.MockTransport(receiver))

    with pytest.raises(DeliveryFailedError) as failed:
        await sender.post(URL, b"{}", {})

    assert failed.value.fault == code
    assert len(receiver.heard) == 1


@pytest.mark.connected
@pytest.mark.usefixtures("socket_enabled")
async def test_a_real_server_hears_the_very_bytes_that_were_signed() -> None:
    heard = asyncio.get_running_loop().create_future()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
        heard.set_result((head, await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = Sender(AddressRules(plain_http=True, private=True))
    async with server:
        await sender.post(f"http://localhost:{port}/kabar", b'{"type":"x"}', {"webhook-id": "1"})
    head, body = await heard
    await sender.close()

    assert head.startswith("POST /kabar HTTP/1.1\r\n")
    assert f"localhost:{port}" in head
    assert body == b'{"type":"x"}'
