"""The case page without a browser: what is recorded, what follows the news, who sees what."""

import re
from typing import Any

import pytest

from gateway.console import words_case
from jamila_ledger.views import CASES

PART = {"HX-Request": "true"}


def shown(page: str) -> dict[str, str]:
    shape = re.search(r"keadaan\?dilihat=([0-9a-f]+)", page)
    look = re.search(r'name="tampil" value="([0-9a-f]+)"', page)
    assert shape is not None
    assert look is not None
    return {"dilihat": shape[1], "tampil": look[1]}


async def test_news_are_answered_without_opening_the_applicant(house: Any, case: Any) -> None:
    path = f"/permohonan/{case.case_id}"
    async with house.console() as client:
        seen = shown((await client.get(path)).text)
        same = await client.get(f"{path}/keadaan", params=seen, headers=PART)
        house.models.collections[CASES][str(case.case_id)]["taken_by"] = "kasi-2"
        news = await client.get(f"{path}/keadaan", params=seen, headers=PART)

    assert (same.status_code, same.text) == (204, "")
    assert "Sedang dikerjakan kasi-2." in news.text
    assert "Muat ulang halaman" not in news.text
    assert house.access_log.lines == [("kasi-1", case.case_id, "data-pemohon")]


async def test_case_that_went_on_asks_to_be_read_anew(house: Any, case: Any) -> None:
    path = f"/permohonan/{case.case_id}"
    async with house.console() as client:
        seen = shown((await client.get(path)).text)
        house.models.collections[CASES][str(case.case_id)]["step"] = 5
        news = await client.get(f"{path}/keadaan", params=seen, headers=PART)

    assert "Permohonan ini berubah sejak halaman dibuka." in news.text


async def test_paper_laid_open_is_one_read_however_often(house: Any, case: Any) -> None:
    path = f"/permohonan/{case.case_id}/lembar/berkas/{case.paper}"
    async with house.console() as client:
        part = await client.get(path, headers=PART)
        whole = await client.get(path)
        picture = await client.get(re.search(r'<img src="([^"]+)"', part.text)[1])

    assert "<html" not in part.text
    assert "<html" in whole.text
    assert picture.headers["content-type"] == "image/jpeg"
    assert house.access_log.lines == [("kasi-1", case.case_id, "berkas")]


async def test_printer_sees_documents_and_no_papers(house: Any, case: Any) -> None:
    async with house.console("cetak-1") as client:
        page = (await client.get(f"/permohonan/{case.case_id}")).text
        paper = await client.get(f"/permohonan/{case.case_id}/lembar/berkas/{case.paper}")

    assert "Berkas tidak ditampilkan untuk peran ini." in page
    assert "Rahmah" not in page
    assert f"/lembar/dokumen/{case.draft}" in page
    assert (paper.status_code, house.access_log.lines) == (403, [])


async def test_reads_are_folded_away_and_the_newest_fact_comes_first(house: Any, case: Any) -> None:
    async with house.console() as client:
        page = (await client.get(f"/permohonan/{case.case_id}")).text

    trail = page[page.index('id="h-jejak"') :]
    assert trail.index("membuat draft") < trail.index("menyatakan berkas lengkap")


def test_long_number_is_read_in_groups_and_an_answer_in_words() -> None:
    said = words_case._answers(
        words_case.load_catalogue(), {"nik-ibu": "6311996806830001", "buku-nikah": "ya", "x-y": "z"}
    )

    assert [tuple(each) for each in said] == [
        ("NIK ibu", "6311996806830001", ("6311", "9968", "0683", "0001")),
        ("Buku nikah orang tua", "Ada", ()),
        ("X y", "z", ()),
    ]


@pytest.mark.parametrize(("step", "account"), [(2, "siak-1"), (3, "siak-1"), (4, "kasi-1")])
async def test_page_fetches_its_case_once(
    house: Any, case: Any, monkeypatch: pytest.MonkeyPatch, step: int, account: str
) -> None:
    path, fetched, get = f"/permohonan/{case.case_id}", [], house.models.get
    house.models.collections[CASES][str(case.case_id)] |= {"step": step, "taken_by": account}

    async def counted(collection: str, document_id: Any) -> Any:
        fetched.append(collection)
        return await get(collection, document_id)

    monkeypatch.setattr(house.models, "get", counted)
    async with house.console(account) as client:
        answer = await client.get(path)
        assert answer.status_code == 200
        assert fetched.count(CASES) == 1
        fetched.clear()
        await client.get(f"{path}/keadaan", headers=PART)

    assert fetched.count(CASES) == 1
