"""Numbers of people are half hidden until somebody asks for them, which is recorded."""

from typing import Any

import pytest

from gateway.access_log import Look
from gateway.masking import masked
from jamila_ledger.views import CASES

NIK = "6311990101010001"
HIDDEN = "631199******0001"
APPLICANT = {"name": "Rahmah", "phone": "+6281200000001", "nik": NIK}
FACTS = {"no-kk": "6311990101010002", "sebab": f"Pindah bersama {NIK}."}
DATA = {"documents": {"kartu-keluarga": {"members": [{"nik": NIK}, {"nik": "6311990101010003"}]}}}


@pytest.fixture
def numbered(house: Any, case: Any) -> Any:
    known = house.models.collections[CASES][str(case.case_id)]
    sealed = {
        name: house.vault.seal(case.case_id, value)
        for name, value in {"applicant": APPLICANT, "facts": FACTS, "data": DATA}.items()
    }
    house.models.put(CASES, {**known, **sealed})
    return case


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NIK, HIDDEN),
        (int(NIK), HIDDEN),
        ("6311 9901 0101 0001", "6311 99****** 0001"),
        ("6311.9901.0101.0001", "6311.99******.0001"),
        (f"NIK:{NIK}, KK:{NIK}", f"NIK:{HIDDEN}, KK:{HIDDEN}"),
        ([{"a": (NIK, True, None, 7)}], [{"a": (HIDDEN, True, None, 7)}]),
        ("+6281200000001", "+6281200000001"),
        ("2026-04-06", "2026-04-06"),
        ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000001"),
        ("6311990101010001" + "ab" * 24, "6311990101010001" + "ab" * 24),
        ("631199010101000", "631199010101000"),
        ("63119901010100012", "63119901010100012"),
    ],
)
def test_sixteen_digits_are_half_hidden_and_nothing_else(value: Any, shown: Any) -> None:
    assert masked(value) == shown


async def test_case_hides_numbers_wherever_they_stand(house: Any, numbered: Any) -> None:
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/cases/{numbered.case_id}")

    seen = answer.json()
    assert seen["applicant"] == {**APPLICANT, "nik": HIDDEN}
    assert seen["facts"] == {"no-kk": "631199******0002", "sebab": f"Pindah bersama {HIDDEN}."}
    assert "01010001" not in answer.text
    assert house.access_log.looks == [Look("data-pemohon")]
    assert seen["drafts"][0]["draft_sha256"] == numbered.draft


async def test_whole_numbers_are_an_explicit_read_that_is_recorded_with_its_reason(
    house: Any, numbered: Any
) -> None:
    asked = {"reveal": "true", "reason": "periksa-silang"}
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/cases/{numbered.case_id}", params=asked)

    assert answer.json()["applicant"] == APPLICANT
    assert answer.json()["data"] == DATA
    assert house.access_log.looks == [Look("nik", None, "periksa-silang")]


async def test_who_needs_no_personal_data_reveals_nothing(house: Any, numbered: Any) -> None:
    async with await house.logged_in("it-1") as client:
        answer = await client.get(f"/api/v1/cases/{numbered.case_id}", params={"reveal": "true"})

    assert (answer.json()["personal_data"], answer.json()["applicant"]) == ("withheld", None)
    assert house.access_log.looks == []


async def test_number_that_differs_in_its_hidden_part_still_counts_as_changed(
    house: Any, numbered: Any
) -> None:
    before = {"documents": {"kartu-keluarga": {"members": [{"nik": "6311990202020001"}]}}}
    known = house.models.collections[CASES][str(numbered.case_id)]
    sealed = house.vault.seal(numbered.case_id, before)
    house.models.put(CASES, {**known, "data_before": sealed})
    async with await house.logged_in("kasi-1") as client:
        answer = await client.get(f"/api/v1/cases/{numbered.case_id}")

    first = answer.json()["changes"][0]
    assert (first["before"], first["after"]) == (HIDDEN, HIDDEN)
