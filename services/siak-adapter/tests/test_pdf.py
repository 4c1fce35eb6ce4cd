"""What the drawn documents say, show and carry."""

import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from jamila_pdf.errors import TooMuchTextError, UnprintableTextError
from siak_adapter.documents import (
    BirthModel,
    DocumentIssue,
)
from siak_adapter.pdf import render_document

VERIFY_URL = "https://dukcapil.example.go.id/v/7QK4-M2XP"
ISSUE = DocumentIssue(
    kabupaten="Kabupaten Balangan",
    issue_place="Paringin",
    issue_date=date(2026, 10, 23),
    signer_title="Kepala Dinas Kependudukan dan Pencatatan Sipil Kabupaten Balangan",
    signer_name="Hj. SITI CONTOH, S.Sos., M.AP.",
    signer_nip="197001011995032001",
    document_code="DJ-7QK4-M2XP",
    verify_url=VERIFY_URL,
)


def poppler(*command: str) -> str:
    """Run a tool of poppler-utils; without it the tests fail rather than skip."""
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed commands
    return done.stdout.decode()


@pytest.fixture
def text_of(tmp_path: Path) -> Callable[[bytes], str]:
    def run(pdf: bytes) -> str:
        path = tmp_path / "document.pdf"
        path.write_bytes(pdf)
        return poppler("pdftotext", "-layout", str(path), "-")

    return run


@pytest.fixture
def picture_of(tmp_path: Path) -> Callable[[bytes], Path]:
    def run(pdf: bytes) -> Path:
        path = tmp_path / "picture.pdf"
        path.write_bytes(pdf)
        poppler("pdftoppm", "-png", "-r", "150", "-singlefile", str(path), str(tmp_path / "p"))
        return tmp_path / "p.png"

    return run


def fonts_of(pdf: bytes, folder: Path) -> list[str]:
    path = folder / "fonts.pdf"
    path.write_bytes(pdf)
    return poppler("pdffonts", str(path)).splitlines()[2:]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_birth_certificate_says_all_that_was_registered(text_of, birth):
    text = squeeze(text_of(render_document(birth(), issue=ISSUE, watermark=False)))

    for part in (
        "NIK : 6311995210260001",
        "KUTIPAN AKTA KELAHIRAN",
        "EXCERPT OF BIRTH CERTIFICATE",
        "WARGA NEGARA INDONESIA",
        "6311-LU-23102026-0007",
        "DUA BELAS OKTOBER",
        "DUA RIBU DUA PULUH ENAM (12 Oktober 2026)",
        "08.15 WITA",
        "AISYAH NUR CONTOH",
        "PEREMPUAN",
        "AHMAD CONTOH",
        "NOOR LAILA CONTOH",
        "PARINGIN, 23 Oktober 2026",
        "Balai Sertifikasi Elektronik (BSrE), BSSN",
        "NIP 197001011995032001",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("model", "names", "wording"),
    [
        (BirthModel.BOTH_PARENTS, ("A Ayah", "B Ibu"), ("dan ibu", "belum tercatat")),
        (
            BirthModel.BOTH_PARENTS_UNRECORDED,
            ("A Ayah", "B Ibu"),
            ("belum tercatat", "seorang ibu"),
        ),
        (BirthModel.MOTHER_ONLY, (None, "B Ibu"), ("dari seorang ibu", "dari ayah")),
        (BirthModel.NO_PARENTS, (None, None), ("orang tua", "dan ibu")),
    ],
)
def test_each_akta_model_has_its_own_wording(text_of, birth, model, names, wording):
    shown, hidden = wording
    data = birth(model=model, father_name=names[0], mother_name=names[1])

    text = text_of(render_document(data, issue=ISSUE, watermark=False))

    assert shown in text
    assert hidden not in text


def test_family_card_shows_every_column_and_strikes_empty_rows(text_of, member, family):
    data = family(member(1), member(2, passport_number="X1234567", blood_type=None))

    text = squeeze(text_of(render_document(data, issue=ISSUE, watermark=False)))

    for part in (
        "No. 6311990202150001",
        "003/000",
        "71662",
        "KALIMANTAN SELATAN",
        "(17)",
        "6311990101900002",
        "X1234567",
        "02-03-2015",
        "Dokumen Imigrasi",
        "10 - - - - - - - - -",
    ):
        assert part in text


def test_more_than_ten_members_go_on_to_another_page_and_all_are_printed(text_of, member, family):
    data = family(*(member(number) for number in range(1, 14)))

    text = text_of(render_document(data, issue=ISSUE, watermark=False))

    assert text.count("\f") == 2
    assert "Halaman 1 dari 2" in text
    assert all(f"631199010190{number:04d}" in text for number in range(1, 14))
    first, last = text.split("\f")[:2]
    assert "KEPALA KELUARGA\n" not in first
    assert "197001011995032001" not in first
    assert "197001011995032001" in last


