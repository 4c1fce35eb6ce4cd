"""Notes of officers on a case: who writes them, who reads them, and that they stay sealed."""

import re
from typing import Any

import pytest

from jamila_contracts import commands as c
from jamila_contracts import events as e
from jamila_testing.builders import Story
from jamila_testing.forms import token_and_key
from jamila_testing.samples import WORKERS

WORDS = "Ibu Rahmah minta ditelepon sesudah lohor"


@pytest.fixture
def noted(house: Any) -> Story:
    """A case at step 4 on which the front desk left a note."""
    story = Story()
    house.vault.create(story.case_id)
    seal = house.vault.seal
    story.tell(e.PermohonanDiajukan, applicant=seal(story.case_id, {"name": "R"}), facts=None)
    for event in (e.BerkasDiterima, e.DataSiakCocok, e.DraftDibuat):
        story.work(event, **({"data": seal(story.case_id, {})} if event is e.DraftDibuat else {}))
    story.tell(e.CatatanDitambahkan, actor=WORKERS[1], note=seal(story.case_id, WORDS))
    house.show(story.records)
    return story


async def test_note_is_read_by_who_sees_the_applicant_and_recorded_as_one_read(
    house: Any, noted: Story
) -> None:
    async with await house.logged_in("kasi-1") as client:
        view = (await client.get(f"/api/v1/cases/{noted.case_id}")).json()

    assert [(each["text"], each["account"]) for each in view["notes"]] == [(WORDS, "operator-1")]
    assert len(house.access_log.looks) == 1


@pytest.mark.parametrize(
    ("account", "query"), [("cetak-1", ""), ("kasi-1", "?personal_data=false")]
)
async def test_who_sees_no_applicant_sees_that_there_is_a_note_and_not_what_it_says(
    house: Any, noted: Story, account: str, query: str
) -> None:
    async with await house.logged_in(account) as client:
        view = (await client.get(f"/api/v1/cases/{noted.case_id}{query}")).json()

    assert [each["text"] for each in view["notes"]] == [None]
    assert house.access_log.looks == []


async def test_number_of_a_person_in_a_note_is_half_hidden(house: Any, noted: Story) -> None:
    sealed = house.vault.seal(noted.case_id, "NIK lama 6311991212120001")
    noted.tell(e.CatatanDitambahkan, actor=WORKERS[4], note=sealed)
    house.show(noted.records)
    async with await house.logged_in("kasi-1") as client:
        view = (await client.get(f"/api/v1/cases/{noted.case_id}")).json()

    assert view["notes"][1]["text"] == "NIK lama 631199******0001"


async def test_page_shows_notes_and_takes_another_as_the_officer_of_the_step(
    house: Any, noted: Story
) -> None:
    place = f"/permohonan/{noted.case_id}"
    async with house.console("kasi-1") as client:
        page = (await client.get(place)).text
        form = re.search(rf'<form[^>]*action="{place}/add-note".*?</form>', page, re.DOTALL)
        assert form is not None
        said = {**token_and_key(form[0]), "langkah": "4"}
        empty = await client.post(f"{place}/add-note", data={**said, "catatan": "  "})
        kept = await client.post(f"{place}/add-note", data={**said, "catatan": WORDS})

    assert WORDS in page
    assert "operator-1" in page
    assert "Tulis dahulu catatannya" in empty.text
    assert "kabar=add-note" in kept.headers["location"]
    (asked,) = house.commands.asked
    assert isinstance(asked, c.AddNote)
    assert (asked.step, asked.actor.capability) == (4, "kasi")
    assert house.vault.open(noted.case_id, asked.note) == WORDS


async def test_who_works_at_no_step_has_no_form(house: Any, noted: Story) -> None:
    async with house.console("admin-1") as client:
        page = (await client.get(f"/permohonan/{noted.case_id}")).text

    assert "/add-note" not in page
    assert WORDS not in page
