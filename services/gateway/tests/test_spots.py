"""A place that an officer marked on a sheet: from the form to the next officer's eye."""

from typing import Any
from uuid import uuid4

import pytest

from jamila_contracts import events as e
from jamila_contracts.commands import ReturnDraft, ReturnPapers
from jamila_contracts.envelope import Actor
from jamila_contracts.values import ReturnReason, Spot
from jamila_testing.builders import Story
from jamila_testing.forms import token_and_key
from jamila_testing.samples import digest

PART = {"HX-Request": "true"}


async def test_return_says_where_on_the_sheet_it_is_seen(house: Any, case: Any) -> None:
    path = f"/permohonan/{case.case_id}"
    async with house.console() as client:
        said = token_and_key((await client.get(path)).text)
        marked = {
            "versi": "1",
            "alasan.0": "salah-ketik",
            "tempat.0": f"{case.draft} 1 0.2500 0.5",
            "alasan.1": "salah-data",
        }
        await client.post(f"{path}/return-draft", data={**said, **marked})

    (asked,) = house.commands.asked
    assert isinstance(asked, ReturnDraft)
    spots = [each.spot for each in asked.reasons]
    assert spots == [Spot(sha256=case.draft, page=1, x=0.25, y=0.5), None]


@pytest.mark.parametrize("place", ["di mana saja", "0 0 0 0", f"{digest('x')} 1 2 0"])
async def test_place_that_is_none_is_refused_and_nothing_asked(
    house: Any, case: Any, place: str
) -> None:
    path = f"/permohonan/{case.case_id}"
    async with house.console() as client:
        said = token_and_key((await client.get(path)).text)
        form = {**said, "versi": "1", "alasan.0": "salah-ketik", "tempat.0": place}
        answer = await client.post(f"{path}/return-draft", data=form, headers=PART)

    assert answer.status_code == 422
    assert house.commands.asked == []


async def test_paper_asked_for_again_says_where_it_cannot_be_read(house: Any, case: Any) -> None:
    async with await house.logged_in("loket-1") as client:
        spot = {"sha256": case.paper, "page": 1, "x": 0.1, "y": 0.9}
        problem = {"item_id": "doc.kk", "reason_code": "tidak-terbaca", "spot": spot}
        await client.post(
            f"/api/v1/cases/{case.case_id}/commands/return-papers",
            json={"problems": [problem]},
            headers={"Idempotency-Key": str(uuid4())},
        )

    (asked,) = house.commands.asked
    assert isinstance(asked, ReturnPapers)
    assert asked.problems[0].spot == Spot.model_validate(spot)


async def test_next_officer_is_led_to_the_place(house: Any, case: Any) -> None:
    async with house.console() as client:
        sheet = f"/permohonan/{case.case_id}/lembar/berkas/{case.paper}"
        marked = (await client.get(f"{sheet}?page=1&x=0.25&y=0.5")).text
        plain = (await client.get(sheet)).text

    assert '<circle cx="25.0%" cy="50.0%"' in marked
    assert "<circle" not in plain


async def test_return_links_what_is_current_and_only_tells_of_what_is_not(house: Any) -> None:
    story = Story()
    house.vault.create(story.case_id)
    story.tell(e.PermohonanDiajukan, applicant=house.vault.seal(story.case_id, {"name": "R"}))
    for event in (e.BerkasDiterima, e.DataSiakCocok):
        story.work(event)
    sealed = house.vault.seal(story.case_id, {})
    draft = story.work(e.DraftDibuat, data=sealed).event()
    assert isinstance(draft, e.DraftDibuat)
    current = Spot(sha256=draft.documents[0].draft_sha256, page=2, x=0.5, y=0.5)
    gone = current.model_copy(update={"sha256": digest("versi lama")})
    reasons = tuple(ReturnReason(code="salah-ketik", spot=each) for each in (current, gone))
    story.work(e.DraftDikembalikan, reasons=reasons)
    story.tell(
        e.TugasDiambil, actor=Actor(account="siak-1", capability="operator-siak"), step=3, attempt=2
    )
    house.show(story.records)

    async with house.console("siak-1") as client:
        page = (await client.get(f"/permohonan/{story.case_id}")).text

    assert f"/lembar/dokumen/{current.sha256}?page=2&amp;x=0.5&amp;y=0.5#tanda" in page
    assert "(ditandai di halaman 2 versi sebelumnya)" in page
