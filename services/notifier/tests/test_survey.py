"""One tap after hand-over: how was it?"""

import pytest

from jamila_contracts import events
from jamila_whatsapp.references import SurveyReply


def rows(world):
    action = world.whatsapp.sent[-1]["interactive"]["action"]
    return action["button"], action["sections"][0]["rows"]


def test_hand_over_asks_for_one_tap(world):
    world.submit()
    world.tell(events.Diserahkan)
    world.send()
    button, answers = rows(world)
    assert button == "Beri nilai"
    assert [each["title"] for each in answers] == [
        "Sangat baik",
        "Baik",
        "Kurang baik",
        "Tidak baik",
    ]
    replies = [SurveyReply.parse(each["id"]) for each in answers]
    assert [each.score for each in replies] == [4, 3, 2, 1]
    assert {each.case_id for each in replies} == {world.case_id}
    assert {str(each.survey_id) for each in replies} == {world.message_id()}


def test_hand_over_told_twice_asks_once(world):
    world.submit()
    told = world.tell(events.Diserahkan)
    world.hear(told)
    world.send()
    assert sum("interactive" in each for each in world.whatsapp.sent) == 1


@pytest.mark.parametrize(
    ("score", "words"), [(4, "Terima kasih"), (3, "Terima kasih"), (2, "maaf"), (1, "maaf")]
)
def test_answer_is_thanked_for_once(world, score, words):
    world.submit()
    answered = world.tell(events.SurveiDijawab, score=score)
    world.hear(answered)
    world.tell(events.SurveiDijawab, score=4)
    world.send()
    assert words in world.texts()[-1]
    assert len(world.texts()) == 2


def test_nobody_is_asked_outside_the_window(world):
    world.submit()
    world.clock.move(days=3)
    world.tell(events.Diserahkan)
    world.send()
    assert len(world.whatsapp.sent) == 1
