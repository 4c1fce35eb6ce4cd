"""The one way into the office: what follows from the facts, and the guards."""

from uuid import uuid4

import pytest

from intake.domain import CaseIntake
from intake.guards import ContactWatch, DuplicateApplicationError, SubjectGuard
from intake.submission import LATE, MANY_FAMILIES, Request
from jamila_contracts.catalogue import catalogue_reference

NIK = "6311994506900003"
BIRTH = {
    "hubungan": "keluarga",
    "tanggal-lahir-anak": "2026-03-25",
    "surat-lahir": "ya",
    "buku-nikah": "ya",
    "nama-anak": "NUR AISYAH",
    "nik-ibu": NIK,
    "no-kk": "",
}


@pytest.fixture
def hand_in(world):
    """Hand something in; gives the case as it is saved."""

    def hand_in(facts=BIRTH, **changes) -> CaseIntake:
        request = Request(
            **{
                "case_id": uuid4(),
                "service_id": "lhr-umum",
                "channel": "whatsapp",
                "contact_id": uuid4(),
                "applicant": {"name": "Siti Rahmah", "phone": None, "bsuid": None},
                "papers": (),
                "first_message_at": world.clock.now(),
                "facts": facts,
                **changes,
            }
        )
        cause = world.app.own_cause(request.case_id, uuid4())
        submission = world.intake.submission
        world.app.perform(cause, lambda work: submission.submit(request, work, cause=work.cause))
        return world.app.find(request.case_id)

    return hand_in


def opened(world):
    return world.recorded(CaseIntake.Diajukan)[-1]


def test_case_begins_under_the_newest_catalogue_and_knows_what_will_come_of_it(world, hand_in):
    hand_in()
    event = opened(world)
    assert event.catalogue == catalogue_reference()
    assert event.documents == ("akta-kelahiran", "kartu-keluarga", "kia")
    assert (event.model_akta, event.flags) == ("ayah-ibu", ())


def test_facts_are_sealed_under_the_key_of_the_case(world, hand_in):
    hand_in()
    event = opened(world)
    assert world.vault.open(event.case_id, event.facts) == BIRTH
    stored = b"".join(
        each.state for each in world.app.recorder.select_notifications(start=0, limit=100)
    )
    assert NIK.encode() not in stored
    assert b"AISYAH" not in stored


def test_request_without_facts_has_none(world, hand_in):
    hand_in({}, service_id="lhr-hilang", channel="loket")
    event = opened(world)
    assert (event.facts, event.channel, event.model_akta) == (None, "loket", None)


def test_late_report_is_flagged(world, hand_in):
    hand_in({**BIRTH, "tanggal-lahir-anak": "2026-01-01"}, service_id="lhr-terlambat")
    assert opened(world).flags == (LATE,)


def test_same_person_and_wish_is_refused_while_the_first_is_open(world, hand_in):
    first = hand_in()
    with pytest.raises(DuplicateApplicationError) as refused:
        hand_in(service_id="lhr-terlambat")
    assert refused.value.receipt_code == first.receipt_code
    assert refused.value.data["case_id"] == str(first.case_id)
    assert len(world.recorded(CaseIntake.Diajukan)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": {**BIRTH, "nama-anak": "NUR AISYAH KEMBAR"}},
        {"facts": {**BIRTH, "nik-ibu": "6311994506900004"}},
        {"facts": {"nik-subjek": NIK}, "service_id": "kk-hilang"},
        {"facts": {"nama-anak": "", "nik-ibu": ""}},
    ],
)
def test_another_person_or_another_wish_is_not_refused(world, hand_in, changes):
    hand_in()
    hand_in(**changes)
    assert len(world.recorded(CaseIntake.Diajukan)) == 2


def test_after_the_first_has_ended_the_next_one_holds_the_guard(world, hand_in):
    first = hand_in()
    cause = world.app.own_cause(first.case_id, uuid4())
    world.app.perform(cause, lambda work: work.get(first.case_id).withdraw(cause=work.cause))
    second = hand_in()
    assert world.recorded(SubjectGuard.Dialihkan)[0].holder == second.case_id
    with pytest.raises(DuplicateApplicationError) as refused:
        hand_in()
    assert refused.value.receipt_code == second.receipt_code


def test_guard_can_be_asked_without_handing_in(world, hand_in):
    first = hand_in()

    def asked(**changes):
        request = Request(
            case_id=uuid4(),
            service_id="lhr-umum",
            channel="loket",
            contact_id=uuid4(),
            applicant={},
            papers=(),
            first_message_at=world.clock.now(),
            facts=BIRTH | changes,
        )
        return world.intake.submission.open_case_of(request, world.app.work())

    assert asked().case_id == first.case_id
    assert asked(**{"nama-anak": "LAIN"}) is None


def families(count, start=0):
    numbers = range(start, start + count)
    return [
        {**BIRTH, "no-kk": f"63119902021{each:05d}", "nama-anak": f"ANAK {chr(65 + each)}"}
        for each in numbers
    ]


def test_contact_with_many_families_is_flagged_for_staff(world, hand_in):
    contact = uuid4()
    for facts in families(6):
        hand_in(facts, contact_id=contact)
    assert [each.flags for each in world.recorded(CaseIntake.Diajukan)] == [()] * 5 + [
        (MANY_FAMILIES,)
    ]
    assert world.recorded(ContactWatch.BanyakKeluargaTerlihat)[0].families == 6


def test_many_children_of_one_family_are_nothing_unusual(world, hand_in):
    contact = uuid4()
    for facts in families(8):
        hand_in({**facts, "no-kk": "6311990202100001"}, contact_id=contact)
    assert world.recorded(ContactWatch.BanyakKeluargaTerlihat) == []


def test_families_of_long_ago_do_not_count(world, hand_in):
    contact = uuid4()
    for facts in families(5):
        hand_in(facts, contact_id=contact)
    world.clock.move(days=31)
    hand_in(families(1, start=9)[0], contact_id=contact)
    assert LATE not in opened(world).flags
    assert MANY_FAMILIES not in opened(world).flags


@pytest.mark.parametrize("channel", ["loket", "kolektif"])
def test_counter_and_collective_batches_are_not_watched(world, hand_in, channel):
    contact = uuid4()
    for facts in families(7):
        hand_in(facts, contact_id=contact, channel=channel)
    assert world.recorded(ContactWatch.KeluargaDicatat) == []


def test_guard_and_watch_hold_nothing_readable(world, hand_in):
    hand_in({**BIRTH, "no-kk": "6311990202100001"})
    noted = world.recorded(ContactWatch.KeluargaDicatat)[0]
    assert len(noted.family) == 64
    assert "6311990202100001" not in repr(vars(noted))
