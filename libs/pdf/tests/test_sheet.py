"""Texts, photos and codes on a sheet."""

import io
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from jamila_pdf.archive import About
from jamila_pdf.errors import TooMuchTextError, UnprintableTextError
from jamila_pdf.fitting import Room, fit, wrap
from jamila_pdf.layout import watch
from jamila_pdf.picture import PhotoUnusableError, photo
from jamila_pdf.sheet import A4, DRAWING, Sheet, Style
from jamila_pdf.typefaces import Face, load_faces, unit_width
from jamila_testing.papers import pictures_of, raw_text_of, structure_of

ABOUT = About(title="Uji <&>", subject="Uji", author="Dinas", dated=date(2026, 4, 6))
PLAIN = Style(Face.SANS, 12)


def picture(size=(600, 900), mode="RGB", kind="JPEG", **saved):
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 128).save(out, kind, **saved)
    return out.getvalue()


def drawn(*texts):
    with DRAWING:
        sheet = Sheet(ABOUT, page=A4)
        for line, text in enumerate(texts):
            with sheet.tag("P"):
                sheet.text(text, 50, y=700 - line * 20, style=PLAIN)
        sheet.end_page()
        return sheet.finish()


@pytest.mark.parametrize(
    "text", ["Ju'uh", r"(a\b)", "ŽOË ÜNAL ÇELİK", "naïve (café) — “x”", "a" * 70]
)
def test_a_text_is_read_back_as_it_was_written(text):
    assert raw_text_of(drawn(text, "akhir")).splitlines()[0] == text


def test_many_different_letters_need_more_than_one_subset():
    letters = ["".join(map(chr, range(start, start + 32))) for start in range(0x100, 0x240, 32)]

    assert raw_text_of(drawn(*letters)).split()[:-1] == letters


def test_a_letter_that_no_font_has_is_refused_by_its_number():
    load_faces()
    with pytest.raises(UnprintableTextError, match=r"U\+4E2D"):
        unit_width("中", Face.SANS)


def test_metadata_is_escaped():
    assert b'<rdf:li xml:lang="x-default">Uji &lt;&amp;&gt;</rdf:li>' in drawn("a")


def test_texts_shrink_then_break_then_are_refused():
    load_faces()
    room = Room(100, 2, size=10, min_size=5)

    assert fit("pendek", Face.SANS, room=room).size == 10
    assert 7.79 <= fit("sedikit lebih panjang ya", Face.SANS, room=room).size < 10
    assert len(fit("jauh lebih panjang dari satu baris", Face.SANS, room=room).lines) == 2
    with pytest.raises(TooMuchTextError):
        fit("terlalu panjang " * 20, Face.SANS, room=room)


def test_nothing_is_lost_when_a_text_is_broken():
    load_faces()
    text = "Abdurrahman " * 5 + "W" * 60
    lines = wrap(text, Face.SANS, size=10, width=90)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(unit_width(line, Face.SANS) * 10 <= 90 for line in lines)


def test_a_photo_is_cropped_to_its_place_and_small():
    result = photo(picture((3000, 2000)), width=52, height=78)

    with Image.open(io.BytesIO(result)) as image:
        assert image.size == (217, 325)
        assert image.format == "JPEG"
        assert not image.getexif()
    assert len(result) < 20_000


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_grey_and_lying_photos_are_taken(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = picture((90, 60), "L", kind, exif=exif)

    with Image.open(io.BytesIO(photo(lying, width=20, height=30))) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 half", b"GIF89a"])
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(PhotoUnusableError):
        photo(content, width=20, height=30)


def test_a_bomb_is_refused_unopened():
    with pytest.raises(PhotoUnusableError):
        photo(picture((9000, 9000), "L", "PNG"), width=20, height=30)


def test_a_code_is_read_back_from_the_sheet():
    with DRAWING:
        sheet = Sheet(ABOUT, page=(200, 200))
        with sheet.tag("Figure", "kode"):
            sheet.qr("https://warga.example.go.id/x", 40, y=40, side=120)
        sheet.end_page()
        pdf = sheet.finish()

    [code] = zxingcpp.read_barcodes(pictures_of(pdf)[0])
    assert code.text == "https://warga.example.go.id/x"
    assert "Figure" in structure_of(pdf)


def test_only_a_watcher_learns_where_marks_are():
    with watch() as marks:
        drawn("satu", "dua")
    drawn("tiga")

    assert [mark.text for mark in marks] == ["satu", "dua"]
    assert (marks[0].x1, round(marks[0].y2 - marks[0].y1, 2)) == (50, 11.52)
