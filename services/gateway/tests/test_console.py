"""The console without a browser: who gets in, what a form does once, and what a refusal says."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.console import words
from jamila_contracts.command import Problem
from jamila_contracts.commands import CommandReply
from jamila_testing.forms import hidden

PASSWORD = "kata-sandi-untuk-uji"
PART = {"HX-Request": "true"}


async def form_of(client: httpx.AsyncClient, case: Any) -> dict[str, str]:
    page = (await client.get(f"/permohonan/{case.case_id}")).text
    return {name: hidden(page, name) for name in ("csrf", "kunci", "langkah", "versi")}


async def test_stranger_is_led_to_the_log_in_and_back(house: Any, case: Any) -> None:
    wanted = f"/permohonan/{case.case_id}"
    async with house.client(Accept="text/html") as client:
        away = await client.get(wanted)
        form = (await client.get(away.headers["location"])).text
        said = {"akun": "kasi-1", "sandi": PASSWORD, "ke": hidden(form, "ke")}
        inside = await client.post("/masuk", data=said)

    assert (away.status_code, inside.headers["location"]) == (303, wanted)


async def test_script_of_a_stranger_is_led_to_the_log_in_too(house: Any) -> None:
    async with house.client(**PART) as client:
        answer = await client.get("/antrean")

    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/masuk?ke=/antrean")


@pytest.mark.parametrize(
    "target",
    [
        *("https://jahat.example/", "//jahat.example/", "/\\jahat.example", "javascript:1", ""),
        *("///jahat.example/", "/////jahat.example/", "/\t/jahat.example/", "/\n/jahat.example"),
    ],
)
async def test_log_in_leads_nowhere_else(house: Any, target: str) -> None:
    async with house.client(Accept="text/html") as client:
        said = {"akun": "kasi-1", "sandi": PASSWORD, "ke": target}
        answer = await client.post("/masuk", data=said)

    assert answer.headers["location"] == "/antrean"


@pytest.mark.parametrize("ending", ["\r\nSet-Cookie: x=1", "\nX: y", "\0", "\u0100\u010a"])
async def test_what_somebody_typed_makes_no_header(house: Any, ending: str) -> None:
    async with house.client(Accept="text/html") as client:
        said = {"akun": "kasi-1", "sandi": PASSWORD, "ke": f"/permohonan{ending}"}
        answer = await client.post("/masuk", data=said)

    assert answer.status_code == 303
    assert [name for name in answer.headers if name in {"x", "set-cookie: x"}] == []
    assert not any(each.startswith("x=") for each in answer.headers.get_list("set-cookie"))
    assert answer.headers["location"].isascii()
    assert answer.headers["location"].isprintable()


async def test_wrong_password_is_said_and_the_account_stays_typed(house: Any) -> None:
    async with house.client(Accept="text/html") as client:
        answer = await client.post("/masuk", data={"akun": "kasi-1", "sandi": "salah"})

    assert answer.status_code == 401
    assert "Akun atau kata sandi salah." in answer.text
    assert 'value="kasi-1"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_after_the_log_out_nothing_is_shown(house: Any) -> None:
    async with house.console() as client:
        page = (await client.get("/antrean")).text
        await client.post("/keluar", data={"csrf": hidden(page, "csrf")})
        answer = await client.get("/antrean")

    assert answer.headers["location"].startswith("/masuk")


async def test_queue_shows_the_task_with_its_time_in_words(house: Any, case: Any) -> None:
    async with house.console() as client:
        answer = await client.get("/antrean")

    assert "Akta Kelahiran" in answer.text
    assert "terlambat 38 menit" in answer.text
    assert f"/permohonan/{case.case_id}/take-task" in answer.text


async def test_empty_queue_says_what_will_happen(house: Any) -> None:
    async with house.console() as client:
        answer = await client.get("/antrean")

    assert "Tidak ada tugas yang menunggu" in answer.text


async def test_part_of_the_queue_is_the_table_alone(house: Any, case: Any) -> None:
    async with house.console() as client:
        answer = await client.get("/antrean", headers=PART)

    assert "<html" not in answer.text
    assert f"/permohonan/{case.case_id}" in answer.text


async def test_form_is_asked_with_its_key_and_the_version_that_was_seen(
    house: Any, case: Any
) -> None:
    async with house.console() as client:
        form = await form_of(client, case)
        answer = await client.post(f"/permohonan/{case.case_id}/take-task", data=form)

    asked = house.commands.asked[-1]
    assert (asked.command_id, asked.case_id) == (UUID(form["kunci"]), case.case_id)
    assert (asked.step, asked.expected_version) == (4, int(form["versi"]))
    assert (asked.actor.account, asked.actor.capability) == ("kasi-1", "kasi")
    assert answer.headers["location"].endswith("?kabar=take-task&after=review%3A17")


async def test_double_click_asks_with_the_same_key(house: Any, case: Any) -> None:
    async with house.console() as client:
        form = await form_of(client, case)
        for _ in range(2):
            await client.post(f"/permohonan/{case.case_id}/take-task", data=form)

    assert len({each.command_id for each in house.commands.asked}) == 1


@pytest.mark.parametrize("token", ["", "0" * 64, "ä"])
async def test_form_without_the_token_of_the_session_does_nothing(
    house: Any, case: Any, token: str
) -> None:
    async with house.console() as client:
        form = {**await form_of(client, case), "csrf": token}
        answer = await client.post(f"/permohonan/{case.case_id}/take-task", data=form)

    assert (answer.status_code, house.commands.asked) == (403, [])
    assert "Halaman sudah kedaluwarsa" in answer.text


async def test_refusal_is_a_notice_beside_what_was_typed(house: Any, case: Any) -> None:
    def taken(command: Any) -> CommandReply:
        problem = Problem(slug="task-taken", detail="by kasi-2")
        return CommandReply(
            command_id=command.command_id,
            case_id=command.case_id,
            service="review",
            problem=problem,
        )

    house.commands.answer = taken
    async with house.console() as client:
        form = await form_of(client, case)
        path = f"/permohonan/{case.case_id}/take-task"
        part = await client.post(path, data=form, headers=PART)
        whole = await client.post(path, data=form)

    assert part.status_code == whole.status_code == 409
    assert "Tugas ini sedang dikerjakan akun lain." in part.text
    assert "<html" not in part.text
    assert "<h1>Tugas ini sedang dikerjakan akun lain.</h1>" in whole.text


async def test_success_leads_a_script_to_the_next_page(house: Any, case: Any) -> None:
    async with house.console() as client:
        form = await form_of(client, case)
        answer = await client.post(f"/permohonan/{case.case_id}/take-task", data=form, headers=PART)

    assert answer.status_code == 204
    assert answer.headers["hx-redirect"].startswith(f"/permohonan/{case.case_id}?kabar=take-task")


async def test_page_says_what_was_done(house: Any, case: Any) -> None:
    async with house.console() as client:
        answer = await client.get(f"/permohonan/{case.case_id}?kabar=take-task")
        strange = await client.get(f"/permohonan/{case.case_id}?kabar=%3Cscript%3E")

    assert "Tugas Anda ambil." in answer.text
    assert "data-sekali" not in strange.text


async def test_opening_a_case_is_recorded(house: Any, case: Any) -> None:
    async with house.console() as client:
        await client.get(f"/permohonan/{case.case_id}")

    assert house.access_log.lines == [("kasi-1", case.case_id, "data-pemohon")]


async def test_every_page_runs_scripts_of_ours_only(house: Any, case: Any) -> None:
    async with house.console() as client:
        pages = [
            await client.get(path)
            for path in ("/antrean", f"/permohonan/{case.case_id}", "/tidak-ada")
        ]

    for page in pages:
        assert "script-src 'self';" in page.headers["content-security-policy"]
        assert not re.search(
            r"<script(?![^>]* src=\"/statis/)|<style| style=|\son[a-z]+=", page.text
        )


async def test_static_files_are_kept_by_their_content(house: Any) -> None:
    async with house.client(Accept="text/html") as client:
        page = (await client.get("/masuk")).text
        paths = re.findall(r'(?:src|href)="(/statis/[^"]+)"', page)
        answers = [await client.get(path) for path in paths]
        missing = await client.get("/statis/konsol-000000000000.js")

    assert len(paths) == 4
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)
    assert missing.status_code == 404


async def test_programs_get_problem_details_where_people_get_pages(house: Any) -> None:
    async with house.client(Accept="*/*") as client:
        for_programs = await client.get("/tidak-ada")
    async with house.client(Accept="text/html") as client:
        for_people = await client.get("/tidak-ada")
        of_the_api = await client.get("/api/v1/me")

    assert for_programs.headers["content-type"] == "application/problem+json"
    assert for_people.headers["content-type"].startswith("text/html")
    assert of_the_api.headers["content-type"] == "application/problem+json"


async def test_news_end_when_the_process_stops(house: Any) -> None:
    beats = iter((False, False, True))
    object.__setattr__(house.door, "is_stopping", lambda: next(beats))
    async with house.console() as client:
        answer = await client.get("/hidup")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("event: kabar") == 1


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (4, "sisa 4 menit"),
        (65, "sisa 1 jam 5 menit"),
        (0, "terlambat 0 detik"),
        (-2, "terlambat 2 menit"),
        (-1500, "terlambat 1 hari 1 jam"),
        (24 * 60, "sampai Selasa 10.00"),
        (None, "jam berhenti"),
    ],
)
def test_time_left_is_said_in_words(minutes: int | None, said: str) -> None:
    monday = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
    due_at = None if minutes is None else monday + timedelta(minutes=minutes)

    assert words.time_left(due_at, monday) == said


async def test_way_by_the_provider_is_offered_where_there_is_one(house: Any) -> None:
    async with house.client(Accept="text/html") as client:
        without = (await client.get("/masuk")).text
        object.__setattr__(house.door, "foreign", object())
        offered = (await client.get("/masuk")).text

    assert ("/masuk/oidc" in without, "/masuk/oidc" in offered) == (False, True)
