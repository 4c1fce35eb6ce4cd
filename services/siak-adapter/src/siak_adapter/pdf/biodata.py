"""Biodata penduduk: A4 portrait, one page."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from jamila_contracts.office_time import long_date
from jamila_pdf.fields import Column, Field
from jamila_pdf.fitting import Room, fit
from jamila_pdf.sheet import A4, LEADING, SOFT, Align, Sheet, Style
from jamila_pdf.typefaces import Face
from jamila_pdf.words import short_date
from siak_adapter.documents import (
    BiodataData,
    Citizenship,
    DocumentKind,
    Sex,
    signature_box,
)
from siak_adapter.pdf.parts import EMPTY, Job, Seal, draw_footer, draw_seal

_MARGIN: Final = 48
_FOOTER_Y: Final = 62
_SEAL: Final = Seal(signature_box(DocumentKind.BIODATA), qr=(481, 99, 66), size=8.6)
_SEX: Final = {Sex.MALE: "LAKI-LAKI", Sex.FEMALE: "PEREMPUAN"}
_FIELDS: Final = Column(
    x=_MARGIN + 14, value_x=232, end=547, pitch=13.4, size=9, smallest=4, lines=2
)
_TITLE: Final = {
    Citizenship.INDONESIAN: "BIODATA PENDUDUK WARGA NEGARA INDONESIA",
    Citizenship.FOREIGN: "BIODATA PENDUDUK ORANG ASING",
}
_BEARER_MIDDLE: Final = 140


def draw_biodata(data: BiodataData, job: Job) -> bytes:
    """Draw a biodata penduduk."""
    sheet = job.sheet("Biodata Penduduk", A4)
    if job.draft:
        sheet.watermark()
    y = _draw_heading(sheet, data, job)
    for name, fields in (
        ("DATA PERORANGAN", _person(data)),
        ("ALAMAT", _address(data)),
        ("ORANG TUA", _parents(data)),
        ("DOKUMEN", _papers(data)),
    ):
        with sheet.tag("H2"):
            sheet.text(name, _MARGIN, y=y, style=Style(Face.SANS_BOLD, 9))
        sheet.rule(_MARGIN, sheet.width - _MARGIN, y=y - 3, width=0.3)
        y = _FIELDS.draw(sheet, fields, y=y - 16) - 5
    _draw_bearer(sheet, data, job)
    draw_seal(sheet, job, _SEAL)
    draw_footer(sheet, job, margin=_MARGIN, y=_FOOTER_Y)
    sheet.end_page()
    return sheet.finish()


def _draw_heading(sheet: Sheet, data: BiodataData, job: Job) -> float:
    middle = sheet.width / 2
    with sheet.tag("P"):
        office = Style(Face.SANS_BOLD, 10, align=Align.CENTRE)
        for index, line in enumerate((job.issue.kabupaten, job.issue.office_name)):
            sheet.text(line.upper(), middle, y=796 - index * 13, style=office)
    sheet.rule(_MARGIN, sheet.width - _MARGIN, y=774, width=1.2)
    with sheet.tag("H1"):
        title = Style(Face.SANS_BOLD, 13.5, align=Align.CENTRE)
        sheet.text(_TITLE[data.citizenship], middle, y=750, style=title)
    with sheet.tag("P"):
        number = f"NIK {data.nik or EMPTY}"
        sheet.text(number, middle, y=734, style=Style(Face.SANS, 10, align=Align.CENTRE))
    return 708


def _person(data: BiodataData) -> Iterator[Field]:
    yield "Nama Lengkap", data.name.upper()
    yield "NIK", data.nik or EMPTY
    yield "Nomor Kartu Keluarga", data.family_card_number or EMPTY
    yield "Tempat, Tanggal Lahir", f"{data.birth_place.upper()}, {long_date(data.birth_date)}"
    yield "Jenis Kelamin", _SEX[data.sex]
    yield "Golongan Darah", _shown(data.blood_type)
    yield "Agama/Kepercayaan", data.religion.upper()
    yield "Status Perkawinan", data.marital_status.upper()
    yield "Hubungan dalam Keluarga", data.relationship.upper()
    yield "Penyandang Disabilitas", _shown(data.disability)
    yield "Pendidikan Terakhir", data.education.upper()
    yield "Jenis Pekerjaan", data.occupation.upper()
    yield "Kewarganegaraan", data.citizenship.value


def _address(data: BiodataData) -> Iterator[Field]:
    yield "Alamat", data.address.upper()
    yield "RT/RW, Kode Pos", f"{data.rt_rw}, {data.postal_code or EMPTY}"
    yield "Desa/Kelurahan", data.village.upper()
    yield "Kecamatan", data.district.upper()
    yield "Kabupaten/Kota, Provinsi", f"{data.regency.upper()}, {data.province.upper()}"


def _parents(data: BiodataData) -> Iterator[Field]:
    yield "NIK dan Nama Ayah", f"{data.father_nik or EMPTY} / {_shown(data.father_name)}"
    yield "NIK dan Nama Ibu", f"{data.mother_nik or EMPTY} / {_shown(data.mother_name)}"


def _papers(data: BiodataData) -> Iterator[Field]:
    yield "Nomor Akta Kelahiran", data.birth_certificate_number or EMPTY
    marriage = _with_day(data.marriage_certificate_number, data.marriage_date)
    yield "Nomor dan Tanggal Akta Perkawinan", marriage
    divorce = _with_day(data.divorce_certificate_number, data.divorce_date)
    yield "Nomor dan Tanggal Akta Perceraian", divorce
    passport = _with_day(data.passport_number, data.passport_valid_until)
    yield "Nomor Paspor dan Masa Berlaku", passport
    yield "Nomor KITAP", _shown(data.kitap_number)


def _shown(value: str | None) -> str:
    return (value or EMPTY).upper()


def _with_day(number: str | None, day: date | None) -> str:
    parts = [part for part in (number, short_date(day) if day else None) if part]
    return ", ".join(parts) or EMPTY


def _draw_bearer(sheet: Sheet, data: BiodataData, job: Job) -> None:
    """Leave room for the hand of whom it is about."""
    issued = f"{job.issue.issue_place}, {long_date(job.issue.issue_date)}"
    with sheet.tag("P"):
        plain = Style(Face.SANS, 8.6, align=Align.CENTRE)
        sheet.text(issued, _BEARER_MIDDLE, y=184, style=plain)
        sheet.text("Yang bersangkutan,", _BEARER_MIDDLE, y=172, style=plain)
        name = fit(data.name.upper(), Face.SANS_BOLD, room=Room(184, 2, size=8.6, min_size=3.5))
        y = 108 + (len(name.lines) - 1) * name.size * LEADING
        style = Style(Face.SANS_BOLD, 8.6, align=Align.CENTRE)
        sheet.lines(name, _BEARER_MIDDLE, y=y, style=style)
    sheet.keep_free((_BEARER_MIDDLE - 92, y + name.size, _BEARER_MIDDLE + 92, 168))
    sheet.rule(_BEARER_MIDDLE - 92, _BEARER_MIDDLE + 92, y=103, width=0.4, ink=SOFT)
