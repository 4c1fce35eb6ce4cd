"""Answers in the chat: at most once, and what becomes of them is recorded."""

from datetime import timedelta

import httpx

from intake.conversation import Conversation


def outcomes(world) -> list[str]:
    return [each.outcome for each in world.recorded(Conversation.JawabanSelesai)]


def deliver(world) -> None:
    world.deliver(world.body(world.message("text", {"body": "halo"})))
    world.work()


def test_answer_names_itself_so_that_its_statuses_are_told_apart(world):
    deliver(world)
    assert world.whatsapp.sent[0]["biz_opaque_callback_data"].startswith("jawaban:")
    assert outcomes(world) == ["terkirim"]


def test_busy_platform_is_tried_again_until_it_takes_the_answer(world):
    error = {"error": {"code": 131056}}
    world.whatsapp.fault = lambda _: httpx.Response(400, json=error)
    deliver(world)
    world.whatsapp.fault = lambda _: None
    world.clock.move(seconds=10)
    world.answer_all()
    assert outcomes(world) == ["ditunda", "terkirim"]
    assert len(world.whatsapp.sent) == 1


def test_answer_that_stays_impossible_is_given_up(world):
    world.whatsapp.fault = lambda _: httpx.Response(500)
    deliver(world)
    for _ in range(15):
        world.clock.move(minutes=10)
        world.answer_all()
    assert outcomes(world)[-1] == "gagal"
    assert world.app.store.due_effects(world.clock.now() + timedelta(days=1), 10) == []


def test_refused_answer_is_given_up_at_once(world):
    world.whatsapp.fault = lambda _: httpx.Response(400, json={"error": {"code": 131026}})
    deliver(world)
    assert outcomes(world) == ["gagal"]


def test_answer_whose_outcome_is_unknown_is_not_sent_again(world):
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("x", request=request)

    world.whatsapp.fault = lose
    deliver(world)
    world.whatsapp.fault = lambda _: None
    world.clock.move(hours=1)
    world.answer_all()
    assert outcomes(world) == ["tidak-diketahui"]
    assert world.whatsapp.sent == []


def test_crash_between_call_and_record_does_not_send_again(world, monkeypatch):
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(world.intake.answers, "_end", crash)
        try:
            deliver(world)
        except KeyboardInterrupt:
            world.clock.move(hours=1)
    world.answer_all()
    assert len(world.whatsapp.sent) == 1
    assert outcomes(world) == ["tidak-diketahui"]


def test_answer_that_a_lost_machine_may_have_sent_is_not_sent_again(world):
    world.whatsapp.fault = lambda _: httpx.Response(503)
    deliver(world)
    world.whatsapp.fault = lambda _: None
    [waiting] = world.app.store.waiting_effects(["answer"])
    world.app.effects["answer"](waiting.doubted())
    assert outcomes(world) == ["ditunda", "tidak-diketahui"]
    assert world.whatsapp.sent == []
