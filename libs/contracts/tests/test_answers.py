"""What people type when they are asked something."""

from datetime import date

import pytest

from jamila_contracts.catalogue import load_catalogue, read_answer
from jamila_contracts.catalogue.answers import SKIPPED
from jamila_contracts.catalogue.facts import Question

TODAY = date(2026, 4, 6)


def answer(question_id, text, **more):
    found = read_answer(load_catalogue().question(question_id), text, today=TODAY, **more)
    return found.value if found.fault is None else found.fault


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ya", "ya"),
        ("Ya, ada pak", "ya"),
        ("1", "ya"),
        ("Tidak ada", "tidak"),
        ("kada", "tidak"),
        ("2", "tidak"),
        ("3", "not-a-choice"),
        ("mungkin", "not-a-choice"),
        ("", "not-a-choice"),
    ],
)
def test_yes_and_no_as_people_say_it(text, value):
    assert answer("surat-lahir", text) == value


def test_choice_is_tapped_numbered_or_named():
    assert answer("status-sebelum", "cerai-mati") == "cerai-mati"
    assert answer("status-sebelum", "2") == "cerai-mati"
    assert answer("status-sebelum", "Cerai hidup") == "cerai-hidup"


def test_number_counts_only_what_was_offered():
    assert answer("hubungan", "1", only=("keluarga", "kuasa")) == "keluarga"
    assert answer("hubungan", "sendiri", only=("keluarga", "kuasa")) == "not-a-choice"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("17-03-2026", "2026-03-17"),
        ("17/3/2026", "2026-03-17"),
        ("17 maret 2026", "2026-03-17"),
        ("Lahir tgl 1 Agustus 2025 pak", "2025-08-01"),
        ("2026-03-17", "2026-03-17"),
        ("6 April 2026", "2026-04-06"),
        ("7 April 2026", "in-the-future"),
        ("31-02-2026", "not-a-date"),
        ("2026-13-01", "not-a-date"),
        ("17 maretan 2026", "not-a-date"),
        ("kemarin", "not-a-date"),
        ("1-1-1800", "too-long-ago"),
    ],
)
def test_date_as_people_write_it(text, value):
    assert answer("tanggal-lahir-anak", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6311994506900003", "6311994506900003"),
        ("6311 9945 0690 0003", "6311994506900003"),
        ("6311-9945-0690-0003", "6311994506900003"),
        ("631199450690000", "not-16-digits"),
        ("nik saya", "not-16-digits"),
        ("6311994506900000", "not-a-nik"),
        ("6311990013900003", "not-a-nik"),
        ("6311993113900003", "not-a-nik"),
        ("٦311994506900003", "not-16-digits"),
    ],
)
def test_nik_is_sixteen_digits_of_the_right_shape(text, value):
    assert answer("nik-ibu", text) == value


def test_number_of_the_family_card_is_only_counted():
    assert answer("no-kk", "6311990000000000") == "6311990000000000"
    assert answer("no-kk", "lewati") == SKIPPED
    assert answer("nik-ibu", "lewati") == "not-16-digits"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("nur  aisyah", "NUR AISYAH"),
        ("Ma'ruf Al-Banjari", "MA'RUF AL-BANJARI"),
        ("M. Noor", "M. NOOR"),
        ("Aisyah 2", "name-with-digits"),
        ("?!", "no-name"),
        ("", "no-name"),
        ("a" * 61, "too-long"),
    ],
)
def test_name_is_letters_only(text, value):
    assert answer("nama-anak", text) == value


def test_free_text_has_an_end():
    assert answer("no-paspor", "  X1234 ") == "X1234"
    assert answer("no-paspor", " ") == "empty"
    assert answer("no-paspor", "x" * 201) == "too-long"


def test_answer_is_shown_as_people_read_it():
    catalogue = load_catalogue()
    assert catalogue.question("tanggal-lahir-anak").label_of("2026-03-17") == "17-03-2026"
    assert catalogue.question("hubungan").label_of("kuasa") == "Orang lain"
    assert catalogue.question("nik-ibu").label_of("x") == "x"
    assert Question(id="x", text="X?", kind="yes-no").label_of("ya") == "Ya"
