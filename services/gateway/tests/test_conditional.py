from datetime import timedelta
from typing import Any

import pytest

from gateway.accounts import Account, Grant, StoredAccount
from jamila_ledger.views import CASES, POSITIONS, QUEUE

PASSWORD = "kata-sandi-untuk-uji"
READS = [
    "/cases/{case}",
    "/cases/{case}?personal_data=false",
    "/cases/{case}/trail",
    "/cases/{case}/sla",
    "/cases",
    "/queue",
    "/queue/counts",
    "/figures?scope=kantor",
]


@pytest.mark.parametrize("path", READS)
async def test_what_is_known_already_is_not_sent_again(house: Any, case: Any, path: str) -> None:
    address = "/api/v1" + path.format(case=case.case_id)
    async with await house.logged_in("kasi-1") as client:
        first = await client.get(address)
        again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})
        several = f'"other", {first.headers["etag"].removeprefix("W/")}'
        strong = await client.get(address, headers={"If-None-Match": several})

    assert first.status_code == 200
    for each in (again, strong):
        assert (each.status_code, each.content) == (304, b"")
        assert each.headers["etag"] == first.headers["etag"]
        assert each.headers["jamila-as-of"] == "7"


async def test_a_read_that_shows_nothing_new_is_recorded_once(house: Any, case: Any) -> None:
    address = f"/api/v1/cases/{case.case_id}"
    async with await house.logged_in("kasi-1") as client:
        first = await client.get(address)
        await client.get(address, headers={"If-None-Match": first.headers["etag"]})
        await client.get(address, headers={"If-None-Match": '"something-else"'})

    assert len(house.access_log.lines) == 2


async def test_other_entries_of_the_ledger_change_nothing(house: Any, case: Any) -> None:
    address = f"/api/v1/cases/{case.case_id}/trail"
    async with await house.logged_in("kasi-1") as client:
        first = await client.get(address)
        house.models.put(POSITIONS, {**house.models.collections[POSITIONS]["views"], "position": 9})
        again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.headers["jamila-as-of"]) == (304, "9")


@pytest.mark.parametrize(
    ("path", "collection", "change"),
    [
        ("/cases/{case}", CASES, {"taken_by": "kasi-2"}),
        # An outage stops the clock of a case without an entry of its own.
        ("/queue", QUEUE, {"due_at": None, "paused_for": "gangguan"}),
        ("/queue/counts", QUEUE, {"taken_by": "kasi-1"}),
    ],
)
async def test_a_change_is_sent(
    house: Any, case: Any, path: str, collection: str, change: Any
) -> None:
    address = "/api/v1" + path.format(case=case.case_id)
    async with await house.logged_in("kasi-1") as client:
        first = await client.get(address)
        house.models.collections[collection][str(case.case_id)].update(change)
        again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]


async def test_tag_of_one_account_is_worth_nothing_to_another(house: Any, case: Any) -> None:
    address = f"/api/v1/cases/{case.case_id}"
    async with await house.logged_in("kasi-1") as client:
        tag = (await client.get(address)).headers["etag"]
    async with await house.logged_in("kasi-2") as client:
        answer = await client.get(address, headers={"If-None-Match": tag})

    assert answer.status_code == 200
    assert [line[0] for line in house.access_log.lines] == ["kasi-1", "kasi-2"]


async def test_account_that_may_see_more_from_today_is_shown_it(house: Any, case: Any) -> None:
    now = house.clock.now()
    grants = (Grant("kasi", valid_from=now + timedelta(days=1)),)
    proof = house.store.find("kasi-1").password_hash
    house.store.add(StoredAccount(Account("baru-1", "Baru", "6311", grants=grants), proof))
    address = f"/api/v1/cases/{case.case_id}"

    async with await house.logged_in("baru-1") as client:
        first = await client.get(address)
        house.clock.instant = now + timedelta(days=2)
        again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert first.json()["personal_data"] == "withheld"
    assert again.json()["personal_data"] == "shown"


async def test_tag_of_a_read_is_no_version_for_a_command(house: Any, case: Any) -> None:
    async with await house.logged_in("kasi-1") as client:
        tag = (await client.get(f"/api/v1/cases/{case.case_id}")).headers["etag"]
        answer = await client.post(
            f"/api/v1/cases/{case.case_id}/commands/approve-draft",
            json={"document_sha256": [case.document]},
            headers={
                "Idempotency-Key": "7d1c8a52-6311-4a6e-9d0a-0d1ca311a006",
                "If-Match": tag,
            },
        )

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


async def test_page_of_the_console_is_whole_whatever_its_asker_has_seen(
    house: Any, case: Any
) -> None:
    said = {"akun": "kasi-1", "sandi": PASSWORD}
    async with await house.logged_in("kasi-1") as client:
        tag = (await client.get("/api/v1/queue")).headers["etag"]
    async with house.client() as browser:
        await browser.post("/masuk", data=said)
        page = await browser.get("/antrean", headers={"If-None-Match": tag})

    assert page.status_code == 200
    assert str(case.case_id) in page.text
