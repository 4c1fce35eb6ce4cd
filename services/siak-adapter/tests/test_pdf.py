import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pydantic import ValidationError

from siak_adapter.documents import (
    BirthCertificateData,
    BirthModel,
    Citizenship,
    DocumentIssue,
    DocumentKind,
    FamilyCardData,
    FamilyMember,
    Sex,
    signature_box,
    warnings,
)
from siak_adapter.pdf import (
    TooMuchTextError,
    UnprintableTextError,
    render_birth_certificate,
    render_family_card,
)
from siak_adapter.pdf.words import spell

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


def birth(**changes: Any) -> BirthCertificateData:
    values: dict[str, Any] = {
        "certificate_number": "6311-LU-23102026-0007",
        "child_nik": "6311995210260001",
        "child_name": "Aisyah Nur Contoh",
        "birth_place": "Paringin",
        "birth_date": date(2026, 10, 12),
        "birth_time": time(8, 15),
        "sex": Sex.FEMALE,
        "birth_order": 2,
        "model": BirthModel.BOTH_PARENTS,
        "father_name": "Ahmad Contoh",
        "mother_name": "Noor Laila Contoh",
        "nationality": Citizenship.INDONESIAN,
        "registered_place": "Paringin",
        "registered_date": date(2026, 10, 23),
    }
    return BirthCertificateData(**{**values, **changes})


def member(number: int, **changes: Any) -> FamilyMember:
    values: dict[str, Any] = {
        "name": "Ahmad Contoh" if number == 1 else f"Anak Contoh {spell(number).title()}",
        "nik": f"631199010190{number:04d}",
        "sex": Sex.MALE,
        "birth_place": "Paringin",
        "birth_date": date(1990, 1, 1),
        "religion": "Islam",
        "education": "SLTA/Sederajat",
        "occupation": "Wiraswasta",
        "blood_type": "Tidak Tahu",
        "marital_status": "Kawin Tercatat",
        "marriage_date": date(2015, 3, 2),
        "relationship": "Kepala Keluarga" if number == 1 else "Anak",
        "citizenship": Citizenship.INDONESIAN,
        "father_name": "Hasan Contoh",
        "mother_name": "Masitah Contoh",
    }
    return FamilyMember(**{**values, **changes})


def family(*members: FamilyMember, **changes: Any) -> FamilyCardData:
    values: dict[str, Any] = {
        "family_card_number": "6311990202150001",
        "address": "Jl. Contoh Raya No. 5",
        "rt": 3,
        "rw": 0,
        "postal_code": "71662",
        "village": "Paringin Kota",
        "district": "Paringin",
        "regency": "Balangan",
        "province": "Kalimantan Selatan",
        "members": members or (member(1), member(2), member(3)),
    }
    return FamilyCardData(**{**values, **changes})


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


def test_birth_certificate_says_all_that_was_registered(text_of):
    text = squeeze(text_of(render_birth_certificate(birth(), issue=ISSUE, watermark=False)))

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
    ("model", "names", "shown", "hidden"),
    [
        (BirthModel.BOTH_PARENTS, ("A Ayah", "B Ibu"), "dan ibu", "belum tercatat"),
        (BirthModel.BOTH_PARENTS_UNRECORDED, ("A Ayah", "B Ibu"), "belum tercatat", "seorang ibu"),
        (BirthModel.MOTHER_ONLY, (None, "B Ibu"), "dari seorang ibu", "dari ayah"),
        (BirthModel.NO_PARENTS, (None, None), "orang tua", "dan ibu"),
    ],
)
def test_each_akta_model_has_its_own_wording(text_of, model, names, shown, hidden):
    data = birth(model=model, father_name=names[0], mother_name=names[1])

    text = text_of(render_birth_certificate(data, issue=ISSUE, watermark=False))

    assert shown in text
    assert hidden not in text


def test_family_card_shows_every_column_and_strikes_empty_rows(text_of):
    data = family(member(1), member(2, passport_number="X1234567", blood_type=None))

    text = squeeze(text_of(render_family_card(data, issue=ISSUE, watermark=False)))

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


def test_more_than_ten_members_go_on_to_another_page_and_all_are_printed(text_of):
    data = family(*(member(number) for number in range(1, 14)))

    text = text_of(render_family_card(data, issue=ISSUE, watermark=False))

    assert text.count("\f") == 2
    assert "Halaman 1 dari 2" in text
    assert all(f"631199010190{number:04d}" in text for number in range(1, 14))
    first, last = text.split("\f")[:2]
    assert "KEPALA KELUARGA\n" not in first
    assert "197001011995032001" not in first
    assert "197001011995032001" in last


def test_a_draft_is_marked_and_claims_no_signature(text_of, picture_of):
    for pdf in (
        render_birth_certificate(birth(), issue=ISSUE, watermark=True),
        render_family_card(family(), issue=ISSUE, watermark=True),
    ):
        text = text_of(pdf)
        assert "Belum ditandatangani, belum sah" in text
        assert "tempat QR" in text
        assert _pink_share(picture_of(pdf)) > 0.02
        assert "telah ditandatangani" not in text
        assert zxingcpp.read_barcodes(_pixels(picture_of(pdf))) == []


