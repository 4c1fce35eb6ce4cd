"""The village: one sender, many families, each row a case of its own."""

import pytest

from intake.domain import CaseIntake
from jamila_contracts import commands as c
from jamila_contracts.commands_desk import case_of_row


def row(number, name="Budi Contoh", service_id="lhr-umum", **more):
    return {"row": number, "service_id": service_id, "applicant": {"name": name}, **more}


def test_batch_makes_a_case_of_each_row_that_has_its_papers(desk, world):
    batch_id, opened = desk.batch([row("1"), row("2", "Aminah Contoh"), row("03", "Umar Contoh")])
    assert [each["errors"] for each in opened.result["rows"]] == [[], [], []]
    desk.paper(case_of_row(batch_id, "01"))
    desk.paper(case_of_row(batch_id, "3"))
    done = desk.ask(c.SubmitBatch, batch_id).result["rows"]
    assert [(each["row"], each["errors"]) for each in done] == [
        ("1", []),
        ("2", ["Belum ada berkas."]),
        ("03", []),
    ]
    cases = world.recorded(CaseIntake.Diajukan)
    assert {(each.batch_id, each.batch_row) for each in cases} == {
        (batch_id, "1"),
        (batch_id, "03"),
    }
    assert {each.channel for each in cases} == {"kolektif"}
    assert len({each.contact_id for each in cases}) == 1
    names = {world.vault.open(each.case_id, each.applicant)["name"] for each in cases}
    assert names == {"Budi Contoh", "Umar Contoh"}


def test_rows_that_come_later_are_handed_in_later_and_no_row_twice(desk, world):
    batch_id, _ = desk.batch([row("1"), row("2")])
    desk.paper(case_of_row(batch_id, "1"))
    desk.ask(c.SubmitBatch, batch_id)
    desk.paper(case_of_row(batch_id, "2"))
    again = desk.ask(c.SubmitBatch, batch_id).result["rows"]
    assert [each["row"] for each in again] == ["2"]
    assert desk.ask(c.SubmitBatch, batch_id).result["rows"] == []
    assert len(world.recorded(CaseIntake.Diajukan)) == 2


BAD = [
    (row("1", name=""), "Nama pemohon belum diisi."),
    (row("1", service_id="x"), "Layanan tidak dikenal."),
    ({"row": "1"}, "Baris harus berisi nomor baris, layanan, dan nama pemohon."),
    ("kacau", "Baris harus berisi nomor baris, layanan, dan nama pemohon."),
    (row("2"), "Nomor baris ini dipakai dua kali."),
]


@pytest.mark.parametrize(("bad", "fault"), BAD)
def test_row_that_is_not_right_does_not_hold_up_the_others(desk, bad, fault):
    rows = [bad, row("2"), row("3")]
    _, opened = desk.batch(rows)
    answers = {each["row"]: each["errors"] for each in opened.result["rows"]}
    assert fault in [text for errors in answers.values() for text in errors]
    assert answers["3"] == []


def test_all_or_none_takes_in_nothing_while_a_row_is_wrong(desk):
    batch_id = desk.begin("kolektif")
    _, opened = desk.batch([row("1"), row("2", name="")], mode="semua", batch_id=batch_id)
    assert opened.problem.slug == "list-invalid"
    assert opened.problem.data["rows"] == [
        {
            "row": "2",
            "case_id": None,
            "errors": ["Nama pemohon belum diisi."],
            "receipt_code": None,
        }
    ]
    assert desk.ask(c.SubmitBatch, batch_id).problem.slug == "list-unknown"
    _, mended = desk.batch([row("1"), row("2")], mode="semua", batch_id=batch_id)
    assert mended.problem is None


def test_all_or_none_hands_in_nothing_while_a_row_has_no_papers(desk, world):
    batch_id, _ = desk.batch([row("1"), row("2")], mode="semua")
    desk.paper(case_of_row(batch_id, "1"))
    assert desk.ask(c.SubmitBatch, batch_id).problem.slug == "list-invalid"
    assert world.recorded(CaseIntake.Diajukan) == []
    desk.paper(case_of_row(batch_id, "2"))
    assert desk.ask(c.SubmitBatch, batch_id).problem is None
    assert len(world.recorded(CaseIntake.Diajukan)) == 2


def test_same_person_in_two_rows_is_one_case_and_the_other_row_says_so(desk):
    facts = {"nik-ibu": "6311994101900001", "nama-anak": "Rizqi Contoh"}
    batch_id, opened = desk.batch([row("1", facts=facts), row("2", facts=facts)])
    assert not any(each["errors"] for each in opened.result["rows"])
    for each in ("1", "2"):
        desk.paper(case_of_row(batch_id, each))
    done = desk.ask(c.SubmitBatch, batch_id).result["rows"]
    assert done[0]["errors"] == []
    assert done[0]["receipt_code"] in done[1]["errors"][0]


@pytest.mark.parametrize("rows", [[], "x", None, [row(str(n)) for n in range(201)]])
def test_list_that_is_none_is_refused(desk, rows):
    _, opened = desk.batch(rows)
    assert opened.problem.slug == "list-invalid"


def test_nobody_can_be_read_in_what_the_stage_stores_of_a_batch(desk, runtime_settings):
    batch_id, _ = desk.batch([row("1", "Nama Rahasia")])
    desk.paper(case_of_row(batch_id, "1"))
    desk.ask(c.SubmitBatch, batch_id)
    desk.app.recorder.datastore.close()
    for path in runtime_settings.stores.iterdir():
        assert b"Nama Rahasia" not in path.read_bytes(), path.name
        assert b"80063110009" not in path.read_bytes(), path.name
