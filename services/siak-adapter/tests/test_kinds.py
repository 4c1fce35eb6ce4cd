"""Every kind of document as people see it, as programs read it, and as archives want it.

Golden pictures and texts lie in ``golden/``. After a deliberate change they are written anew with
``GOLDEN=write`` in the environment, and looked at before they are committed.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from jamila_contracts.catalogue.services import DOCUMENT_KINDS
from jamila_testing.papers import (
    MOST_DIFFERENCE,
    difference,
    fonts_of,
    information_of,
    kept,
    pictures_of,
    raw_text_of,
    structure_of,
    text_of,
)
from siak_adapter.documents import (
    MODELS,
    NATIONAL_CODES,
    Checks,
    DocumentIssue,
    DocumentKind,
    signature_box,
    warnings,
)
from siak_adapter.documents.kinds import CARDS
from siak_adapter.pdf import render_document
from siak_adapter.samples import KINDS, sample_entry, sample_photo

GOLDEN = Path(__file__).parent / "golden"
LARGEST_GOLDEN = 60_000
PHOTO, COUPLE = sample_photo(), sample_photo(couple=True)
PHOTOS = {sha256(photo).hexdigest(): photo for photo in (PHOTO, COUPLE)}
VERIFY_URL = "https://dukcapil.example.go.id/dokumen/7QK4M2XP9BTRWCHN"
ISSUE = DocumentIssue(
    kabupaten="Kabupaten Balangan",
    issue_place="Paringin",
    issue_date=date(2026, 10, 23),
    signer_title="Kepala Dinas Kependudukan dan Pencatatan Sipil Kabupaten Balangan",
    signer_name="Hj. SITI CONTOH, S.Sos., M.AP.",
    signer_nip="197001011995032001",
    document_code="7QK4M2XP9BTRWCHN",
    verify_url=VERIFY_URL,
)
NOTE = {
    "text": "Telah disahkan dengan Akta Pengesahan Anak Nomor 6311-XX-14092026-0001.",
    "noted_date": "2026-10-23",
}
MEMBERS = sample_entry("kartu-keluarga")["members"]


@dataclass(frozen=True)
class Case:
    """One document that is kept as a picture."""

    kind: str
    changes: dict[str, Any] = field(default_factory=dict)
    draft: bool = False

    def drawn(self) -> bytes:
        entry = sample_entry(self.kind) | self.changes
        data = MODELS[DocumentKind(self.kind)].model_validate(entry)
        return render_document(data, issue=ISSUE, watermark=self.draft, pictures=PHOTOS)


CASES = {
    **{kind: Case(kind) for kind in KINDS},
    "akta-kelahiran-frasa": Case(
        "akta-kelahiran", {"model": "ayah-ibu-frasa", "marginal_notes": [NOTE]}
    ),
    "akta-kelahiran-ibu": Case("akta-kelahiran", {"model": "ibu", "father_name": None}),
    "akta-kelahiran-tanpa": Case(
        "akta-kelahiran",
        {
            "model": "tanpa-orang-tua",
            "father_name": None,
            "mother_name": None,
            "child_nik": None,
            "birth_order": None,
            "birth_time": None,
        },
    ),
    "akta-kelahiran-panjang": Case(
        "akta-kelahiran",
        {
            "child_name": "Žoë Ünal " + "Muhammad Abdurrahman " * 4,
            "father_name": "Abdurrahman " * 9,
            "mother_name": "Siti Halimatussa'diyah " * 3,
        },
    ),
    "akta-kelahiran-draft": Case("akta-kelahiran", draft=True),
    "akta-perkawinan-foto": Case("akta-perkawinan", {"photo_sha256": list(PHOTOS)[1]}),
    "kartu-keluarga-13": Case(
        "kartu-keluarga",
        {"members": [*MEMBERS, *({**MEMBERS[2], "nik": None} for _ in range(8))]},
    ),
    "kartu-keluarga-draft": Case("kartu-keluarga", draft=True),
    "ktp-el-foto": Case("ktp-el", {"photo_sha256": next(iter(PHOTOS))}),
    "ktp-el-draft": Case("ktp-el", draft=True),
    "kia-5-17": Case(
        "kia",
        {
            "model": "5-17",
            "photo_sha256": next(iter(PHOTOS)),
            "nik": "6311990704160003",
            "birth_date": "2016-04-07",
            "sex": "L",
            "name": "Muhammad Rizqi Contoh",
        },
    ),
}


def compare(name: str, content: bytes | Image.Image) -> str:
    """What is wrong with something that has a golden file; empty: nothing."""
    path = GOLDEN / name
    is_picture = isinstance(content, Image.Image)
    if os.environ.get("GOLDEN") == "write":
        if is_picture:
            kept(content).save(path, optimize=True)
        else:
            path.write_bytes(content)
        return "written; look at it, then run again"
    if not is_picture:
        return "" if path.read_bytes() == content else "the text differs"
    with Image.open(path) as golden:
        apart = difference(golden, content)
    return "" if apart <= MOST_DIFFERENCE else f"the picture differs by {apart}"


def test_there_is_a_drawing_for_each_kind_a_service_may_bring():
    assert set(KINDS) == set(DOCUMENT_KINDS) == set(MODELS) == set(DocumentKind)


@pytest.mark.parametrize("name", CASES)
def test_a_document_looks_as_it_did(name):
    pictures = pictures_of(CASES[name].drawn())
    faults = {
        page: compare(f"{name}-{page}.png", picture)
        for page, picture in enumerate(pictures, start=1)
    }

    assert {page: fault for page, fault in faults.items() if fault} == {}
    assert not (GOLDEN / f"{name}-{len(pictures) + 1}.png").exists()


@pytest.mark.parametrize("name", CASES)
def test_a_document_says_what_it_said(name):
    text = raw_text_of(CASES[name].drawn()).encode()

    assert compare(f"{name}.txt", text) == ""


def test_golden_files_are_small_and_belong_to_a_case():
    files = list(GOLDEN.iterdir())

    assert {re.sub(r"(-\d)?\.(png|txt)$", "", file.name) for file in files} == set(CASES)
    assert [file.name for file in files if file.stat().st_size > LARGEST_GOLDEN] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_of_a_kind_gives_no_warning_but_of_missing_photos(kind):
    data = MODELS[DocumentKind(kind)].model_validate(sample_entry(kind))
    found = warnings(data, checks=Checks(today=date(2026, 10, 23), codes=NATIONAL_CODES))

    assert set(found) <= {"photo-missing"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_qr_is_read_back_from_paper(kind):
    pictures = pictures_of(Case(kind).drawn(), dpi=150)
    signed = [[code.text for code in zxingcpp.read_barcodes(page)] for page in pictures]
    drafts = pictures_of(Case(kind, draft=True).drawn(), dpi=150)

    assert signed[-1] == [VERIFY_URL]
    assert [zxingcpp.read_barcodes(page) for page in drafts] == [[] for _ in drafts]


def test_both_kutipan_of_a_marriage_carry_the_qr():
    pictures = pictures_of(Case("akta-perkawinan").drawn(), dpi=110)

    assert [zxingcpp.read_barcodes(page)[0].text for page in pictures] == [VERIFY_URL] * 2


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_printed_where_the_signature_goes(kind):
    box, dpi = signature_box(DocumentKind(kind)), 144
    page = pictures_of(Case(kind).drawn(), dpi=dpi)[box.page]
    scale = dpi / 72
    place = page.crop(
        (
            round(box.x1 * scale),
            round(page.height - box.y2 * scale),
            round(box.x2 * scale),
            round(page.height - box.y1 * scale),
        )
    )

    assert len(place.getcolors()) == 1


@pytest.mark.parametrize("kind", sorted(CARDS))
def test_a_card_has_two_sides_of_the_size_of_a_card(kind):
    about = information_of(Case(kind.value).drawn())
    width, height = (float(part) for part in re.findall(r"[\d.]+", about["Page size"])[:2])

    assert about["Pages"] == "2"
    assert round(width / 72 * 25.4, 2) == 85.60
    assert round(height / 72 * 25.4, 2) == 53.98


@pytest.mark.parametrize("name", CASES)
def test_a_document_is_what_archives_want(name):
    pdf = CASES[name].drawn()

    about = information_of(pdf)
    assert about["Tagged"] == "yes"
    assert (about["JavaScript"], about["Encrypted"], about["Form"]) == ("no", "no", "none")
    assert about["PDF version"] == "1.7"
    assert set(fonts_of(pdf).values()) == {(True, True, True)}
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert pdf.count(b"/S /GTS_PDFA1") == 1
    assert b"/Lang (id-ID)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    for forbidden in (
        b"/SMask",
        b"/Interpolate true",
        b"/AA ",
        b"/OpenAction",
        b"LZWDecode",
        b"/CA ",
    ):
        assert forbidden not in pdf


@pytest.mark.parametrize("name", CASES)
def test_metadata_names_kind_and_day_but_no_person(name):
    case = CASES[name]
    pdf = case.drawn()
    entry = str(sample_entry(case.kind) | case.changes)

    about = information_of(pdf)
    assert about["Subject"] == f"{about['Title']} (7QK4M2XP9BTRWCHN)"
    assert b"D:20261023000000+08'00'" in pdf
    assert b"2026-10-23T00:00:00+08:00" in pdf
    assert [nik for nik in re.findall(r"\d{16}", entry) if nik.encode() in pdf] == []
    assert b"Contoh" not in pdf


def test_a_screen_reader_gets_headings_tables_and_the_words_for_figures():
    card = structure_of(Case("kartu-keluarga").drawn())
    pass_photo = structure_of(CASES["ktp-el-foto"].drawn())

    assert re.search(r'H1 \(block\)\s+"KARTU KELUARGA ?"', card)
    assert card.count("Table (block)") == 2
    # One row of heads and five members in each; the struck rows are decoration.
    assert card.count("    TR") == 12
    assert card.count("TH:") == 19
    assert re.search(r'TD\s+"MUHAMMAD RIZQI CONTOH ?"', card)
    assert "Golongan Darah" in card
    assert "bahwa di that in : BALANGAN" in structure_of(Case("akta-kelahiran").drawn())
    assert "DRAFT" not in structure_of(Case("kartu-keluarga", draft=True).drawn())
    assert "Figure" in pass_photo
    assert "Pas foto".encode("utf-16-be").hex().upper().encode() in CASES["ktp-el-foto"].drawn()


def test_a_heading_is_repeated_on_every_page_of_a_large_family():
    pages = text_of(CASES["kartu-keluarga-13"].drawn()).split("\f")[:2]

    for number, page in enumerate(pages, start=1):
        assert "KARTU KELUARGA" in page
        assert "No. 6311990202150001" in page
        assert f"Halaman {number} dari 2" in page
        assert "Jenis Pekerjaan" in page


def test_the_same_data_gives_the_same_bytes_wherever_it_is_drawn():
    script = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import test_kinds as t\n"
        "for name in t.CASES: print(name, hashlib.sha256(t.CASES[name].drawn()).hexdigest())\n"
    )
    elsewhere = [
        {"PYTHONHASHSEED": "7", "TZ": "America/New_York", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1964", "TZ": "Asia/Makassar", "LC_ALL": "C.UTF-8"},
    ]
    told = [
        subprocess.run(  # noqa: S603  # our own interpreter and script
            [sys.executable, "-c", script, str(Path(__file__).parent)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
        ).stdout
        for environment in elsewhere
    ]

    here = "".join(f"{name} {sha256(case.drawn()).hexdigest()}\n" for name, case in CASES.items())
    assert told == [here, here]


def test_every_document_has_an_identifier_of_its_own():
    found = re.compile(rb"/ID \[<([0-9a-f]{32})>")
    identifiers = {found.search(case.drawn()).group(1) for case in CASES.values()}

    assert len(identifiers) == len(CASES)
