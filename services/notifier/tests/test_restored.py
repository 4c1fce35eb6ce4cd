"""A notifier that was restored from a backup sends nothing that may have been sent before."""

from datetime import timedelta

from jamila_contracts import events
from notifier.domain import CaseNotices


def failures(world) -> list[str]:
    return [each.reason_code for each in world.recorded(CaseNotices.PemberitahuanGagal)]


def test_what_happened_before_the_backup_is_an_open_question_and_then_a_persons(world):
    told = world.submission()
    world.app.doubt_until = told.meta.recorded_at
    world.hear(told)
    world.send()
    assert set(world.states().values()) == {"started"}
    world.later(minutes=11)
    assert world.whatsapp.calls == 0
    assert failures(world) == ["hasil-tidak-diketahui"]


def test_a_report_answers_the_question_and_nobody_is_asked(world):
    told = world.submission()
    world.app.doubt_until = told.meta.recorded_at
    world.hear(told)
    world.send()
    [message_id] = world.app.find(world.case_id).messages
    world.tell(
        events.StatusPesanDilaporkan,
        message_id=message_id,
        status="delivered",
        provider_message_id="wamid-laporan",
    )
    world.later(minutes=11)
    assert (world.whatsapp.calls, failures(world)) == (0, [])


def test_what_happens_after_the_backup_is_told_as_ever(world):
    told = world.submission()
    world.app.doubt_until = told.meta.recorded_at - timedelta(seconds=1)
    world.hear(told)
    world.send()
    assert world.whatsapp.calls == 1
