"""What each kind of document refuses, and what it only warns of."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from siak_adapter.documents import (
    MODELS,
    NATIONAL_CODES,
    Checks,
    ChildCardModel,
    DocumentData,
    DocumentKind,
    warnings,
)
from siak_adapter.samples import KINDS, sample_entry

TODAY = date(2026, 10, 23)
CHECKS = Checks(today=TODAY, codes=NATIONAL_CODES)
PHOTO = "0" * 64


def read(kind: str, **changes: Any) -> DocumentData:
    entry = sample_entry(kind)
    for name, value in changes.items():
        part, _, inner = name.partition("__")
        if inner:
            entry[part] = entry[part] | {inner: value}
        else:
            entry[name] = value
    return MODELS[DocumentKind(kind)].model_validate(entry)


@pytest.mark.parametrize(
    ("kind", "changes", "slug"),
    [
        ("akta-kematian", {"birth_date": "2026-10-10"}, "death-before-birth"),
        ("akta-kematian", {"registered_date": "2026-10-01"}, "registered-before-death"),
        ("akta-perkawinan", {"registered_date": "2026-10-01"}, "registered-before-marriage"),
        ("akta-perkawinan", {"marriage_date": "1990-01-01"}, "marriage-before-birth"),
        ("akta-perkawinan", {"wife__nik": "6311991402950001"}, "spouses-share-nik"),
        ("akta-perceraian", {"registered_date": "2026-09-01"}, "registered-before-decision"),
        (
            "akta-perceraian",
            {"marriage_certificate_date": "2026-10-01"},
            "divorce-before-marriage",
        ),
        ("akta-pengakuan-anak", {"religious_marriage_date": None}, "child-without-basis"),
        ("akta-pengakuan-anak", {"court": "Pengadilan Negeri"}, "court-order-incomplete"),
        (
            "akta-pengakuan-anak",
            {"birth_certificate_date": "2024-08-01"},
            "registered-before-birth",
        ),
        (
            "akta-pengakuan-anak",
            {"registered_date": "2024-08-10"},
            "registered-before-birth-certificate",
        ),
        (
            "akta-pengesahan-anak",
            {"marriage_certificate_date": "2026-11-01"},
            "registered-before-marriage",
        ),
        ("ktp-el", {"citizenship": "WNA"}, "validity-contradicts-citizenship"),
        ("ktp-el", {"valid_until": "2031-01-01"}, "validity-contradicts-citizenship"),
        ("ktp-el", {"nik": "6311991313900001"}, "nik-malformed"),
        ("kia", {"photo_sha256": PHOTO}, "photo-contradicts-model"),
        ("kia", {"model": "5-17"}, "photo-contradicts-model"),
        ("biodata", {"name": "Siti\u202e"}, "text-control-character"),
        ("ktp-el", {"nik": None}, "string_type"),
        ("kia", {"family_card_number": "123"}, "string_pattern_mismatch"),
    ],
)
def test_what_can_never_be_printed_is_refused_without_its_value(kind, changes, slug):
    with pytest.raises(ValidationError) as caught:
        read(kind, **changes)

    assert [each["type"] for each in caught.value.errors()] == [slug]
    assert "631199" not in str(caught.value)
    assert "Contoh" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "changes", "slug"),
    [
        ("akta-kematian", {"death_date": "2026-09-01"}, "death-registered-late"),
        ("akta-kematian", {"nik": None}, "nik-missing"),
        ("akta-kematian", {"sex": "P"}, "nik-differs-from-sex"),
        (
            "akta-kematian",
            {"certificate_number": "6311-LU-23102026-0002"},
            "certificate-code-unexpected",
        ),
        (
            "akta-kematian",
            {"certificate_number": "6311-KM-22102026-0002"},
            "certificate-number-differs-from-date",
        ),
        (
            "akta-kematian",
            {"certificate_number": "AL.650.0012"},
            "certificate-number-legacy-format",
        ),
        ("akta-perkawinan", {}, "photo-missing"),
        ("akta-perkawinan", {"marriage_date": "2026-08-01"}, "marriage-registered-late"),
        (
            "akta-perkawinan",
            {"wife__birth_date": "2008-09-23"},
            "wife:under-marriage-age",
        ),
        ("akta-perkawinan", {"husband__nik": None}, "husband:nik-missing"),
        ("akta-perceraian", {"decision_date": "2026-08-01"}, "divorce-registered-late"),
        (
            "akta-pengakuan-anak",
            {"religious_marriage_date": "2025-01-01"},
            "religious-marriage-after-birth",
        ),
        (
            "akta-pengesahan-anak",
            {"child_sex": "P"},
            "nik-differs-from-sex",
        ),
        ("ktp-el", {}, "photo-missing"),
        ("ktp-el", {"birth_date": "2010-01-01", "marital_status": "Belum Kawin"}, "too-young"),
        ("kia", {"birth_date": "2015-10-12"}, "child-card-model-differs-from-age"),
        ("kia", {"birth_date": "2005-10-12"}, "too-old-for-child-card"),
        ("kia", {"birth_certificate_number": "12/2026"}, "certificate-number-legacy-format"),
        ("kartu-keluarga", {"family_card_number": "6311994502150001"}, "odd-date"),
        ("biodata", {"family_card_number": "6311990202150000"}, "odd-serial"),
        ("biodata", {"family_card_number": None}, "family-card-number-missing"),
        ("akta-kelahiran", {"registered_date": "2026-10-24"}, "registered-in-the-future"),
    ],
)
def test_what_an_officer_should_look_at_is_a_warning_and_stops_nothing(kind, changes, slug):
    found = warnings(read(kind, **changes), checks=CHECKS)

    assert [each for each in found if slug in each]
    assert found == sorted(found)
    assert "631199" not in str(found)


def test_a_foreign_spouse_needs_no_nik():
    data = read("akta-perkawinan", wife__nik=None, wife__citizenship="WNA")

    assert "wife:nik-missing" not in warnings(data, checks=CHECKS)


def test_a_court_order_makes_a_later_religious_marriage_fine():
    data = read(
        "akta-pengakuan-anak",
        religious_marriage_date="2025-01-01",
        court_order_number="7/Pdt.P/2026/PN Prn",
        court_order_date="2026-09-01",
        court="Pengadilan Negeri Paringin",
    )

    assert warnings(data, checks=CHECKS) == []


def test_a_code_that_nobody_published_is_compared_only_once_the_office_knows_it():
    data = read("akta-pengakuan-anak")
    known = {**NATIONAL_CODES, "akta-pengakuan-anak": ("PA",)}

    assert warnings(data, checks=CHECKS) == []
    assert warnings(data, checks=Checks(today=TODAY, codes=known)) == [
        "certificate-code-unexpected"
    ]


@pytest.mark.parametrize(
    ("born", "model", "until"),
    [
        ("2024-02-29", "0-5", date(2029, 2, 28)),
        ("2023-10-12", "0-5", date(2028, 10, 12)),
        ("2016-04-07", "5-17", date(2033, 4, 6)),
        ("2016-02-29", "5-17", date(2033, 2, 27)),
    ],
)
def test_a_child_card_ends_with_a_birthday(born, model, until):
    photo = PHOTO if model == ChildCardModel.OLDER else None

    assert read("kia", birth_date=born, model=model, photo_sha256=photo).valid_until == until


@pytest.mark.parametrize(
    ("status", "short"),
    [
        ("Belum Kawin", "BELUM KAWIN"),
        ("Kawin Belum Tercatat", "KAWIN"),
        ("Cerai Hidup Tercatat", "CERAI HIDUP"),
        ("Cerai Mati", "CERAI MATI"),
        ("Lainnya", "LAINNYA"),
    ],
)
def test_an_identity_card_shows_the_short_marital_status(status, short):
    assert read("ktp-el", marital_status=status).short_marital_status == short


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_frozen_and_takes_nothing_unknown(kind):
    data = read(kind)

    with pytest.raises(ValidationError):
        data.model_validate(sample_entry(kind) | {"surprise": 1})
    with pytest.raises(ValidationError, match="frozen"):
        data.name = "Lain"
