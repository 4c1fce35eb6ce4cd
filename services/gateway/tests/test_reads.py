import asyncio
import copy
from datetime import timedelta
from typing import Any

import pytest

from gateway.access_log import Look, ReadNotRecordedError
from jamila_contracts import events as e
from jamila_ledger.views import CASES, POSITIONS, QUEUE
from jamila_runtime.errors import RetryableError
from jamila_runtime.vault import CaseKeyMissingError
from jamila_testing.builders import happy_story


async def test_queue_shows_the_tasks_of_my_capability_as_of_a_place(house: Any, case: Any) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/queue", params={"capability": "kasi"})

    page = answer.json()
    assert page["as_of"] == {"position": 7, "time": "2026-04-06T02:00:00Z"}
    assert [(each["case_id"], each["step"]) for each in page["tasks"]] == [(str(case.case_id), 4)]
    assert page["next_cursor"] is None


@pytest.mark.usefixtures("case")
async def test_queue_of_a_capability_that_is_not_mine_is_refused(house: Any) -> None:
    async with await house.logged_in("cetak-1") as client:
        other = await client.get("/api/v1/queue", params={"capability": "kasi"})
        mine = await client.get("/api/v1/queue")

    assert (other.status_code, other.json()["slug"]) == (403, "capability-missing")
    assert mine.json()["tasks"] == []


async def test_queue_warns_that_other_eyes_are_needed(house: Any, case: Any) -> None:
    task = house.models.collections[QUEUE][str(case.case_id)]
    task["workers"] = {"3": ["kasi-1"]}

    async with await house.logged_in("kasi-1") as client:
        mine = (await client.get("/api/v1/queue")).json()["tasks"][0]
    async with await house.logged_in("kasi-2") as client:
        others = (await client.get("/api/v1/queue")).json()["tasks"][0]

    assert mine["needs_other_eyes"] is True
    assert others["needs_other_eyes"] is False


