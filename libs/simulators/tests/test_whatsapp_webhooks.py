import asyncio
import base64
import hashlib
import hmac
import json

import httpx

from jamila_simulators.app import create_app

PDF = b"%PDF-1.4 contoh"
DOCUMENT = {
    "type": "document",
    "content_base64": base64.b64encode(PDF).decode(),
    "mime_type": "application/pdf",
    "filename": "kk.pdf",
    "caption": "KK kami",
}
TEXT = {"type": "text", "text": "Halo, assalāmu"}


async def test_inbound_text_arrives_as_the_real_body(sim):
    [wamid] = await sim.inbound(TEXT)

    await sim.deliver()

    [request] = sim.receiver.requests
    body = json.loads(request.content)
    assert body["object"] == "whatsapp_business_account"
    assert body["entry"][0]["id"] == "102290129340398"
    assert body["entry"][0]["changes"][0]["field"] == "messages"
    value = body["entry"][0]["changes"][0]["value"]
    user_id = value["contacts"][0]["user_id"]
    assert user_id.startswith("ID.")
    assert value == {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "6285100006311",
            "phone_number_id": "106540352242922",
        },
        "contacts": [
            {"profile": {"name": "Siti Rahmah"}, "wa_id": "628006311001", "user_id": user_id}
        ],
        "messages": [
            {
                "from": "628006311001",
                "from_user_id": user_id,
                "id": wamid,
                "timestamp": "1772413200",
                "type": "text",
                "text": {"body": "Halo, assalāmu"},
            }
        ],
    }


async def test_signature_is_hmac_sha256_over_the_raw_bytes(sim):
    await sim.inbound(TEXT)

    await sim.deliver()

    [request] = sim.receiver.requests
    expected = hmac.new(b"rahasia-app", request.content, hashlib.sha256).hexdigest()
    assert request.headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert request.headers["User-Agent"] == "facebookexternalua"
    assert request.headers["Content-Type"] == "application/json"


async def test_inbound_document_carries_media_id_digest_and_address(sim):
    await sim.inbound(DOCUMENT)

    await sim.deliver()

    [value] = sim.receiver.values()
    document = value["messages"][0]["document"]
    assert document["mime_type"] == "application/pdf"
    assert document["filename"] == "kk.pdf"
    assert document["caption"] == "KK kami"
    assert base64.b64decode(document["sha256"]) == hashlib.sha256(PDF).digest()
    fetched = await sim.client.get(document["url"], headers=sim.bearer)
    assert fetched.content == PDF


async def test_together_puts_all_messages_in_one_body(sim):
    wamids = await sim.inbound(TEXT, DOCUMENT, together=True)

    await sim.deliver()

    [value] = sim.receiver.values()
    assert [message["id"] for message in value["messages"]] == wamids


async def test_duplicate_posts_equal_bodies(sim):
    await sim.inbound(TEXT, duplicate=2)

    await sim.deliver()

    assert len({request.content for request in sim.receiver.requests}) == 1
    assert len(sim.receiver.requests) == 3


async def test_button_reply_refers_to_the_message_with_the_button(sim):
    await sim.inbound(
        {"type": "button_reply", "id": "ya", "title": "Ya", "context_wamid": "wamid.ASAL"}
    )

    await sim.deliver()

    message = sim.receiver.values()[0]["messages"][0]
    assert message["type"] == "interactive"
    assert message["context"] == {"from": "6285100006311", "id": "wamid.ASAL"}
    assert message["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "ya", "title": "Ya"},
    }


async def test_user_with_a_username_is_named_by_user_id_alone(sim):
    await sim.inbound(TEXT, hide_phone=True)

    await sim.deliver()

    assert b"628006311001" not in sim.receiver.requests[0].content.replace(b"wamid", b"")
    [value] = sim.receiver.values()
    assert value["messages"][0]["from_user_id"] == value["contacts"][0]["user_id"]


async def test_unanswered_webhook_is_retried_with_doubling_pauses(sim):
    sim.receiver.answer = lambda _: httpx.Response(500)
    await sim.inbound(TEXT)

    attempts = []
    for second in range(8):
        if await sim.deliver():
            attempts.append(second)
        sim.clock.move(seconds=1)

    assert attempts == [0, 1, 3, 7]


async def test_refused_connection_counts_as_not_delivered(sim):
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    sim.receiver.answer = refuse
    await sim.inbound(TEXT)

    await sim.deliver()

    assert (await sim.client.get("/_sim/whatsapp/pending")).json() == {"pending": 1}


async def test_undelivered_webhook_survives_a_restart(sim, settings, clock, receiver):
    receiver.answer = lambda _: httpx.Response(503)
    await sim.inbound(TEXT)
    await sim.deliver()
    first = receiver.requests[0].content

    restarted = create_app(settings, clock=clock, webhook_transport=httpx.MockTransport(receiver))
    receiver.answer = lambda _: httpx.Response(200)
    clock.move(minutes=1)
    await restarted.state.delivery.deliver_due()
    await restarted.state.delivery.close()

    assert [request.content for request in receiver.requests] == [first, first]


async def test_wamids_stay_unique_over_a_restart(sim, settings, clock):
    before = await sim.inbound(TEXT, TEXT)

    restarted = create_app(settings, clock=clock)
    transport = httpx.ASGITransport(restarted)
    async with httpx.AsyncClient(transport=transport, base_url="http://sim.test") as client:
        body = {"from": "628006311001", "messages": [TEXT, TEXT]}
        after = (await client.post("/_sim/whatsapp/inbound", json=body)).json()
    await restarted.state.delivery.close()

    assert len({*before, *after}) == 4


async def test_worker_delivers_by_itself_while_the_application_lives(sim):
    arrived = asyncio.Event()

    def take(_: httpx.Request) -> httpx.Response:
        arrived.set()
        return httpx.Response(200)

    sim.receiver.answer = take

    async with sim.app.router.lifespan_context(sim.app), asyncio.timeout(25):
        await sim.inbound(TEXT)
        await arrived.wait()

    assert len(sim.receiver.requests) == 1


async def test_subscription_sends_challenge_and_verify_token(sim):
    def verify(request: httpx.Request) -> httpx.Response:
        assert request.url.params["hub.mode"] == "subscribe"
        assert request.url.params["hub.verify_token"] == "rahasia-verifikasi"
        return httpx.Response(200, text=request.url.params["hub.challenge"])

    sim.receiver.answer = verify

    answer = await sim.client.post("/_sim/whatsapp/subscribe")

    assert answer.json() == {"verified": True}
