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
