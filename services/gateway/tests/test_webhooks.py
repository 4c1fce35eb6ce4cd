import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from gateway.secret_box import SecretBox
from gateway.webhooks.sending import AddressRules, Sender
from gateway.webhooks.store import SqlWebhookStore
from gateway.webhooks.subscriptions import PAUSES, is_genuine
from gateway.webhooks.telling import PURPOSE, Means, Teller
from jamila_ledger.views import TRAIL
from jamila_testing.builders import happy_story
from jamila_testing.receivers import Receiver, lookup

URL = "https://aplikasi.example.org/kabar?dari=jamila"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def teller(house: Any, webhook_store: SqlWebhookStore, receiver: Receiver) -> Teller:
    sender = Sender(AddressRules(), lookup=lookup, transport=httpx.MockTransport(receiver))
    box = SecretBox(bytes(32), purpose=PURPOSE)
    return Teller(Means(webhook_store, house.models, sender, box, house.clock))


async def subscribed(house: Any, *events: str, url: str = URL) -> dict[str, Any]:
    async with await house.logged_in("admin-1") as client:
        answer = await client.post(
            "/api/v1/webhooks",
            json={"url": url, "events": list(events)},
            headers={"Idempotency-Key": str(uuid4())},
        )
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


async def told(teller: Teller) -> None:
    """One round, and everything that it began."""
    for task in await teller.begin_due():
        await task


