"""Step 3: what was entered into SIAK becomes draft and document."""

from dataclasses import replace

import pytest

from jamila_contracts import events
from jamila_contracts.commands import (
    RecordEntry,
)
from siak_adapter.domain import ENTER, MATCH
from siak_adapter.pdf_renderer import PdfRenderer
from siak_adapter.samples import KINDS, sample_entry

FAMILY = {
    "family_card_number": "6311990101200001",
    "address": "Jl. Contoh 1",
    "rt": 1,
    "rw": 2,
    "village": "Paringin Kota",
    "district": "Paringin",
    "regency": "Balangan",
    "province": "Kalimantan Selatan",
    "members": [
        {
            "name": "Ahmad Contoh",
            "nik": "6311990101900001",
            "sex": "L",
            "birth_place": "Paringin",
            "birth_date": "1990-01-01",
            "religion": "ISLAM",
            "education": "SLTA/SEDERAJAT",
            "occupation": "PETANI",
            "marital_status": "KAWIN",
            "relationship": "KEPALA KELUARGA",
            "citizenship": "WNI",
        }
    ],
}


def test_a_confirmed_match_opens_the_entry(office):
    reply = office.matched()
    case = office.found()
    assert reply.events == ("TugasDiambil", "DataSiakCocok")
    assert not case.steps[MATCH].is_open
    assert case.steps[ENTER].is_open


def test_an_entry_makes_draft_and_document(office, story, objects):
    office.matched()
    reply = office.entered()
    assert reply.problem is None
    [document] = office.found().newest.values()
    assert (document.kind, document.version) == ("akta-kelahiran", 1)
    assert objects.get(story.case_id, document.draft_sha256).startswith(b"draft ")
    assert objects.get(story.case_id, document.document_sha256).startswith(b"document ")
    assert reply.result["documents"][0]["document_sha256"] == document.document_sha256
    assert reply.result["warnings"] == {"akta-kelahiran": []}


def test_an_entry_closes_the_step(office):
    office.matched()
    office.entered()
    assert office.entered().problem.slug == "step-not-open"


def test_an_entry_asked_twice_is_drafted_once(office):
    office.matched()
    command = office.ask(RecordEntry, siak_registration="SIAK-1", data=office.entry())
    assert office.siak.execute(command) == office.siak.execute(command)
    assert office.found().newest["akta-kelahiran"].version == 1


def test_bad_data_is_refused_by_field_and_never_by_value(office):
    office.matched()
    reply = office.entered(child_nik="123", sex="X", **{"Budi Santoso": 1})
    assert reply.problem.slug == "document-data-invalid"
    assert set(reply.problem.data["fields"]) == {
        "akta-kelahiran.child_nik:string_pattern_mismatch",
        "akta-kelahiran.sex:enum",
        "akta-kelahiran.?:extra_forbidden",
    }
    assert "Budi" not in reply.model_dump_json()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "documents:missing"),
        ({"documents": {}}, "documents:missing"),
        ({"documents": {"surat-cinta": {}}}, "documents.surat-cinta:unknown-kind"),
        ({"documents": {"kartu-keluarga": None}}, "kartu-keluarga:model_type"),
    ],
)
def test_an_entry_without_a_document_is_refused(office, data, field):
    office.matched()
    command = office.ask(
        RecordEntry,
        siak_registration="SIAK-1",
        data=office.sealed(data),
    )
    reply = office.siak.execute(command)
    assert reply.problem.slug == "document-data-invalid"
    assert reply.problem.data["fields"] == [field]


@pytest.mark.parametrize("sealed", ["v1.a", "v1.abcd", "v1.c2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVk"])
def test_data_that_was_never_sealed_for_the_case_is_refused(office, sealed):
    office.matched()
    command = office.ask(RecordEntry, siak_registration="SIAK-1", data=sealed)
    assert office.siak.execute(command).problem.slug == "seal-broken"


def test_an_entry_for_a_forgotten_case_is_refused(office, story, vault):
    office.matched()
    data = office.entry()
    vault.forget(story.case_id)
    command = office.ask(RecordEntry, siak_registration="SIAK-1", data=data)
    assert office.siak.execute(command).problem.slug == "personal-data-forgotten"


