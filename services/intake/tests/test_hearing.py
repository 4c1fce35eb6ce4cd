"""What a message means for the notifier: an open window, a wish, a score."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intake.replies import CaseReplies
from jamila_contracts import events
from jamila_testing.builders import Story
from jamila_whatsapp.references import SurveyReply


def heard(world) -> list[CaseReplies.PemohonMenulis]:
    return world.recorded(CaseReplies.PemohonMenulis)


def tap(world, reply: object) -> int:
    """Tap a row; the number of answers the chat gave to it."""
    before = len(world.whatsapp.sent)
    part = {"type": "list_reply", "list_reply": {"id": str(reply), "title": "Baik"}}
    world.deliver(world.body(world.message("interactive", part)))
    world.work()
    return len(world.whatsapp.sent) - before


def say_quietly(world, text: str) -> int:
    """Write; the number of answers the chat gave to it."""
    before = len(world.whatsapp.sent)
    world.deliver(world.body(world.message("text", {"body": text})))
    world.work()
    return len(world.whatsapp.sent) - before


def test_writing_is_told_about_the_newest_case_and_once_an_hour(world):
    world.submit()
    case_id = world.last_case()
    for minutes in (0, 20, 39, 2):
        world.clock.move(minutes=minutes)
        world.say("STATUS")
    assert [each.cause.case_id for each in heard(world)] == [case_id, case_id]
    first, second = (each.cause.occurred_at for each in heard(world))
    assert second - first >= timedelta(hours=1)


def test_a_contact_without_a_case_opens_no_window(world):
    world.say("halo")
    assert heard(world) == []


@pytest.mark.parametrize("text", ["KIRIM ULANG", "kirim ulang", "Kirimulang", " kirim  ulang! "])
def test_asking_again_is_left_to_the_notifier(world, text):
    world.submit()
    assert say_quietly(world, text) == 0
    asked = world.recorded(CaseReplies.KirimUlangDiminta)
    assert [each.cause.case_id for each in asked] == [world.last_case()]


def test_asking_again_means_the_case_whose_documents_are_ready(world):
    world.submit()
    ready = world.last_case()
    story = Story("kasus-1")
    story.case_id = ready
    printed = story.later(days=1).tell(events.Dicetak)
    world.app.consume([printed, story.later(minutes=1).tell(events.Diserahkan)])
    world.clock.move(days=2)
    world.submit()
    assert world.last_case() != ready
    say_quietly(world, "KIRIM ULANG")
    assert world.recorded(CaseReplies.KirimUlangDiminta)[0].cause.case_id == ready


def test_asking_again_without_a_case_is_answered_by_the_chat(world):
    assert say_quietly(world, "KIRIM ULANG") == 1


def test_the_same_message_delivered_twice_asks_once(world):
    world.submit()
    body = world.body(world.message("text", {"body": "KIRIM ULANG"}, wamid="wamid.sama"))
    for _ in range(2):
        world.deliver(body)
        world.work()
    assert len(world.recorded(CaseReplies.KirimUlangDiminta)) == 1


def test_score_is_recorded_once_and_the_chat_is_quiet(world):
    world.submit()
    survey_id = uuid4()
    for score in (4, 4, 1):
        reply = SurveyReply(world.last_case(), survey_id, "umum", score)
        assert tap(world, reply) == 0
    told = world.recorded(CaseReplies.SurveiDijawab)
    assert [(each.survey_id, each.item, each.score) for each in told] == [(survey_id, "umum", 4)]


def test_nobody_judges_for_another(world):
    world.submit()
    case_id = world.last_case()
    world.number, world.user_id = "628006311777", "ID.lain"
    assert tap(world, SurveyReply(case_id, uuid4(), "umum", 1)) == 0
    assert tap(world, SurveyReply(uuid4(), uuid4(), "umum", 1)) == 0
    assert world.recorded(CaseReplies.SurveiDijawab) == []


@pytest.mark.parametrize("made_up", ["skm:x:y:umum:4", "skm:", "skm:umum:9"])
def test_what_is_no_score_goes_to_the_chat(world, made_up):
    assert SurveyReply.parse(made_up) is None
    assert tap(world, made_up) == 1
