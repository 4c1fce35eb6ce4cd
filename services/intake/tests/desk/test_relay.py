"""The office's phone: staff pass on what came, and what is answered."""

import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

import pytest

from intake import relay
from intake.domain import CaseIntake
from intake.replies import CaseReplies
from jamila_contracts import commands as c
from jamila_contracts import events
from jamila_contracts.commands_desk import TO_TELL_DESK, case_of_row
from jamila_runtime.vault import CaseKeyMissingError
from jamila_testing.builders import Story
from jamila_testing.files import pdf


def apply_by_phone(desk, world):
    """A whole application, each message pasted by staff."""
    replies = [desk.relay(text=text) for text in ("akta kelahiran", *world.BIRTH)]
    replies.append(desk.relay(content=pdf(), text="KK", file_name="kk.pdf"))
    replies += [desk.relay(text="KIRIM") for _ in range(2)]
    return replies


def test_relayed_message_is_answered_by_the_chat_and_nothing_is_sent(desk, world):
    _, reply = desk.relay(text="akta kelahiran")
    assert reply.problem is None
    answer = desk.told(reply)[-1]
    assert "GRATIS" in answer
    # What could be tapped is there as numbers, which may be typed.
    assert "1. Diri sendiri" in answer
    assert world.whatsapp.sent == []


def test_whole_application_by_the_offices_phone_is_of_the_channel_manual(desk, world):
    replies = apply_by_phone(desk, world)
    assert [reply.problem for _, reply in replies] == [None] * len(replies)
    assert [each.channel for each in world.recorded(CaseIntake.Diajukan)] == ["manual"]
    assert world.whatsapp.sent == []


def test_paper_by_the_offices_phone_is_answered_at_once_and_its_upload_destroyed(desk):
    case_id, reply = desk.relay(content=pdf(), text="KK")
    assert desk.told(reply)
    desk.world.answer_all()
    assert not list((desk.objects._folder / str(case_id)).glob("unggahan-*"))


def test_same_command_again_is_heard_once(desk):
    case_id = desk.begin("manual")
    said = desk.seal(case_id, {"phone": "080063110001", "text": "halo"})
    key = uuid4()
    first = desk.ask(c.RelayMessage, case_id, key=key, said=said)
    again = desk.ask(c.RelayMessage, case_id, key=key, said=said)
    assert first.result == again.result
    assert len(first.result["answers"]) == 1


def test_answer_is_listed_until_somebody_says_that_he_told_it(desk):
    _, reply = desk.relay(text="halo")
    answer = reply.result["answers"][0]
    assert desk.ask(c.ListToTell, TO_TELL_DESK).result == {"answers": [answer], "more": 0}
    contact_id = UUID(answer["contact_id"])
    for _ in range(2):
        marked = desk.ask(c.MarkTold, contact_id, answer_id=answer["answer_id"])
        assert marked.problem is None
    assert desk.ask(c.ListToTell, TO_TELL_DESK).result == {"answers": [], "more": 0}
    assert desk.ask(c.MarkTold, contact_id, answer_id=uuid4()).problem.slug == "answer-unknown"


def test_list_says_who_owes_it_and_until_when_and_nothing_of_what_it_says(desk, world):
    _, reply = desk.relay(text="halo")
    listed = desk.ask(c.ListToTell, TO_TELL_DESK).result["answers"]
    [answer] = listed
    assert (answer["owner"], answer["overdue"]) == ("operator-layanan", False)
    assert datetime.fromisoformat(answer["due_at"]) - datetime.fromisoformat(
        answer["asked_at"]
    ) == timedelta(hours=24)
    assert "v1." not in reply.model_dump_json() + json.dumps(listed)
    world.clock.move(hours=24)
    [answer] = desk.ask(c.ListToTell, TO_TELL_DESK).result["answers"]
    assert answer["overdue"] is True


def test_list_shows_the_oldest_and_counts_the_others(desk, monkeypatch):
    monkeypatch.setattr(relay, "_MOST", 1)
    _, first = desk.relay(text="halo")
    desk.relay(text="akta kelahiran")
    listed = desk.ask(c.ListToTell, TO_TELL_DESK).result
    assert (listed["answers"], listed["more"]) == (first.result["answers"], 1)


def test_words_and_number_are_sealed_for_the_contact(desk):
    _, reply = desk.relay(text="halo")
    [answer] = reply.result["answers"]
    said = desk.said(answer)
    assert (said["phone"], "GRATIS" in said["text"]) == ("6280063110001", True)


def test_words_of_no_answer_of_another_contact_or_of_a_told_one_are_not_given(desk):
    _, reply = desk.relay(text="halo")
    [answer] = reply.result["answers"]
    contact_id, answer_id = UUID(answer["contact_id"]), answer["answer_id"]
    for asked in ((contact_id, uuid4()), (uuid4(), answer_id)):
        refused = desk.ask(c.ReadToTell, asked[0], answer_id=asked[1])
        assert refused.problem.slug == "answer-unknown"
    desk.ask(c.MarkTold, contact_id, answer_id=answer_id)
    told = desk.ask(c.ReadToTell, contact_id, answer_id=answer_id)
    assert told.problem.slug == "answer-unknown"


