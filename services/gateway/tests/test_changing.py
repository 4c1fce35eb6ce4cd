"""What a new version of the documents changed, and why the old one went back."""

from typing import Any

from gateway.changing import changes_of, written
from jamila_contracts import events as e
from jamila_contracts.values import ReturnReason
from jamila_testing.builders import Story

NOTE = "Nama anak salah ketik, lihat surat lahir."


def entry(**documents: Any) -> dict[str, Any]:
    return {"documents": documents}


def test_only_what_differs_is_told_with_its_label() -> None:
    before = entry(kia={"name": "NUR SALAH", "rt": 3, "blood_type": None})
    after = entry(kia={"name": "NUR", "rt": 3, "blood_type": "O"})

    assert [(each.label, each.before, each.after) for each in changes_of(before, after)] == [
        ("Nama", "NUR SALAH", "NUR"),
        ("Golongan darah", None, "O"),
    ]


def test_a_member_who_is_gone_is_told() -> None:
    before = {"members": [{"name": "A"}, {"name": "B"}]}
    after = {"members": [{"name": "A"}]}

    found = changes_of(entry(**{"kartu-keluarga": before}), entry(**{"kartu-keluarga": after}))

    assert [(each.path, each.before, each.after) for each in found] == [
        ("members.1.name", "B", None)
    ]


def test_a_first_version_changed_nothing() -> None:
    assert changes_of(None, entry(kia={"name": "NUR"})) == ()
    assert written({"name": "", "rt": 0}) == {"rt": "0"}


def returned_and_mended(house: Any) -> Any:
    story = Story()
    house.vault.create(story.case_id)
    story.tell(e.PermohonanDiajukan, applicant=house.vault.seal(story.case_id, {"name": "R"}))
    story.work(e.BerkasDiterima)
    story.work(e.DataSiakCocok)
    wrong, right = ({"nama": "SALAH"}, {"nama": "BENAR"})
    story.work(e.DraftDibuat, data=house.vault.seal(story.case_id, entry(kia=wrong)))
    reason = ReturnReason(
        code="salah-ketik", field="kia.name", note=house.vault.seal(story.case_id, NOTE)
    )
    story.work(e.DraftDikembalikan, reasons=(reason,))
    story.work(e.DraftDibuat, data=house.vault.seal(story.case_id, entry(kia=right)))
    house.show(story.records)
    return story.case_id


async def see(house: Any, case_id: Any, account: str, query: str = "") -> Any:
    async with await house.logged_in(account) as client:
        return (await client.get(f"/api/v1/cases/{case_id}{query}")).json()


async def test_the_case_tells_what_changed_since_the_return_and_why(house: Any) -> None:
    case_id = returned_and_mended(house)

    view = await see(house, case_id, "kasi-1")

    assert [(each["before"], each["after"]) for each in view["changes"]] == [("SALAH", "BENAR")]
    assert view["returns"][0]["reasons"] == [
        {"code": "salah-ketik", "field": "kia.name", "note": NOTE, "spot": None}
    ]
    assert len(house.access_log.looks) == 1


async def test_who_may_not_see_gets_neither_changes_nor_notes(house: Any) -> None:
    case_id = returned_and_mended(house)

    for account, query in (("cetak-1", ""), ("kasi-1", "?personal_data=false")):
        view = await see(house, case_id, account, query)
        assert (view["changes"], view["data_before"]) == ([], None)
        assert view["returns"][0]["reasons"][0]["note"] is None
    assert house.access_log.looks == []
