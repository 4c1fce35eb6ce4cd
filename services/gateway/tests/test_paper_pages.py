"""Papers and documents as pictures: recorded once per opening, drawn within limits."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from gateway.access_log import ReadNotRecordedError
from gateway.page_images import DrawingLimits, Drawn, PageDrawer, PagesNotDrawnError
from gateway.sheets import OpenSheets
from jamila_contracts import events as e
from jamila_contracts.commands import SeeDocument
from jamila_contracts.values import Paper
from jamila_contracts.wire import Record
from jamila_ledger.views import CASES
from jamila_testing.builders import Story

pytestmark = pytest.mark.timeout(120)


def pdf(pages: int = 2) -> bytes:
    out, blank = io.BytesIO(), Image.new("RGB", (210, 297), "white")
    blank.save(out, "PDF", save_all=True, append_images=[blank] * (pages - 1))
    return out.getvalue()


@pytest.fixture
def paper(house: Any) -> tuple[str, str]:
    """The address of a paper of two pages, and its digest."""
    story, content = Story(), pdf()
    house.vault.create(story.case_id)
    sha256 = house.objects.put(story.case_id, content)
    papers = (Paper(sha256=sha256, media_type="application/pdf", size_bytes=len(content)),)
    story.tell(e.PermohonanDiajukan, papers=papers, applicant=house.vault.seal(story.case_id, {}))
    house.show(story.records)
    return f"/api/v1/cases/{story.case_id}/papers/{sha256}/pages", sha256


async def test_pages_of_a_pdf_are_pictures_and_one_recorded_read(house: Any, paper: Any) -> None:
    path, sha256 = paper
    async with await house.logged_in("loket-1") as client:
        answers = [await client.get(f"{path}/{number}") for number in (1, 2, 1)]
        beyond = await client.get(f"{path}/3")

    assert [each.headers["content-type"] for each in answers] == ["image/webp"] * 3
    assert answers[0].headers["jamila-pages"] == "2"
    assert Image.open(io.BytesIO(answers[1].content)).width == 1400
    assert beyond.status_code == 404
    assert [each.item for each in house.access_log.looks] == [sha256]


async def test_each_session_opens_a_paper_for_itself(house: Any, paper: Any) -> None:
    path, _ = paper
    for _ in range(2):
        async with await house.logged_in("loket-1") as client:
            await client.get(f"{path}/1")

    assert len(house.access_log.lines) == 2


async def test_what_cannot_be_recorded_is_not_shown(house: Any, case: Any) -> None:
    house.access_log.refusal = ReadNotRecordedError("away")
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/papers/{case.paper}/pages/1")

    assert (answer.status_code, answer.json()["slug"]) == (503, "read-not-recorded")


async def test_photo_is_its_own_only_page(house: Any, case: Any) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/papers/{case.paper}/pages/1")

    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["jamila-pages"] == "1"


async def test_whoever_needs_no_papers_sees_none_that_lie_open(house: Any, case: Any) -> None:
    path = f"/api/v1/cases/{case.case_id}/papers/{case.paper}/pages/1"
    async with await house.logged_in("cetak-1") as client:
        answer = await client.get(path)

    assert (answer.status_code, house.access_log.lines) == (403, [])


async def test_forgotten_paper_does_not_lie_open_any_more(house: Any, case: Any) -> None:
    path = f"/api/v1/cases/{case.case_id}/papers/{case.paper}/pages/1"
    async with await house.logged_in("kasi-1") as client:
        before = await client.get(path)
        house.models.collections[CASES][str(case.case_id)]["personal_data_erased"] = True
        after = await client.get(path)

    assert (before.status_code, after.status_code) == (200, 410)


async def test_file_that_cannot_be_drawn_is_refused_in_words(house: Any, case: Any) -> None:
    path = f"/api/v1/cases/{case.case_id}/documents/{case.draft}/pages/1"
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(path)

    assert (answer.status_code, answer.json()["slug"]) == (503, "pages-not-drawn")
    assert answer.json()["title"] == "Halamannya tidak dapat ditampilkan; buka file aslinya."


async def test_document_that_waits_for_signature_is_seen_once_it_lies_open(house: Any) -> None:
    story, content = Story(), pdf()
    house.vault.create(story.case_id)
    draft = house.objects.put(story.case_id, content)
    story.tell(e.PermohonanDiajukan)
    story.work(e.BerkasDiterima)
    story.work(e.DataSiakCocok)
    drafted = story.work(e.DraftDibuat).event()
    version = drafted.documents[0].model_copy(update={"draft_sha256": draft})
    story.records[-1] = Record.of(
        story.records[-1].meta, drafted.model_copy(update={"documents": (version,)})
    )
    story.work(e.DraftDisetujui)
    story.work(e.Diverifikasi)
    house.show(story.records)

    async with await house.logged_in("kadis-1") as client:
        await client.get(f"/api/v1/cases/{story.case_id}/documents/{draft}/pages/1")

    seen = house.commands.asked[-1]
    assert isinstance(seen, SeeDocument)
    assert seen.sha256 == draft


class Shelf:
    """Counts how often a file was fetched."""

    def __init__(self, size: int = 10) -> None:
        self.fetched = 0
        self._size = size

    async def fetch(self) -> bytes:
        self.fetched += 1
        await asyncio.sleep(0)
        return bytes(self._size)


async def laid(sheets: OpenSheets, shelf: Shelf, name: str = "a") -> None:
    await sheets.lay_open(("sesi", "kasus", name), shelf.fetch, media_type="image/png")


async def test_two_at_once_open_a_paper_once() -> None:
    sheets, shelf = OpenSheets(), Shelf()

    await asyncio.gather(*(laid(sheets, shelf) for _ in range(3)))

    assert shelf.fetched == 1


async def test_what_was_opened_long_ago_is_opened_anew() -> None:
    moments = iter((0.0, 0.0, 599.0, 601.0, 601.0))
    sheets, shelf = OpenSheets(now=lambda: next(moments)), Shelf()

    for _ in range(3):
        await laid(sheets, shelf)

    assert shelf.fetched == 2


async def test_oldest_paper_gives_room_for_the_newest() -> None:
    sheets, first, others = OpenSheets(most_bytes=25), Shelf(), Shelf()

    await laid(sheets, first, "a")
    await laid(sheets, others, "b")
    await laid(sheets, others, "c")
    await laid(sheets, others, "b")
    await laid(sheets, first, "a")

    assert (first.fetched, others.fetched) == (2, 2)


async def test_of_a_long_file_the_first_pages_are_drawn() -> None:
    drawn = await PageDrawer(DrawingLimits(most_pages=2, width=100)).draw(pdf(3))

    assert isinstance(drawn, Drawn)
    assert (len(drawn.pictures), drawn.total) == (2, 3)


@pytest.mark.parametrize(
    "limits",
    [DrawingLimits(time=timedelta(milliseconds=1)), DrawingLimits(memory_bytes=16 * 1024 * 1024)],
    ids=["time", "memory"],
)
async def test_file_that_takes_too_much_is_given_up(limits: DrawingLimits) -> None:
    with pytest.raises(PagesNotDrawnError):
        await PageDrawer(limits).draw(pdf())
