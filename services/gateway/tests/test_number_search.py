from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.access_log import Look, ReadNotRecordedError
from jamila_contracts.commands import CommandReply, FindCases
from jamila_ledger.views import CASES
from jamila_runtime.vault import CaseKeyMissingError

PHONE = "0812-0000-0001"
NIK = "6311990101010001"


def answering(house: Any, *, contacts: list[Any] = [], cases: list[Any] = []) -> None:  # noqa: B006
    def answer(command: Any) -> CommandReply:
        found = {"contact_ids": [str(e) for e in contacts], "case_ids": [str(e) for e in cases]}
        return CommandReply(
            command_id=command.command_id, case_id=command.case_id, service="intake", result=found
        )

    house.commands.answer = answer


def contact_of(house: Any, case: Any) -> UUID:
    return UUID(house.models.collections[CASES][str(case.case_id)]["contact_id"])


async def test_cases_of_a_phone_number_are_found_and_recorded(house: Any, case: Any) -> None:
    answering(house, contacts=[contact_of(house, case)])

    async with await house.logged_in("loket-1") as client:
        said = {"phone": PHONE, "reason": "menjawab-pemohon"}
        answer = await client.post("/api/v1/search", json=said)

    assert [each["case_id"] for each in answer.json()["cases"]] == [str(case.case_id)]
    assert answer.json()["by"] == "number"
    assert house.access_log.lines == [("loket-1", case.case_id, "pencarian")]
    assert house.access_log.looks == [Look("pencarian", None, "menjawab-pemohon")]


async def test_cases_of_a_nik_are_found_and_recorded(house: Any, case: Any) -> None:
    answering(house, cases=[case.case_id, uuid4()])

    async with await house.logged_in("kasi-1") as client:
        answer = await client.post("/api/v1/search", json={"nik": f" {NIK[:6]} {NIK[6:]}"})

    assert [each["case_id"] for each in answer.json()["cases"]] == [str(case.case_id)]
    assert house.access_log.lines == [("kasi-1", case.case_id, "pencarian")]


@pytest.mark.parametrize("said", [{"phone": PHONE}, {"nik": NIK}])
async def test_number_leaves_the_gateway_as_a_digest_only(house: Any, case: Any, said: Any) -> None:
    answering(house, cases=[case.case_id])

    async with await house.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/search", json=said)

    (asked,) = house.commands.asked
    assert isinstance(asked, FindCases)
    whole = asked.model_dump_json() + answer.text
    assert "81200000001" not in whole
    assert NIK not in whole
    assert asked.contact_digests + asked.person_digests


@pytest.mark.parametrize(
    "said",
    [{}, {"phone": PHONE, "nik": NIK}, {"phone": "12"}, {"nik": "123"}, {"nik": NIK + "1"}],
)
async def test_what_is_no_number_is_refused_and_not_repeated(house: Any, said: Any) -> None:
    async with await house.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/search", json=said)

    assert (answer.status_code, answer.json()["slug"]) == (422, "malformed-request")
    assert NIK not in answer.text
    assert house.commands.asked == []


@pytest.mark.parametrize("account", ["cetak-1", "it-1"])
async def test_whoever_needs_no_personal_data_finds_nobody(house: Any, account: str) -> None:
    async with await house.logged_in(account) as client:
        answer = await client.post("/api/v1/search", json={"phone": PHONE})

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")
    assert house.commands.asked == []


async def test_nothing_found_records_nothing(house: Any) -> None:
    answering(house)

    async with await house.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/search", json={"phone": PHONE})

    assert (answer.status_code, answer.json()["cases"]) == (200, [])
    assert house.access_log.lines == []


async def test_what_cannot_be_recorded_is_not_found(house: Any, case: Any) -> None:
    answering(house, cases=[case.case_id])
    house.access_log.refusal = ReadNotRecordedError("the recorder is away")

    async with await house.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/search", json={"nik": NIK})

    assert (answer.status_code, answer.json()["slug"]) == (503, "read-not-recorded")
    assert str(case.case_id) not in answer.text


async def test_forgotten_case_belongs_to_nobody(house: Any, case: Any) -> None:
    answering(house, cases=[case.case_id])
    house.access_log.refusal = CaseKeyMissingError("forgotten", case_id=str(case.case_id))

    async with await house.logged_in("loket-1") as client:
        answer = await client.post("/api/v1/search", json={"nik": NIK})

    assert (answer.status_code, answer.json()["cases"]) == (200, [])
