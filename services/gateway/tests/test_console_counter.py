"""Counter and printing room without a browser: what a form asks for, and who may."""

import re
from typing import Any

import pytest

from gateway.console import words_desk
from jamila_contracts import commands as c
from jamila_contracts import events as e
from jamila_ledger.wording import REASONS
from jamila_testing.builders import Story


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = re.search(
        rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL
    )
    assert form is not None
    return dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form[0]))


def signed_story(house: Any) -> Story:
    story = Story()
    house.vault.create(story.case_id)
    applicant = house.vault.seal(story.case_id, {"name": "Rahmah Contoh"})
    story.tell(e.PermohonanDiajukan, applicant=applicant, facts=None)
    story.work(e.BerkasDiterima)
    story.work(e.DataSiakCocok)
    story.work(e.DraftDibuat, data=house.vault.seal(story.case_id, {"documents": {}}))
    for kind in (e.DraftDisetujui, e.Diverifikasi, e.Ditandatangani):
        story.work(kind)
    return story


@pytest.fixture
def ready(house: Any) -> Story:
    """A case whose document waits for its applicant."""
    story = signed_story(house)
    story.work(e.Dicetak)
    story.tell(e.JedaDimulai, step=8, attempt=1, reason_code="belum-diambil")
    house.show(story.records)
    return story


async def counter_form(client: Any, ready: Any, command: str) -> tuple[str, dict[str, str]]:
    page = (await client.get(f"/permohonan/{ready.case_id}")).text
    path = f"/permohonan/{ready.case_id}/{command}"
    return path, fields(page, path)


async def test_document_that_waits_is_handed_over_without_taking_the_task(
    house: Any, ready: Any
) -> None:
    async with house.console("loket-1") as client:
        path, form = await counter_form(client, ready, "hand-over")
        await client.post(path, data={**form, "cara": "diambil", "kode": " 7KQ2M9XT "})

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.HandOver)
    assert (asked.method, asked.receipt_code, asked.collector) == ("diambil", "7KQ2M9XT", None)
    assert asked.expected_version == int(form["versi"])


async def test_who_came_is_sealed(house: Any, ready: Any) -> None:
    came = {"cara": "dikuasakan", "pengambil": "Fauzi Contoh", "kuasa": "SK-7"}
    async with house.console("loket-1") as client:
        path, form = await counter_form(client, ready, "hand-over")
        await client.post(path, data={**form, **came})

    asked = house.commands.asked[-1]
    assert "Fauzi" not in asked.model_dump_json()
    opened = house.vault.open(ready.case_id, asked.collector)
    assert opened == {"name": "Fauzi Contoh", "power_of_attorney": "SK-7"}


async def test_collector_without_a_name_is_refused_and_nothing_typed_is_repeated(
    house: Any, ready: Any
) -> None:
    async with house.console("loket-1") as client:
        path, form = await counter_form(client, ready, "hand-over")
        answer = await client.post(path, data={**form, "identitas": "6311990101900001"})

    assert (answer.status_code, house.commands.asked) == (422, [])
    assert "6311990101900001" not in answer.text


@pytest.mark.parametrize(
    ("command", "said", "kind"),
    [
        ("renew-collection-code", {}, c.RenewCollectionCode),
        ("resend-softcopy", {}, c.ResendSoftcopy),
        ("report-uncollected", {}, c.ReportUncollected),
        ("request-reprint", {"alasan": "hasil-rusak", "lembar": "2"}, c.RequestReprint),
    ],
)
async def test_what_else_is_done_at_the_counter(
    house: Any, ready: Any, command: str, said: dict[str, str], kind: type[c.Command]
) -> None:
    async with house.console("loket-1") as client:
        path, form = await counter_form(client, ready, command)
        await client.post(path, data={**form, **said})

    assert isinstance(house.commands.asked[-1], kind)


async def test_nobody_else_sees_the_forms_of_the_counter_or_may_send_them(
    house: Any, ready: Any
) -> None:
    async with house.console("loket-1") as client:
        path, form = await counter_form(client, ready, "hand-over")
    async with house.console("kasi-1") as client:
        page = (await client.get(f"/permohonan/{ready.case_id}")).text
        own = re.search(r'name="csrf" value="([^"]*)"', page)
        assert own is not None
        answer = await client.post(path, data={**form, "csrf": own[1], "kode": "7KQ2M9XT"})
        lists = [await client.get(each) for each in ("/penyerahan", "/cetak")]

    assert "Serahkan dokumen" not in page
    assert (answer.status_code, house.commands.asked) == (403, [])
    assert [each.status_code for each in lists] == [403, 403]


async def test_receipt_code_leads_to_its_case(house: Any, ready: Any) -> None:
    code = ready.records[0].event().receipt_code
    async with house.console("loket-1") as client:
        found = await client.get("/penyerahan", params={"kode": f"{code[:4]}-{code[4:]}".lower()})
        nothing = await client.get("/penyerahan", params={"kode": "QQQQQQQQQQ"})

    assert found.headers["location"] == f"/permohonan/{ready.case_id}"
    assert "Tidak ada permohonan dengan kode itu" in nothing.text


@pytest.fixture
def signed(house: Any) -> Story:
    """A case that waits for the printers."""
    story = signed_story(house)
    house.show(story.records)
    return story


async def test_document_is_printed_from_the_list(house: Any, signed: Any) -> None:
    path = f"/permohonan/{signed.case_id}/print-document"
    async with house.console("cetak-1") as client:
        form = fields((await client.get("/cetak")).text, path)
        answer = await client.post(path, data=form)

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.PrintDocument)
    assert asked.medium == "hvs-a4"
    assert answer.headers["location"].startswith("/cetak?kabar=print-document")


async def test_sheet_of_unknown_outcome_is_asked_about(house: Any, signed: Any) -> None:
    signed.tell(e.CetakTertahan, step=7, attempt=1, reason_code=words_desk.OUTCOME_UNKNOWN)
    house.show(signed.records)
    path = f"/permohonan/{signed.case_id}/resolve-print"
    async with house.console("cetak-1") as client:
        page = (await client.get("/cetak")).text
        await client.post(path, data=fields(page, path))

    asked = house.commands.asked[-1]
    assert isinstance(asked, c.ResolvePrint)
    assert asked.outcome == "tercetak"
    assert "Tidak diketahui apakah lembar terakhir sudah tercetak." in page


async def test_trouble_of_the_printer_is_said_in_words(house: Any, signed: Any) -> None:
    signed.tell(e.CetakTertahan, step=7, attempt=1, reason_code="kertas-habis")
    house.show(signed.records)
    async with house.console("cetak-1") as client:
        page = (await client.get("/cetak")).text

    assert "Pencetak berhenti: kertas habis." in page


def test_every_reason_that_is_offered_has_words() -> None:
    offered = {
        *words_desk.SPOILED,
        *words_desk.REPRINT,
        *words_desk.COUNTED,
        *words_desk.DAMAGED,
        *words_desk.WITHDRAWN,
        *words_desk.UNREACHED,
    }
    assert offered - REASONS.keys() == set()
