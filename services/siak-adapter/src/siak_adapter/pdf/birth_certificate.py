"""Kutipan akta kelahiran: bilingual, A4 portrait, one page.

Source of the elements: domain rules 2.4; the exact wording is the office's to confirm.
"""

from collections.abc import Iterator
from typing import Final

from reportlab.lib.pagesizes import A4

from siak_adapter.documents import (
    BirthCertificateData,
    BirthModel,
    Citizenship,
    DocumentIssue,
    DocumentKind,
    Sex,
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
    issued_at,
)
from siak_adapter.pdf.typefaces import Face
from siak_adapter.pdf.words import long_date, spell, spelled_day_and_month

_MARGIN: Final = 52
_LABEL_X: Final = 66
_VALUE_X: Final = 262
_VALUE_END: Final = 529
_FOOTER_Y: Final = 62
_EMPTY: Final = "-"
_LABEL: Final = Style(Face.SERIF, 10.5)
_ENGLISH: Final = Style(Face.SERIF_ITALIC, 8.5, SOFT)
_VALUE: Final = Style(Face.SERIF_BOLD, 11.5)
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NATIONALITY: Final = {
    Citizenship.INDONESIAN: ("WARGA NEGARA INDONESIA", "INDONESIAN CITIZEN"),
    Citizenship.FOREIGN: ("WARGA NEGARA ASING", "FOREIGN CITIZEN"),
}
_SEX: Final = {Sex.MALE: ("LAKI-LAKI", "male"), Sex.FEMALE: ("PEREMPUAN", "female")}
_UNRECORDED: Final = (
    "yang perkawinannya belum tercatat sesuai dengan peraturan perundang-undangan",
    "whose marriage has not been registered in accordance with the law",
)

Row = tuple[str, str, str, str]
"""Indonesian label, English label, value, English of the value or an empty text."""


def render_birth_certificate(
    data: BirthCertificateData, *, issue: DocumentIssue, watermark: bool
) -> bytes:
    """Draw a kutipan akta kelahiran.

    Args:
        data: What SIAK holds; empty values are printed as ``-``.
        issue: Office, signer, place and date, and what the QR opens.
        watermark: True for a draft: marked as such and with an empty place for the QR.

    Raises:
        UnprintableTextError: A character the fonts do not have.
        TooMuchTextError: A text that does not fit even at its smallest size.
    """
    with DRAWING:
        sheet = Sheet(title="Kutipan Akta Kelahiran", page=A4, issue=issue)
        if watermark:
            sheet.watermark()
        _draw_frame(sheet)
        y = _draw_heading(sheet, data, issue=issue)
        y = _draw_rows(sheet, _rows_before_name(data), y=y)
        y = _draw_name(sheet, data, y=y)
        y = _draw_rows(sheet, _rows_after_name(data), y=y)
        y = _draw_unrecorded_phrase(sheet, data, y=y)
        _draw_issue(sheet, data, issue=issue, y=y)
        box = signature_box(DocumentKind.BIRTH_CERTIFICATE)
        draw_signature_place(sheet, issue, box=box, draft=watermark)
        draw_footer(sheet, issue, margin=_MARGIN, y=_FOOTER_Y, draft=watermark)
        sheet.end_page()
        return sheet.finish()


def _draw_frame(sheet: Sheet) -> None:
    canvas = sheet.canvas
    canvas.setStrokeGray(0)
    for inset, width in ((30, 1.6), (34, 0.5)):
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, sheet.width - 2 * inset, sheet.height - 2 * inset)


def _draw_heading(sheet: Sheet, data: BirthCertificateData, *, issue: DocumentIssue) -> float:
    middle = sheet.width / 2
    nik = f"NIK : {data.child_nik or _EMPTY}"
    sheet.text(nik, _MARGIN, y=sheet.height - 56, style=Style(Face.SANS_BOLD, 9))
    office = Style(Face.SANS, 7.5, SOFT, Align.RIGHT)
    sheet.text(issue.office_name.upper(), sheet.width - _MARGIN, y=sheet.height - 52, style=office)
    sheet.text(issue.kabupaten.upper(), sheet.width - _MARGIN, y=sheet.height - 61, style=office)
    nationality, nationality_english = _NATIONALITY[data.nationality]
    y = sheet.height - 96
    for text, face, size, gap in (
        ("REPUBLIK INDONESIA", Face.SERIF_BOLD, 15, 22),
        ("PENCATATAN SIPIL", Face.SERIF_BOLD, 12.5, 11),
        ("REGISTRY OFFICE", Face.SERIF_ITALIC, 9, 19),
        (nationality, Face.SERIF_BOLD, 12.5, 11),
        (nationality_english, Face.SERIF_ITALIC, 9, 25),
        ("KUTIPAN AKTA KELAHIRAN", Face.SERIF_BOLD, 17, 13),
        ("EXCERPT OF BIRTH CERTIFICATE", Face.SERIF_ITALIC, 10, 10),
    ):
        sheet.text(text, middle, y=y, style=Style(face, size, align=Align.CENTRE))
        y -= gap
    sheet.rule(middle - 150, middle + 150, y=y, width=0.8)
    return y - 24


