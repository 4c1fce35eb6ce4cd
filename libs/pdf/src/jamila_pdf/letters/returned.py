"""Surat pengembalian berkas: which papers are asked for again, and why."""

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

_TITLE: Final = "Surat Pengembalian Berkas"
_FIELDS: Final = Column(
    x=MARGIN, value_x=MARGIN + 110, end=A4[0] - MARGIN, pitch=17, size=10, smallest=4.5, lines=2
)
_LOOK: Final = Look(head=20, row=26, size=9, smallest=4.5)
_COLUMNS: Final = (
    TableColumn("No", 30, Align.CENTRE),
    TableColumn("Berkas", (WIDTH - 30) / 2),
    TableColumn("Yang perlu diperbaiki", (WIDTH - 30) / 2),
)
_PROBLEMS_PER_PAGE: Final = 10
_OPENING: Final = (
    "Terima kasih, berkas Anda sudah kami periksa. Permohonan belum dapat diproses karena berkas "
    "berikut perlu dilengkapi atau diperbaiki:"
)
_CLOSING: Final = (
    "Kirimkan berkas di atas lewat percakapan WhatsApp yang sama, atau bawa ke loket. Berkas lain "
    "tidak perlu dikirim ulang; permohonan Anda tetap tersimpan dengan kode yang sama."
)


@dataclass(frozen=True, slots=True)
class ReturnedPaper:
    """One paper that is asked for again."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnLetter:
    """What a surat pengembalian berkas says; it names nobody."""

    receipt_code: str
    service: str
    returned_at: datetime
    problems: tuple[ReturnedPaper, ...]


def draw_return_letter(letter: ReturnLetter, head: Letterhead) -> bytes:
    """Draw a surat pengembalian berkas.

    Raises:
        TooMuchTextError: A text does not fit even at its smallest size.
        UnprintableTextError: A character the fonts do not have.
    """
    problems = letter.problems
    with DRAWING:
        sheet = begin(head, title=_TITLE, dated=office_day(letter.returned_at))
        for shown in pages(
            sheet, head, title=_TITLE, rows=len(problems), per_page=_PROBLEMS_PER_PAGE
        ):
            y = _draw_opening(sheet, letter, head)
            listed = enumerate(problems[shown], start=shown.start + 1)
            rows = [(str(number), each.item, each.reason) for number, each in listed]
            y = draw_table(sheet, _COLUMNS, rows=rows, origin=(MARGIN, y), look=_LOOK)
            draw_paragraph(sheet, _CLOSING, y=y - 24)
        return sheet.finish()


def _draw_opening(sheet: Sheet, letter: ReturnLetter, head: Letterhead) -> float:
    y = draw_code(sheet, head, letter.receipt_code, y=TOP)
    fields = (("Layanan", letter.service), ("Diperiksa", office_time(letter.returned_at)))
    y = _FIELDS.draw(sheet, fields, y=y - 26)
    return draw_paragraph(sheet, _OPENING, y=y - 6) - 2
