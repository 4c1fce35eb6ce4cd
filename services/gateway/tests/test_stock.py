"""What staff see of the stock."""

from typing import Any

import pytest

from jamila_contracts.blangko import STOCK_ITEMS, stock_id
from jamila_contracts.commands import ReceiveStock
from jamila_ledger.views import STOCK
from jamila_testing.builders import TENANT


@pytest.fixture
def delivered(house: Any) -> None:
    house.models.put(
        STOCK,
        {
            "_id": str(stock_id(TENANT, "blangko-kia")),
            "tenant": TENANT,
            "item": "blangko-kia",
            "on_hand": 40,
            "reserved": 3,
            "available": 37,
            "reorder_point": 50,
            "is_low": True,
        },
    )
    house.models.put(STOCK, {"_id": "other", "tenant": "6309", "item": "film", "on_hand": 9})


@pytest.mark.usefixtures("delivered")
async def test_every_item_is_listed_and_only_ours_is_counted(house: Any) -> None:
    async with await house.logged_in("cetak-1") as client:
        items = (await client.get("/api/v1/stock")).json()["items"]

    assert [each["item"] for each in items] == [each.id for each in STOCK_ITEMS]
    by_item = {each["item"]: each for each in items}
    assert (by_item["blangko-kia"]["available"], by_item["blangko-kia"]["is_low"]) == (37, True)
    assert by_item["film"]["on_hand"] == 0


async def test_the_stock_is_no_business_of_the_siak_operator(house: Any) -> None:
    async with await house.logged_in("siak-1") as client:
        answer = await client.get("/api/v1/stock")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")


@pytest.mark.usefixtures("delivered")
async def test_the_listed_id_is_what_commands_name(house: Any) -> None:
    async with await house.logged_in("cetak-1") as client:
        items = (await client.get("/api/v1/stock")).json()["items"]
        await client.post(
            f"/api/v1/cases/{items[1]['id']}/commands/receive-stock",
            headers={"Idempotency-Key": "6d1c8a52-6311-4a6e-9d0a-0d1ca311a009"},
            json={"quantity": 500, "reference": "SJ-1"},
        )

    [asked] = house.commands.asked
    assert isinstance(asked, ReceiveStock)
    assert asked.case_id == stock_id(TENANT, "blangko-kia")
