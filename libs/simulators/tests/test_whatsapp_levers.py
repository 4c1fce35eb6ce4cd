"""Templates with headers and buttons, limits on sending, and the faults a hand can set."""

import json

import pytest

TEXT = {"type": "text", "text": {"body": "Halo"}}
RESIDENT = "628006311001"

READY = {
    "name": "dokumen_siap",
    "language": "id",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "DOCUMENT"},
        {"type": "BODY", "text": "Dokumen untuk {{1}} siap."},
        {"type": "FOOTER", "text": "GRATIS"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "URL", "text": "Unduh", "url": "https://contoh.test/unduh/{{1}}"},
                {"type": "QUICK_REPLY", "text": "Kirim ulang"},
            ],
        },
    ],
}


def sent_template(*components):
    return {
        "type": "template",
        "template": {"name": "dokumen_siap", "language": {"code": "id"}, "components": components},
    }


def body(*texts):
    return {"type": "body", "parameters": [{"type": "text", "text": text} for text in texts]}


def link(text):
    parameters = [{"type": "text", "text": text}]
    return {"type": "button", "sub_type": "url", "index": "0", "parameters": parameters}


async def approve(sim):
    url = "/whatsapp/v24.0/102290129340398/message_templates"
    answer = await sim.client.post(url, json=READY, headers=sim.bearer)
    assert answer.status_code == 200, answer.text


async def uploaded(sim):
    answer = await sim.client.post(
        "/whatsapp/v24.0/106540352242922/media",
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.pdf", b"%PDF-1.7 contoh", "application/pdf")},
        headers=sim.bearer,
    )
    return answer.json()["id"]


async def chat(sim):
    return (await sim.client.get("/_sim/whatsapp/chat", params={"wa_id": RESIDENT})).json()


async def test_a_template_shows_its_header_footer_and_buttons_filled(sim):
    await approve(sim)
    document = {"id": await uploaded(sim), "filename": "dokumen.pdf"}
    header = {"type": "header", "parameters": [{"type": "document", "document": document}]}
    answer = await sim.send(**sent_template(header, body("akta kelahiran"), link("AbC")))
    assert answer.status_code == 200, answer.text
    (message,) = await chat(sim)
    shown = message["template"]
    assert shown["rendered"] == "Dokumen untuk akta kelahiran siap."
    assert shown["header"]["document"]["id"] == document["id"]
    assert shown["footer"] == "GRATIS"
    assert shown["buttons"] == [
        {"type": "url", "text": "Unduh", "url": "https://contoh.test/unduh/AbC"},
        {"type": "quick_reply", "text": "Kirim ulang", "payload": "Kirim ulang"},
    ]


@pytest.mark.parametrize(
    ("components", "code"),
    [
        ([body("akta"), link("x")], 132012),
        ([{"type": "header", "parameters": [{"type": "text", "text": "x"}]}, body("akta")], 132012),
        ([body(), link("x")], 132000),
    ],
)
async def test_a_template_filled_wrongly_is_refused(sim, components, code):
    await approve(sim)
    answer = await sim.send(**sent_template(*components))
    assert answer.json()["error"]["code"] == code


async def test_a_button_with_an_address_needs_its_value(sim):
    await approve(sim)
    document = {"id": await uploaded(sim), "filename": "dokumen.pdf"}
    header = {"type": "header", "parameters": [{"type": "document", "document": document}]}
    answer = await sim.send(**sent_template(header, body("akta")))
    assert answer.json()["error"]["code"] == 131008


async def test_a_tapped_template_button_arrives_with_payload_and_context(sim):
    await sim.inbound(
        {"type": "button", "payload": "kirim-ulang", "text": "Kirim ulang", "context_wamid": "w"}
    )
    await sim.deliver()
    (message,) = sim.receiver.values()[0]["messages"]
    assert message["type"] == "button"
    assert message["button"] == {"payload": "kirim-ulang", "text": "Kirim ulang"}
    assert message["context"]["id"] == "w"


