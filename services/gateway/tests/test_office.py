from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from jamila_contracts import commands as c
from jamila_contracts.commands import CommandReply, Problem
from jamila_ledger.views import ESCALATIONS, OUTAGES
from jamila_testing.builders import MONDAY

OUTAGE = "5f0b5c0e-6311-4c0a-9b57-8d2f6c1e7a54"
PATHS = ("/figures?scope=kantor", "/outages", "/escalations")


async def get(house: Any, path: str, *, account: str = "loket-1", **params: Any) -> Any:
    async with await house.logged_in(account) as client:
        return await client.get(f"/api/v1{path}", params=params or None)


async def test_figures_of_the_office_by_month(counted: Any) -> None:
    answer = await get(counted, "/figures", scope="kantor")

    [figure] = answer.json()["figures"]
    assert (figure["period"], figure["since"], figure["step"], figure["n"]) == (
        *("bulan", "2026-04-01", 0),
        2,
    )
    assert (figure["on_time_rate"], figure["first_time_right_rate"]) == (1.0, 1.0)
    assert 0 < figure["p50"] <= figure["p99"]
    assert figure["waiting"] + figure["handling"] > 0
    assert "histogram" not in figure


async def test_figures_of_one_step_by_day(counted: Any) -> None:
    answer = await get(counted, "/figures", scope="langkah", period="hari", step=4)

    assert [(each["since"], each["step"]) for each in answer.json()["figures"]] == [
        ("2026-04-06", 4)
    ]


async def test_figures_of_one_service(counted: Any) -> None:
    every = (await get(counted, "/figures", scope="layanan")).json()["figures"]
    key = every[0]["key"]
    mine = (await get(counted, "/figures", scope="layanan", key=key)).json()["figures"]
    none = (await get(counted, "/figures", scope="layanan", key="kk-hilang-x")).json()["figures"]

    assert ([each["key"] for each in mine], none) == ([key], [])


@pytest.mark.parametrize(
    ("since", "until", "number"),
    [("2026-04-20", None, 1), ("2026-05-01", None, 0), (None, "2026-03-31", 0)],
)
async def test_figures_of_a_period_that_holds_the_day(
    counted: Any, since: str | None, until: str | None, number: int
) -> None:
    asked = {"scope": "kantor", "from": since, "to": until}
    answer = await get(counted, "/figures", **{k: v for k, v in asked.items() if v})

    assert len(answer.json()["figures"]) == number


async def test_an_officer_sees_his_own_figures_and_no_other(counted: Any) -> None:
    mine = (await get(counted, "/figures", scope="petugas", account="siak-1")).json()["figures"]
    other = await get(counted, "/figures", scope="petugas", key="kasi-1", account="siak-1")

    assert {each["key"] for each in mine} == {"siak-1"}
    assert (other.status_code, other.json()["slug"]) == (403, "capability-missing")


async def test_who_answers_for_the_work_sees_the_figures_of_all(counted: Any) -> None:
    answer = await get(counted, "/figures", scope="petugas", account="kabid-1")

    assert len({each["key"] for each in answer.json()["figures"]}) > 3


async def test_a_period_that_ends_before_it_begins_is_a_mistake(counted: Any) -> None:
    answer = await get(
        counted, "/figures", **{"scope": "kantor", "from": "2026-05-01", "to": "2026-04-01"}
    )

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


def outage(number: int, *, lasts: bool) -> dict[str, Any]:
    since = MONDAY + timedelta(hours=number)
    until = None if lasts else since + timedelta(minutes=30)
    return {
        "_id": str(UUID(int=number)),
        "system": "siak",
        "steps": [2, 3],
        "since": since,
        "until": until,
    }


@pytest.mark.usefixtures("case")
async def test_outages_are_listed_the_newest_first(house: Any) -> None:
    for number in (1, 2, 3):
        house.models.put(OUTAGES, outage(number, lasts=number == 2))

    every = (await get(house, "/outages")).json()["outages"]
    lasting = (await get(house, "/outages", lasting="true")).json()["outages"]

    assert [UUID(each["outage_id"]).int for each in every] == [3, 2, 1]
    assert [UUID(each["outage_id"]).int for each in lasting] == [2]


async def post(
    house: Any, path: str, body: Any = None, *, account: str, key: UUID | None = None
) -> Any:
    async with await house.logged_in(account) as client:
        headers = {"Idempotency-Key": str(key or uuid4())}
        return await client.post(f"/api/v1{path}", json=body, headers=headers)


@pytest.mark.parametrize("account", ["kasi-1", "kabid-1", "kadis-1", "admin-1"])
async def test_an_outage_is_declared_by_whoever_answers_for_the_clocks(
    house: Any, account: str
) -> None:
    key = uuid4()
    answer = await post(house, "/outages", {"system": "siak"}, account=account, key=key)

    [asked] = house.commands.asked
    assert isinstance(asked, c.StartOutage)
    assert (asked.system, asked.case_id, asked.actor.account) == (
        *("siak", uuid5(key, "outage")),
        account,
    )
    assert answer.json()["outage_id"] == str(asked.case_id)


async def test_an_outage_is_declared_over(house: Any) -> None:
    answer = await post(house, f"/outages/{OUTAGE}/end", account="kasi-1")

    [asked] = house.commands.asked
    assert isinstance(asked, c.EndOutage)
    assert (str(asked.case_id), answer.status_code) == (OUTAGE, 200)
    assert answer.json()["after"] == "review:17"


@pytest.mark.parametrize("path", ["/outages", f"/outages/{OUTAGE}/end"])
async def test_who_is_judged_by_the_clock_does_not_stop_it(house: Any, path: str) -> None:
    answer = await post(house, path, {"system": "siak"}, account="siak-1")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
    assert house.commands.asked == []


async def test_a_refusal_of_the_board_is_passed_on(house: Any) -> None:
    async def refuse(command: c.Command) -> CommandReply:
        problem = Problem(slug="outage-already-open", detail="down", data={"outage_id": OUTAGE})
        return CommandReply(
            command_id=command.command_id, case_id=command.case_id, service="sla", problem=problem
        )

    house.commands.ask = refuse
    answer = await post(house, "/outages", {"system": "siak"}, account="kasi-1")

    assert (answer.status_code, answer.json()["data"]["outage_id"]) == (409, OUTAGE)


@pytest.mark.usefixtures("case")
async def test_escalations_to_my_capabilities_only(house: Any) -> None:
    for number, capability in enumerate(("kabid", "kasi", "kabid"), start=1):
        house.models.put(
            ESCALATIONS,
            {
                "_id": str(UUID(int=number)),
                "case_id": str(UUID(int=number)),
                "event": "SlaTerlampaui",
                "step": 4,
                "attempt": 1,
                "capability": capability,
                "due_at": MONDAY - timedelta(hours=number),
                "receipt_code": "K7M2Q9XW4T",
                "message": "Batas terlampaui.",
            },
        )

    answer = (await get(house, "/escalations", account="kabid-1")).json()

    assert [UUID(each["case_id"]).int for each in answer["escalations"]] == [3, 1]


@pytest.mark.parametrize("path", PATHS)
async def test_the_anonymous_are_refused(house: Any, path: str) -> None:
    async with house.client() as client:
        assert (await client.get(f"/api/v1{path}")).status_code == 401


def test_the_description_has_an_example_for_each(house: Any) -> None:
    schemas = house.api.openapi()["components"]["schemas"]

    for name in ("Figure", "OutageView", "Escalation"):
        assert schemas[name]["example"]
    assert schemas["NewOutage"]["examples"]
