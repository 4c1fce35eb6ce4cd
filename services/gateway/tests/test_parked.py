"""Parked events without a browser: who sees them, what is asked, and how the page says it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts import commands as c
from jamila_contracts import events as e
from jamila_contracts.command import Problem
from jamila_ledger.views import TRAIL, trail_document
from jamila_testing.builders import MONDAY, Story, as_recorded
from jamila_testing.forms import token_and_key

HERE = "/sistem/tertahan"
CASE, OTHER = UUID(int=1), UUID(int=2)
WHY = "sesudah pembaruan aplikasi"


def event(number: int, case_id: UUID = CASE, *, reason: str = "unreadable") -> dict[str, Any]:
    return {
        "source": "siak-adapter",
        "log_position": number,
        "case_id": str(case_id),
        "event_id": str(uuid4()),
        "event": "DraftDibuat",
        "reason": reason,
        "parked_at": MONDAY.isoformat(),
    }


STUCK = {
    "readers": [
        {
            "reader": "review",
            "total": 3,
            "oldest": [event(7), event(8, reason="behind"), event(9, OTHER, reason="bug-KeyError")],
        },
        {"reader": "signing", "total": 0, "oldest": []},
    ],
    "silent": ["printing"],
    "asked": [],
}


def telling(result: dict[str, Any]) -> Callable[[c.Command], c.CommandReply]:
    """The service ``ops`` as it answers."""

    def answer(command: c.Command) -> c.CommandReply:
        return c.CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="ops",
            log_position=17,
            result=result if isinstance(command, c.ListParked) else {},
        )

    return answer


def refusing(command: c.Command) -> c.CommandReply:
    problem = Problem(slug="reason-needed", detail="a run needs a reason")
    frame = {"command_id": command.command_id, "case_id": command.case_id}
    return c.CommandReply(**frame, service="ops", problem=problem)


async def shown(house: Any, account: str, result: dict[str, Any]) -> str:
    house.commands.answer = telling(result)
    async with house.console(account) as client:
        return str((await client.get(HERE)).text)


async def test_program_is_told_what_is_parked_and_who_is_silent(house: Any) -> None:
    house.commands.answer = telling(STUCK)
    async with await house.logged_in("it-1") as client:
        answer = await client.get("/api/v1/parked")

    told = answer.json()
    assert [(each["reader"], each["total"]) for each in told["readers"]] == [
        ("review", 3),
        ("signing", 0),
    ]
    assert told["readers"][0]["oldest"][0]["reason"] == "unreadable"
    assert told["silent"] == ["printing"]


async def test_retry_is_asked_once_for_one_case_with_its_reason(house: Any) -> None:
    house.commands.answer = telling({})
    key = {"Idempotency-Key": str(uuid4())}
    async with await house.logged_in("it-1") as client:
        said = {"reason": WHY, "case_id": str(CASE)}
        answers = [
            await client.post("/api/v1/parked/review/retry", json=said, headers=key)
            for _ in range(2)
        ]

    first, second = house.commands.asked
    assert isinstance(first, c.RetryParked)
    assert (first.reader, first.parked_case, first.reason) == ("review", CASE, WHY)
    assert first.actor.capability == "ops"
    assert (first.command_id, first.case_id) == (second.command_id, second.case_id)
    assert [each.status_code for each in answers] == [202, 202]
    assert answers[0].json() == {"run_id": str(first.case_id), "after": "ops:17"}


async def test_reason_that_is_none_is_refused_by_the_service_and_said(house: Any) -> None:
    house.commands.answer = refusing
    async with await house.logged_in("it-1") as client:
        answer = await client.post(
            "/api/v1/parked/review/retry",
            json={"reason": "   "},
            headers={"Idempotency-Key": str(uuid4())},
        )

    assert (answer.status_code, answer.json()["slug"]) == (422, "reason-needed")


async def test_page_tells_each_case_once_with_cause_and_what_waits(house: Any) -> None:
    page = await shown(house, "it-1", STUCK)

    assert "tidak terbaca oleh versi layanan ini" in page
    assert "kesalahan program (KeyError)" in page
    assert "1 menunggu di belakangnya" in page
    assert "review/siak-adapter:7" in page
    assert "Tidak menjawab: printing" in page
    assert page.count(f'value="{CASE}"') == 1
    assert page.count("<button>Coba lagi semua di review</button>") == 1
    assert 'hx-trigger="every 2s"' not in page


async def test_nothing_parked_is_said_unless_somebody_is_silent(house: Any) -> None:
    quiet = {"readers": [], "silent": [], "asked": []}

    assert "Tidak ada yang tertahan." in await shown(house, "it-1", quiet)
    silent = await shown(house, "it-1", {**quiet, "silent": ["review"]})
    assert "Tidak ada yang tertahan." not in silent


async def test_while_a_try_is_under_way_the_page_asks_anew_and_offers_no_form(house: Any) -> None:
    under_way = {**STUCK, "asked": [{"reader": "review", "case_id": None}]}
    page = await shown(house, "it-1", under_way)

    assert "Sedang dicoba lagi: review." in page
    assert 'hx-trigger="every 2s"' in page
    assert "coba-lagi" not in page


async def test_administrator_sees_and_does_not_retry(house: Any) -> None:
    page = await shown(house, "admin-1", STUCK)

    assert "review/siak-adapter:7" in page
    assert "coba-lagi" not in page


@pytest.mark.parametrize(("only", "wanted"), [(str(CASE), CASE), ("", None)])
async def test_form_asks_for_one_case_or_for_all(house: Any, only: str, wanted: Any) -> None:
    house.commands.answer = telling(STUCK)
    async with house.console("it-1") as client:
        form = token_and_key((await client.get(HERE)).text)
        said = {**form, "alasan": WHY, "permohonan": only}
        answer = await client.post(f"{HERE}/review/coba-lagi", data=said)

    asked = house.commands.asked[-1]
    assert (asked.reader, asked.parked_case, asked.reason) == ("review", wanted, WHY)
    assert answer.headers["location"] == f"{HERE}?kabar=parked-retry&after=ops%3A17"


async def test_refusal_is_said_in_place(house: Any) -> None:
    house.commands.answer = telling(STUCK)
    async with house.console("it-1") as client:
        form = token_and_key((await client.get(HERE)).text)
        house.commands.answer = refusing
        answer = await client.post(
            f"{HERE}/review/coba-lagi",
            data={**form, "alasan": "NIK 6311990101010001"},
            headers={"HX-Request": "true"},
        )

    assert answer.status_code == 422
    assert "Alasan wajib diisi" in answer.text
    assert "6311990101010001" not in answer.text


async def test_service_that_is_away_is_said_on_the_page(house: Any) -> None:
    house.commands.answer = lambda command: c.CommandReply(
        command_id=command.command_id,
        case_id=command.case_id,
        service="ops",
        problem=Problem(slug="service-unavailable", detail="ops did not answer"),
    )
    async with house.console("it-1") as client:
        answer = await client.get(HERE)

    assert answer.status_code == 503


async def test_last_runs_alone_ask_no_service(house: Any) -> None:
    story = Story("ulangan")
    story.tell(e.PemutaranUlangDimulai, action="parked-retry", reason=WHY, target="review")
    (begun,) = as_recorded(story.records)
    house.models.put(TRAIL, trail_document(begun))
    async with house.console("it-1") as client:
        answer = await client.get("/sistem/ulangan", headers={"HX-Request": "true"})

    assert "memulai pemutaran ulang" in answer.text
    assert house.commands.asked == []