def test_a_draft_is_marked_and_claims_no_signature(text_of, picture_of, birth, family):
    for pdf in (
        render_document(birth(), issue=ISSUE, watermark=True),
        render_document(family(), issue=ISSUE, watermark=True),
    ):
        text = text_of(pdf)
        assert "Belum ditandatangani, belum sah" in text
        assert "tempat QR" in text
        assert _pink_share(picture_of(pdf)) > 0.02
        assert "telah ditandatangani" not in text
        assert zxingcpp.read_barcodes(_pixels(picture_of(pdf))) == []


def test_the_qr_of_a_final_document_opens_the_verification_address(picture_of, birth, family):
    for pdf in (
        render_document(birth(), issue=ISSUE, watermark=False),
        render_document(family(), issue=ISSUE, watermark=False),
    ):
        codes = zxingcpp.read_barcodes(_pixels(picture_of(pdf)))
        assert [code.text for code in codes] == [VERIFY_URL]


def test_diacritics_are_printed_and_empty_values_are_struck(text_of, birth):
    data = birth(child_name="Žoë Ünal Çelik", child_nik=None, birth_order=None)

    text = text_of(render_document(data, issue=ISSUE, watermark=False))

    assert "ŽOË ÜNAL ÇELIK" in text
    assert "NIK : -" in text


def test_long_names_are_never_cut(text_of, birth, member, family):
    long = "Muhammad " + " ".join(["Abdurrahman"] * 8)
    data = family(member(1, name=long, father_name=long, mother_name=long), member(2))

    card = squeeze(text_of(render_document(data, issue=ISSUE, watermark=False)))
    akta = birth(child_name=long, father_name=long, mother_name=long)
    excerpt = squeeze(text_of(render_document(akta, issue=ISSUE, watermark=False)))

    # Header, member line, his two parents, and the place where he signs.
    assert card.count("ABDURRAHMAN") == 5 * 8
    assert excerpt.count("ABDURRAHMAN") == 3 * 8


def test_a_character_without_glyph_is_refused_by_codepoint_only(birth):
    with pytest.raises(UnprintableTextError, match=r"U\+4E2D") as caught:
        render_document(birth(child_name="Siti 中"), issue=ISSUE, watermark=True)

    assert "Siti" not in str(caught.value)
    assert caught.value.slug == "document-text-unprintable"


def test_text_that_cannot_fit_is_refused(member, family):
    with pytest.raises(TooMuchTextError):
        render_document(
            family(member(1, religion="W" * 120), member(2)), issue=ISSUE, watermark=True
        )


def test_same_data_gives_the_same_bytes_in_another_process(birth, family):
    here = [
        render_document(birth(), issue=ISSUE, watermark=False),
        render_document(family(), issue=ISSUE, watermark=True),
    ]
    again = [
        render_document(birth(), issue=ISSUE, watermark=False),
        render_document(family(), issue=ISSUE, watermark=True),
    ]
    script = (
        "import sys, pickle, hashlib\n"
        "from siak_adapter.pdf import render_document as draw\n"
        "akta, kk, issue = pickle.load(sys.stdin.buffer)\n"
        "for data, draft in ((kk, True), (akta, False)):\n"
        "    pdf = draw(data, issue=issue, watermark=draft)\n"
        "    print(hashlib.sha256(pdf).hexdigest())\n"
    )
    out = subprocess.run(  # noqa: S603  # our own interpreter and script
        [sys.executable, "-c", script],
        input=pickle.dumps((birth(), family(), ISSUE)),
        check=True,
        capture_output=True,
        env={"PYTHONHASHSEED": "7", "TZ": "America/New_York"},
    ).stdout.decode()

    assert here == again
    assert out.split() == [sha256(here[1]).hexdigest(), sha256(here[0]).hexdigest()]


def test_metadata_carries_the_day_of_issue_and_no_personal_data(birth):
    pdf = render_document(birth(), issue=ISSUE, watermark=False)

    assert b"D:20261023000000+08'00'" in pdf
    assert b"id-ID" in pdf
    assert b"Kutipan Akta Kelahiran" in pdf
    assert b"Aisyah" not in pdf
    assert b"6311995210260001" not in pdf


def test_all_fonts_are_embedded_subsets(tmp_path, birth, family):
    for pdf in (
        render_document(birth(), issue=ISSUE, watermark=True),
        render_document(family(), issue=ISSUE, watermark=False),
    ):
        fonts = fonts_of(pdf, tmp_path)
        assert fonts
        assert all(re.search(r" yes +yes +yes ", line) for line in fonts)


def _pink_share(path: Path) -> float:
    """How much of the page the watermark colours; its slanted letters give pdftotext no words."""
    with Image.open(path) as image:
        pixels = image.convert("RGB").resize((200, 200)).tobytes()
    return sum(r > g + 20 for r, g in zip(pixels[::3], pixels[1::3], strict=True)) / 40_000


def _pixels(path: Path) -> Any:
    with Image.open(path) as image:
        return image.convert("L")
