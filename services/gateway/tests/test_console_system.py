"""Pages about the system without a browser: who sees them, and what they say of a dead process."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from jamila_contracts.command import Problem
from jamila_contracts.commands import CommandReply, EndOutage, StartOutage
from jamila_ledger.views import OUTAGES, TRAIL
from jamila_runtime.signs import ALL, HEARTBEATS, Heartbeat, Replica, Seen, expected
from jamila_testing.builders import MONDAY
from jamila_testing.forms import hidden

OUTAGE = "5f0b5c0e-6311-4c0a-9b57-8d2f6c1e7a54"
PAGES = ("/sistem", "/sistem/jejak")


def show_signs(
    house: Any, *, silent: str = "", unready: str = "", parked: str = "", missed: str = ""
) -> None:
    now = house.clock.instant
    processes = {}
    for name in expected():
        heard = now - timedelta(minutes=3 if name == silent else 0, seconds=2)
        sign = Heartbeat(
            process=name,
            beat_at=heard,
            ready={"nats": name != unready},
            lags={"parked": 2} if name == parked else {},
        )
        processes[name] = Seen(heartbeat=sign, seen_at=heard).model_dump()
    heard = now - timedelta(minutes=3)
    replicas = [Replica(process=missed, replica="mesin-2:8703", seen_at=heard).model_dump()]
    document = {"processes": processes, "replicas": replicas if missed else []}
    house.models.put(HEARTBEATS, {"_id": ALL, **document})


def row(page: str, process: str) -> str:
    found = re.search(rf'<th scope="row">{process}</th>(.*?)</tr>', page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("account", ["loket-1", "kasi-1", "kabid-1", "cetak-1"])
@pytest.mark.parametrize("path", PAGES)
async def test_system_is_for_those_who_look_after_it(house: Any, account: str, path: str) -> None:
    async with house.console(account) as client:
        answer = await client.get(path)

    assert answer.status_code == 403


async def test_trail_of_the_office_is_for_administrators_alone(house: Any) -> None:
    async with house.console("it-1") as client:
        answer = await client.get("/sistem/jejak")
        page = (await client.get("/sistem")).text

    assert answer.status_code == 403
    assert 'href="/sistem/jejak"' not in page


async def test_who_works_on_no_step_begins_at_his_own_page(house: Any) -> None:
    async with house.console("it-1") as client:
        answer = await client.get("/antrean")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sistem")


async def test_healthy_office_says_so(house: Any) -> None:
    show_signs(house)
    async with house.console("it-1") as client:
        page = (await client.get("/sistem")).text

    assert "Semua proses hidup dan siap." in page


async def test_killed_process_is_silent_and_named(house: Any) -> None:
    show_signs(house, silent="review", unready="printing", parked="signing")
    async with house.console("it-1") as client:
        page = (await client.get("/sistem", headers={"HX-Request": "true"})).text

    assert "2 proses perlu dilihat" in page
    assert "diam" in row(page, "review")
    assert "3 menit lalu" in row(page, "review")
    assert "tidak terpenuhi: nats" in row(page, "printing")
    assert '<strong class="late">2</strong>' in row(page, "signing")


async def test_replica_that_died_is_named_while_another_works(house: Any) -> None:
    show_signs(house, missed="review")
    async with house.console("it-1") as client:
        page = (await client.get("/sistem")).text

    assert "1 proses perlu dilihat:</strong> review (replika diam)" in page
    assert "replika diam: mesin-2:8703" in row(page, "review")
    assert "replika diam" not in row(page, "printing")


async def test_process_that_was_never_heard_is_named_too(house: Any) -> None:
    async with house.console("it-1") as client:
        page = (await client.get("/sistem")).text

    assert "belum terdengar" in row(page, "intake")


async def test_outage_is_declared_once_and_ended(house: Any) -> None:
    house.models.put(
        OUTAGES,
        {"_id": OUTAGE, "system": "tte", "steps": [6], "since": MONDAY, "until": None},
    )
    async with house.console("it-1") as client:
        page = (await client.get("/gangguan")).text
        form = {"csrf": hidden(page, "csrf"), "kunci": hidden(page, "kunci")}
        for _ in range(2):
            begun = await client.post(
                "/gangguan", data={**form, "sistem": "siak", "langkah": ["2"]}
            )
        ended = await client.post(f"/gangguan/{OUTAGE}/selesai", data=form)

    first, second, last = house.commands.asked
    assert isinstance(first, StartOutage)
    assert (first.system, first.steps, first.actor.capability) == ("siak", (2,), "ops")
    assert (first.command_id, first.case_id) == (second.command_id, second.case_id)
    assert isinstance(last, EndOutage)
    assert last.case_id == UUID(OUTAGE)
    assert begun.headers["location"] == "/gangguan?kabar=gangguan-mulai&after=review%3A17"
    assert ended.headers["location"].startswith("/gangguan?kabar=gangguan-selesai")


async def test_refused_outage_is_said_in_place(house: Any) -> None:
    house.commands.answer = lambda command: CommandReply(
        command_id=command.command_id,
        case_id=command.case_id,
        service="sla",
        problem=Problem(slug="outage-already-open", detail="down", data={"outage_id": OUTAGE}),
    )
    async with house.console("kasi-1") as client:
        page = (await client.get("/gangguan")).text
        form = {"csrf": hidden(page, "csrf"), "kunci": hidden(page, "kunci"), "sistem": "siak"}
        answer = await client.post("/gangguan", data=form, headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert "<html" not in answer.text


async def test_whoever_is_judged_by_the_clocks_declares_nothing(house: Any) -> None:
    async with house.console("loket-1") as client:
        page = (await client.get("/gangguan")).text
        csrf = hidden(page, "csrf")
        said = {"csrf": csrf, "kunci": str(UUID(int=5)), "sistem": "siak"}
        answer = await client.post("/gangguan", data=said)

    assert "Catat gangguan mulai" not in page
    assert (answer.status_code, house.commands.asked) == (403, [])


async def test_calendar_shows_hours_holidays_and_ramadan_of_the_year(house: Any) -> None:
    async with house.console("it-1") as client:
        page = (await client.get("/sistem/kalender")).text
        other = (await client.get("/sistem/kalender?year=2028")).text
        beyond = await client.get("/sistem/kalender?year=9999")

    assert "07.30\u201312.00, 13.00\u201316.00" in page
    assert "Ramadan 1447 H" in page
    assert "17 Agustus 2026" in page
    assert "Ramadan 1449 H" in other
    assert beyond.status_code == 200


async def test_rules_show_the_sop_and_the_catalogue(house: Any) -> None:
    async with house.console("it-1") as client:
        page = (await client.get("/sistem/aturan")).text

    assert "Seluruhnya 70 menit kerja" in page
    assert "Akta Kelahiran" in page


async def trail_of(house: Any, query: str) -> str:
    async with house.console("admin-1") as client:
        answer = await client.get(f"/sistem/jejak{query}")
    assert answer.status_code == 200
    return str(answer.text)


def sentences(page: str) -> int:
    return page.count('data-label="Apa yang terjadi"')


async def test_trail_is_searched_by_account_event_and_day(house: Any, case: Any) -> None:
    lines = list(house.models.collections[TRAIL].values())
    by_siak = [each for each in lines if each["account"] == "siak-1"]
    drafted = [each for each in lines if each["event"] == "DraftDibuat"]

    assert sentences(await trail_of(house, "")) == len(lines)
    assert sentences(await trail_of(house, "?account=siak-1")) == len(by_siak) > 0
    assert sentences(await trail_of(house, "?event=DraftDibuat")) == len(drafted) == 1
    assert sentences(await trail_of(house, "?day=2026-04-06")) == len(lines)
    assert sentences(await trail_of(house, "?day=2026-04-05")) == 0
    assert sentences(await trail_of(house, "?day=2026-04-07&account=siak-1")) == 0
    assert f"/permohonan/{case.case_id}" in await trail_of(house, "")


async def test_trail_of_one_day_among_many_is_read_page_by_page(house: Any) -> None:
    for number in range(1, 200):
        house.models.put(
            TRAIL, line(number, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number))
        )
    async with await house.logged_in("admin-1") as client:
        seen: list[int] = []
        cursor = ""
        while True:
            answer = await client.get(f"/api/v1/audit?day=2026-01-03&limit=10{cursor}")
            body = answer.json()
            seen += [each["position"] for each in body["lines"]]
            if body["next_cursor"] is None:
                break
            cursor = f"&cursor={body['next_cursor']}"

    # From 16:00 UTC of the second to 16:00 UTC of the third of January.
    assert seen == list(range(63, 39, -1))


async def test_runs_of_the_replay_tool_are_shown(house: Any) -> None:
    house.models.put(TRAIL, {**line(1, MONDAY), "event": "PemutaranUlangDimulai"})
    house.models.put(TRAIL, line(2, MONDAY))
    async with await house.logged_in("it-1") as client:
        answer = await client.get("/api/v1/runs")

    assert [each["position"] for each in answer.json()["lines"]] == [1]


def line(number: int, at: datetime) -> dict[str, Any]:
    return {
        "_id": number,
        "position": number,
        "case_position": 1,
        "case_id": str(UUID(int=number)),
        "event_id": str(UUID(int=number)),
        "event": "TugasDiambil",
        "sentence": "Kepala Seksi kasi-1 mengambil tugas.",
        "account": "kasi-1",
        "who": "Kepala Seksi kasi-1",
        "capability": "kasi",
        "step": 4,
        "attempt": 1,
        "reason_codes": [],
        "occurred_at": at,
        "recorded_at": at,
        "when": "-",
    }
