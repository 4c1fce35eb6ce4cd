"""The dashboard without a browser: who sees it, what it says, and what a spreadsheet gets."""

import re
from typing import Any

import pytest

from gateway.console.charts import Column, Part, bar, columns
from gateway.console.figures_csv import csv_of
from jamila_ledger.views import OUTAGES
from jamila_testing.builders import MONDAY


@pytest.mark.parametrize("account", ["kasi-1", "kabid-1"])
async def test_dashboard_shows_the_day(counted: Any, account: str) -> None:
    async with counted.console(account) as client:
        page = (await client.get("/dasbor")).text

    assert "Senin, 6 April 2026" in page
    assert re.search(r"Selesai</span><strong>2</strong>", page)
    assert "Tidak ada: semua tugas" in page
    assert 'class="chart"' in page


@pytest.mark.parametrize("account", ["loket-1", "cetak-1", "it-1"])
async def test_dashboard_is_for_those_who_answer_for_the_work(house: Any, account: str) -> None:
    async with house.console(account) as client:
        answers = [await client.get(path) for path in ("/dasbor", "/dasbor/angka.csv")]
        queue = (await client.get("/antrean")).text

    assert [answer.status_code for answer in answers] == [403, 403]
    assert 'href="/dasbor"' not in queue


async def test_empty_office_has_a_dashboard_too(house: Any) -> None:
    async with house.console() as client:
        pages = [
            await client.get(f"/dasbor?periode={each}") for each in ("hari", "minggu", "bulan")
        ]

    assert [each.status_code for each in pages] == [200, 200, 200]
    assert "Belum ada permohonan yang selesai." in pages[0].text


async def test_unknown_period_is_refused(house: Any) -> None:
    async with house.console() as client:
        answer = await client.get("/dasbor?periode=abad")

    assert answer.status_code == 422


async def test_late_task_and_lasting_outage_stand_at_the_top(house: Any, case: Any) -> None:
    outage = {"_id": "5f0b5c0e-6311-4c0a-9b57-8d2f6c1e7a54", "system": "siak", "steps": [2, 3]}
    house.models.put(OUTAGES, {**outage, "since": MONDAY, "until": None})
    async with house.console() as client:
        page = (await client.get("/dasbor")).text

    assert re.search(r"Terlambat sekarang</span><strong>1</strong>", page)
    assert "Gangguan SIAK" in page
    assert f"/permohonan/{case.case_id}" in page


async def test_spreadsheet_of_the_office_opens_in_indonesian(counted: Any) -> None:
    async with counted.console() as client:
        answer = await client.get("/dasbor/angka.csv?periode=bulan")
    lines = answer.text.removeprefix("\ufeff").splitlines()

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="angka-bulan-2026-04-06.csv"' in answer.headers["content-disposition"]
    assert lines[0].startswith("lingkup;periode;mulai;kunci;langkah;selesai;")
    assert lines[1].startswith("kantor;bulan;2026-04-01;-;0;2;1;1;")
    assert all(line.count(";") == lines[0].count(";") for line in lines)


def test_empty_spreadsheet_has_its_heading() -> None:
    assert csv_of([]).count("\r\n") == 1


def test_bar_never_runs_over_its_end() -> None:
    drawn = bar([Part("tunggu", 900), Part("kerja", 900)], whole=1200, limit=5000)

    assert [float(width) for width in re.findall(r'width="([\d.]+)"', drawn)] == [75, 25, 0.8]
    assert "style" not in drawn


def test_bar_of_nothing_is_empty() -> None:
    assert "<rect" not in bar([Part("kerja", 0)], whole=0)


def test_columns_say_what_they_show_and_escape_it() -> None:
    run = [Column("1/4", 0.5, "<b>"), Column("2/4", None, "")]
    drawn = columns(run, label='"tren"', goal=0.9)

    assert drawn.count("<title>") == 1
    assert "&lt;b&gt;" in drawn
    assert 'aria-label="&#34;tren&#34;"' in drawn
    assert 'class="batas"' in drawn


def test_labels_below_many_columns_leave_room_for_each_other() -> None:
    run = [Column(label=f"H{day}", height=0.5, note="") for day in range(14)]
    drawn = columns(run, label="tren")

    labels = [each for each in range(14) if f">H{each}<" in drawn]
    assert labels == [1, 3, 5, 7, 9, 11, 13]
    assert drawn.count('<rect class="baik"') == 14
