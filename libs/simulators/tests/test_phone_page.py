import html
import json
import re

import pytest

from jamila_simulators.phone_page import PAPERS


async def test_page_is_indonesian_and_loads_nothing_from_elsewhere(sim):
    answer = await sim.client.get("/")

    assert '<html lang="id">' in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        assert (await sim.client.get(path)).status_code == 200


async def test_players_carry_numbers_that_cannot_exist(sim):
    page = (await sim.client.get("/")).text

    found = re.search(r'data-players="([^"]+)"', page)
    assert found is not None
    players = json.loads(html.unescape(found[1]))
    assert players
    assert all(player["phone"].startswith("62800") for player in players)


@pytest.mark.parametrize("paper", sorted(PAPERS))
@pytest.mark.parametrize(("kind", "start"), [("jpg", b"\xff\xd8\xff"), ("pdf", b"%PDF-")])
async def test_every_offered_paper_is_made(sim, paper, kind, start):
    answer = await sim.client.get(f"/_sim/papers/0/{paper}.{kind}")

    assert answer.content.startswith(start)


@pytest.mark.parametrize("path", ["0/rahasia.jpg", "0/ktp-ibu.exe", "9999/ktp-ibu.jpg"])
async def test_unknown_paper_is_not_found(sim, path):
    assert (await sim.client.get(f"/_sim/papers/{path}")).status_code == 404


async def test_chat_shows_both_sides_in_order(sim):
    await sim.inbound({"type": "text", "text": "Halo"})
    await sim.send(type="text", text={"body": "Selamat pagi"})

    chat = await sim.client.get("/_sim/whatsapp/chat", params={"wa_id": "628006311001"})

    assert [(m["direction"], m["text"]["body"]) for m in chat.json()] == [
        ("in", "Halo"),
        ("out", "Selamat pagi"),
    ]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health_is_answered(sim, path):
    assert (await sim.client.get(path)).status_code == 200


@pytest.mark.parametrize("flaw", ["gelap", "buram", "kecil"])
async def test_a_photo_can_be_made_worse_on_purpose(sim, flaw):
    good = await sim.client.get("/_sim/papers/0/ktp-ibu.jpg")
    bad = await sim.client.get("/_sim/papers/0/ktp-ibu.jpg", params={"flaw": flaw})

    assert bad.content.startswith(b"\xff\xd8\xff")
    assert len(bad.content) < len(good.content)


async def test_an_unknown_flaw_is_refused(sim):
    assert (await sim.client.get("/_sim/papers/0/ktp-ibu.jpg?flaw=x")).status_code == 422


async def test_own_messages_get_their_second_tick_when_the_business_has_them(sim):
    (wamid,) = await sim.inbound({"type": "text", "text": "Halo"})

    async def status():
        chat = await sim.client.get("/_sim/whatsapp/chat", params={"wa_id": "628006311001"})
        return chat.json()[0]["status"]

    assert await status() == "sent"
    await sim.deliver()
    assert await status() == "delivered"
    url = "/whatsapp/v24.0/106540352242922/messages"
    seen = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    await sim.client.post(url, json=seen, headers=sim.bearer)
    assert await status() == "read"


async def test_chats_are_listed_with_what_is_unread(sim):
    await sim.inbound({"type": "text", "text": "Halo"})
    for text in ("Selamat pagi", "Ada yang bisa dibantu?"):
        await sim.send(type="text", text={"body": text})
    await sim.deliver()

    (chat,) = (await sim.client.get("/_sim/whatsapp/chats")).json()

    assert (chat["wa_id"], chat["unread"]) == ("628006311001", 2)
    assert chat["last"]["text"]["body"] == "Ada yang bisa dibantu?"
    assert (chat["hide_phone"], chat["reachable"]) == (False, True)
    await sim.client.post("/_sim/whatsapp/read", json={"to": "628006311001"})
    assert (await sim.client.get("/_sim/whatsapp/chats")).json()[0]["unread"] == 0
