"""What the papers claim, beside what SIAK says."""

from typing import Any

import pytest

from gateway.comparing import compared
from jamila_ledger.views import CASES

CLAIMS = {"NIK": "6311990101000001", "NAMA_LGKP": "Rizqi", "TMPT_LHR": "Paringin", "ALAMAT": "Jl 1"}
VERDICTS = [
    {"field": "nik", "verdict": "sesuai", "score": None},
    {"field": "nama_lgkp", "verdict": "tidak-sesuai", "score": 87},
    {"field": "tmpt_lhr", "verdict": "tidak-sesuai", "score": 12},
]


@pytest.fixture
def answered(house: Any, case: Any) -> Any:
    house.models.collections[CASES][str(case.case_id)]["siak_answer"] = {
        "outcome": "ok",
        "verdicts": VERDICTS,
        "evidence_sha256": "ab" * 32,
        "claims": house.vault.seal(case.case_id, CLAIMS),
        "at": "2026-04-06T01:00:00Z",
    }
    return case


async def see(house: Any, case: Any, account: str = "siak-1") -> Any:
    async with await house.logged_in(account) as client:
        return await client.get(f"/api/v1/cases/{case.case_id}/comparison")


async def test_differences_come_first_and_each_is_explained(house: Any, answered: Any) -> None:
    view = (await see(house, answered)).json()

    assert view["meaning"] == "Orangnya ditemukan dan aktif."
    assert [(each["label"], each["claimed"], each["score"]) for each in view["fields"]] == [
        ("Nama lengkap", "Rizqi", 87),
        ("Tempat lahir", "Paringin", 12),
        ("Alamat", "Jl 1", None),
        ("NIK", "6311990101000001", None),
    ]
    near, far, silent, same = (each["explanation"] for each in view["fields"])
    assert "Ejaan mirip (87 dari 100)" in near
    assert "Sangat berbeda (12 dari 100)" in far
    assert "Tidak dijawab" in silent
    assert same is None


async def test_seeing_the_claims_is_recorded_first(house: Any, answered: Any) -> None:
    await see(house, answered)

    assert [look.what for look in house.access_log.looks] == ["klaim"]


async def test_who_does_not_compare_sees_numbers_half_hidden_until_he_asks(
    house: Any, answered: Any
) -> None:
    where = f"/api/v1/cases/{answered.case_id}/comparison"
    async with await house.logged_in("kasi-1") as client:
        views = [(await client.get(where, params=p)).json() for p in ({}, {"reveal": "true"})]

    claimed = [each["fields"][-1]["claimed"] for each in views]
    assert claimed == ["631199******0001", "6311990101000001"]
    assert [look.what for look in house.access_log.looks] == ["klaim", "nik"]


async def test_who_needs_no_personal_data_sees_no_claims(house: Any, answered: Any) -> None:
    answer = await see(house, answered, "cetak-1")

    assert (answer.status_code, answer.json()["slug"]) == (403, "capability-missing")


async def test_before_anybody_asked_the_comparison_is_empty(house: Any, case: Any) -> None:
    view = (await see(house, case)).json()

    assert (view["outcome"], view["fields"]) == (None, [])


@pytest.mark.parametrize("field", ["NO_KK", "TGL_LHR", "JENIS_KLMIN", "NO_KEC"])
def test_every_exact_field_has_its_own_explanation(field: str) -> None:
    verdict = {"field": field.lower(), "verdict": "tidak-sesuai", "score": None}
    [found] = compared({field: "x"}, [verdict])
    assert found.explanation