async def test_pages_of_the_queue_show_each_task_once_the_most_urgent_first(
    house: Any, case: Any
) -> None:
    known = house.models.collections[QUEUE].pop(str(case.case_id))
    for number in range(7):
        task = copy.deepcopy(known)
        task["_id"] = task["case_id"] = f"00000000-0000-4000-8000-00000000000{number}"
        # Equal times, and tasks whose clock stands still: both must survive the page break.
        task["due_at"] = None if number in (1, 4) else known["due_at"] - timedelta(number // 3)
        house.models.put(QUEUE, task)

    seen, cursor = [], None
    async with await house.logged_in("kasi-1") as client:
        for _ in range(4):
            asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/api/v1/queue", params=asked)).json()
            seen += [int(each["case_id"][-1]) for each in page["tasks"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break

    assert cursor is None
    assert seen == [6, 3, 5, 0, 2, 1, 4]


@pytest.mark.parametrize("cursor", ["x", "bnVsbA==", "WzEsMl0=", "ü"])
@pytest.mark.usefixtures("case")
async def test_foreign_cursor_is_refused(house: Any, cursor: str) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/queue", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


async def test_counts_tell_open_mine_and_overdue(house: Any, case: Any) -> None:
    house.models.collections[QUEUE][str(case.case_id)]["taken_by"] = "kasi-1"
    house.clock.instant += timedelta(minutes=20)

    async with await house.logged_in("kasi-1") as client:
        answer = (await client.get("/api/v1/queue/counts")).json()

    assert answer["counts"] == [{"capability": "kasi", "open": 1, "mine": 1, "overdue": 1}]


async def test_case_shows_the_applicant_to_whoever_needs_it_and_records_it(
    house: Any, case: Any
) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = (await client.get(f"/api/v1/cases/{case.case_id}")).json()

    assert answer["personal_data"] == "shown"
    assert answer["applicant"] == {"name": "Rahmah binti Saberi", "phone": "+6281200000001"}
    assert answer["data"]["documents"]["akta-kelahiran"] == {"nama": "Muhammad Rizqi"}
    assert answer["versions"]["siak-adapter"]["position"] == 4
    assert answer["step"] == 4
    assert house.access_log.lines == [("kasi-1", case.case_id, "data-pemohon")]
    assert house.access_log.actors[0].capability == "kasi"


async def test_why_somebody_reads_is_recorded_when_he_says_so(house: Any, case: Any) -> None:
    asked = {"reason": "menjawab-pemohon"}
    async with await house.logged_in("loket-1") as client:
        await client.get(f"/api/v1/cases/{case.case_id}", params=asked)
        await client.get(f"/api/v1/cases/{case.case_id}/papers/{case.paper}", params=asked)

    assert house.access_log.looks == [
        Look("data-pemohon", None, "menjawab-pemohon"),
        Look("berkas", case.paper, "menjawab-pemohon"),
    ]


async def test_case_can_be_asked_for_without_its_applicant_and_then_nothing_is_recorded(
    house: Any, case: Any
) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(
            f"/api/v1/cases/{case.case_id}", params={"personal_data": "false"}
        )

    assert (answer.json()["personal_data"], answer.json()["applicant"]) == ("withheld", None)
    assert house.access_log.lines == []


async def test_what_cannot_be_recorded_is_not_shown(house: Any, case: Any) -> None:
    house.access_log.refusal = ReadNotRecordedError("the recorder is away")
    base = f"/api/v1/cases/{case.case_id}"

    async with await house.logged_in("kasi-1") as client:
        answers = [
            await client.get(base + path)
            for path in ("", f"/papers/{case.paper}", f"/documents/{case.draft}")
        ]
        trail = await client.get(f"{base}/trail")

    for answer in answers:
        assert (answer.status_code, answer.json()["slug"]) == (503, "read-not-recorded")
        assert answer.headers["retry-after"]
        assert "Rahmah" not in answer.text
    assert trail.status_code == 200


async def test_papers_of_a_forgotten_case_are_gone_for_good(house: Any, case: Any) -> None:
    house.access_log.refusal = CaseKeyMissingError("forgotten", case_id=str(case.case_id))
    base = f"/api/v1/cases/{case.case_id}"

    async with await house.logged_in("kasi-1") as client:
        answers = [
            await client.get(base + path)
            for path in (f"/papers/{case.paper}", f"/documents/{case.draft}")
        ]
        view = await client.get(base)

    assert {(each.status_code, each.json()["slug"]) for each in answers} == {
        (410, "personal-data-forgotten")
    }
    assert "sudah dihapus" in answers[0].json()["title"]
    assert (view.status_code, view.json()["personal_data"]) == (200, "erased")


async def test_paper_of_a_case_that_is_marked_forgotten_is_not_even_asked_for(
    house: Any, case: Any
) -> None:
    house.models.collections[CASES][str(case.case_id)]["personal_data_erased"] = True

    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/papers/{case.paper}")

    assert (answer.status_code, answer.json()["slug"]) == (410, "personal-data-forgotten")
    assert house.access_log.lines == []


@pytest.mark.parametrize("account", ["cetak-1", "it-1"])
async def test_case_withholds_the_applicant_from_whoever_does_not_need_it(
    house: Any, case: Any, account: str
) -> None:
    async with await house.logged_in(account) as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}")

    assert answer.json()["personal_data"] == "withheld"
    assert answer.json()["applicant"] is None
    assert "Rahmah" not in answer.text
    assert "v1." not in answer.text
    assert house.access_log.lines == []


async def test_forgotten_applicant_is_gone_and_the_case_remains(house: Any, case: Any) -> None:
    house.vault.forget(case.case_id)

    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}")

    assert answer.status_code == 200
    assert answer.json()["personal_data"] == "erased"


async def test_unknown_case_and_case_of_another_office_are_not_found(house: Any, case: Any) -> None:
    house.models.collections[CASES][str(case.case_id)]["tenant"] = "6309"

    async with await house.logged_in("kasi-1") as client:
        answers = [
            await client.get(f"/api/v1/cases/{case_id}{part}")
            for case_id in (case.case_id, "00000000-0000-4000-8000-000000000009")
            for part in ("", "/trail", "/sla", f"/papers/{case.paper}")
        ]

    assert {(each.status_code, each.json()["slug"]) for each in answers} == {(404, "case-unknown")}


async def test_finished_case_shows_its_whole_road(house: Any) -> None:
    story = happy_story("kasus-selesai")
    house.show(story.records)

    async with await house.logged_in("it-1") as client:
        case = (await client.get(f"/api/v1/cases/{story.case_id}")).json()
        trail = (await client.get(f"/api/v1/cases/{story.case_id}/trail")).json()
        sla = (await client.get(f"/api/v1/cases/{story.case_id}/sla")).json()

    assert (case["status"], case["last_event"]) == ("selesai", "Diserahkan")
    assert len(trail["lines"]) == len(story.records)
    assert trail["lines"][0]["sentence"].endswith(".")
    assert [each["step"] for each in sla["steps"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert sla["total_budget"] == 70 * 60
    assert {each["verdict"] for each in sla["steps"]} == {"tepat"}


async def test_paper_comes_as_it_was_sent_with_nothing_that_could_run(
    house: Any, case: Any
) -> None:
    async with await house.logged_in("loket-1") as client:
        answer = await client.get(f"/api/v1/cases/{case.case_id}/papers/{case.paper}")

    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["cache-control"] == "no-store"
    name = f'inline; filename="berkas-{case.paper[:12]}.jpg"'
    assert answer.headers["content-disposition"] == name
    assert house.access_log.lines == [("loket-1", case.case_id, "berkas")]


async def test_paper_is_not_for_whoever_only_prints(house: Any, case: Any) -> None:
    async with await house.logged_in("cetak-1") as client:
        paper = await client.get(f"/api/v1/cases/{case.case_id}/papers/{case.paper}")
        document = await client.get(f"/api/v1/cases/{case.case_id}/documents/{case.draft}")

    assert (paper.status_code, paper.json()["slug"]) == (403, "capability-missing")
    assert document.status_code == 200
    assert document.headers["content-type"] == "application/pdf"
    assert house.access_log.lines == [("cetak-1", case.case_id, "dokumen")]


async def test_bytes_that_are_not_of_the_case_are_not_given(house: Any, case: Any) -> None:
    stray = house.objects.put(case.case_id, b"stored, but named by no event")

    async with await house.logged_in("kasi-1") as client:
        answers = [
            await client.get(f"/api/v1/cases/{case.case_id}/{kind}/{digest}")
            for kind, digest in (
                ("papers", stray),
                ("documents", stray),
                ("documents", case.paper),
                ("papers", case.draft),
            )
        ]

    assert {(each.status_code, each.json()["slug"]) for each in answers} == {
        (404, "object-not-found")
    }
    assert house.access_log.lines == []


@pytest.mark.usefixtures("case")
async def test_read_waits_until_the_read_model_has_seen_the_place(house: Any) -> None:
    async def catch_up() -> None:
        await asyncio.sleep(0.03)
        house.models.collections[POSITIONS]["views"]["sources"]["review"] = 17

    async with await house.logged_in("kasi-1") as client:
        task = asyncio.create_task(catch_up())
        answer = await client.get("/api/v1/queue", headers={"Jamila-After": "review:17"})
        await task

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "asked", [{"headers": {"Jamila-After": "review:17"}}, {"params": {"after": "review:17"}}]
)
@pytest.mark.parametrize("path", ["/queue", "/queue/counts", "/cases/{}", "/cases/{}/trail"])
async def test_read_model_that_stays_behind_is_said_so(
    house: Any, case: Any, asked: Any, path: str
) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1" + path.format(case.case_id), **asked)

    assert (answer.status_code, answer.json()["slug"]) == (503, "read-model-behind")
    assert answer.json()["data"]["sources"] == ["review"]
    assert answer.headers["retry-after"] == "1"


@pytest.mark.usefixtures("case")
async def test_places_of_several_services_are_waited_for_together(house: Any) -> None:
    asked = {"Jamila-After": "intake:1, siak-adapter:2,review:0"}
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/queue", headers=asked)

    assert answer.status_code == 200


@pytest.mark.parametrize("place", ["review", "review:x", ":5", "review:-1", "review:²"])
@pytest.mark.usefixtures("case")
async def test_malformed_place_is_refused(house: Any, place: str) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/queue", params={"after": place})

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


@pytest.mark.usefixtures("case")
async def test_lost_read_model_is_a_temporary_problem(house: Any) -> None:
    client = await house.logged_in("kasi-1")
    house.models.fault = RetryableError("MongoDB does not answer")

    async with client:
        answer = await client.get("/api/v1/queue")

    assert (answer.status_code, answer.json()["slug"]) == (503, "temporarily-unavailable")
    assert answer.headers["retry-after"]


async def test_empty_read_model_is_empty_as_of_nothing(house: Any) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = (await client.get("/api/v1/queue")).json()

    assert answer == {"as_of": {"position": 0, "time": None}, "tasks": [], "next_cursor": None}


async def test_cancelled_case_leaves_the_queue_and_can_still_be_read(house: Any) -> None:
    story = happy_story("kasus-batal")
    del story.records[3:]
    story.tell(e.PermohonanDibatalkan)
    house.show(story.records)

    async with await house.logged_in("loket-1") as client:
        queue = (await client.get("/api/v1/queue")).json()
        case = (await client.get(f"/api/v1/cases/{story.case_id}")).json()

    assert queue["tasks"] == []
    assert case["status"] == "dibatalkan"