def test_a_returned_draft_opens_the_entry_again(office, story):
    office.matched()
    office.entered()
    office.siak.consume([story.tell(events.DraftDikembalikan)])
    assert office.found().steps[ENTER].attempt == 2


def test_a_mended_draft_keeps_its_code_and_gets_the_next_version(office, story):
    office.matched()
    office.entered()
    first = office.found().newest["akta-kelahiran"]
    office.siak.consume([story.tell(events.DraftDikembalikan)])
    office.entered(child_name="Aisyah Nur Contoh Mulia")
    second = office.found().newest["akta-kelahiran"]
    assert (second.version, second.code) == (2, first.code)
    assert second.document_sha256 != first.document_sha256


def test_a_returned_draft_delivered_twice_opens_one_attempt(office, story):
    office.matched()
    office.entered()
    record = story.tell(events.DraftDikembalikan)
    office.siak.consume([record])
    office.siak.consume([record])
    assert office.found().steps[ENTER].attempt == 2


def test_a_returned_draft_out_of_turn_changes_nothing(office, story):
    office.matched()
    outcome = office.siak.consume([story.tell(events.DraftDikembalikan)])
    assert outcome.parked == []
    assert office.found().steps[ENTER].attempt == 1


def test_a_returned_draft_of_a_case_never_seen_is_parked(office, story):
    outcome = office.siak.consume([story.tell(events.DraftDikembalikan)])
    assert [each.reason for each in outcome.parked] == ["case-not-at-this-stage"]


def test_the_real_renderer_makes_two_different_pdfs_of_each_kind(
    open_office, tools, story, objects
):
    office = open_office(replace(tools, renderer=PdfRenderer()))
    office.matched()
    data = office.entry(more={"kartu-keluarga": FAMILY})
    command = office.ask(RecordEntry, siak_registration="SIAK-1", data=data)
    assert office.siak.execute(command).problem is None
    documents = office.found().newest.values()
    files = {each.draft_sha256 for each in documents} | {each.document_sha256 for each in documents}
    assert len(files) == 4
    assert all(objects.get(story.case_id, each).startswith(b"%PDF") for each in files)


def test_a_name_that_cannot_be_printed_is_refused(open_office, tools):
    office = open_office(replace(tools, renderer=PdfRenderer()))
    office.matched()
    reply = office.entered(child_name="愛 Contoh")
    assert reply.problem.slug == "document-text-unprintable"


def test_a_photo_is_taken_from_the_papers_of_the_case(office, story, objects):
    office.matched()
    photo = objects.put(story.case_id, b"foto anak")
    card = sample_entry("kia") | {
        "model": "5-17",
        "birth_date": "2016-04-07",
        "nik": "6311990704160003",
        "sex": "L",
        "photo_sha256": photo,
    }
    command = office.ask(
        RecordEntry,
        siak_registration="SIAK-1",
        data=office.sealed({"documents": {"kia": card}}),
    )

    reply = office.siak.execute(command)

    assert reply.problem is None
    assert reply.result["warnings"] == {"kia": []}
    document = office.found().newest["kia"]
    assert objects.get(story.case_id, document.document_sha256).endswith(b"foto anak")


def test_a_photo_that_is_no_paper_of_the_case_is_refused(office):
    office.matched()
    card = sample_entry("ktp-el") | {"photo_sha256": "0" * 64}
    command = office.ask(
        RecordEntry,
        siak_registration="SIAK-1",
        data=office.sealed({"documents": {"ktp-el": card}}),
    )

    assert office.siak.execute(command).problem.slug == "object-not-found"


def test_every_kind_is_drafted_under_its_own_name(open_office, tools):
    office = open_office(replace(tools, renderer=PdfRenderer()))
    office.matched()
    documents = {kind: sample_entry(kind) for kind in KINDS}
    command = office.ask(
        RecordEntry, siak_registration="SIAK-1", data=office.sealed({"documents": documents})
    )

    reply = office.siak.execute(command)

    assert reply.problem is None
    assert [each["kind"] for each in reply.result["documents"]] == list(KINDS)
    boxes = {each["kind"]: each["signature_box"]["page"] for each in reply.result["documents"]}
    assert set(boxes.values()) == {-1}
