"""Free words inside 24 hours of the applicant's last message, the approved template outside."""

import pytest

from jamila_contracts import events
from notifier.domain import CaseNotices


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        ({"hours": 23, "minutes": 54}, "text"),
        ({"hours": 23, "minutes": 54, "seconds": 54}, "text"),
        ({"hours": 23, "minutes": 55}, "template"),
        ({"hours": 24}, "template"),
    ],
)
def test_window_ends_a_little_before_whatsapps(world, after, kind):
    world.submit()
    told = world.story.later(**after).tell(events.TidakDiambil)
    world.clock.move(**after)
    world.hear(told)
    world.send()
    assert world.whatsapp.sent[-1]["type"] == kind


@pytest.mark.parametrize("event", [events.BerkasDiunggah, events.PemohonMenulis])
def test_writing_opens_the_window_again(world, event):
    world.submit()
    world.clock.move(days=2)
    contact_id = world.app.find(world.case_id).applicant.contact_id
    world.tell(event, **({"contact_id": contact_id} if event is events.PemohonMenulis else {}))
    world.tell(events.TidakDiambil)
    world.send()
    assert world.whatsapp.sent[-1]["type"] == "text"


def test_an_older_message_heard_of_later_does_not_close_the_window(world):
    world.submit()
    contact_id = world.app.find(world.case_id).applicant.contact_id
    old = world.story.tell(events.PemohonMenulis, contact_id=contact_id)
    world.clock.move(hours=20)
    world.tell(events.PemohonMenulis, contact_id=contact_id)
    world.hear(old)
    world.clock.move(hours=20)
    world.tell(events.TidakDiambil)
    world.send()
    assert world.whatsapp.sent[-1]["type"] == "text"


def test_what_is_not_worth_a_paid_message_is_skipped_and_shown(world):
    world.submit()
    world.clock.move(days=2)
    world.tell(events.BerkasDiterima)
    world.send()
    assert len(world.whatsapp.sent) == 1
    skipped = world.recorded(CaseNotices.PesanDilewati)[0]
    assert (skipped.template_id, skipped.reason_code) == (
        "berkas_lengkap",
        "di-luar-jendela-24-jam",
    )
    assert world.recorded(CaseNotices.PemberitahuanGagal) == []


def test_template_that_whatsapp_refuses_for_the_window_is_given_to_a_person(world):
    world.submit()
    world.clock.move(days=2)
    world.tell(events.TidakDiambil)
    world.send()
    world.report("failed", error_code=131047)
    world.send()
    assert world.templates() == ["siap_diambil"]
    failed = world.recorded(CaseNotices.PemberitahuanGagal)
    assert [each.reason_code for each in failed] == ["di-luar-jendela-24-jam"]


def test_contact_who_never_wrote_gets_the_template(world):
    world.hear(world.submission())
    world.clock.move(days=2)
    world.send()
    assert world.templates() == ["diterima"]
