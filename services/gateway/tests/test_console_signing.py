"""Step 6 without a browser: what was seen is signed, once; codes and passphrases in place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.second_factor import SecondFactors
from gateway.totp import STEP_SECONDS, code_of
from jamila_contracts import events as e
from jamila_contracts.commands import Command, CommandReply, SignBatch
from jamila_ledger.casefold import fold
from jamila_testing.builders import ROAD, WORKERS, Story, as_recorded, named_id
from jamila_testing.forms import hidden

PART = {"HX-Request": "true"}
CASE_ID = named_id("kasus-1")


def waiting(house: Any) -> Story:
    """A case that was verified."""
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event_class in ROAD[:5]:
        story.work(event_class)
    house.show(story.records)
    return story


def code_at(secret: bytes, at: datetime) -> str:
    return code_of(secret, int(at.timestamp()) // STEP_SECONDS)


@pytest.fixture
def secret(factors: SecondFactors, clock: Any) -> bytes:
    """The secret of kadis-1, who is enrolled."""
    secret = bytes(range(20))
    factors.enrol("kadis-1", secret, now=clock.instant)
    return secret


@asynccontextmanager
async def signer(house: Any, secret: bytes) -> AsyncIterator[httpx.AsyncClient]:
    """The phone of the Kepala Dinas, logged in with password and code."""
    async with house.console("kadis-1") as client:
        page = (await client.get("/masuk/kode")).text
        said = {"csrf": hidden(page, "csrf"), "kode": code_at(secret, house.clock.instant)}
        assert (await client.post("/masuk/kode", data=said)).status_code == 303
        house.clock.instant += timedelta(minutes=1)
        yield client


def batch(signed: int, *states: tuple[str, str | None]) -> Any:
    items = [{"case_id": str(CASE_ID), "outcome": each, "reason": why} for each, why in states]
    failed = sum(each == "gagal" for each, _ in states)
    counted = {"total": len(items), "signed": signed, "failed": failed}
    result = {**counted, "waiting": len(items) - signed - failed, "items": items}

    def answer(command: Command) -> CommandReply:
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="signing",
            result={"batch": result},
        )

    return answer


async def ticked(client: httpx.AsyncClient, walk: Story) -> dict[str, str]:
    page = (await client.get("/tanda-tangan")).text
    name = f"dokumen.{walk.case_id}"
    known = {each: hidden(page, each) for each in ("csrf", "kunci", name)}
    return {**known, "permohonan": str(walk.case_id)}


def seen(house: Any) -> Story:
    walk = waiting(house)
    digest = fold(as_recorded(walk.records)).drafts[0].document_sha256
    walk.later(minutes=1).tell(e.DokumenDilihat, actor=WORKERS[6], document_sha256=digest)
    house.show(walk.records)
    return walk


async def test_what_was_not_opened_cannot_be_ticked(house: Any, secret: bytes) -> None:
    walk = waiting(house)
    async with signer(house, secret) as client:
        page = (await client.get("/tanda-tangan")).text

    assert "Belum dibuka." in page
    assert 'name="permohonan"' not in page
    assert f'href="/tanda-tangan/{walk.case_id}"' in page
    assert house.access_log.looks == []


async def test_what_was_ticked_is_one_batch_however_often_it_is_sent(
    house: Any, secret: bytes
) -> None:
    walk = seen(house)
    house.commands.answer = batch(0, ("menunggu", None))
    async with signer(house, secret) as client:
        said = await ticked(client, walk)
        answers = [
            await client.post("/tanda-tangan/tandatangani", data=said, headers=PART)
            for _ in range(2)
        ]

    first, again = house.commands.asked
    assert isinstance(first, SignBatch)
    assert first.case_id == again.case_id
    assert first.items[0].document_sha256 == tuple(said[f"dokumen.{walk.case_id}"].split())
    assert answers[0].headers["hx-redirect"].startswith(f"/tanda-tangan/bersama/{first.case_id}")


async def test_nothing_ticked_is_said(house: Any, secret: bytes) -> None:
    walk = seen(house)
    async with signer(house, secret) as client:
        said = {**await ticked(client, walk), "permohonan": ""}
        answer = await client.post("/tanda-tangan/tandatangani", data=said, headers=PART)

    assert (answer.status_code, house.commands.asked) == (422, [])


async def test_an_old_proof_is_renewed_in_place(house: Any, secret: bytes) -> None:
    walk = seen(house)
    house.commands.answer = batch(1, ("selesai", None))
    async with signer(house, secret) as client:
        said = await ticked(client, walk)
        for _ in range(3):
            house.clock.instant += timedelta(minutes=25)
            await client.get("/antrean")
        path = "/tanda-tangan/tandatangani"
        asked = await client.post(path, data=said, headers=PART)
        wrong = await client.post(path, data={**said, "kode": "000000"}, headers=PART)
        code = code_at(secret, house.clock.instant)
        done = await client.post(path, data={**said, "kode": code}, headers=PART)
        after = await client.get("/tanda-tangan")

    assert (asked.status_code, wrong.status_code) == (403, 403)
    assert 'name="kode"' in asked.text
    assert "Kode salah" in wrong.text
    assert done.headers["hx-redirect"].startswith("/tanda-tangan/bersama/")
    assert after.status_code == 200


async def test_a_partial_failure_is_named_and_may_be_tried_again(house: Any, secret: bytes) -> None:
    walk = seen(house)
    house.commands.answer = batch(0, ("gagal", "signing-certificate-expired"))
    async with signer(house, secret) as client:
        page = (await client.get(f"/tanda-tangan/bersama/{uuid4()}")).text

    assert "sertifikat sudah kedaluwarsa" in page
    assert "Coba lagi 1 permohonan" in page
    assert f'value="{walk.case_id}"' in page


async def test_the_passphrase_is_asked_for_where_the_batch_waits_for_it(
    house: Any, secret: bytes
) -> None:
    seen(house)
    house.commands.answer = batch(0, ("menunggu", "signing-session-needed"))
    async with signer(house, secret) as client:
        path = f"/tanda-tangan/bersama/{uuid4()}"
        page = (await client.get(path)).text
        house.commands.answer = opened_until
        said = {"csrf": hidden(page, "csrf"), "cara": "passphrase", "rahasia": "frasa", "ke": path}
        answer = await client.post("/tanda-tangan/sesi", data=said, headers=PART)
        elsewhere = await client.post(
            "/tanda-tangan/sesi", data={**said, "ke": "//jahat.example"}, headers=PART
        )

    assert "belum masuk dengan PIN atau frasa sandi" in page
    assert answer.headers["hx-redirect"].startswith(f"{path}?kabar=open-signing-session")
    assert elsewhere.headers["hx-redirect"].startswith("/tanda-tangan?")


def opened_until(command: Command) -> CommandReply:
    return CommandReply(
        command_id=command.command_id,
        case_id=command.case_id,
        service="signing",
        result={"until": "2026-04-06T09:15:00+08:00"},
    )


async def test_a_refusal_needs_a_reason_and_leads_back_to_the_list(
    house: Any, secret: bytes
) -> None:
    walk = waiting(house)
    async with signer(house, secret) as client:
        page = (await client.get("/tanda-tangan")).text
        form = {"csrf": hidden(page, "csrf"), "kunci": str(uuid4()), "versi": "1"}
        path = f"/permohonan/{walk.case_id}/refuse-signature"
        bare = await client.post(path, data=form, headers=PART)
        answer = await client.post(path, data={**form, "alasan.0": "salah-data"}, headers=PART)

    assert "Pilih dahulu alasan" in bare.text
    assert answer.headers["hx-redirect"].startswith("/tanda-tangan?kabar=refuse-signature")


async def test_only_whoever_signs_has_the_list(house: Any) -> None:
    async with house.console("kasi-1") as client:
        answer = await client.get("/tanda-tangan")

    assert answer.status_code == 403
