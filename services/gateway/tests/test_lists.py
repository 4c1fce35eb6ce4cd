import copy
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.lists import CaseFilter
from gateway.searching import PersonalSearchError, understand
from jamila_contracts import events as e
from jamila_contracts.catalogue import load_catalogue
from jamila_ledger.views import CASES, QUEUE
from jamila_testing.builders import Story, happy_story


def shown(house: Any, **changes: Any) -> dict[str, Any]:
    """One more task beside the known one, with some fields changed."""
    task = copy.deepcopy(next(iter(house.models.collections[QUEUE].values())))
    task["_id"] = task["case_id"] = str(uuid4())
    task.update(changes)
    house.models.put(QUEUE, task)
    return task


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        ({"step": 5}, {"step": 5}),
        ({"service_id": "kia"}, {"service_id": "kia"}),
        ({"state": "jeda"}, {"state": "jeda", "due_at": None}),
        ({"mine": "true"}, {"taken_by": "kasi-1"}),
        (
            {"batch_id": "0b5f3c0e-6311-4d6e-9d0a-0d1ca311a001"},
            {"batch_id": "0b5f3c0e-6311-4d6e-9d0a-0d1ca311a001"},
        ),
    ],
)
@pytest.mark.usefixtures("case")
async def test_queue_shows_only_what_was_asked_for(house: Any, asked: Any, changes: Any) -> None:
    wanted = shown(house, **changes)

    async with await house.logged_in("kasi-1") as client:
        page = (await client.get("/api/v1/queue", params=asked)).json()

    assert [each["case_id"] for each in page["tasks"]] == [wanted["_id"]]


@pytest.mark.usefixtures("case")
async def test_queue_shows_only_what_is_late_and_nothing_whose_clock_stands(house: Any) -> None:
    now = house.clock.instant
    for task in house.models.collections[QUEUE].values():
        task["due_at"] = now + timedelta(minutes=1)
    late = [shown(house, due_at=now - timedelta(minutes=number))["_id"] for number in (1, 2, 3)]
    shown(house, due_at=None)
    seen, cursor = [], None

    async with await house.logged_in("kasi-1") as client:
        for _ in range(2):
            asked = {"overdue": "true", "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/api/v1/queue", params=asked)).json()
            seen += [each["case_id"] for each in page["tasks"]]
            cursor = page["next_cursor"]

    assert (seen, cursor) == (late[::-1], None)


@pytest.mark.parametrize("asked", [{"step": 9}, {"state": "tidur"}, {"batch_id": "3"}])
async def test_filter_that_makes_no_sense_is_refused(house: Any, asked: Any) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/queue", params=asked)

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


async def test_all_cases_are_listed_newest_first_also_those_that_ended(
    house: Any, case: Any
) -> None:
    ended = happy_story("selesai-1")
    house.show(ended.records)
    known = house.models.collections[CASES][str(ended.case_id)]
    house.models.put(CASES, {**known, "submitted_at": known["submitted_at"] - timedelta(days=1)})

    async with await house.logged_in("it-1") as client:
        every = (await client.get("/api/v1/cases")).json()
        done = (await client.get("/api/v1/cases", params={"status": "selesai"})).json()
        four = (await client.get("/api/v1/cases", params={"step": 4})).json()

    ids = [UUID(each["case_id"]) for each in every["cases"]]
    assert ids == [case.case_id, ended.case_id]
    assert [each["status"] for each in done["cases"]] == ["selesai"]
    assert [UUID(each["case_id"]) for each in four["cases"]] == [case.case_id]
    assert house.access_log.lines == []


async def test_list_of_cases_shows_nothing_personal(house: Any, case: Any) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/cases")

    assert str(case.case_id) in answer.text
    assert not {"applicant", "facts", "data", "contact_id"} & set(answer.json()["cases"][0])
    assert "v1." not in answer.text


async def test_case_of_another_office_is_in_no_list(house: Any, case: Any) -> None:
    house.models.collections[CASES][str(case.case_id)]["tenant"] = "6371"

    async with await house.logged_in("kasi-1") as client:
        every = (await client.get("/api/v1/cases")).json()
        found = (await client.get("/api/v1/search", params={"q": str(case.case_id)})).json()

    assert (every["cases"], found["cases"]) == ([], [])


async def test_pages_of_cases_show_each_once_when_many_came_at_the_same_moment(
    house: Any, case: Any
) -> None:
    known = house.models.collections[CASES].pop(str(case.case_id))
    for number in range(7):
        at = known["submitted_at"] + timedelta(seconds=number // 3)
        document = {**known, "_id": f"00000000-0000-4000-8000-00000000000{number}"}
        house.models.put(CASES, {**document, "submitted_at": at})

    seen, cursor = [], None
    async with await house.logged_in("kasi-1") as client:
        for _ in range(4):
            asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/api/v1/cases", params=asked)).json()
            seen += [int(each["case_id"][-1]) for each in page["cases"]]
            cursor = page["next_cursor"]

    assert (seen, cursor) == ([6, 5, 4, 3, 2, 1, 0], None)


# The last is of a task whose clock stands; no case is without its time.
@pytest.mark.parametrize(
    "cursor", ["x", "WzEsMl0=", "W251bGwsICIwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ=="]
)
async def test_foreign_cursor_of_a_list_of_cases_is_refused(house: Any, cursor: str) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/cases", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")


async def test_receipt_code_is_found_however_it_is_written(house: Any, case: Any) -> None:
    code = house.models.collections[CASES][str(case.case_id)]["receipt_code"]
    written = [code, code.lower(), f" {code[:4]}-{code[4:7]} {code[7:]}"]

    async with await house.logged_in("cetak-1") as client:
        found = [
            (await client.get("/api/v1/search", params={"q": each})).json() for each in written
        ]

    for each in found:
        assert [line["case_id"] for line in each["cases"]] == [str(case.case_id)]
        assert each["by"] == "receipt-code"


async def test_case_is_found_by_its_id_and_by_words_of_its_service(house: Any) -> None:
    story = Story("satu")
    story.tell(e.PermohonanDiajukan, service_id="lhr-umum")
    house.show(story.records)

    async with await house.logged_in("kasi-1") as client:
        by_id = (await client.get("/api/v1/search", params={"q": str(story.case_id)})).json()
        by_service = (await client.get("/api/v1/search", params={"q": "Kelahiran akta"})).json()
        nothing = (await client.get("/api/v1/search", params={"q": "qqq"})).json()

    assert (by_id["by"], len(by_id["cases"])) == ("case-id", 1)
    assert (by_service["by"], len(by_service["cases"])) == ("service", 1)
    assert (nothing["by"], nothing["cases"], nothing["next_cursor"]) == ("nothing", [], None)


@pytest.mark.parametrize("text", ["0812 3456 7890", "+6281234567890", "6311990101010001"])
async def test_number_of_a_person_is_not_searched_for_in_an_address(house: Any, text: str) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get("/api/v1/search", params={"q": text})

    assert (answer.status_code, answer.json()["slug"]) == (422, "search-personal")
    assert text not in answer.text


def test_every_service_is_found_by_its_own_name() -> None:
    for service in load_catalogue().services:
        understood = understand(service.label, CaseFilter())
        assert understood.cases is not None
        assert service.id in (understood.cases.service_ids or ())


def test_what_was_chosen_beside_the_text_stays_chosen() -> None:
    understood = understand("abcd2345", CaseFilter(status="selesai"))

    assert understood.cases == CaseFilter(status="selesai", receipt_code="ABCD2345")
    with pytest.raises(PersonalSearchError):
        understand("08123456789", CaseFilter())
