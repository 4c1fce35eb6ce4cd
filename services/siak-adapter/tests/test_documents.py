"""What a document must hold, before anything is drawn."""

from datetime import date

import pytest
from pydantic import ValidationError

from siak_adapter.documents import (
    NATIONAL_CODES,
    BirthModel,
    Checks,
    DocumentKind,
    Sex,
    signature_box,
    warnings,
)

CHECKS = Checks(today=date(2027, 1, 5), codes=NATIONAL_CODES)


def test_the_signature_box_lies_on_the_page():
    for kind, (width, height) in {
        DocumentKind.BIRTH_CERTIFICATE: (595, 842),
        DocumentKind.FAMILY_CARD: (842, 595),
    }.items():
        box = signature_box(kind)
        assert box.page == -1
        assert 0 < box.x1 < box.x2 < width
        assert 0 < box.y1 < box.y2 < height


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"child_nik": "6311990013260001"}, "nik-malformed"),
        ({"child_nik": "6311991210260000"}, "nik-malformed"),
        ({"registered_date": date(2026, 10, 1)}, "registered-before-birth"),
        ({"model": BirthModel.MOTHER_ONLY}, "parents-contradict-model"),
        ({"child_name": "Siti\u202e Contoh"}, "text-control-character"),
    ],
)
def test_what_can_never_be_printed_is_refused(birth, change, slug):
    with pytest.raises(ValidationError) as caught:
        birth(**change)

    assert caught.value.errors()[0]["type"] == slug
    assert "631199" not in str(caught.value)


def test_a_family_has_one_head_and_no_nik_twice(member, family):
    with pytest.raises(ValidationError, match="exactly one head"):
        family(member(2), member(3))
    with pytest.raises(ValidationError, match="one NIK stands on two lines"):
        family(member(1), member(2, nik="6311990101900001"))


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"child_name": "Aisyah"}, "name-single-word"),
        ({"child_name": "Aisyah " + "Noor " * 12}, "name-too-long"),
        ({"child_name": "Aisyah 2"}, "name-not-latin-letters"),
        ({"child_name": "M. Contoh"}, "name-abbreviated"),
        ({"child_name": "Aisyah Contoh, S.Pd."}, "name-with-title"),
        ({"child_nik": None}, "nik-missing"),
        ({"sex": Sex.MALE}, "nik-differs-from-sex"),
        ({"birth_date": date(2026, 10, 11)}, "nik-differs-from-birth-date"),
        ({"registered_date": date(2027, 1, 5)}, "birth-registered-late"),
        ({"certificate_number": "6311-LT-23102026-0007"}, "certificate-code-unexpected"),
        ({"certificate_number": "123/IST/2005"}, "certificate-number-legacy-format"),
    ],
)
def test_what_an_officer_should_look_at_is_a_warning_only(birth, change, slug):
    assert warnings(birth(), checks=CHECKS) == []
    assert slug in warnings(birth(**change), checks=CHECKS)


def test_warnings_of_a_family_card_name_the_line_not_the_person(member, family):
    data = family(member(1), member(2, nik=None), member(3, sex=Sex.FEMALE))

    assert warnings(data, checks=CHECKS) == [
        "member-2:nik-missing",
        "member-3:nik-differs-from-sex",
    ]
