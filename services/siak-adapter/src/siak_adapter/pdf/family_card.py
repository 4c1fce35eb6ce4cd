"""Kartu keluarga: A4 landscape, the columns of UU 23/2006 Ps 61 in two blocks, ten members a page.

Rows without a member are struck with ``-``, so that none can be added by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jamila_contracts.office_time import long_date
from jamila_pdf.fields import Column as Fields
from jamila_pdf.fitting import Room, fit
from jamila_pdf.sheet import A4_LANDSCAPE, LEADING, SOFT, Align, Sheet, Style
from jamila_pdf.table import Column, Look, draw_table
from jamila_pdf.typefaces import Face
from jamila_pdf.words import short_date
from siak_adapter.documents import (
    DocumentKind,
    FamilyCardData,
    FamilyMember,
    Sex,
    signature_box,
)
from siak_adapter.pdf.parts import EMPTY, Job, Seal, draw_footer, draw_seal

_MARGIN: Final = 28
_MEMBERS_PER_PAGE: Final = 10
_FIRST_TABLE_TOP: Final = 496
_TABLE_GAP: Final = 9
_FOOTER_Y: Final = 36
_LABEL: Final = Style(Face.SANS, 8)
_SEX: Final = {Sex.MALE: "LAKI-LAKI", Sex.FEMALE: "PEREMPUAN"}
_SEAL: Final = Seal(signature_box(DocumentKind.FAMILY_CARD), qr=(748, 44, 66), size=8.4)

_IDENTITY: Final = (
    Column("No", 22, Align.CENTRE),
    Column("Nama Lengkap", 170),
    Column("NIK", 92, Align.CENTRE),
    Column("Jenis Kelamin", 62, Align.CENTRE),
    Column("Tempat Lahir", 92),
    Column("Tanggal Lahir", 58, Align.CENTRE),
    Column("Agama", 58),
    Column("Pendidikan", 98),
    Column("Jenis Pekerjaan", 92),
    Column("Golongan Darah", 41.89, Align.CENTRE),
)
_CIVIL_STATUS: Final = (
    Column("No", 22, Align.CENTRE),
    Column("Status Perkawinan", 100),
    Column("Tanggal Perkawinan/ Perceraian", 72, Align.CENTRE),
    Column("Status Hubungan Dalam Keluarga", 86),
    Column("Kewarganegaraan", 66, Align.CENTRE),
    Column("No. Paspor", 68, group="Dokumen Imigrasi"),
    Column("No. KITAP", 68, group="Dokumen Imigrasi"),
    Column("Ayah", 152, group="Nama Orang Tua"),
    Column("Ibu", 151.89, group="Nama Orang Tua"),
)


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of the card: which members, and its place among all pages."""

    members: Sequence[FamilyMember]
    first_number: int
    number: int
    total: int

    @property
    def is_last(self) -> bool:
        return self.number == self.total


def draw_family_card(data: FamilyCardData, job: Job) -> bytes:
    """Draw a kartu keluarga; the signature stands on the last page."""
    sheet = job.sheet("Kartu Keluarga", A4_LANDSCAPE)
    for page in _pages(data.members):
        if job.draft:
            sheet.watermark()
        _draw_heading(sheet, data, job)
        _draw_members(sheet, page)
        _draw_page_number(sheet, page)
        if page.is_last:
            _draw_signatures(sheet, data, job)
        draw_footer(sheet, job, margin=_MARGIN, y=_FOOTER_Y)
        sheet.end_page()
    return sheet.finish()


def _pages(members: Sequence[FamilyMember]) -> list[_Page]:
    starts = range(0, len(members), _MEMBERS_PER_PAGE)
    return [
        _Page(members[start : start + _MEMBERS_PER_PAGE], start + 1, number, len(starts))
        for number, start in enumerate(starts, start=1)
    ]


def _draw_heading(sheet: Sheet, data: FamilyCardData, job: Job) -> None:
    middle = sheet.width / 2
    with sheet.tag("P"):
        office = f"{job.issue.office_name} {job.issue.kabupaten}".upper()
        sheet.text(office, _MARGIN, y=570, style=Style(Face.SANS, 6.5, SOFT))
    with sheet.tag("H1"):
        title = Style(Face.SANS_BOLD, 19, align=Align.CENTRE)
        sheet.text("KARTU KELUARGA", middle, y=554, style=title)
    with sheet.tag("P"):
        number = Style(Face.SANS_BOLD, 11.5, align=Align.CENTRE)
        sheet.text(f"No. {data.family_card_number}", middle, y=539, style=number)
    left = (
        ("Nama Kepala Keluarga", data.head.name.upper()),
        ("Alamat", data.address.upper()),
    )
    right = (
        ("Desa/Kelurahan", data.village.upper()),
        ("Kecamatan", data.district.upper()),
        ("Kabupaten/Kota", data.regency.upper()),
    )
    y = _fields(_MARGIN, _MARGIN + 96, width=290).draw(sheet, left, y=526)
    _fields(_MARGIN, _MARGIN + 96, width=60).draw_one(sheet, "RT/RW", data.rt_rw, y=y)
    postal = data.postal_code or EMPTY
    _fields(_MARGIN + 170, _MARGIN + 214, width=80).draw_one(sheet, "Kode Pos", postal, y=y)
    province = data.province.upper()
    _fields(330, 372, width=160).draw_one(sheet, "Provinsi", province, y=y)
    _fields(548, 624, width=189).draw(sheet, right, y=526)


