"""Kartu keluarga: A4 landscape, the columns of UU 23/2006 Ps 61 in two blocks, ten members a page.

Rows without a member are struck with ``-``, so that none can be added by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A4, landscape

from siak_adapter.documents import (
    DocumentIssue,
    DocumentKind,
    FamilyCardData,
    FamilyMember,
    Sex,
    SignatureBox,
    signature_box,
)
from siak_adapter.pdf.fitting import Room, fit
from siak_adapter.pdf.sheet import (
    DRAWING,
    SOFT,
    Align,
    Sheet,
    Style,
    draw_footer,
    draw_signature_place,
)
from siak_adapter.pdf.table import Column, draw_table
from siak_adapter.pdf.typefaces import Face
from siak_adapter.pdf.words import long_date, short_date

_MARGIN: Final = 28
_MEMBERS_PER_PAGE: Final = 10
_FIRST_TABLE_TOP: Final = 496
_TABLE_GAP: Final = 9
_FOOTER_Y: Final = 36
_EMPTY: Final = "-"
_LABEL: Final = Style(Face.SANS, 8)
_SEX: Final = {Sex.MALE: "LAKI-LAKI", Sex.FEMALE: "PEREMPUAN"}

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


def render_family_card(data: FamilyCardData, *, issue: DocumentIssue, watermark: bool) -> bytes:
    """Draw a kartu keluarga; the signature stands on the last page.

    Args:
        data: What SIAK holds; empty values are printed as ``-``.
        issue: Office, signer, place and date, and what the QR opens.
        watermark: True for a draft: marked as such and with an empty place for the QR.

    Raises:
        UnprintableTextError: A character the fonts do not have.
        TooMuchTextError: A text that does not fit even at its smallest size.
    """
    with DRAWING:
        sheet = Sheet(title="Kartu Keluarga", page=landscape(A4), issue=issue)
        for page in _pages(data.members):
            if watermark:
                sheet.watermark()
            _draw_heading(sheet, data, issue=issue)
            _draw_members(sheet, page)
            _draw_page_number(sheet, page)
            if page.is_last:
                _draw_signatures(sheet, data, issue=issue, draft=watermark)
            draw_footer(sheet, issue, margin=_MARGIN, y=_FOOTER_Y, draft=watermark)
            sheet.end_page()
        return sheet.finish()


def _pages(members: Sequence[FamilyMember]) -> list[_Page]:
    starts = range(0, len(members), _MEMBERS_PER_PAGE)
    return [
        _Page(members[start : start + _MEMBERS_PER_PAGE], start + 1, number, len(starts))
        for number, start in enumerate(starts, start=1)
    ]


def _draw_heading(sheet: Sheet, data: FamilyCardData, *, issue: DocumentIssue) -> None:
    middle = sheet.width / 2
    office = f"{issue.office_name} {issue.kabupaten}".upper()
    sheet.text(office, _MARGIN, y=570, style=Style(Face.SANS, 6.5, SOFT))
    title = Style(Face.SANS_BOLD, 19, align=Align.CENTRE)
    sheet.text("KARTU KELUARGA", middle, y=554, style=title)
    number = Style(Face.SANS_BOLD, 11.5, align=Align.CENTRE)
    sheet.text(f"No. {data.family_card_number}", middle, y=539, style=number)
    left = (
        ("Nama Kepala Keluarga", data.head.name.upper()),
        ("Alamat", data.address.upper()),
        ("RT/RW", f"{data.rt:03d}/{data.rw:03d}"),
    )
    right = (
        ("Desa/Kelurahan", data.village.upper()),
        ("Kecamatan", data.district.upper()),
        ("Kabupaten/Kota", data.regency.upper()),
    )
    postal = (("Kode Pos", data.postal_code or _EMPTY), ("Provinsi", data.province.upper()))
    _draw_fields(sheet, left, x=_MARGIN, value_x=_MARGIN + 96, width=290)
    _draw_fields(sheet, right, x=548, value_x=624, width=189)
    _draw_field(sheet, postal[0], place=(_MARGIN + 170, _MARGIN + 214, 100), y=504)
    _draw_field(sheet, postal[1], place=(330, 372, 160), y=504)


def _draw_fields(
    sheet: Sheet, fields: Sequence[tuple[str, str]], *, x: float, value_x: float, width: float
) -> None:
    for index, field in enumerate(fields):
        _draw_field(sheet, field, place=(x, value_x, width), y=526 - index * 11)


def _draw_field(
    sheet: Sheet, field: tuple[str, str], *, place: tuple[float, float, float], y: float
) -> None:
    label, value = field
    x, value_x, width = place
    sheet.text(label, x, y=y, style=_LABEL)
    sheet.text(":", value_x - 6, y=y, style=_LABEL)
    fitted = fit(value, Face.SANS_BOLD, room=Room(width, 1, size=8, min_size=3.5))
    sheet.lines(fitted, value_x, y=y, style=Style(Face.SANS_BOLD, 8))


def _draw_members(sheet: Sheet, page: _Page) -> None:
    numbers = range(page.first_number, page.first_number + _MEMBERS_PER_PAGE)
    missing = _MEMBERS_PER_PAGE - len(page.members)
    identity = [_identity_cells(member) for member in page.members]
    civil = [_civil_status_cells(member) for member in page.members]
    identity += [(_EMPTY,) * (len(_IDENTITY) - 1)] * missing
    civil += [(_EMPTY,) * (len(_CIVIL_STATUS) - 1)] * missing
    y = draw_table(
        sheet,
        _IDENTITY,
        rows=[(str(number), *cells) for number, cells in zip(numbers, identity, strict=True)],
        origin=(_MARGIN, _FIRST_TABLE_TOP),
        first_label=1,
    )
    draw_table(
        sheet,
        _CIVIL_STATUS,
        rows=[(str(number), *cells) for number, cells in zip(numbers, civil, strict=True)],
        origin=(_MARGIN, y - _TABLE_GAP),
        first_label=len(_IDENTITY),
    )


def _identity_cells(member: FamilyMember) -> tuple[str, ...]:
    return (
        member.name.upper(),
        member.nik or _EMPTY,
        _SEX[member.sex],
        member.birth_place.upper(),
        short_date(member.birth_date),
        member.religion.upper(),
        member.education.upper(),
        member.occupation.upper(),
        (member.blood_type or _EMPTY).upper(),
    )


def _civil_status_cells(member: FamilyMember) -> tuple[str, ...]:
    return (
        member.marital_status.upper(),
        short_date(member.marriage_date) if member.marriage_date else _EMPTY,
        member.relationship.upper(),
        member.citizenship.value,
        member.passport_number or _EMPTY,
        member.kitap_number or _EMPTY,
        (member.father_name or _EMPTY).upper(),
        (member.mother_name or _EMPTY).upper(),
    )


def _draw_page_number(sheet: Sheet, page: _Page) -> None:
    if page.total == 1:
        return
    text = f"Halaman {page.number} dari {page.total}"
    if not page.is_last:
        text += " \u2013 bersambung ke halaman berikutnya"
    style = Style(Face.SANS, 7, SOFT, Align.RIGHT)
    sheet.text(text, sheet.width - _MARGIN, y=570, style=style)


def _draw_signatures(
    sheet: Sheet, data: FamilyCardData, *, issue: DocumentIssue, draft: bool
) -> None:
    box = signature_box(DocumentKind.FAMILY_CARD)
    sheet.text(f"Dikeluarkan di : {issue.issue_place}", _MARGIN, y=122, style=_LABEL)
    sheet.text(f"Pada tanggal : {long_date(issue.issue_date)}", _MARGIN, y=111, style=_LABEL)
    draw_signature_place(sheet, issue, box=box, draft=draft)
    _draw_head_of_family(sheet, data, box=box)


def _draw_head_of_family(sheet: Sheet, data: FamilyCardData, *, box: SignatureBox) -> None:
    """Leave room for the hand of the head of the family."""
    middle = sheet.width / 2 - 20
    title = Style(Face.SANS_BOLD, 8.5, align=Align.CENTRE)
    sheet.text("KEPALA KELUARGA", middle, y=box.y2 + 5, style=title)
    name = fit(data.head.name.upper(), Face.SANS_BOLD, room=Room(230, 2, size=8.5, min_size=3.5))
    y = 52 + (len(name.lines) - 1) * name.size * 1.18
    sheet.lines(name, middle, y=y, style=title)
    sheet.rule(middle - 90, middle + 90, y=47, width=0.4)
