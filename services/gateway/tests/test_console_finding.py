"""Filters of the queue and the search page, without a browser."""

import re
from typing import Any
from uuid import UUID

import pytest

from gateway.access_log import Look
from jamila_contracts.commands import CommandReply
from jamila_ledger.views import CASES

PHONE = "0812-0000-0001"
NIK = "6311990101010001"


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def code_of(house: Any, case: Any) -> str:
    return str(house.models.collections[CASES][str(case.case_id)]["receipt_code"])


def knowing(house: Any, case: Any) -> None:
    contact = house.models.collections[CASES][str(case.case_id)]["contact_id"]

    def answer(command: Any) -> CommandReply:
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="intake",
            result={"contact_ids": [contact], "case_ids": []},
        )

    house.commands.answer = answer


async def test_empty_fields_of_a_filter_leave_the_address(house: Any) -> None:
    async with house.console() as client:
        answer = await client.get("/antrean?capability=kasi&step=&service_id=&mine=true")

    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/antrean?capability=kasi&mine=true",
    )


@pytest.mark.parametrize(
    ("chosen", "is_shown"),
    [
        ("step=4", True),
        ("step=5", False),
        ("service_id=lhr-umum", True),
        ("service_id=kia", False),
        ("state=menunggu", True),
        ("mine=true", False),
        ("overdue=true", True),
    ],
)
async def test_queue_is_narrowed(house: Any, case: Any, chosen: str, is_shown: bool) -> None:  # noqa: FBT001
    async with house.console() as client:
        answer = await client.get(f"/antrean?{chosen}")

    assert (f"/permohonan/{case.case_id}" in answer.text) is is_shown
    assert ("Tidak ada tugas dengan saringan ini" in answer.text) is not is_shown


async def test_what_was_chosen_stays_chosen_on_the_page_and_in_its_news(house: Any) -> None:
    async with house.console() as client:
        answer = await client.get("/antrean?step=4&overdue=true&kabar=release-task")

    assert 'hx-get="/antrean?step=4&amp;overdue=true"' in answer.text
    assert '<option value="4" selected>' in answer.text
    assert 'name="overdue" value="true" checked' in answer.text


async def test_queue_goes_on_with_the_same_filter(house: Any, case: Any) -> None:
    house.models.put("queue", {**house.models.collections["queue"][str(case.case_id)], "_id": "0"})
    async with house.console() as client:
        answer = await client.get("/antrean?limit=1&step=4")

    assert re.search(r'href="/antrean\?limit=1&amp;step=4&amp;cursor=[^"&]+"', answer.text)


async def test_case_is_found_by_its_code_as_it_is_read_aloud(house: Any, case: Any) -> None:
    code = code_of(house, case)
    async with house.console() as client:
        answer = await client.get("/cari", params={"q": f" {code[:4].lower()} {code[4:]}"})

    assert f"/permohonan/{case.case_id}" in answer.text
    assert "Dicari sebagai kode tanda terima" in answer.text
    assert house.access_log.lines == []


async def test_search_without_words_shows_all_cases(house: Any, case: Any) -> None:
    async with house.console() as client:
        answer = await client.get("/cari")
        none = await client.get("/cari?status=selesai")

    assert f"/permohonan/{case.case_id}" in answer.text
    assert "Tidak ada permohonan yang cocok" in none.text


@pytest.mark.parametrize("number", [NIK, PHONE])
async def test_number_of_a_person_in_the_box_is_not_repeated(house: Any, number: str) -> None:
    async with house.console() as client:
        answer = await client.get("/cari", params={"q": number})

    assert answer.status_code == 422
    assert number not in answer.text
    assert "pencarian khusus yang dicatat" in answer.text


async def test_cases_of_somebody_are_recorded_with_the_reason(house: Any, case: Any) -> None:
    knowing(house, case)
    async with house.console("loket-1") as client:
        csrf = token((await client.get("/cari")).text)
        said = {"csrf": csrf, "nomor": PHONE, "alasan": "melayani-loket"}
        answer = await client.post("/cari", data=said)

    assert f"/permohonan/{case.case_id}" in answer.text
    assert house.access_log.lines == [("loket-1", case.case_id, "pencarian")]
    assert house.access_log.looks == [Look("pencarian", None, "melayani-loket")]


async def test_nik_is_asked_as_a_nik(house: Any) -> None:
    async with house.console() as client:
        csrf = token((await client.get("/cari")).text)
        house.commands.answer = lambda command: CommandReply(
            command_id=command.command_id,
            case_id=UUID(int=1),
            service="intake",
            result={"contact_ids": [], "case_ids": []},
        )
        await client.post("/cari", data={"csrf": csrf, "nomor": f"{NIK[:6]} {NIK[6:]}"})

    (asked,) = house.commands.asked
    assert (len(asked.person_digests), len(asked.contact_digests)) == (1, 0)


async def test_what_is_no_number_is_said_and_asks_nobody(house: Any) -> None:
    async with house.console() as client:
        csrf = token((await client.get("/cari")).text)
        answer = await client.post("/cari", data={"csrf": csrf, "nomor": "12"})

    assert (answer.status_code, house.commands.asked) == (422, [])
    assert "Tulis satu nomor telepon" in answer.text


async def test_whoever_needs_no_personal_data_searches_for_nobody(house: Any) -> None:
    async with house.console("cetak-1") as client:
        page = (await client.get("/cari")).text
        answer = await client.post("/cari", data={"csrf": token(page), "nomor": PHONE})

    assert 'name="nomor"' not in page
    assert (answer.status_code, house.commands.asked) == (403, [])