async def shown(house: Any, made: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    async with await house.logged_in("admin-1") as client:
        state = (await client.get(f"/api/v1/webhooks/{made['id']}")).json()
        path = f"/api/v1/webhooks/{made['id']}/deliveries"
        return state, (await client.get(path)).json()["deliveries"]


async def test_other_system_is_told_what_it_asked_for_in_order(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    made = await subscribed(house, "BerkasDiterima", "Diverifikasi", "Diserahkan")
    story = happy_story("satu")
    house.show(story.records)

    await told(teller)
    await told(teller)

    assert receiver.told() == ["BerkasDiterima", "Diverifikasi", "Diserahkan"]
    state, deliveries = await shown(house, made)
    assert (state["state"], state["position"]) == ("berjalan", len(story.records))
    assert [each["outcome"] for each in deliveries] == ["terkirim"] * 3


async def test_without_names_everything_is_told(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    await subscribed(house)
    story = happy_story("satu")
    house.show(story.records)

    await told(teller)

    assert receiver.told() == [record.meta.type for record in story.records]


async def test_notice_holds_ids_name_and_time_and_nothing_else(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    await subscribed(house, "PermohonanDiajukan")
    story = happy_story("satu")
    house.show(story.records)

    await told(teller)

    first = story.records[0].meta
    assert json.loads(receiver.heard[0].content) == {
        "type": "PermohonanDiajukan",
        "timestamp": first.occurred_at.isoformat(),
        "data": {
            "event_id": str(first.event_id),
            "case_id": str(story.case_id),
            "position": 1,
        },
    }


async def test_receiver_can_prove_who_says_it(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    secret = (await subscribed(house, "Diserahkan"))["secret"]
    house.show(happy_story("satu").records)

    await told(teller)

    (request,) = receiver.heard
    now = house.clock.now()
    assert is_genuine(secret, request.headers, request.content, now)
    assert not is_genuine(secret, request.headers, request.content + b" ", now)
    assert not is_genuine(secret, request.headers, request.content, now + timedelta(minutes=6))
    assert not is_genuine("whsec_" + "A" * 43 + "=", request.headers, request.content, now)
    assert not is_genuine(secret, {}, request.content, now)


async def test_what_happened_before_is_not_told(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    story = happy_story("satu")
    house.show(story.records)
    await subscribed(house)

    await told(teller)

    assert receiver.heard == []


async def test_a_rebuild_of_the_read_models_tells_nothing_again(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    await subscribed(house)
    story = happy_story("satu")
    house.show(story.records)
    await told(teller)
    heard = len(receiver.heard)

    house.models.collections.clear()
    await told(teller)
    house.show(story.records)
    await told(teller)

    assert len(receiver.heard) == heard


async def test_failed_notice_is_tried_again_and_what_follows_waits(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    made = await subscribed(house, "BerkasDiterima", "Diserahkan")
    house.show(happy_story("satu").records)
    receiver.status = 503

    await told(teller)
    await told(teller)
    state, _ = await shown(house, made)
    assert (len(receiver.heard), state["state"], state["fault"]) == (1, "mencoba-lagi", "http-503")

    receiver.status = 200
    house.clock.instant += PAUSES[0]
    await told(teller)

    assert receiver.told() == ["BerkasDiterima", "BerkasDiterima", "Diserahkan"]
    ids = [each.headers["webhook-id"] for each in receiver.heard]
    assert ids[0] == ids[1] != ids[2]
    state, deliveries = await shown(house, made)
    assert (state["state"], state["attempts"], state["fault"]) == ("berjalan", 0, None)
    assert [(each["outcome"], each["attempts"]) for each in deliveries] == [
        ("terkirim", 1),
        ("terkirim", 2),
        ("gagal", 1),
    ]


@pytest.fixture
def stopped(house: Any, teller: Teller, receiver: Receiver) -> Iterator[Any]:
    async def stop(*events: str) -> dict[str, Any]:
        made = await subscribed(house, *events)
        house.show(happy_story("satu").records)
        receiver.status = 500
        await told(teller)
        for pause in PAUSES:
            house.clock.instant += pause
            await told(teller)
        return made

    return stop


async def test_after_the_last_attempt_it_stops_visibly_with_its_owner(
    house: Any, teller: Teller, receiver: Receiver, stopped: Any
) -> None:
    made = await stopped("BerkasDiterima", "Diserahkan")
    house.clock.instant += timedelta(days=3)
    await told(teller)

    state, _ = await shown(house, made)
    assert (state["state"], state["owner"], state["fault"]) == ("berhenti", "admin-1", "http-500")
    assert len(receiver.heard) == len(PAUSES) + 1


@pytest.mark.parametrize(
    ("skip", "told_then"), [(False, ["BerkasDiterima", "Diserahkan"]), (True, ["Diserahkan"])]
)
async def test_administrator_lets_it_go_on(  # noqa: PLR0913 - two cases of one test
    house: Any, teller: Teller, receiver: Receiver, stopped: Any, *, skip: bool, told_then: Any
) -> None:
    made = await stopped("BerkasDiterima", "Diserahkan")
    receiver.heard.clear()
    receiver.status = 200

    async with await house.logged_in("admin-1") as client:
        path = f"/api/v1/webhooks/{made['id']}/resume"
        resumed = await client.post(path, json={"skip": skip})
        again = await client.post(path, json={"skip": False})
    await told(teller)

    assert (resumed.json()["state"], again.json()["state"]) == ("berjalan", "berjalan")
    assert receiver.told() == told_then


async def test_one_that_does_not_listen_slows_nobody(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    await subscribed(house, "Diserahkan", url="https://dalam.example.org/kabar")
    await subscribed(house, "Diserahkan")
    house.show(happy_story("satu").records)

    await told(teller)

    assert receiver.told() == ["Diserahkan"]


async def test_of_two_gateways_one_tells(
    house: Any, teller: Teller, receiver: Receiver, webhook_store: SqlWebhookStore
) -> None:
    made = await subscribed(house, "Diserahkan")
    house.show(happy_story("satu").records)
    assert webhook_store.lease(UUID(made["id"]), uuid4(), house.clock.now())

    await told(teller)
    assert receiver.heard == []

    # The other one died: nobody has to let go of anything.
    house.clock.instant += timedelta(minutes=2)
    await told(teller)
    assert receiver.told() == ["Diserahkan"]


async def test_a_clock_that_was_ahead_puts_nothing_off(
    house: Any, teller: Teller, receiver: Receiver, webhook_store: SqlWebhookStore
) -> None:
    made = await subscribed(house, "Diserahkan")
    house.show(happy_story("satu").records)
    receiver.status = 503
    house.clock.instant += timedelta(hours=5)
    await told(teller)
    assert webhook_store.lease(UUID(made["id"]), uuid4(), house.clock.now())
    house.clock.instant -= timedelta(hours=5)
    receiver.status = 200

    await told(teller)

    assert receiver.told() == ["Diserahkan", "Diserahkan"]


async def test_deleted_one_is_told_nothing_and_deleting_it_twice_is_quiet(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    made = await subscribed(house)
    house.show(happy_story("satu").records)
    async with await house.logged_in("admin-1") as client:
        ended = [await client.delete(f"/api/v1/webhooks/{made['id']}") for _ in range(2)]
        gone = await client.get(f"/api/v1/webhooks/{made['id']}")

    await told(teller)

    assert [each.status_code for each in ended] == [204, 204]
    assert (gone.status_code, gone.json()["slug"]) == (404, "webhook-unknown")
    assert receiver.heard == []


async def test_secret_is_shown_once_and_the_same_key_makes_no_second_one(house: Any) -> None:
    said = {"url": URL, "events": ["Diserahkan"]}
    headers = {"Idempotency-Key": str(uuid4())}
    async with await house.logged_in("admin-1") as client:
        made = await client.post("/api/v1/webhooks", json=said, headers=headers)
        again = await client.post("/api/v1/webhooks", json=said, headers=headers)
        listed = await client.get("/api/v1/webhooks")

    assert made.json()["secret"].startswith("whsec_")
    assert (again.status_code, again.json()["slug"]) == (409, "webhook-exists")
    assert len(listed.json()["webhooks"]) == 1
    assert "whsec_" not in listed.text


async def test_secret_rests_sealed(
    house: Any, webhook_store: SqlWebhookStore, tmp_path: Any
) -> None:
    made = await subscribed(house)
    webhook_store.dispose()

    kept = b"".join(each.read_bytes() for each in tmp_path.glob("webhooks.db*"))
    assert made["secret"].removeprefix("whsec_").encode() not in kept


@pytest.mark.parametrize(
    "url",
    [
        "http://aplikasi.example.org/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://[::1]/",
        "https://[::ffff:192.168.1.1]/",
        "https://169.254.169.254/latest",
        "https://[64:ff9b::a00:1]/",
        "https://[::127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://100.64.0.1/",
        "https://akun:sandi@aplikasi.example.org/",
        "https:///kabar",
        "ftp://aplikasi.example.org/",
        "https://aplikasi.example.org:port/",
        "bukan alamat",
    ],
)
async def test_address_inside_is_refused_when_it_is_asked_for(house: Any, url: str) -> None:
    async with await house.logged_in("admin-1") as client:
        answer = await client.post(
            "/api/v1/webhooks", json={"url": url}, headers={"Idempotency-Key": str(uuid4())}
        )

    assert (answer.status_code, answer.json()["slug"]) == (422, "webhook-address-refused")


async def test_event_that_does_not_exist_is_refused(house: Any) -> None:
    async with await house.logged_in("admin-1") as client:
        answer = await client.post(
            "/api/v1/webhooks",
            json={"url": URL, "events": ["Terserah"]},
            headers={"Idempotency-Key": str(uuid4())},
        )

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


@pytest.mark.parametrize("account", ["kadis-1", "kasi-1", "loket-1"])
async def test_only_an_administrator_tells_other_systems(house: Any, account: str) -> None:
    async with await house.logged_in(account) as client:
        answer = await client.get("/api/v1/webhooks")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")


async def test_only_the_last_deliveries_are_remembered(
    house: Any, teller: Teller, receiver: Receiver
) -> None:
    made = await subscribed(house, "Diserahkan")
    house.show(happy_story("satu").records)
    last = max(house.models.collections[TRAIL])
    line = house.models.collections[TRAIL][last]
    for number in range(1, 211):
        position = last + number
        changes = {"_id": position, "position": position, "event_id": str(uuid4())}
        house.models.put(TRAIL, {**line, **changes, "event": "Diserahkan"})

    await told(teller)

    _, deliveries = await shown(house, made)
    assert len(receiver.heard) > 210
    assert len(deliveries) == 200
