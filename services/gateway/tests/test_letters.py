"""Receipt, return letter and hand-over list, drawn from what the read models know."""

from dataclasses import replace
from typing import Any

import pytest

from jamila_contracts import events as e
from jamila_contracts.codes import in_groups
from jamila_contracts.values import ItemProblem
from jamila_pdf.letters import Letterhead
from jamila_testing.builders import Story, happy_story
from jamila_testing.papers import text_of

HEAD = Letterhead(
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Kabupaten Balangan",
    "Paringin",
    "https://warga.example.go.id/lacak",
)
NAME = "Rahmah binti Saberi"


@pytest.fixture
def office(house: Any) -> Any:
    house.api.state.door = replace(house.door, letterhead=HEAD)
    return house


def ready(house: Any, name: str = "kasus-1") -> Story:
    """A case whose documents wait at the counter."""
    story = happy_story(name)
    story.records.pop()
    house.vault.create(story.case_id)
    sealed = house.vault.seal(story.case_id, {"name": NAME, "phone": "+6281200000001"})
    submitted = story.records[0]
    event = submitted.event().model_copy(update={"applicant": sealed})
    story.records[0] = type(submitted).of(submitted.meta, event)
    house.show(story.records)
    return story


async def test_a_receipt_shows_code_service_and_papers_and_names_nobody(
    office: Any, case: Any
) -> None:
    async with await office.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/letters/receipt")
        shown = (await client.get(f"/api/v1/cases/{case.case_id}")).json()

    assert answer.status_code == 200, answer.text
    text = text_of(answer.content)
    code = shown["receipt_code"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "TANDA TERIMA PERMOHONAN" in text
    assert in_groups(code) in text
    assert "Akta" in text
    assert NAME not in text
    # Only looking at the case itself was a read of personal data.
    assert [line[2] for line in office.access_log.lines] == ["data-pemohon"]


async def test_a_return_letter_says_which_paper_and_why(office: Any) -> None:
    story = Story()
    story.tell(e.PermohonanDiajukan)
    problems = (ItemProblem(item_id="doc.nikah", reason_code="tidak-terbaca"),)
    story.work(e.BerkasTidakLengkap, problems=problems)
    office.show(story.records)

    async with await office.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/cases/{story.case_id}/letters/return")

    assert answer.status_code == 200, answer.text
    text = text_of(answer.content)
    assert "SURAT PENGEMBALIAN BERKAS" in text
    assert "Buku nikah" in text
    assert "tidak terbaca" in text


async def test_a_case_that_was_not_returned_has_no_return_letter(office: Any, case: Any) -> None:
    async with await office.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/letters/return")

    assert (answer.status_code, answer.json()["slug"]) == (409, "letter-not-possible")


async def test_a_hand_over_list_names_who_gets_what_and_records_each_name(office: Any) -> None:
    story = ready(office)
    body = {
        "village": "Ju'uh",
        "district": "Tebing Tinggi",
        "case_ids": [str(story.case_id), str(story.case_id)],
    }

    async with await office.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/letters/hand-over", json=body)

    assert answer.status_code == 200, answer.text
    text = text_of(answer.content)
    assert "DAFTAR SERAH TERIMA DOKUMEN" in text
    assert "1 permohonan" in text
    assert NAME in text
    assert "Kutipan Akta Kelahiran" in text
    assert "+62" not in text
    assert office.access_log.lines == [("loket-1", story.case_id, "data-pemohon")]


async def test_a_hand_over_list_does_not_carry_the_code_that_collects(office: Any) -> None:
    story = ready(office)
    code = story.records[0].event().receipt_code
    body = {"village": "Ju'uh", "district": "Tebing Tinggi", "case_ids": [str(story.case_id)]}

    async with await office.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/letters/hand-over", json=body)

    text = text_of(answer.content).replace(" ", "")
    assert code not in text
    assert f"\u2026{code[-4:]}" in text


async def test_a_forgotten_applicant_has_no_name_on_the_list(office: Any) -> None:
    story = ready(office)
    office.vault.forget(story.case_id)
    body = {"village": "Ju'uh", "district": "Tebing Tinggi", "case_ids": [str(story.case_id)]}

    async with await office.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/letters/hand-over", json=body)

    assert answer.status_code == 200, answer.text
    assert NAME not in text_of(answer.content)


async def test_what_is_not_ready_is_not_handed_over(office: Any, case: Any) -> None:
    body = {"village": "Ju'uh", "district": "Tebing Tinggi", "case_ids": [str(case.case_id)]}

    async with await office.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/letters/hand-over", json=body)

    assert (answer.status_code, answer.json()["slug"]) == (409, "letter-not-possible")
    assert office.access_log.lines == []


async def test_a_printing_operator_makes_no_letters(office: Any, case: Any) -> None:
    async with await office.logged_in("cetak-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/letters/receipt")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")


async def test_without_the_address_of_the_public_page_there_are_no_letters(
    house: Any, case: Any
) -> None:
    async with await house.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/letters/receipt")

    assert (answer.status_code, answer.json()["slug"]) == (503, "letters-not-configured")
