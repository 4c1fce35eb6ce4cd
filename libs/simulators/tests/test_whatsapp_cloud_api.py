import hashlib

import pytest

HELLO = {"type": "text", "text": "Halo"}
REPLY = {"type": "text", "text": {"body": "Baik"}}
MESSAGES = "/whatsapp/v24.0/106540352242922/messages"
MEDIA = "/whatsapp/v24.0/106540352242922/media"


def button(number: int, title: str = "Ya") -> dict:
    return {"type": "reply", "reply": {"id": str(number), "title": f"{title} {number}"}}


def buttons(count: int, **text: str) -> dict:
    return {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {"text": text.get("body", "Pilih")},
            "action": {"buttons": [button(n, text.get("title", "Ya")) for n in range(count)]},
        },
    }


def rows(count: int) -> dict:
    listed = [{"id": str(n), "title": f"Layanan {n}"} for n in range(count)]
    action = {"button": "Pilih", "sections": [{"title": "Layanan", "rows": listed}]}
    body = {"text": "Layanan apa?"}
    return {
        "type": "interactive",
        "interactive": {"type": "list", "body": body, "action": action},
    }


def template(*values: str, name: str = "diterima") -> dict:
    parameters = [{"type": "text", "text": value} for value in values]
    components = [{"type": "body", "parameters": parameters}]
    return {
        "type": "template",
        "template": {"name": name, "language": {"code": "id"}, "components": components},
    }


async def upload(sim, data: bytes = b"%PDF-1.4 akta", mime_type: str = "application/pdf"):
    return await sim.client.post(
        MEDIA,
        data={"messaging_product": "whatsapp", "type": mime_type},
        files={"file": ("akta.pdf", data, mime_type)},
        headers=sim.bearer,
    )


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer salah"}])
async def test_call_without_the_token_gets_the_graph_error(sim, headers):
    answer = await sim.client.post(MESSAGES, json={}, headers=headers)

    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["type"], error["code"]) == ("OAuthException", 190)
    assert error["fbtrace_id"]


async def test_accepted_message_answers_contact_and_wamid(sim):
    await sim.inbound(HELLO)

    answer = await sim.send(to="+62 800-6311-001", **REPLY)

    assert answer.status_code == 200
    body = answer.json()
    assert body["messaging_product"] == "whatsapp"
    assert body["contacts"][0]["input"] == "+62 800-6311-001"
    assert body["contacts"][0]["wa_id"] == "628006311001"
    assert body["messages"][0]["id"].startswith("wamid.")


async def test_message_is_sent_then_delivered_and_echoes_the_callback_data(sim):
    await sim.inbound(HELLO)
    answer = await sim.send(biz_opaque_callback_data="pesan-17", **REPLY)
    wamid = answer.json()["messages"][0]["id"]

    await sim.deliver()
    sim.clock.move(seconds=1)
    await sim.deliver()

    found = [(s["id"], s["status"], s["biz_opaque_callback_data"]) for s in sim.receiver.statuses()]
    assert found == [(wamid, "sent", "pesan-17"), (wamid, "delivered", "pesan-17")]
    status = sim.receiver.statuses()[0]
    assert status["recipient_id"] == "628006311001"
    assert status["pricing"]["category"] == "service"


async def test_read_by_the_resident_is_reported_once(sim):
    await sim.inbound(HELLO)
    await sim.send(**REPLY)

    first = await sim.client.post("/_sim/whatsapp/read", json={"to": "628006311001"})
    second = await sim.client.post("/_sim/whatsapp/read", json={"to": "628006311001"})
    sim.clock.move(seconds=1)
    await sim.deliver()

    assert (first.json(), second.json()) == ({"read": 1}, {"read": 0})
    assert [s["status"] for s in sim.receiver.statuses()].count("read") == 1
    sent = await sim.client.get("/_sim/whatsapp/sent", params={"to": "628006311001"})
    assert [message["status"] for message in sent.json()] == ["read"]


async def test_free_text_outside_the_window_fails_late_with_131047(sim):
    await sim.inbound(HELLO)
    sim.clock.move(hours=24)

    answer = await sim.send(biz_opaque_callback_data="pesan-18", **REPLY)
    await sim.deliver()

    assert answer.status_code == 200
    [status] = sim.receiver.statuses()
    assert status["status"] == "failed"
    assert status["errors"][0]["code"] == 131047
    assert status["errors"][0]["error_data"]["details"]
    assert status["biz_opaque_callback_data"] == "pesan-18"


async def test_template_passes_outside_the_window_and_is_filled(sim):
    answer = await sim.send(**template("akta kelahiran", "K-1"))
    await sim.deliver()

    assert answer.status_code == 200
    [status] = sim.receiver.statuses()
    assert (status["status"], status["pricing"]["category"]) == ("sent", "utility")
    sent = await sim.client.get("/_sim/whatsapp/sent", params={"to": "628006311001"})
    assert "akta kelahiran" in sent.json()[0]["template"]["rendered"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (template("satu saja"), 132000),
        (template("a", "b", name="tidak_ada"), 132001),
        ({"type": "poll", "poll": {}}, 131051),
        ({"type": "text"}, 131008),
        ({"type": "text", "text": {"body": ""}}, 131009),
        ({"type": "text", "text": {"body": "x" * 4097}}, 131009),
        ({"type": "image", "image": {"id": "1", "link": "https://a.example/b.jpg"}}, 131009),
        ({"type": "document", "document": {"id": "999"}}, 131009),
        (buttons(4), 131009),
        (buttons(1, title="x" * 20), 131009),
        (buttons(1, body="x" * 1025), 131009),
        (rows(11), 131009),
        ({"to": "bukan nomor", **REPLY}, 131009),
        ({"to": "", **REPLY}, 131008),
    ],
)
async def test_message_outside_the_documented_limits_is_refused(sim, message, code):
    await sim.inbound(HELLO)

    answer = await sim.send(**message)

    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["error_data"]["messaging_product"] == "whatsapp"


