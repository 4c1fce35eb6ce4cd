"""How fast, to whom, and whether at all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamila_contracts import events
from jamila_contracts.commands import ResumeSending
from jamila_testing.builders import MONDAY, Story
from notifier.channel import CHANNEL, OfficeChannel
from notifier.domain import CaseNotices
from notifier.pace import Pace
from notifier.rules import Limits


def failures(world) -> list[str]:
    return [each.reason_code for each in world.recorded(CaseNotices.PemberitahuanGagal)]


@given(st.lists(st.floats(0, 20), min_size=1, max_size=60))
def test_pair_limit_holds_whatever_the_rhythm(pauses):
    limits = Limits(pair_burst=3, pair_interval=timedelta(seconds=6))
    pace, contact, now = Pace(limits, MONDAY), uuid4(), MONDAY
    sent = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        now = max(now, pace.turn_at(contact, now))
        pace.count(contact, now)
        sent.append(now)
    for number, at in enumerate(sent):
        burst = [each for each in sent[: number + 1] if each > at - timedelta(seconds=60)]
        assert len(burst) <= 3 + 10 + 1


def test_the_number_of_the_office_has_its_own_limit():
    pace = Pace(Limits(per_second=2), MONDAY)
    for _ in range(2):
        pace.count(uuid4(), MONDAY)
    assert pace.turn_at(uuid4(), MONDAY) == MONDAY + timedelta(seconds=0.5)


def test_a_user_who_had_too_much_waits_and_others_do_not():
    pace, full, other = Pace(Limits(), MONDAY), uuid4(), uuid4()
    pace.hold(full, MONDAY + timedelta(minutes=1), MONDAY)
    assert pace.turn_at(full, MONDAY) == MONDAY + timedelta(minutes=1)
    assert pace.turn_at(other, MONDAY) == MONDAY


def test_a_number_that_had_too_much_waits_for_everybody():
    pace = Pace(Limits(), MONDAY)
    pace.hold_all(MONDAY + timedelta(minutes=1))
    assert pace.turn_at(uuid4(), MONDAY) == MONDAY + timedelta(minutes=1)


def test_burst_to_one_user_is_spread(make_world):
    world = make_world(pair_burst=1)
    world.submit()
    world.tell(events.TidakDiambil)
    world.send()
    assert len(world.texts()) == 1
    world.later(seconds=6)
    assert len(world.texts()) == 2


def test_throughput_answer_slows_everybody_down(world):
    world.whatsapp.refuse(130429)
    world.submit()
    world.whatsapp.recover()
    calls = world.whatsapp.calls
    world.later(seconds=1)
    assert world.whatsapp.calls == calls
    world.later(seconds=2)
    assert len(world.texts()) == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (131031, "akun-diblokir"),
        (368, "akun-diblokir"),
        (190, "akun-diblokir"),
        (131048, "batas-spam"),
    ],
)
def test_refusal_of_the_office_stops_everything_until_an_admin_resumes(world, code, reason):
    world.whatsapp.refuse(code)
    world.submit()
    stopped = world.recorded(OfficeChannel.PengirimanDihentikan)
    assert [(each.reason_code, each.error_code, each.owner) for each in stopped] == [
        (reason, code, "admin")
    ]
    assert stopped[0].cause.case_id == CHANNEL
    world.whatsapp.recover()
    calls = world.whatsapp.calls
    world.tell(events.BerkasDiterima)
    world.later(hours=2)
    assert world.whatsapp.calls == calls
    assert failures(world) == []

    assert world.ask(ResumeSending, CHANNEL, capability="kasi").problem.slug == "capability-missing"
    assert world.ask(ResumeSending, CHANNEL, capability="admin").problem is None
    again = world.ask(ResumeSending, CHANNEL, capability="admin")
    assert again.problem.slug == "sending-not-stopped"
    world.later(minutes=2)
    world.later(minutes=2)
    assert len(world.texts()) == 2


def test_refusal_reported_later_stops_everything_as_well(world):
    world.submit()
    world.report("failed", error_code=131048)
    assert len(world.recorded(OfficeChannel.PengirimanDihentikan)) == 1
    assert failures(world) == ["ditolak-whatsapp"]


def test_unreachable_contact_is_called_until_he_writes(world):
    world.submit()
    world.report("failed", error_code=131026)
    calls = world.whatsapp.calls
    world.tell(events.BerkasDiterima)
    world.send()
    assert world.whatsapp.calls == calls
    assert failures(world) == ["tidak-dapat-diterima"] * 2
    contact_id = world.app.find(world.case_id).applicant.contact_id
    world.tell(events.PemohonMenulis, contact_id=contact_id)
    world.tell(events.TidakDiambil)
    world.send()
    assert world.whatsapp.calls == calls + 1


def test_reach_of_a_day_is_kept_and_then_a_person_is_asked(make_world):
    world = make_world(reach_per_day=1)
    first, second = world.submission(), other_submission(world)
    world.hear(first, second)
    world.send()
    world.clock.move(hours=30)
    world.tell(events.TidakDiambil)
    world.send()
    assert world.templates() == ["siap_diambil"]

    late = world.other.later(hours=30).tell(events.TidakDiambil)
    world.hear(late)
    world.send()
    assert world.templates() == ["siap_diambil"]
    world.tell(events.TidakDiambil)
    world.send()
    assert world.templates() == ["siap_diambil"] * 2
    world.later(hours=24)
    assert world.templates() == ["siap_diambil"] * 3
    assert failures(world) == []


def other_submission(world):
    world.other = Story("kelahiran-budi", logs=world.story._logs)
    world.vault.create(world.other.case_id)
    sealed = world.vault.seal(world.other.case_id, {"phone": "628006311002", "bsuid": None})
    return world.other.tell(events.PermohonanDiajukan, applicant=sealed)


def test_fleeting_news_that_was_overtaken_while_sending_was_stopped_is_left_out(world):
    world.submit()
    world.whatsapp.refuse(190)
    world.tell(events.BerkasDiterima)
    world.send()
    world.tell(events.Ditandatangani)
    world.tell(events.Dicetak)
    world.whatsapp.recover()
    world.clock.move(hours=1)
    world.ask(ResumeSending, CHANNEL, capability="admin")
    for _ in range(4):
        world.later(minutes=1)
    states = world.states()
    assert states["berkas_lengkap"] == states["selesai_ditandatangani"] == "skipped"
    assert states["siap_diambil"] == "sent"


def test_a_clock_that_was_ahead_keeps_no_message_back(world):
    world.whatsapp.recover()
    world.clock.move(hours=5)
    world.hear(world.submission())
    world.clock.move(hours=-5)

    world.send()

    assert len(world.whatsapp.sent) == 1


def test_a_clock_that_was_ahead_holds_nobody_up_who_wrote_then():
    pace, contact = Pace(Limits(), MONDAY), uuid4()
    ahead = MONDAY + timedelta(hours=5)
    pace.count(contact, ahead)
    pace.hold(contact, ahead + timedelta(minutes=1), ahead)

    assert pace.turn_at(uuid4(), MONDAY) == MONDAY
    assert pace.turn_at(contact, MONDAY) == MONDAY + timedelta(minutes=1)
