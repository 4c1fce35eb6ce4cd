"""Tanda terima: what an applicant holds once the papers have arrived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jamila_pdf.fields import Column
from jamila_pdf.letters.letterhead import (
    MARGIN,
    TOP,
    WIDTH,
    Letterhead,
    begin,
    draw_code,
    draw_paragraph,
    office_day,
    office_time,
    pages,
)
from jamila_pdf.sheet import A4, DRAWING, Align, Sheet
from jamila_pdf.table import Column as TableColumn
from jamila_pdf.table import Look, draw_table

_TITLE: Final = "Tanda Terima Permohonan"
_FIELDS: Final = Column(
    x=MARGIN, value_x=MARGIN + 110, end=A4[0] - MARGIN, pitch=17, size=10, smallest=4.5, lines=2
)
_LOOK: Final = Look(head=20, row=18, size=9, smallest=4.5)
_COLUMNS: Final = (
    TableColumn("No", 30, Align.CENTRE),
    TableColumn("Berkas yang kami terima", WIDTH - 30),
)
_PAPERS_PER_PAGE: Final = 16
_KEEP: Final = (
    "Simpan tanda terima ini. Kode di atas diminta saat dokumen diambil, dan siapa pun yang "
    "memegangnya dapat melihat status permohonan. Jangan berikan kepada orang yang tidak Anda "
    "percaya."
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a tanda terima says; it names nobody."""

    receipt_code: str
    service: str
    """What residents call the service."""
    submitted_at: datetime
    channel: str
    """E.g. *WhatsApp*."""
    papers: tuple[str, ...]
    """What residents call the papers."""


def draw_receipt(receipt: Receipt, head: Letterhead) -> bytes:
    """Draw a tanda terima.

    Raises:
        TooMuchTextError: A text does not fit even at its smallest size.
        UnprintableTextError: A character the fonts do not have.
    """
    papers = receipt.papers or ("-",)

    with DRAWING:
        sheet = begin(head, title=_TITLE, dated=office_day(receipt.submitted_at))
        for shown in pages(sheet, head, title=_TITLE, rows=len(papers), per_page=_PAPERS_PER_PAGE):
            y = _draw_code_and_fields(sheet, receipt, head)
            listed = enumerate(papers[shown], start=shown.start + 1)
            rows = [(str(number), name) for number, name in listed]
            y = draw_table(sheet, _COLUMNS, rows=rows, origin=(MARGIN, y), look=_LOOK)
            draw_paragraph(sheet, _KEEP, y=y - 24)
        return sheet.finish()


def _draw_code_and_fields(sheet: Sheet, receipt: Receipt, head: Letterhead) -> float:
    y = draw_code(sheet, head, receipt.receipt_code, y=TOP)
    fields = (
        ("Layanan", receipt.service),
        ("Diterima", office_time(receipt.submitted_at)),
        ("Melalui", receipt.channel),
    )
    return _FIELDS.draw(sheet, fields, y=y - 26) - 4