@pytest.mark.parametrize("message", [buttons(3), rows(10)])
async def test_interactive_message_at_the_limit_is_accepted(sim, message):
    await sim.inbound(HELLO)

    assert (await sim.send(**message)).status_code == 200


@pytest.mark.parametrize("code", [131056, 130429])
async def test_injected_rate_limit_refuses_the_next_calls_only(sim, code):
    await sim.inbound(HELLO)
    await sim.client.post("/_sim/whatsapp/fail-next", json={"code": code, "count": 2})

    answers = [await sim.send(**REPLY) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [400, 400, 200]
    assert answers[0].json()["error"]["code"] == code


async def test_injected_undeliverable_comes_as_failed_status(sim):
    await sim.inbound(HELLO)
    await sim.client.post("/_sim/whatsapp/fail-next", json={"code": 131026})

    answer = await sim.send(**REPLY)
    await sim.deliver()

    assert answer.status_code == 200
    assert [s["errors"][0]["code"] for s in sim.receiver.statuses()] == [131026]


async def test_user_is_reached_by_business_scoped_id(sim):
    await sim.inbound(HELLO, hide_phone=True)
    await sim.deliver()
    user_id = sim.receiver.values()[0]["contacts"][0]["user_id"]

    answer = await sim.send(to=None, recipient=user_id, **REPLY)

    assert answer.status_code == 200


async def test_mark_as_read_needs_an_inbound_message(sim):
    [wamid] = await sim.inbound(HELLO)

    known = await sim.send(status="read", message_id=wamid)
    unknown = await sim.send(status="read", message_id="wamid.X")

    assert known.json() == {"success": True}
    assert unknown.json()["error"]["code"] == 131009


async def test_uploaded_media_is_described_and_downloaded_in_two_steps(sim):
    media_id = (await upload(sim)).json()["id"]

    described = (await sim.client.get(f"/whatsapp/v24.0/{media_id}", headers=sim.bearer)).json()
    fetched = await sim.client.get(described["url"], headers=sim.bearer)

    assert described == {
        "messaging_product": "whatsapp",
        "url": described["url"],
        "mime_type": "application/pdf",
        "sha256": hashlib.sha256(b"%PDF-1.4 akta").hexdigest(),
        "file_size": 13,
        "id": media_id,
    }
    assert described["url"].startswith("http://sim.test/")
    assert fetched.content == b"%PDF-1.4 akta"


async def test_media_address_dies_after_five_minutes_and_is_renewed(sim):
    media_id = (await upload(sim)).json()["id"]
    path = f"/whatsapp/v24.0/{media_id}"
    old = (await sim.client.get(path, headers=sim.bearer)).json()["url"]

    sim.clock.move(minutes=5)
    new = (await sim.client.get(path, headers=sim.bearer)).json()["url"]

    assert (await sim.client.get(old, headers=sim.bearer)).status_code == 404
    assert (await sim.client.get(new, headers=sim.bearer)).status_code == 200


async def test_media_address_needs_the_token_and_its_own_proof(sim):
    media_id = (await upload(sim)).json()["id"]
    described = await sim.client.get(f"/whatsapp/v24.0/{media_id}", headers=sim.bearer)
    url = described.json()["url"]

    assert (await sim.client.get(url)).status_code == 401
    assert (await sim.client.get(url[:-4] + "0000", headers=sim.bearer)).status_code == 404


async def test_uploaded_media_is_gone_after_thirty_days(sim):
    media_id = (await upload(sim)).json()["id"]
    sim.clock.move(days=30, seconds=1)

    answer = await sim.client.get(f"/whatsapp/v24.0/{media_id}", headers=sim.bearer)

    assert answer.status_code == 400
    assert answer.json()["error"]["error_subcode"] == 33


@pytest.mark.parametrize(
    ("data", "mime_type", "code"),
    [
        (b"", "application/pdf", 131053),
        (b"x" * (5 * 1024 * 1024 + 1), "image/jpeg", 131053),
        (b"MZ", "application/x-msdownload", 100),
    ],
)
async def test_unusable_upload_is_refused(sim, data, mime_type, code):
    answer = await upload(sim, data, mime_type)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


async def test_new_template_is_approved_and_usable(sim):
    path = "/whatsapp/v24.0/102290129340398/message_templates"
    components = [{"type": "BODY", "text": "Permohonan {{1}} di langkah {{2}}."}]
    body = {"name": "langkah", "language": "id", "category": "UTILITY", "components": components}

    created = await sim.client.post(path, json=body, headers=sim.bearer)
    answer = await sim.send(**template("K-1", "4", name="langkah"))

    assert created.json()["status"] == "APPROVED"
    assert answer.status_code == 200


async def test_foreign_phone_number_id_is_unknown(sim):
    answer = await sim.client.post(
        "/whatsapp/v24.0/1/messages", json={"messaging_product": "whatsapp"}, headers=sim.bearer
    )

    assert answer.json()["error"]["type"] == "GraphMethodException"
