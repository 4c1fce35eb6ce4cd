"""Every inbound type in the shape the platform documents; the people are invented."""

import json
from pathlib import Path

import pytest

from intake.inbox_store import Counts
from intake.webhook_body import find_all

PAYLOADS = Path(__file__).parent / "payloads"
NUMBER = "106540352242922"
EMPTY = Counts(waiting=0, failing=0, parked=0, unreadable=0)


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


@pytest.fixture
def hear(world):
    def hear(name: str) -> list[str]:
        before = len(world.whatsapp.sent)
        world.deliver(payload(name))
        world.work()
        return world.answers()[before:]

    return hear


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_every_payload_is_taken_in_twice_and_leaves_nothing_broken(world, path):
    if path.stem in ("image", "document"):
        world.whatsapp.media |= {"100338342138756": (b"", ""), "100338342138757": (b"", "")}
    for _ in range(2):
        world.deliver(path.read_bytes())
        world.work()
    counts = world.intake.inbox.counts()
    assert (counts.parked, counts.unreadable) == (0, 0)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("text", "Buat akta baru"),
        ("text_reply", "permohonan"),
        ("text_without_phone", "Dik Jamila"),
        ("text_before_user_ids", "Dik Jamila"),
        ("interactive_button_reply", "permohonan"),
        ("interactive_list_reply", "permohonan"),
        ("button", "permohonan"),
        ("audio", "pesan suara"),
        ("video", "video"),
        ("sticker", "stikernya"),
        ("location", "lokasi"),
        ("contacts", "kartu kontak"),
        ("order", "GRATIS"),
        ("interactive_nfm_reply", "belum bisa kami baca"),
        ("unsupported", "belum bisa kami baca"),
    ],
)
def test_each_type_gets_one_sensible_answer(hear, name, answer):
    answers = hear(name)
    assert len(answers) == 1
    assert answer in answers[0]


@pytest.mark.parametrize("name", ["reaction", "system_number_change", "template_status"])
def test_what_asks_for_nothing_gets_no_answer(world, hear, name):
    assert hear(name) == []
    assert world.intake.inbox.counts() == EMPTY


@pytest.mark.parametrize("name", ["image", "document"])
def test_file_that_is_gone_is_asked_for_again(hear, name):
    (answer,) = hear(name)
    assert answer.endswith("File ini sudah tidak tersedia di WhatsApp. Silakan kirim ulang.")


def test_several_entries_changes_messages_and_statuses_of_one_body_are_all_done(world):
    body = payload("several_of_everything")
    found = find_all(body, phone_number_id=NUMBER)
    assert [each.kind for each in found] == ["message"] * 2 + ["status"] * 2 + ["message"]
    assert world.deliver(body) == 5
    world.work()
    assert len(world.whatsapp.sent) == 3


def test_one_broken_message_among_good_ones_is_put_aside_and_the_others_are_done(world):
    body = json.loads(payload("several_of_everything"))
    del body["entry"][0]["changes"][0]["value"]["messages"][0]["id"]
    body["entry"].append({"changes": 7})
    assert world.deliver(json.dumps(body).encode()) == 6
    world.work()
    assert len(world.whatsapp.sent) == 2
    assert world.intake.inbox.counts().parked == 2
    troubles = world.intake.inbox.troubles()
    assert {(each.kind, each.fault) for each in troubles} == {("broken", "unreadable")}


def test_read_before_sent_ends_as_read_and_failed_stays_failed(world):
    world.submit()
    case = world.app.find(world.last_case())
    message_id = "8f14e45f-ceea-467f-8d3e-000000000002"
    for status in ("read", "delivered", "sent"):
        body = payload(f"status_{status}").replace(
            b"8f14e45f-ceea-467f-8d3e-000000000001", str(case.case_id).encode()
        )
        world.deliver(body)
        world.work()
    assert world.app.find(case.case_id).reported == {message_id: "read"}


def test_status_that_is_faster_than_its_case_is_kept_and_done_later(world):
    world.begin()
    world.send_photo("KK")
    world.say("KIRIM")
    case_id = world.draft_id()
    body = payload("status_delivered").replace(
        b"8f14e45f-ceea-467f-8d3e-000000000001", str(case_id).encode()
    )
    world.deliver(body)
    world.work()
    assert world.intake.inbox.counts().failing == 1
    world.say("KIRIM")
    world.clock.move(minutes=1)
    world.work()
    assert list(world.app.find(case_id).reported.values()) == ["delivered"]
    assert world.intake.inbox.counts() == EMPTY


def test_clock_of_a_phone_that_is_ahead_does_not_move_the_clock_of_the_case(world):
    late = world.message("text", {"body": "akta kelahiran"}) | {"timestamp": "9999999999"}
    world.hear(late)
    for answer in world.BIRTH:
        world.say(answer)
    world.send_photo("KK")
    world.say("KIRIM")
    world.say("KIRIM")
    submitted = world.recorded(type(world.app.find(world.last_case())).Diajukan)
    assert submitted[0].first_message_at < world.clock.now()
