"""The whole process on a real nats-server: from the webhook to the stream, health included."""

import asyncio
import hashlib
import hmac
import json

import httpx
import nats
import pytest

from intake.app import IntakeProcess
from jamila_runtime.owner_desk import set_aside_subject
from jamila_runtime.signs import SUBJECT as SIGNS
from jamila_runtime.streams import STREAM, ensure_stream
from jamila_testing.files import pdf
from jamila_whatsapp.client import WhatsAppClient

NUMBER = "106540352242922"
SECRET = "rahasia-aplikasi-uji"


@pytest.mark.connected
@pytest.mark.usefixtures("socket_enabled")
async def test_message_becomes_an_event_in_the_stream(
    world, nats_url, runtime_settings, intake_settings
):
    client = WhatsAppClient(
        "http://wa.test/v24.0",
        "token-uji",
        phone_number_id=NUMBER,
        transport=httpx.MockTransport(world.whatsapp),
    )
    settings = runtime_settings.model_copy(update={"nats_url": nats_url})
    process = IntakeProcess(settings, intake_settings, client)
    app = process.asgi()
    reader = await nats.connect(nats_url)
    await ensure_stream(reader.jetstream())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://intake.test"
        ) as http,
    ):
        await _until_ready(http)
        paper = world.file(pdf(), "application/pdf", caption="KK")
        for message in (
            *(world.message("text", {"body": word}) for word in ("akta kelahiran", *world.BIRTH)),
            paper,
            world.message("text", {"body": "KIRIM"}),
            world.message("text", {"body": "KIRIM"}),
        ):
            body = world.body(message)
            signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            headers = {"X-Hub-Signature-256": f"sha256={signature}"}
            answer = await http.post("/webhooks/whatsapp", content=body, headers=headers)
            assert answer.status_code == 200
        submitted = await _last(reader, "PermohonanDiajukan")
        assert submitted["service_id"] == "lhr-umum"
        assert [each["item_id"] for each in submitted["papers"]] == ["doc.kk"]
        assert (await http.get("/metrics")).status_code == 200
        assert (await http.get("/openapi.json")).status_code == 404
    await reader.close()


@pytest.mark.connected
@pytest.mark.usefixtures("socket_enabled")
async def test_operators_reach_what_was_put_aside(
    world, nats_url, runtime_settings, intake_settings
):
    client = WhatsAppClient("http://wa.test/v24.0", "token-uji", phone_number_id=NUMBER)
    settings = runtime_settings.model_copy(update={"nats_url": nats_url})
    process = IntakeProcess(settings, intake_settings, client)
    world.intake.inbox.add_unreadable(b"kacau", "ValueError", world.clock.now())
    app = process.asgi()
    asker = await nats.connect(nats_url)
    await ensure_stream(asker.jetstream())
    signs = await asker.subscribe(SIGNS)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://intake.test"
        ) as http,
    ):
        await _until_ready(http)
        assert json.loads((await signs.next_msg(timeout=20)).data)["lags"]["set-aside"] == 1
        number = world.intake.inbox.troubles()[0].number
        asked = json.dumps({"kind": "body", "number": number}).encode()
        for answer in ({"discarded": 1}, {"problem": "not-set-aside"}):
            said = await asker.request(set_aside_subject("intake", "discard"), asked, timeout=10)
            assert json.loads(said.data) == answer
    await asker.close()


async def _until_ready(http) -> None:
    for _ in range(500):
        if (await http.get("/readyz")).status_code == 200:
            return
        await asyncio.sleep(0.02)
    pytest.fail("never ready")


async def _last(reader, event: str) -> dict:
    for _ in range(100):
        try:
            found = await reader.jetstream().get_last_msg(STREAM, f"permohonan.*.*.{event}")
        except nats.js.errors.NotFoundError:
            await asyncio.sleep(0.05)
        else:
            return json.loads(found.data)
    return pytest.fail(f"no {event} in the stream")
