"""The checklist of a very case: its answers decide what is asked, its papers what is there."""

from typing import Any

import pytest

from gateway.checklist import checklist_of
from jamila_contracts.catalogue import DEFAULT_CATALOGUE
from jamila_testing.builders import MONDAY

KK, BOOK = "a" * 64, "b" * 64


def birth(**changes: Any) -> dict[str, Any]:
    papers = [
        {"sha256": KK, "item_id": "doc.kk"},
        {"sha256": BOOK, "item_id": "doc.nikah"},
        {"sha256": "c" * 64, "item_id": None},
    ]
    case: dict[str, Any] = {
        "catalogue_id": DEFAULT_CATALOGUE,
        "service_id": "lhr-umum",
        "submitted_at": MONDAY,
        "papers": papers,
        "returns": [],
    }
    return {**case, **changes}


def by_item(case: dict[str, Any], **facts: str) -> dict[str, Any]:
    return {each.item_id: each for each in checklist_of(case, facts)}


def test_papers_answer_the_lines_they_are_known_as() -> None:
    lines = by_item(birth(), **{"buku-nikah": "ya", "surat-lahir": "ya"})

    assert lines["doc.kk"].papers == (KK,)
    assert lines["doc.nikah"].papers == (BOOK,)
    assert lines["doc.sk_lahir"].papers == ()
    assert lines["doc.kk"].label == "Kartu Keluarga"


@pytest.mark.parametrize(("answer", "asked"), [("ya", "doc.nikah"), ("tidak", "frm.f204")])
def test_answers_decide_what_is_asked(answer: str, asked: str) -> None:
    lines = by_item(birth(), **{"buku-nikah": answer, "kk-suami-istri": "ya"})

    assert {"doc.nikah", "frm.f204"} & lines.keys() == {asked}


def test_what_the_office_adds_is_named_as_its_own() -> None:
    lines = by_item(birth())

    assert lines["doc.ktp_saksi1"].local is True
    assert "Standar Pelayanan" in lines["doc.ktp_saksi1"].ground
    assert lines["doc.kk"].local is False


def test_line_tells_what_was_wrong_when_papers_were_asked_for_last() -> None:
    asked = [
        {"to_step": 0, "problems": [{"item_id": "doc.kk", "reason_code": "tidak-ada"}]},
        {"to_step": 3, "problems": []},
        {"to_step": 0, "problems": [{"item_id": "doc.nikah", "reason_code": "tidak-terbaca"}]},
    ]
    lines = by_item(birth(returns=asked), **{"buku-nikah": "ya"})

    assert lines["doc.nikah"].asked_again == "tidak-terbaca"
    assert lines["doc.kk"].asked_again is None


def test_service_that_is_not_in_the_catalogue_has_no_checklist() -> None:
    assert checklist_of(birth(service_id="lain"), None) == ()


def test_case_from_before_its_submission_has_one_too() -> None:
    assert checklist_of(birth(submitted_at=None), {})
