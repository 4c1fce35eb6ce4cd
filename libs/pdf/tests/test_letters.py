"""The office's letters: what they look like, what they say, and what they keep to themselves."""

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jamila_pdf.errors import TooMuchTextError
from jamila_pdf.layout import watch
from jamila_pdf.letters import (
    HandOverList,
    HandOverRow,
    Letterhead,
    Receipt,
    ReturnedPaper,
    ReturnLetter,
    draw_hand_over_list,
    draw_receipt,
    draw_return_letter,
)
from jamila_testing.papers import (
    MOST_DIFFERENCE,
    difference,
    fonts_of,
    information_of,
    kept,
    pictures_of,
    raw_text_of,
    structure_of,
)

GOLDEN = Path(__file__).parent / "golden"
NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
HEAD = Letterhead(
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Kabupaten Balangan",
    "Paringin",
    "https://dukcapil.example.go.id/lacak",
)
RECEIPT = Receipt(
    "K7M2Q9XW4T",
    "Akta Kelahiran",
    NINE,
    "WhatsApp",
    ("Kartu Keluarga", "Buku nikah", "Surat keterangan kelahiran"),
)
RETURNED = ReturnLetter(
    "K7M2Q9XW4T",
    "Akta Kelahiran",
    NINE,
    (
        ReturnedPaper("Buku nikah", "tidak terbaca, mohon difoto ulang"),
        ReturnedPaper("Kartu Keluarga", "milik orang lain"),
    ),
)
ROWS = tuple(
    HandOverRow(
        f"9X{number:02d}",
        "Kutipan akta kelahiran, Kartu Keluarga, KIA" if number % 3 else "Kartu Keluarga",
        f"Siti Halimatussa'diyah Contoh {number}",
    )
    for number in range(1, 18)
)
LISTED = HandOverList("Ju'uh", "Tebing Tinggi", date(2026, 4, 6), ROWS)
LETTERS = {
    "tanda-terima": lambda: draw_receipt(RECEIPT, HEAD),
    "pengembalian-berkas": lambda: draw_return_letter(RETURNED, HEAD),
    "serah-terima": lambda: draw_hand_over_list(LISTED, HEAD),
}


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_looks_as_it_did(name):
    apart = []
    for page, picture in enumerate(pictures_of(LETTERS[name]()), start=1):
        path = GOLDEN / f"{name}-{page}.png"
        if os.environ.get("GOLDEN") == "write":
            kept(picture).save(path, optimize=True)
            apart.append(255)
            continue
        with Image.open(path) as golden:
            apart.append(difference(golden, picture))

    assert max(apart) <= MOST_DIFFERENCE


def test_letters_say_what_they_are_for():
    receipt, returned, listed = (
        raw_text_of(draw()).replace("\n", " ") for draw in LETTERS.values()
    )

    assert "K7M2Q-9XW4T" in receipt
    assert "6 April 2026 pukul 09.00 WITA" in receipt
    assert "2 Buku nikah" in receipt
    assert "1 Buku nikah tidak terbaca, mohon difoto ulang" in returned
    assert "tidak perlu dikirim ulang" in returned
    assert "Ju'uh, Kecamatan Tebing Tinggi" in listed
    assert "17 permohonan" in listed
    assert all(row.recipient in listed for row in ROWS)
    assert all("GRATIS" in text for text in (receipt, returned, listed))


def test_the_list_repeats_its_head_and_is_signed_once():
    first, last = raw_text_of(draw_hand_over_list(LISTED, HEAD)).split("[halaman]")[:2]

    for number, page in enumerate((first, last), start=1):
        assert "DAFTAR SERAH TERIMA DOKUMEN" in page
        assert "Tanda tangan" in page
        assert f"Halaman {number} dari 2" in page
    assert "Yang menerima" not in first
    assert "Yang menerima" in last


@pytest.mark.parametrize("name", ["tanda-terima", "pengembalian-berkas"])
def test_the_code_on_a_letter_leads_to_the_page_of_the_application(name):
    [page] = pictures_of(LETTERS[name](), dpi=110)

    assert [code.text for code in zxingcpp.read_barcodes(page)] == [
        "https://dukcapil.example.go.id/lacak/K7M2Q9XW4T"
    ]


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_tagged_archivable_and_always_the_same(name):
    pdf = LETTERS[name]()

    about = information_of(pdf)
    assert about["Tagged"] == "yes"
    assert set(fonts_of(pdf).values()) == {(True, True, True)}
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert "H1 (block)" in structure_of(pdf)
    assert "Table (block)" in structure_of(pdf)
    assert pdf == LETTERS[name]()
    # Metadata can be read without opening the file.
    assert not re.search(rb"K7M2Q9XW4T|Siti", pdf)


words = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ'", min_size=1, max_size=14), min_size=1)
names = words.map(lambda parts: " ".join(parts)[:60].strip()).filter(bool)


@settings(max_examples=40, deadline=None)
@given(st.lists(names, min_size=1, max_size=40), names)
def test_nothing_in_a_letter_overlaps_or_falls_off(texts, service):
    receipt = replace(RECEIPT, service=service, papers=tuple(texts))
    problems = tuple(ReturnedPaper(text, service) for text in texts)
    rows = tuple(HandOverRow("9X41", service, text) for text in texts)
    with watch() as marks:
        draw_receipt(receipt, HEAD)
        draw_return_letter(replace(RETURNED, service=service, problems=problems), HEAD)
        draw_hand_over_list(replace(LISTED, rows=rows, village=service), HEAD)

    for start in _starts(marks):
        upwards = sorted(start, key=lambda mark: (mark.page, mark.y1))
        for index, mark in enumerate(upwards):
            assert mark.x1 >= 0
            assert mark.y1 >= 0
            assert mark.x2 <= 595.3
            above = [each for each in upwards[index + 1 : index + 40] if mark.overlaps(each)]
            assert above == []


def _starts(marks):
    """The marks of each letter: a letter begins where the page number falls back."""
    letters, before = [[]], 0
    for mark in marks:
        if mark.page < before or (mark.text.startswith("PEMERINTAH") and mark.page == 0):
            letters.append([])
        letters[-1].append(mark)
        before = mark.page
    return letters


def test_a_word_without_end_is_refused():
    rows = (HandOverRow("9X41", "Kartu Keluarga", "W" * 400),)

    with pytest.raises(TooMuchTextError):
        draw_hand_over_list(replace(LISTED, rows=rows), HEAD)
