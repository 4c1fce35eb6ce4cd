"""The counter: the same papers, the same submission, nothing twice."""

from uuid import uuid4

import pytest
from PIL import Image

from intake.domain import CaseIntake
from intake.entry import CounterEntry
from jamila_contracts import commands as c
from jamila_contracts.envelope import Actor
from jamila_contracts.phone import read_phone
from jamila_runtime.vault import CaseKeyMissingError
from jamila_testing.files import encoded

LOKET = Actor(account="loket-1", capability="operator-layanan")
KASI = Actor(account="kasi-1", capability="kasi")
FACTS = {"nama-anak": "Muhammad Rizqi"}


def test_walk_in_becomes_a_case_like_any_other(desk, world):
    case_id = desk.begin()
    kept = desk.paper(case_id)
    assert kept.result["hints"] == []
    reply = desk.submit(case_id, facts=FACTS)
    assert "Diajukan" in reply.events
    case = world.recorded(CaseIntake.Diajukan)[0]
    assert (case.channel, case.service_id) == ("loket", "lhr-umum")
    assert case.receipt_code == reply.result["receipt_code"]
    assert [each.sha256 for each in case.papers] == [kept.result["sha256"]]
    assert world.vault.open(case_id, case.applicant)["name"] == "Siti Rahmah"
    assert case.cause.actor == LOKET
    assert "Kartu Keluarga" not in " ".join(reply.result["missing"])


def test_double_submission_makes_one_case(desk, world):
    case_id, key = desk.begin(), uuid4()
    desk.paper(case_id)
    first = desk.submit(case_id, key=key)
    assert desk.submit(case_id, key=key).result == first.result
    assert desk.submit(case_id).problem.slug == "entry-closed"
    assert len(world.recorded(CaseIntake.Diajukan)) == 1


def test_case_is_begun_once(desk):
    case_id = desk.begin()
    assert desk.ask(c.BeginEntry, case_id, channel="loket").problem.slug == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"applicant": {"name": " "}}, "Nama pemohon"),
        ({"applicant": {"name": "Siti", "phone": "12"}}, "Nomor telepon"),
        ({"service_id": "tidak-ada"}, "Layanan tidak dikenal"),
        ({"facts": {"tidak-ada": "x"}}, "tidak dikenal"),
        ({"facts": {"nik-ibu": "123"}}, "16 angka"),
        ({"facts": {"nama-anak": 7}}, "tidak dapat dibaca"),
    ],
)
def test_what_is_not_right_is_said_in_indonesian_and_nothing_is_recorded(desk, world, more, fault):
    case_id = desk.begin()
    desk.paper(case_id)
    problem = desk.submit(case_id, **more).problem
    assert problem.slug == "entry-invalid"
    assert fault in " ".join(problem.data["errors"])
    assert world.recorded(CaseIntake.Diajukan) == []


def test_entry_without_papers_is_not_handed_in(desk):
    problem = desk.submit(desk.begin()).problem
    assert (problem.slug, problem.data["errors"]) == ("entry-invalid", ["Belum ada berkas."])


def test_paper_of_the_counter_passes_the_same_desk_and_its_upload_is_destroyed(desk, world):
    case_id = desk.begin()
    dirty = desk.photo() + b"<script>"
    kept = desk.paper(case_id, dirty)
    stored = world.vault and desk.objects.get(case_id, kept.result["sha256"])
    assert b"<script>" not in stored
    folder = list((desk.objects._folder / str(case_id)).iterdir())
    assert [each.name for each in folder] == [kept.result["sha256"]]


def test_paper_that_cannot_be_used_is_refused_with_a_sentence(desk):
    case_id = desk.begin()
    problem = desk.paper(case_id, b"MZ program", media_type="application/pdf").problem
    assert problem.slug == "paper-refused"
    assert "bukan PDF" in problem.data["message"]
    assert not list((desk.objects._folder / str(case_id)).iterdir())


def test_paper_that_is_hard_to_read_is_kept_and_said_so(desk):
    kept = desk.paper(desk.begin(), encoded(Image.new("RGB", (300, 300), (5, 5, 5))))
    assert kept.result["hints"] == ["gelap", "kecil"]
    assert "gelap" in kept.result["message"]
    assert desk.world.recorded(CounterEntry.BerkasDiterima)[0].paper.hints == ("gelap", "kecil")