def test_the_qr_of_a_final_document_opens_the_verification_address(picture_of):
    for pdf in (
        render_birth_certificate(birth(), issue=ISSUE, watermark=False),
        render_family_card(family(), issue=ISSUE, watermark=False),
    ):
        codes = zxingcpp.read_barcodes(_pixels(picture_of(pdf)))
        assert [code.text for code in codes] == [VERIFY_URL]


def test_diacritics_are_printed_and_empty_values_are_struck(text_of):
    data = birth(child_name="Žoë Ünal Çelik", child_nik=None, birth_order=None)

    text = text_of(render_birth_certificate(data, issue=ISSUE, watermark=False))

    assert "ŽOË ÜNAL ÇELIK" in text
    assert "NIK : -" in text


def test_long_names_are_never_cut(text_of):
    long = "Muhammad " + " ".join(["Abdurrahman"] * 8)
    data = family(member(1, name=long, father_name=long, mother_name=long), member(2))

    card = squeeze(text_of(render_family_card(data, issue=ISSUE, watermark=False)))
    akta = birth(child_name=long, father_name=long, mother_name=long)
    excerpt = squeeze(text_of(render_birth_certificate(akta, issue=ISSUE, watermark=False)))

    # Header, member line, his two parents, and the place where he signs.
    assert card.count("ABDURRAHMAN") == 5 * 8
    assert excerpt.count("ABDURRAHMAN") == 3 * 8


def test_a_character_without_glyph_is_refused_by_codepoint_only():
    with pytest.raises(UnprintableTextError, match=r"U\+4E2D") as caught:
        render_birth_certificate(birth(child_name="Siti 中"), issue=ISSUE, watermark=True)

    assert "Siti" not in str(caught.value)
    assert caught.value.slug == "document-text-unprintable"


def test_text_that_cannot_fit_is_refused():
    with pytest.raises(TooMuchTextError):
        render_family_card(
            family(member(1, religion="W" * 120), member(2)), issue=ISSUE, watermark=True
        )


def test_same_data_gives_the_same_bytes_in_another_process():
    here = [
        render_birth_certificate(birth(), issue=ISSUE, watermark=False),
        render_family_card(family(), issue=ISSUE, watermark=True),
    ]
    again = [
        render_birth_certificate(birth(), issue=ISSUE, watermark=False),
        render_family_card(family(), issue=ISSUE, watermark=True),
    ]
    script = (
        "import sys, pickle, hashlib\n"
        "from siak_adapter.pdf import render_birth_certificate as b, render_family_card as f\n"
        "akta, kk, issue = pickle.load(sys.stdin.buffer)\n"
        "for pdf in (f(kk, issue=issue, watermark=True), b(akta, issue=issue, watermark=False)):\n"
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


def test_metadata_carries_the_day_of_issue_and_no_personal_data():
    pdf = render_birth_certificate(birth(), issue=ISSUE, watermark=False)

    assert b"D:20261023000000+08'00'" in pdf
    assert b"id-ID" in pdf
    assert b"Kutipan Akta Kelahiran" in pdf
    assert b"Aisyah" not in pdf
    assert b"6311995210260001" not in pdf


def test_all_fonts_are_embedded_subsets(tmp_path):
    for pdf in (
        render_birth_certificate(birth(), issue=ISSUE, watermark=True),
        render_family_card(family(), issue=ISSUE, watermark=False),
    ):
        fonts = fonts_of(pdf, tmp_path)
        assert fonts
        assert all(re.search(r" yes +yes +yes ", line) for line in fonts)


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
def test_what_can_never_be_printed_is_refused(change, slug):
    with pytest.raises(ValidationError) as caught:
        birth(**change)

    assert caught.value.errors()[0]["type"] == slug
    assert "631199" not in str(caught.value)


def test_a_family_has_one_head_and_no_nik_twice():
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
def test_what_an_officer_should_look_at_is_a_warning_only(change, slug):
    assert warnings(birth()) == []
    assert slug in warnings(birth(**change))


def test_warnings_of_a_family_card_name_the_line_not_the_person():
    data = family(member(1), member(2, nik=None), member(3, sex=Sex.FEMALE))

    assert warnings(data) == ["member-2:nik-missing", "member-3:nik-differs-from-sex"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "NOL"),
        (11, "SEBELAS"),
        (19, "SEMBILAN BELAS"),
        (21, "DUA PULUH SATU"),
        (100, "SERATUS"),
        (1999, "SERIBU SEMBILAN RATUS SEMBILAN PULUH SEMBILAN"),
        (2026, "DUA RIBU DUA PULUH ENAM"),
    ],
)
def test_numbers_are_spelled_as_documents_spell_them(number, words):
    assert spell(number) == words


def _pink_share(path: Path) -> float:
    """How much of the page the watermark colours; its slanted letters give pdftotext no words."""
    with Image.open(path) as image:
        pixels = image.convert("RGB").resize((200, 200)).tobytes()
    return sum(r > g + 20 for r, g in zip(pixels[::3], pixels[1::3], strict=True)) / 40_000


def _pixels(path: Path) -> Any:
    with Image.open(path) as image:
        return image.convert("L")