def test_what_was_read_cannot_be_read_again_once_the_contact_is_forgotten(desk, world):
    apply_by_phone(desk, world)
    _, reply = desk.relay(text="STATUS")
    answer = reply.result["answers"][-1]
    contact_id = UUID(answer["contact_id"])
    read = desk.ask(c.ReadToTell, contact_id, answer_id=answer["answer_id"])
    assert world.vault.open(contact_id, read.result["said"])["text"]
    world.forget(last_case(world))
    with pytest.raises(CaseKeyMissingError):
        world.vault.open(contact_id, read.result["said"])
    again = desk.ask(c.ReadToTell, contact_id, answer_id=answer["answer_id"])
    assert again.problem.slug == "answer-unknown"
    assert desk.ask(c.ListToTell, TO_TELL_DESK).result["answers"] == []


def test_lists_that_were_answered_with_words_in_them_end_with_the_first_who_is_forgotten(
    desk, world
):
    world.vault.create(TO_TELL_DESK)
    old = world.vault.seal(TO_TELL_DESK, {"phone": "6280063110001"})
    apply_by_phone(desk, world)
    world.forget(last_case(world))
    with pytest.raises(CaseKeyMissingError):
        world.vault.open(TO_TELL_DESK, old)


def test_resident_who_writes_by_the_platform_is_answered_by_it_again(desk, world):
    desk.relay(text="halo")
    world.number, world.user_id = "6280063110001", None
    world.say("halo")
    assert len(world.whatsapp.sent) == 1


@pytest.mark.parametrize(
    ("said", "fault"), [({"phone": "12", "text": "x"}, "Nomor telepon"), ({"text": " "}, "Tempel")]
)
def test_message_of_nobody_or_about_nothing_is_refused(desk, said, fault):
    _, reply = desk.relay(**said)
    assert fault in reply.problem.data["errors"][0]


def test_file_that_cannot_be_used_is_answered_as_in_the_chat(desk):
    _, reply = desk.relay(content=b"MZ", text="")
    assert "tidak bisa kami terima" in desk.told(reply)[-1]


def test_message_keeps_the_time_the_phone_shows(desk, world):
    case_id = desk.begin("manual")
    earlier = world.clock.now().replace(hour=0)
    said = desk.seal(case_id, {"phone": "080063110001", "text": "akta kelahiran"})
    desk.ask(c.RelayMessage, case_id, said=said, sent_at=earlier)
    apply_by_phone(desk, world)
    assert world.recorded(CaseIntake.Diajukan)[0].first_message_at == earlier


def last_case(world):
    return world.recorded(CaseIntake.Diajukan)[-1].cause.case_id


def hand_over(world):
    story = Story("kasus-1")
    story.case_id = last_case(world)
    printed = story.later(days=1).tell(events.Dicetak)
    world.app.consume([printed, story.later(minutes=1).tell(events.Diserahkan)])


def test_relayed_wish_for_the_documents_is_left_to_the_notifier(desk, world):
    apply_by_phone(desk, world)
    case_id = desk.begin("manual")
    said = desk.seal(case_id, {"phone": "080063110001", "text": "KIRIM ULANG"})
    key = uuid4()
    before = len(desk.ask(c.ListToTell, TO_TELL_DESK).result["answers"])
    for _ in range(2):
        assert desk.ask(c.RelayMessage, case_id, key=key, said=said).problem is None
    asked = world.recorded(CaseReplies.KirimUlangDiminta)
    assert [(each.cause.case_id, each.channel) for each in asked] == [(last_case(world), "manual")]
    assert len(desk.ask(c.ListToTell, TO_TELL_DESK).result["answers"]) == before


def test_relayed_message_says_that_the_applicant_is_reached_by_hand(desk, world):
    apply_by_phone(desk, world)
    desk.relay(text="STATUS")
    world.number, world.user_id = "6280063110001", None
    world.say("STATUS")
    desk.relay(text="STATUS")
    heard = world.recorded(CaseReplies.PemohonMenulis)
    # The way is news at once; the same way again only after an hour.
    assert [each.channel for each in heard] == ["manual", "whatsapp", "manual"]


def test_score_that_was_typed_counts_once_and_is_of_the_case_that_was_handed_over(desk, world):
    apply_by_phone(desk, world)
    hand_over(world)
    for text in ("Nilai 4", "NILAI: 1"):
        desk.relay(text=text)
    given = world.recorded(CaseReplies.SurveiDijawab)
    assert [(each.cause.case_id, each.item, each.score, each.channel) for each in given] == [
        (last_case(world), "umum", 4, "manual")
    ]


def test_score_before_the_end_is_a_word_like_any_other(desk, world):
    apply_by_phone(desk, world)
    _, reply = desk.relay(text="NILAI 4")
    assert world.recorded(CaseReplies.SurveiDijawab) == []
    assert reply.result["answers"]


def test_case_of_a_row_is_found_by_its_number_however_it_is_written():
    batch_id = uuid4()
    assert case_of_row(batch_id, "003") == case_of_row(batch_id, "3") == uuid5(batch_id, "3")