def _rows_before_name(data: BirthCertificateData) -> Iterator[Row]:
    number = data.certificate_number
    yield "Berdasarkan Akta Kelahiran Nomor", "By virtue of Birth Certificate Number", number, ""
    yield "menurut Stbld.", "in accordance with State Gazette", data.state_gazette or _EMPTY, ""
    yield "bahwa di", "that in", data.birth_place.upper(), ""
    born = data.birth_date
    yield "pada tanggal", "on date", spelled_day_and_month(born), ""
    yield "tahun", "year", f"{spell(born.year)} ({long_date(born)})", ""
    if data.birth_time is not None:
        yield "pukul", "at", f"{data.birth_time:%H.%M} WITA", ""


def _draw_name(sheet: Sheet, data: BirthCertificateData, *, y: float) -> float:
    sheet.text("telah lahir", _LABEL_X, y=y, style=_LABEL)
    sheet.text("was born", _LABEL_X, y=y - 10, style=_ENGLISH)
    room = Room(_VALUE_END - _LABEL_X, 2, size=16, min_size=7)
    name = fit(data.child_name.upper(), Face.SERIF_BOLD, room=room)
    middle = (_LABEL_X + _VALUE_END) / 2
    y = sheet.lines(name, middle, y=y - 24, style=Style(Face.SERIF_BOLD, 16, align=Align.CENTRE))
    sheet.rule(_LABEL_X, _VALUE_END, y=y + name.size * 0.85, width=0.4)
    return y - 8


def _rows_after_name(data: BirthCertificateData) -> Iterator[Row]:
    sex, sex_english = _SEX[data.sex]
    order, order_english = _EMPTY, _EMPTY
    if data.birth_order is not None:
        order = spell(data.birth_order)
        known = data.birth_order <= len(_ORDINALS)
        order_english = _ORDINALS[data.birth_order - 1] if known else f"no. {data.birth_order}"
    yield "anak ke", "child number", order, order_english
    yield "jenis kelamin", "sex", sex, sex_english
    mother, father = (data.mother_name or _EMPTY).upper(), (data.father_name or _EMPTY).upper()
    match data.model:
        case BirthModel.BOTH_PARENTS | BirthModel.BOTH_PARENTS_UNRECORDED:
            yield "dari ayah", "of father", father, ""
            yield "dan ibu", "and mother", mother, ""
        case BirthModel.MOTHER_ONLY:
            yield "dari seorang ibu", "of a mother", mother, ""
        case BirthModel.NO_PARENTS:
            yield "orang tua", "parents", _EMPTY, ""


def _draw_rows(sheet: Sheet, rows: Iterator[Row], *, y: float) -> float:
    for label, english, value, value_english in rows:
        sheet.text(label, _LABEL_X, y=y, style=_LABEL)
        sheet.text(english, _LABEL_X, y=y - 10, style=_ENGLISH)
        sheet.text(":", _VALUE_X - 8, y=y, style=_LABEL)
        room = Room(_VALUE_END - _VALUE_X, 2, size=_VALUE.size, min_size=5)
        below = sheet.lines(fit(value, _VALUE.face, room=room), _VALUE_X, y=y, style=_VALUE)
        if value_english:
            sheet.text(value_english, _VALUE_X, y=y - 10, style=_ENGLISH)
        y = min(y - 27, below - 8)
    return y


def _draw_unrecorded_phrase(sheet: Sheet, data: BirthCertificateData, *, y: float) -> float:
    if data.model is not BirthModel.BOTH_PARENTS_UNRECORDED:
        return y
    indonesian, english = _UNRECORDED
    sheet.text(indonesian, _LABEL_X, y=y, style=_LABEL)
    sheet.text(english, _LABEL_X, y=y - 10, style=_ENGLISH)
    return y - 27


def _draw_issue(
    sheet: Sheet, data: BirthCertificateData, *, issue: DocumentIssue, y: float
) -> None:
    registered = f"{data.registered_place.upper()}, {long_date(data.registered_date)}"
    issued = issued_at(issue)
    y = _draw_rows(
        sheet, iter([("Didaftarkan di, pada", "Registered in, on", registered, "")]), y=y
    )
    excerpt = "Kutipan ini dikeluarkan di, pada"
    _draw_rows(sheet, iter([(excerpt, "This excerpt is issued in, on", issued, "")]), y=y)
