"""Pages of what other systems and applicants are told, without a browser."""

import re
from typing import Any

from jamila_contracts import commands as c
from jamila_contracts.commands import CommandReply
from jamila_testing.forms import token_and_key

HERE = "/sistem/webhook"
URL = "https://aplikasi.example.org/kabar"
TEMPLATE = {
    "id": "berkas_diterima",
    "version": 2,
    "about_event": "BerkasDiterima",
    "reason_prefix": None,
    "owner": "operator-layanan",
    "text": "Berkas Anda untuk {layanan} sudah lengkap.",
    "utility": {"name": "berkas_lengkap", "variables": ["layanan"], "body": "Berkas {{1}} ada."},
}


async def added(client: Any, **fields: Any) -> Any:
    page = await client.get(HERE)
    return await client.post(HERE, data={**token_and_key(page.text), "alamat": URL, **fields})


async def test_system_is_added_its_secret_shown_once_and_taken_away(house: Any) -> None:
    async with house.console("admin-1") as client:
        made = await added(client, peristiwa=["BerkasDiterima", "Diserahkan"])
        again = await client.get(HERE)
        remove = re.search(r'action="(/sistem/webhook/[0-9a-f-]+/hapus)"', again.text)
        assert remove is not None
        gone = await client.post(remove[1], data=token_and_key(again.text))
        after = await client.get(HERE)

    assert "whsec_" in made.text
    assert "whsec_" in made.text
    assert URL in again.text
    assert "BerkasDiterima, Diserahkan" in again.text
    assert "whsec_" not in again.text
    assert "kabar=webhook-hapus" in gone.headers["location"]
    assert "Belum ada sistem lain" in after.text


async def test_same_form_twice_makes_one_and_shows_no_second_secret(house: Any) -> None:
    async with house.console("admin-1") as client:
        form = {**token_and_key((await client.get(HERE)).text), "alamat": URL}
        await client.post(HERE, data=form)
        second = await client.post(HERE, data=form)
        page = (await client.get(HERE)).text

    assert second.status_code == 409
    assert page.count(f">{URL}<") == 1


async def test_address_that_may_be_told_nothing_is_refused_with_the_reason(house: Any) -> None:
    async with house.console("admin-1") as client:
        refused = await added(client, alamat="http://10.0.0.7/kabar")

    assert refused.status_code == 422
    assert "Ke alamat itu tidak boleh dikirim kabar" in refused.text


async def test_what_stopped_is_tried_again(house: Any) -> None:
    async with house.console("admin-1") as client:
        await added(client)
        (made,) = await house.door.webhooks.all()
        form = token_and_key((await client.get(HERE)).text)
        answer = await client.post(f"{HERE}/{made.id}/lanjut", data={**form, "lewati": "ya"})

    assert "kabar=webhook-lanjut" in answer.headers["location"]


async def test_words_to_applicants_are_shown_with_the_approved_template(house: Any) -> None:
    def answer(command: Any) -> CommandReply:
        book = {
            "book": "templates-2026-2",
            "templates": [TEMPLATE],
            "silent": {"DraftDibuat": "urusan dalam kantor"},
        }
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="notifier",
            result=book if isinstance(command, c.ListTemplates) else {},
        )

    house.commands.answer = answer
    async with house.console("it-1") as client:
        page = (await client.get("/sistem/pesan")).text

    assert "Berkas Anda untuk {layanan} sudah lengkap." in page
    assert "berkas_lengkap" in page
    assert "urusan dalam kantor" in page
    assert house.commands.asked[0].actor.account == "it-1"
