"""The inbox and its worker: in order, once, nothing lost, nothing readable at rest."""

from datetime import timedelta
from uuid import uuid4

import httpx

from intake.inbox_store import Counts
from intake.webhook_body import find_all, message_sender
from jamila_testing.files import pdf

EMPTY = Counts(waiting=0, failing=0, parked=0, unreadable=0)


def test_all_messages_of_all_entries_are_found(world):
    one, two = (world.message("text", {"body": word}) for word in ("satu", "dua"))
    world.deliver(world.body(one, two))
    world.work()
    assert len(world.whatsapp.sent) == 2


def test_message_in_two_bodies_is_answered_once(world):
    message = world.message("text", {"body": "halo"})
    assert world.deliver(world.body(message)) == 1
    assert world.deliver(world.body(message, world.message("text", {"body": "lagi"}))) == 1
    world.work()
    assert len(world.whatsapp.sent) == 2


def test_raw_body_goes_when_everything_in_it_is_done(world):
    world.hear(world.message("text", {"body": "rahasia-di-pesan"}))
    assert world.intake.inbox.counts() == EMPTY
    with world.intake.inbox._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM bodies").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM items").scalar() == 1


def test_nothing_personal_is_readable_at_rest(world, runtime_settings):
    world.deliver(world.body(world.message("text", {"body": "NAMA-SAYA-SITI"})))
    world.work()
    world.submit()
    world.deliver(world.body(world.message("text", {"body": "NAMA-SAYA-SITI"})))
    world.intake.inbox._engine.dispose()
    files = [each for each in runtime_settings.home.rglob("*") if each.is_file()]
    assert len(files) > 3
    for each in files:
        content = each.read_bytes()
        for secret in (world.number.encode(), b"Siti Rahmah", b"NAMA-SAYA-SITI", b"ID.siti"):
            assert secret not in content, each.name


def test_failing_media_holds_up_its_own_contact_only(world):
    world.whatsapp.fault = lambda request: (
        httpx.Response(503) if "/1000" in request.url.path else None
    )
    paper = world.file(pdf(), "application/pdf")
    world.deliver(world.body(paper))
    world.deliver(world.body(world.message("text", {"body": "status"})))
    world.number, world.user_id = "628006311002", "ID.budi"
    world.deliver(world.body(world.message("text", {"body": "halo"})))
    world.work()
    assert len(world.whatsapp.sent) == 1
    counts = world.intake.inbox.counts()
    assert (counts.waiting, counts.failing) == (2, 1)
    world.whatsapp.fault = lambda _: None
    world.clock.move(minutes=1)
    world.work()
    assert "1 berkas" in world.answers()[-1]
    assert world.intake.inbox.counts() == EMPTY


def test_what_keeps_failing_is_put_aside_with_its_body_and_can_be_tried_again(world):
    world.whatsapp.fault = lambda request: (
        None if request.url.path.endswith("/messages") else httpx.Response(500)
    )
    world.deliver(world.body(world.file(pdf(), "application/pdf")))
    for _ in range(3):
        world.work()
        world.clock.move(minutes=10)
    assert world.intake.inbox.counts() == Counts(0, 0, 1, 0)
    assert world.say("halo")
    world.whatsapp.fault = lambda _: None
    assert world.intake.inbox.retry_parked(world.clock.now()) == 1
    world.work()
    world.clock.move(seconds=world.PAUSE)
    world.answer_all()
    assert "kami simpan" in world.answers()[-1]
    assert world.intake.inbox.counts() == EMPTY


def test_crash_after_recording_and_before_done_does_it_once(world):
    world.deliver(world.body(world.message("text", {"body": "halo"})))
    item = world.intake.inbox.ready(world.clock.now(), limit=1)[0]
    world.intake.worker._do(item)
    world.work()
    assert len(world.whatsapp.sent) == 1


def test_message_without_sender_is_parked(world):
    message = world.message("text", {"body": "halo"})
    del message["from"], message["from_user_id"]
    world.number, world.user_id = "", None
    world.deliver(world.body(message))
    world.work()
    assert world.intake.inbox.counts().parked == 1