def test_same_paper_twice_is_one(desk):
    case_id = desk.begin()
    first, second = desk.paper(case_id), desk.paper(case_id)
    assert first.result["sha256"] == second.result["sha256"]
    desk.submit(case_id)
    assert len(desk.app.find(case_id).papers) == 1


def test_further_paper_goes_to_a_case_that_is_with_the_front_desk(desk):
    case_id = desk.begin()
    desk.paper(case_id)
    desk.submit(case_id)
    reply = desk.paper(case_id, desk.photo(100), item_id="doc.nikah")
    assert reply.events == ("BerkasDiunggah",)
    assert len(desk.app.find(case_id).papers) == 2


def test_paper_for_a_case_that_has_gone_on_is_refused(desk):
    case_id = desk.begin()
    kept = desk.paper(case_id)
    desk.submit(case_id)
    desk.ask(c.AcceptPapers, case_id, items={kept.result["sha256"]: "doc.kk"})
    assert desk.paper(case_id, desk.photo(9)).problem.slug == "step-not-open"


def test_paper_for_a_case_that_nobody_began_is_refused(desk, world):
    case_id = uuid4()
    world.vault.create(case_id)
    assert desk.paper(case_id).problem.slug == "case-not-at-this-stage"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (c.BeginEntry, {"channel": "loket"}),
        (c.AddPaper, {"upload_sha256": "0" * 64, "media_type": "image/jpeg"}),
        (c.SubmitEntry, {"service_id": "lhr-umum", "applicant": "v1.x"}),
        (c.DropEntry, {}),
        (c.OpenBatch, {"manifest": "v1.x"}),
        (c.SubmitBatch, {}),
        (c.RelayMessage, {"said": "v1.x"}),
        (c.ListToTell, {}),
        (c.ReadToTell, {"answer_id": uuid4()}),
        (c.MarkTold, {"answer_id": uuid4()}),
    ],
)
def test_only_the_operator_of_step_one_writes_for_somebody(desk, kind, fields):
    reply = desk.ask(kind, uuid4(), actor=KASI, **fields)
    assert reply.problem.slug == "capability-missing"


def test_entry_that_is_dropped_can_never_be_read_again(desk, world):
    case_id = desk.begin()
    desk.paper(case_id)
    desk.ask(c.DropEntry, case_id)
    desk.ask(c.DropEntry, case_id)
    with pytest.raises(CaseKeyMissingError):
        world.vault.seal(case_id, {})
    assert desk.app.work().find_as(CounterEntry, case_id).state == "dibatalkan"


def test_entry_that_nobody_hands_in_is_forgotten_after_thirty_days(desk, world):
    case_id = desk.begin()
    desk.paper(case_id)
    world.clock.move(days=29)
    world.answer_all()
    assert world.vault.seal(case_id, {})
    world.clock.move(days=2)
    world.answer_all()
    with pytest.raises(CaseKeyMissingError):
        world.vault.seal(case_id, {})
    assert desk.ask(c.DropEntry, case_id).problem is None


def test_case_that_was_handed_in_keeps_its_key(desk, world):
    case_id = desk.begin()
    desk.paper(case_id)
    desk.submit(case_id)
    world.clock.move(days=40)
    world.answer_all()
    assert world.vault.seal(case_id, {})


def test_counter_and_chat_do_not_share_a_contact_by_a_stated_phone(desk, world):
    world.number = "6280063110001"
    world.submit()
    case_id = desk.begin()
    desk.paper(case_id)
    desk.submit(case_id, applicant={"name": "Siti", "phone": "080063110001"})
    one, two = world.recorded(CaseIntake.Diajukan)
    assert one.contact_id != two.contact_id


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("0800 6311-0001", ("6280063110001", True)),
        ("+62 800 6311 0001", ("6280063110001", True)),
        ("6280063110001", ("6280063110001", True)),
        ("", (None, True)),
        (None, (None, True)),
        ("0511 4772", (None, False)),
        ("0800x63110001", (None, False)),
    ],
)
def test_phone_is_read_as_people_write_it(said, read):
    assert read_phone(said) == read
