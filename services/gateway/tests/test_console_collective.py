"""Lists of villages without a browser: how they are read, and what is said beside each row."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.console.listing import SHAPE, read_rows
from jamila_contracts import commands as c
from jamila_contracts import events as e
from jamila_contracts.command import Problem
from jamila_contracts.commands import CommandReply
from jamila_contracts.commands_desk import case_of_row
from jamila_testing.builders import Story
from jamila_testing.forms import token_and_key

PART = {"HX-Request": "true"}
ROWS = "1;Akta Kelahiran;Aminah Contoh;0800-6311-001\n2;kk hilang;Umar Contoh;12"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_list_is_read_as_it_is_pasted(separator: str) -> None:
    lines = ("Baris;Layanan;Nama;Telepon;Isian", "01;akta kelahiran;Aminah;;hubungan=keluarga", "")
    rows = read_rows("\ufeff" + "\r\n".join(lines).replace(";", separator))

    assert [(each.row, each.service_id, each.name) for each in rows] == [
        ("01", "lhr-umum", "Aminah")
    ]
    assert rows[0].body()["facts"] == {"hubungan": "keluarga"}


def test_row_without_a_name_is_told_apart() -> None:
    rows = read_rows("1;akta kelahiran;Aminah\n2;akta kelahiran;")

    assert [each.errors for each in rows] == [(), (SHAPE,)]


def test_nothing_is_no_list() -> None:
    assert read_rows(" \n\n") == ()


def begins(house: Any, then: Any) -> None:
    """A batch gets its key when it is begun; everything else is answered as told."""

    def answer(command: c.Command) -> CommandReply:
        if isinstance(command, c.BeginEntry):
            house.vault.create(command.case_id)
            return house.commands.done(command)
        return then(command)

    house.commands.answer = answer


def reply(command: c.Command, **more: Any) -> CommandReply:
    return CommandReply(
        command_id=command.command_id, case_id=command.case_id, service="intake", **more
    )


def outcome(row: str, *errors: str, code: str | None = None) -> dict[str, Any]:
    return {"row": row, "case_id": None, "errors": list(errors), "receipt_code": code}


async def bring(client: Any, batch_id: UUID, **said: Any) -> Any:
    form = token_and_key((await client.get("/kolektif")).text)
    data = {**form, "pembawa": "Jamilah Contoh", "daftar": ROWS, **said}
    return await client.post(f"/unggah/kolektif/{batch_id}", data=data, headers=PART)


async def test_wrong_row_is_said_beside_it_and_the_list_stays(house: Any) -> None:
    rows = [outcome("2", "Nomor telepon tidak benar.")]
    problem = Problem(slug="list-invalid", detail="-", data={"rows": rows})
    begins(house, lambda command: reply(command, problem=problem))
    async with house.console("loket-1") as client:
        answer = await bring(client, uuid4())

    asked = house.commands.asked[-1]
    assert (answer.status_code, asked.mode) == (422, "semua")
    assert "Umar" not in asked.model_dump_json()
    line = next(each for each in answer.text.split("<tr") if "Umar Contoh</td>" in each)
    assert "Nomor telepon tidak benar." in line
    assert "2;kk hilang;Umar Contoh;12</textarea>" in answer.text


async def test_right_rows_may_go_first(house: Any) -> None:
    told = {"rows": [outcome("1"), outcome("2", "Nomor telepon tidak benar.")]}
    begins(house, lambda command: reply(command, result=told))
    async with house.console("loket-1") as client:
        answer = await bring(client, uuid4(), cara="per-baris")

    assert house.commands.asked[-1].mode == "per-baris"
    assert "Daftar diterima." in answer.text
    assert "Nomor telepon tidak benar." in answer.text


async def test_list_without_a_bearer_is_not_asked_about(house: Any) -> None:
    async with house.console("loket-1") as client:
        answer = await bring(client, uuid4(), pembawa="")

    assert (answer.status_code, house.commands.asked) == (422, [])
    assert "Tulis siapa yang membawa daftar." in answer.text


async def test_files_find_their_rows_and_each_fault_has_its_name(house: Any) -> None:
    batch_id = uuid4()
    house.vault.create(case_of_row(batch_id, "1"))
    files = [("berkas", (name, b"isi", "image/jpeg")) for name in ("01-kk.jpg", "7-kk.jpg", "kk")]
    async with house.console("loket-1") as client:
        form = token_and_key((await client.get("/kolektif")).text)
        data = {**form, "baris": "1|akta kelahiran|Aminah Contoh"}
        answer = await client.post(
            f"/unggah/kolektif-berkas/{batch_id}", data=data, files=files, headers=PART
        )

    (asked,) = house.commands.asked
    assert (asked.case_id, asked.item_id) == (case_of_row(batch_id, "1"), "doc.kk")
    assert "1 berkas disimpan: 01-kk.jpg" in answer.text
    assert "7-kk.jpg: Tidak ada baris dengan nomor itu" in answer.text
    assert "kk: Nama berkas harus diawali nomor baris" in answer.text
    assert "Aminah Contoh" in answer.text


async def test_row_without_papers_is_said_when_the_list_is_handed_in(house: Any) -> None:
    told = {"rows": [outcome("1", code="K7M2PQ4X9A"), outcome("2", "Belum ada berkas.")]}
    house.commands.answer = lambda command: reply(command, result=told)
    async with house.console("loket-1") as client:
        form = token_and_key((await client.get("/kolektif")).text)
        path = f"/unggah/kolektif-ajukan/{uuid4()}"
        answer = await client.post(path, data=form, headers=PART)

    assert isinstance(house.commands.asked[-1], c.SubmitBatch)
    assert answer.status_code == 422
    assert "K7M2P-Q4X9A" in answer.text
    assert "Belum ada berkas." in answer.text


@pytest.fixture
def handed_in(house: Any) -> UUID:
    """A batch with one case."""
    batch_id, story = uuid4(), Story()
    house.vault.create(story.case_id)
    applicant = house.vault.seal(story.case_id, {"name": "Aminah Contoh"})
    story.tell(
        e.PermohonanDiajukan,
        channel="kolektif",
        batch_id=batch_id,
        batch_row="1",
        applicant=applicant,
        facts=None,
    )
    house.show(story.records)
    return batch_id


async def test_names_are_shown_when_asked_for_and_recorded(house: Any, handed_in: UUID) -> None:
    async with house.console("loket-1") as client:
        plain = (await client.get(f"/kolektif/{handed_in}")).text
        read_before = list(house.access_log.lines)
        named = (await client.get(f"/kolektif/{handed_in}?nama=ya")).text

    assert "Aminah Contoh" not in plain
    assert read_before == []
    assert "Aminah Contoh" in named
    assert [line[2] for line in house.access_log.lines] == ["data-pemohon"]


async def test_hand_over_list_needs_something_to_hand_over(house: Any, handed_in: UUID) -> None:
    async with house.console("loket-1") as client:
        form = token_and_key((await client.get(f"/kolektif/{handed_in}")).text)
        path = f"/kolektif/{handed_in}/serah-terima"
        answer = await client.post(path, data={**form, "desa": "Lampihong", "kecamatan": "-"})

    assert answer.status_code == 409
    assert house.access_log.lines == []


async def test_lists_are_found_again_and_closed_to_others(house: Any, handed_in: UUID) -> None:
    async with house.console("loket-1") as client:
        page = (await client.get("/kolektif")).text
    async with house.console("kasi-1") as client:
        answers = [await client.get(path) for path in ("/kolektif", f"/kolektif/{handed_in}")]

    assert f'href="/kolektif/{handed_in}"' in page
    assert [each.status_code for each in answers] == [403, 403]