def _fields(x: float, value_x: float, *, width: float) -> Fields:
    return Fields(x=x, value_x=value_x, end=value_x + width, pitch=11, size=8)


def _draw_members(sheet: Sheet, page: _Page) -> None:
    numbers = range(page.first_number, page.first_number + _MEMBERS_PER_PAGE)
    missing = _MEMBERS_PER_PAGE - len(page.members)
    identity = [_identity_cells(member) for member in page.members]
    civil = [_civil_status_cells(member) for member in page.members]
    identity += [(EMPTY,) * (len(_IDENTITY) - 1)] * missing
    civil += [(EMPTY,) * (len(_CIVIL_STATUS) - 1)] * missing
    y = draw_table(
        sheet,
        _IDENTITY,
        rows=[(str(number), *cells) for number, cells in zip(numbers, identity, strict=True)],
        origin=(_MARGIN, _FIRST_TABLE_TOP),
        look=Look(first_label=1, struck_from=len(page.members)),
    )
    draw_table(
        sheet,
        _CIVIL_STATUS,
        rows=[(str(number), *cells) for number, cells in zip(numbers, civil, strict=True)],
        origin=(_MARGIN, y - _TABLE_GAP),
        look=Look(first_label=len(_IDENTITY), struck_from=len(page.members)),
    )


def _identity_cells(member: FamilyMember) -> tuple[str, ...]:
    return (
        member.name.upper(),
        member.nik or EMPTY,
        _SEX[member.sex],
        member.birth_place.upper(),
        short_date(member.birth_date),
        member.religion.upper(),
        member.education.upper(),
        member.occupation.upper(),
        (member.blood_type or EMPTY).upper(),
    )


def _civil_status_cells(member: FamilyMember) -> tuple[str, ...]:
    return (
        member.marital_status.upper(),
        short_date(member.marriage_date) if member.marriage_date else EMPTY,
        member.relationship.upper(),
        member.citizenship.value,
        member.passport_number or EMPTY,
        member.kitap_number or EMPTY,
        (member.father_name or EMPTY).upper(),
        (member.mother_name or EMPTY).upper(),
    )


def _draw_page_number(sheet: Sheet, page: _Page) -> None:
    if page.total == 1:
        return
    text = f"Halaman {page.number} dari {page.total}"
    if not page.is_last:
        text += " \u2013 bersambung ke halaman berikutnya"
    with sheet.tag("P"):
        style = Style(Face.SANS, 7, SOFT, Align.RIGHT)
        sheet.text(text, sheet.width - _MARGIN, y=570, style=style)


def _draw_signatures(sheet: Sheet, data: FamilyCardData, job: Job) -> None:
    with sheet.tag("P"):
        issue = job.issue
        sheet.text(f"Dikeluarkan di : {issue.issue_place}", _MARGIN, y=122, style=_LABEL)
        sheet.text(f"Pada tanggal : {long_date(issue.issue_date)}", _MARGIN, y=111, style=_LABEL)
    _draw_head_of_family(sheet, data)
    draw_seal(sheet, job, _SEAL)


def _draw_head_of_family(sheet: Sheet, data: FamilyCardData) -> None:
    """Leave room for the hand of the head of the family."""
    middle = sheet.width / 2 - 20
    with sheet.tag("P"):
        title = Style(Face.SANS_BOLD, 8.5, align=Align.CENTRE)
        sheet.text("KEPALA KELUARGA", middle, y=121, style=title)
        room = Room(230, 2, size=8.5, min_size=3.5)
        name = fit(data.head.name.upper(), Face.SANS_BOLD, room=room)
        y = 52 + (len(name.lines) - 1) * name.size * LEADING
        sheet.lines(name, middle, y=y, style=title)
    sheet.keep_free((middle - 90, y + name.size, middle + 90, 116))
    sheet.rule(middle - 90, middle + 90, y=47, width=0.4)
