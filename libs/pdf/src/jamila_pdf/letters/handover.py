"""Daftar serah terima kolektif: a village officer takes documents along and collects signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jamila_contracts.office_time import long_date
from jamila_pdf.fields import Column
from jamila_pdf.letters.letterhead import (
    MARGIN,
    TOP,
    WIDTH,
    Letterhead,
    begin,
    draw_foot,
    draw_head,
)
from jamila_pdf.sheet import A4, DRAWING, Align, Sheet, Style
from jamila_pdf.table import Column as TableColumn
from jamila_pdf.table import Look, draw_table
from jamila_pdf.typefaces import Face

_TITLE: Final = "Daftar Serah Terima Dokumen"
_FIELDS: Final = Column(
    x=MARGIN, value_x=MARGIN + 110, end=A4[0] - MARGIN, pitch=16, size=10, smallest=4.5, lines=2
)
_LOOK: Final = Look(head=24, row=28, size=8.5, smallest=4, lines=3)
_COLUMNS: Final = (
    TableColumn("No", 26, Align.CENTRE),
    TableColumn("Kode", 50, Align.CENTRE),
    TableColumn("Dokumen", 122),
    TableColumn("Nama penerima", 140),
    TableColumn("Tanggal", 52),
    TableColumn("Tanda tangan", WIDTH - 390),
)
_ROWS_PER_PAGE: Final = 14
_SIGN_Y: Final = 172
_SIGNERS: Final = (
    (MARGIN + 90, "Yang menyerahkan,", "petugas Disdukcapil"),
    (A4[0] - MARGIN - 90, "Yang menerima untuk dibagikan,", "perangkat desa/kelurahan"),
)


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """One application whose documents are ready."""

    reference: str
    """The end of the receipt code. The whole code proves a right, and stays with its holder."""
    documents: str
    """What residents call them."""
    recipient: str
    """Only the name: whoever hands out has to find the person, and needs no number for it."""


@dataclass(frozen=True, slots=True)
class HandOverList:
    """What goes to one village on one day."""

    village: str
    district: str
    dated: date
    rows: tuple[HandOverRow, ...]


def draw_hand_over_list(listed: HandOverList, head: Letterhead) -> bytes:
    """Draw a daftar serah terima; the head is repeated on every page.

    Raises:
        TooMuchTextError: A text does not fit even at its smallest size.
        UnprintableTextError: A character the fonts do not have.
    """
    starts = range(0, len(listed.rows), _ROWS_PER_PAGE)
    with DRAWING:
        sheet = begin(head, title=_TITLE, dated=listed.dated)
        for page, start in enumerate(starts, start=1):
            if start:
                draw_head(sheet, head, title=_TITLE)
            rows = listed.rows[start : start + _ROWS_PER_PAGE]
            _draw_rows(sheet, listed, head, rows=rows, first=start + 1)
            if page == len(starts):
                _draw_signers(sheet)
            draw_foot(sheet, page=f"Halaman {page} dari {len(starts)}")
            sheet.end_page()
        return sheet.finish()


def _draw_rows(
    sheet: Sheet, listed: HandOverList, head: Letterhead, *, rows: Sequence[HandOverRow], first: int
) -> None:
    fields = (
        ("Desa/Kelurahan", f"{listed.village}, Kecamatan {listed.district}"),
        ("Tanggal", f"{head.place}, {long_date(listed.dated)}"),
        ("Jumlah", f"{len(listed.rows)} permohonan"),
    )
    y = _FIELDS.draw(sheet, fields, y=TOP) - 2
    cells = [
        (str(first + index), f"\u2026{row.reference}", row.documents, row.recipient, "", "")
        for index, row in enumerate(rows)
    ]
    draw_table(sheet, _COLUMNS, rows=cells, origin=(MARGIN, y), look=_LOOK)


def _draw_signers(sheet: Sheet) -> None:
    style = Style(Face.SANS, 9, align=Align.CENTRE)
    for middle, above, below in _SIGNERS:
        with sheet.tag("P"):
            sheet.text(above, middle, y=_SIGN_Y, style=style)
            sheet.text(below, middle, y=_SIGN_Y - 76, style=style)
        sheet.keep_free((middle - 85, _SIGN_Y - 64, middle + 85, _SIGN_Y - 6))
        sheet.rule(middle - 85, middle + 85, y=_SIGN_Y - 66, width=0.4)