async def test_a_message_with_a_link_button_is_accepted(sim):
    parameters = {"display_text": "Unduh dokumen", "url": "https://contoh.test/unduh/x"}
    action = {"name": "cta_url", "parameters": parameters}
    interactive = {"type": "cta_url", "body": {"text": "Siap."}, "action": action}
    answer = await sim.send(type="interactive", interactive=interactive)
    assert answer.status_code == 200, answer.text
    parameters["display_text"] = "x" * 21
    answer = await sim.send(type="interactive", interactive=interactive)
    assert answer.json()["error"]["code"] == 131009


async def test_the_46th_message_at_once_to_one_user_meets_the_pair_limit(sim):
    await sim.inbound({"type": "text", "text": "Halo"})
    codes = [(await sim.send(**TEXT)).status_code for _ in range(45)]
    assert set(codes) == {200}
    assert (await sim.send(**TEXT)).json()["error"]["code"] == 131056
    sim.clock.move(seconds=6)
    assert (await sim.send(**TEXT)).status_code == 200
    assert (await sim.send(**TEXT)).json()["error"]["code"] == 131056


async def test_the_81st_message_within_a_second_meets_the_throughput_limit(sim):
    for number in range(80):
        answer = await sim.send(**TEXT, to=f"62800631{number:04d}")
        assert answer.status_code == 200
    assert (await sim.send(**TEXT, to="628006319999")).json()["error"]["code"] == 130429
    sim.clock.move(seconds=1)
    assert (await sim.send(**TEXT, to="628006319999")).status_code == 200


async def test_a_bundle_holds_several_entries_changes_and_messages(sim):
    users = [
        {"from": RESIDENT, "messages": [{"type": "text", "text": t} for t in ("a", "b")]},
        {"from": "628006311002", "messages": [{"type": "text", "text": t} for t in ("c", "d")]},
    ]
    answer = await sim.client.post("/_sim/whatsapp/bundle", json={"users": users})
    assert [len(ids) for ids in answer.json()] == [2, 2]
    await sim.deliver()
    (request,) = sim.receiver.requests
    first, second = json.loads(request.content)["entry"]
    assert [len(c["value"]["messages"]) for c in first["changes"]] == [1, 1]
    assert [len(c["value"]["messages"]) for c in second["changes"]] == [2]
    assert second["changes"][0]["value"]["contacts"][0]["wa_id"] == "628006311002"


async def test_statuses_come_in_reverse_on_demand(sim):
    await sim.inbound({"type": "text", "text": "Halo"})
    await sim.client.post("/_sim/whatsapp/status-order", json={"reversed": True})
    await sim.send(**TEXT)
    await sim.deliver()
    sim.clock.move(seconds=1)
    await sim.deliver()
    assert [status["status"] for status in sim.receiver.statuses()] == ["delivered", "sent"]
    (_, message) = await chat(sim)
    assert message["status"] == "delivered"


async def test_who_blocked_the_business_is_not_reached(sim):
    await sim.inbound({"type": "text", "text": "Halo"})
    wanted = {"wa_id": RESIDENT, "reachable": False}
    await sim.client.post("/_sim/whatsapp/reachable", json=wanted)
    assert (await sim.send(**TEXT)).status_code == 200
    await sim.deliver()
    (status,) = sim.receiver.statuses()
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131026)
    await sim.client.post("/_sim/whatsapp/reachable", json=wanted | {"reachable": True})
    await sim.send(**TEXT)
    await sim.deliver()
    assert sim.receiver.statuses()[-1]["status"] == "sent"


@pytest.mark.parametrize("fault", ["gone", "expired", "broken"])
async def test_media_goes_wrong_once_on_demand(sim, fault):
    media_id = await uploaded(sim)
    await sim.client.post("/_sim/whatsapp/media-fault", json={"fault": fault})
    answers = []
    for _ in range(2):
        described = await sim.client.get(f"/whatsapp/v24.0/{media_id}", headers=sim.bearer)
        if described.status_code != 200:
            answers.append("gone")
            continue
        file = await sim.client.get(described.json()["url"], headers=sim.bearer)
        expired = file.status_code == 404
        answers.append("expired" if expired else "whole" if b"contoh" in file.content else "broken")
    assert answers == [fault, "whole"]
