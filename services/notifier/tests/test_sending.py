"""One message goes out once, or a person hears of it."""

import httpx
import pytest

from jamila_contracts import events
from notifier.domain import CaseNotices


def failures(world) -> list[str]:
    return [each.reason_code for each in world.recorded(CaseNotices.PemberitahuanGagal)]


def states(world) -> list[str]:
    return [each.state for each in world.app.find(world.case_id).messages.values()]


@pytest.mark.parametrize("code", [131056, 130429, 80007, 4, 131000, 131016])
def test_message_that_was_certainly_not_sent_is_tried_again(world, code):
    world.whatsapp.refuse(code)
    world.submit()
    world.whatsapp.recover()
    world.clock.move(minutes=1)
    world.send()
    assert len(world.whatsapp.sent) == 1
    assert states(world) == ["sent"]
    assert failures(world) == []


def test_tries_have_an_end_and_then_somebody_owns_it(world):
    world.whatsapp.refuse(131056)
    world.submit()
    for _ in range(5):
        world.clock.move(minutes=10)
        world.send()
    assert world.whatsapp.calls == 3
    assert failures(world) == ["whatsapp-busy"]
    assert world.pending() == 0


@pytest.mark.parametrize(
    ("code", "reason"),
    [(131026, "tidak-dapat-diterima"), (131051, "ditolak-whatsapp")],
)
def test_refused_message_is_given_to_a_person_at_once(world, code, reason):
    world.whatsapp.refuse(code)
    world.submit()
    assert failures(world) == [reason]
    assert world.pending() == 0


def test_closed_window_sends_the_approved_template_instead(world):
    world.whatsapp.fault = lambda request: None if b'"template"' in request.content else _closed()
    world.submit()
    sent = world.whatsapp.sent[0]["template"]
    assert sent["name"] == "diterima"
    values = [each["text"] for each in sent["components"][0]["parameters"]]
    assert values == ["Akta Kelahiran", "K7M2Q9XW4T"]
    assert states(world) == ["diverted", "sent"]
    assert failures(world) == []


def test_closed_window_reported_later_sends_the_approved_template_once(world):
    world.submit()
    reported = world.report("failed", error_code=131047)
    world.hear(reported)
    world.send()
    world.report("failed", 0, error_code=131047)
    world.send()
    assert [each["type"] for each in world.whatsapp.sent] == ["text", "template"]
    assert world.message_id(0) != world.message_id(1)


def test_list_becomes_one_line_in_the_approved_template(world):
    world.submit()
    world.tell(events.BerkasTidakLengkap)
    world.send()
    world.report("failed", error_code=131047)
    world.send()
    parameters = world.whatsapp.sent[-1]["template"]["components"][0]["parameters"]
    assert all("\n" not in each["text"] for each in parameters)


def test_closed_window_without_an_approved_template_says_nothing_and_shows_it(world):
    world.submit()
    world.tell(events.Diserahkan)
    world.send()
    world.report("failed", error_code=131047)
    assert failures(world) == []
    skipped = world.recorded(CaseNotices.PesanDilewati)[0]
    assert (skipped.template_id, skipped.reason_code) == ("terima_kasih", "di-luar-jendela-24-jam")
    assert states(world) == ["sent", "skipped"]


def test_lost_answer_is_not_sent_again_and_a_report_resolves_it(world):
    world.whatsapp.lose_answer()
    world.submit()
    world.whatsapp.recover()
    world.clock.move(minutes=1)
    world.send()
    assert states(world) == ["started"]
    world.report("delivered")
    world.clock.move(minutes=30)
    world.send()
    assert len(world.whatsapp.sent) == 1
    assert states(world) == ["delivered"]
    told = world.recorded(CaseNotices.PemberitahuanTerkirim)
    assert [each.provider_message_id for each in told] == ["wamid-laporan"]
    assert world.pending() == 0


def test_lost_answer_without_a_report_is_given_to_a_person(world):
    world.whatsapp.lose_answer()
    world.submit()
    world.whatsapp.recover()
    for _ in range(12):
        world.clock.move(minutes=1)
        world.send()
    assert len(world.whatsapp.sent) == 1
    assert failures(world) == ["hasil-tidak-diketahui"]
    assert world.pending() == 0


def test_crash_between_call_and_record_does_not_send_again(world, monkeypatch):
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(CaseNotices, "accepted", crash)
        with pytest.raises(KeyboardInterrupt):
            world.submit()
    world.clock.move(minutes=1)
    world.send()
    assert len(world.whatsapp.sent) == 1
    assert states(world) == ["started"]


def test_report_that_overtakes_our_own_record_is_not_told_twice(world):
    world.submit()
    world.report("read")
    world.report("delivered")
    world.report("sent")
    assert states(world) == ["read"]
    assert len(world.recorded(CaseNotices.PemberitahuanTerkirim)) == 1
    assert len(world.recorded(CaseNotices.StatusDicatat)) == 1


def test_failure_reported_later_is_given_to_a_person_once(world):
    world.submit()
    world.report("failed", error_code=131026)
    world.report("failed", error_code=131026)
    world.report("delivered")
    assert failures(world) == ["tidak-dapat-diterima"]
    assert states(world) == ["failed"]


def test_report_about_an_unknown_message_is_quiet(world):
    world.submit()
    world.tell(events.StatusPesanDilaporkan)
    assert states(world) == ["sent"]


def _closed():
    return httpx.Response(400, json={"error": {"code": 131047}})


def test_a_forgotten_case_is_told_nothing_more(world):
    world.whatsapp.refuse(131056)
    world.submit()
    assert world.pending() == 1
    world.whatsapp.recover()
    world.tell(events.DataPribadiDihapus)
    world.clock.move(minutes=10)
    world.send()
    assert (world.pending(), states(world), failures(world)) == (0, ["skipped"], [])
    assert world.whatsapp.sent == []