def test_tapped_buttons_are_read_as_their_ids(world):
    tapped = {"type": "button_reply", "button_reply": {"id": "akta kelahiran", "title": "Akta"}}
    assert "Buat akta baru" in world.hear(world.message("interactive", tapped))
    assert "belum dikirim" in world.hear(world.message("button", {"payload": "STATUS"}))


def test_broken_timestamp_falls_back_to_the_time_of_arrival(world):
    message = world.message("text", {"body": "akta kelahiran"}) | {"timestamp": "besok"}
    assert "Buat akta baru" in world.hear(message)


def test_sender_is_found_among_several_contacts(world):
    contacts = [
        {"profile": {"name": "Budi"}, "wa_id": "62811", "user_id": "ID.2"},
        {"profile": {"name": "Siti"}, "wa_id": world.number, "user_id": "ID.siti"},
    ]
    message = world.message("text", {"body": "x"})
    body = world.body(message, contacts=contacts)
    place = find_all(body, phone_number_id="106540352242922")[0].place
    assert message_sender(body, place).name == "Siti"


def test_status_about_a_case_that_never_comes_is_put_aside_in_the_end(world):
    world.deliver(world.status(f"{uuid4()}:{uuid4()}", "delivered", wamid="wamid.s2"))
    for _ in range(3):
        world.work()
        world.clock.move(minutes=10)
    assert world.intake.inbox.counts() == Counts(0, 0, 1, 0)
    assert [each.fault for each in world.intake.inbox.troubles()] == ["case-not-known-yet"]


def test_status_of_an_answer_in_the_chat_changes_nothing(world):
    before = len(world.app.recorder.select_notifications(0, 100))
    world.deliver(world.status("jawaban:1", "delivered"))
    world.deliver(world.status(f"{uuid4()}:{uuid4()}", "deleted", wamid="wamid.s3"))
    world.work()
    assert len(world.app.recorder.select_notifications(0, 100)) == before
    assert world.intake.inbox.counts() == EMPTY


def test_what_could_not_be_read_is_listed_and_can_be_read_again_or_given_up(world):
    inbox, good = world.intake.inbox, world.body(world.message("text", {"body": "halo"}))
    inbox.add_unreadable(good, "ValueError", world.clock.now())
    inbox.add_unreadable(b"kacau", "ValueError", world.clock.now())
    assert [(each.kind, each.fault) for each in inbox.troubles()] == [("body", "ValueError")] * 2
    assert inbox.read_again(lambda body: find_all(body, phone_number_id="106540352242922")) == 1
    world.work()
    assert len(world.whatsapp.sent) == 1
    left = inbox.troubles()
    assert [each.size_bytes > 0 for each in left] == [True]
    assert inbox.discard_body(left[0].number)
    assert not inbox.discard_body(left[0].number)
    assert inbox.counts() == EMPTY


def test_parked_item_can_be_tried_alone_or_given_up(world):
    world.deliver(world.status(f"{uuid4()}:{uuid4()}", "delivered", wamid="wamid.s2"))
    for _ in range(3):
        world.work()
        world.clock.move(minutes=10)
    seq = world.intake.inbox.troubles()[0].number
    assert world.intake.inbox.retry_parked(world.clock.now(), seq + 1) == 0
    assert world.intake.inbox.retry_parked(world.clock.now(), seq) == 1
    assert not world.intake.inbox.discard(seq)
    for _ in range(3):
        world.work()
        world.clock.move(minutes=10)
    assert world.intake.inbox.discard(seq)
    assert world.intake.inbox.counts() == EMPTY


def test_what_came_while_the_clock_was_ahead_does_not_wait_until_then(world):
    world.clock.move(hours=5)
    world.deliver(world.body(world.message("text", {"body": "halo"})))
    world.clock.move(hours=-5)
    world.work()
    assert world.intake.inbox.counts().waiting == 1

    world.intake.worker._look()
    world.work()

    assert world.intake.inbox.counts() == EMPTY


def test_what_failed_while_the_clock_was_ahead_is_tried_again_soon(world):
    world.deliver(world.status(f"{uuid4()}:{uuid4()}", "delivered"))
    world.clock.move(hours=5)
    world.work()
    world.clock.move(hours=-5)

    assert world.intake.inbox.hasten(world.clock.now(), longest=timedelta(minutes=5)) == 1
    assert world.intake.inbox.hasten(world.clock.now(), longest=timedelta(minutes=5)) == 0
