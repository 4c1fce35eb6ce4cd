import httpx
import pytest

from intake.inbox_store import Counts

EMPTY = Counts(waiting=0, failing=0, parked=0, unreadable=0)
MEBIBYTE = 1024 * 1024


async def test_signed_body_is_durable_before_200(world, post):
    answer = await post(world.body(world.message("text", {"body": "halo"})))
    assert answer.status_code == 200
    assert world.intake.inbox.counts().waiting == 1


@pytest.mark.parametrize(
    "signature", ["", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=", "é"]
)
async def test_wrong_or_missing_signature_is_403_and_nothing_is_stored(world, post, signature):
    body = world.body(world.message("text", {"body": "halo"}))
    answer = await post(body, signature=signature.encode("latin-1"))
    assert answer.status_code == 403
    assert world.intake.inbox.counts() == EMPTY


async def test_changed_body_under_a_right_signature_is_403(world, post):
    body = world.body(world.message("text", {"body": "halo"}))
    right = (await post(body)).request.headers["X-Hub-Signature-256"]
    assert (await post(body + b" ", signature=right)).status_code == 403


async def test_too_large_body_is_413_and_nothing_is_stored(world, post):
    assert (await post(b" " * (3 * MEBIBYTE + 1))).status_code == 413
    assert world.intake.inbox.counts() == EMPTY


@pytest.mark.parametrize(
    "body",
    [
        b"{bukan json",
        b"[]",
        b"{}",
        b'{"entry":[{"changes":"x"}]}',
        b'{"entry":[{"changes":[{"field":"messages","value":7}]}]}',
        b'{"entry":' + b"[" * 100_000,
    ],
)
async def test_signed_but_unreadable_body_is_kept_and_visible(world, post, body):
    assert (await post(body)).status_code == 200
    assert world.intake.inbox.counts().unreadable == 1


async def test_the_same_body_again_adds_nothing(world, post):
    body = world.body(world.message("text", {"body": "halo"}))
    for _ in range(3):
        assert (await post(body)).status_code == 200
    world.work()
    assert len(world.whatsapp.sent) == 1
    assert (await post(body)).status_code == 200
    assert world.intake.inbox.counts() == EMPTY


async def test_message_to_another_number_of_the_account_is_left_alone(world, post):
    message = world.message("text", {"body": "halo"})
    assert (await post(world.body(message, number_id="999999"))).status_code == 200
    assert world.intake.inbox.counts() == EMPTY


async def test_store_that_cannot_be_written_is_503_so_that_whatsapp_delivers_again(
    world, post, runtime_settings
):
    body = world.body(world.message("text", {"body": "halo"}))
    world.intake.inbox._engine.dispose()
    (runtime_settings.stores / "intake-inbox.db").write_bytes(b"bukan basis data " * 100)
    for leftover in runtime_settings.stores.glob("intake-inbox.db-*"):
        leftover.unlink()
    assert (await post(body)).status_code == 503


@pytest.mark.parametrize(
    ("mode", "token", "status"),
    [
        ("subscribe", "verifikasi-uji", 200),
        ("subscribe", "salah", 403),
        ("", "verifikasi-uji", 403),
    ],
)
async def test_verification_echoes_the_challenge_for_the_right_token_only(
    door, mode, token, status
):
    query = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": "12345"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(door), base_url="http://intake.test"
    ) as client:
        answer = await client.get("/webhooks/whatsapp", params=query)
    assert answer.status_code == status
    assert (answer.text == "12345") is (status == 200)
