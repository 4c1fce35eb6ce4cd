"""What all letters of the office share: head, foot, code with QR, and numbered paragraphs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jamila_contracts.codes import in_groups
from jamila_contracts.office_time import OFFICE_ZONE, long_date
from jamila_pdf.archive import About
from jamila_pdf.fitting import Room, fit, wrap
from jamila_pdf.sheet import A4, SOFT, Align, Sheet, Style
from jamila_pdf.typefaces import Face

MARGIN: Final = 56
WIDTH: Final = A4[0] - 2 * MARGIN
TOP: Final = 700
BODY: Final = Style(Face.SANS, 10)
_FOOT_Y: Final = 62
_QR_SIDE: Final = 86
_FREE: Final = "Semua layanan GRATIS. Bila ada yang meminta bayaran, laporkan kepada kami."


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The office as its letters show it."""

    office_name: str
    kabupaten: str
    """With the word *Kabupaten*."""
    place: str
    """Where letters are dated, e.g. Paringin."""
    tracking_url: str
    """The receipt code is appended; leads to the public page."""

    def link(self, receipt_code: str) -> str:
        """Where a holder of the code sees how things stand."""
        return f"{self.tracking_url.rstrip('/')}/{receipt_code}"


def begin(head: Letterhead, *, title: str, dated: date) -> Sheet:
    """An empty letter; what it says of itself is about no person."""
    author = f"{head.office_name} {head.kabupaten}"
    sheet = Sheet(About(title=title, subject=title, author=author, dated=dated), page=A4)
    draw_head(sheet, head, title=title)
    return sheet


def pages(
    sheet: Sheet, head: Letterhead, *, title: str, rows: int, per_page: int
) -> Iterator[slice]:
    """Begin and end the pages of a letter about a list; between, the caller draws the page.

    Args:
        sheet: A letter as ``begin`` gives it.
        head: The office, drawn again on every page.
        title: Of the letter.
        rows: How long the list is.
        per_page: Rows that fit on a page.

    Yields:
        Which rows belong on the page. The foot counts the pages if there are more than one.
    """
    starts = range(0, rows, per_page)
    for page, start in enumerate(starts, start=1):
        if start:
            draw_head(sheet, head, title=title)
        yield slice(start, start + per_page)
        draw_foot(sheet, page=f"Halaman {page} dari {len(starts)}" if len(starts) > 1 else "")
        sheet.end_page()


def draw_head(sheet: Sheet, head: Letterhead, *, title: str) -> None:
    """Draw the office's name and the title of the letter on a page."""
    middle = sheet.width / 2
    with sheet.tag("P"):
        for text, size, y in (
            (f"PEMERINTAH {head.kabupaten}", 11, 790),
            (head.office_name, 13.5, 774),
        ):
            fitted = fit(text.upper(), Face.SANS_BOLD, room=Room(WIDTH, 1, size=size, min_size=6))
            style = Style(Face.SANS_BOLD, fitted.size, align=Align.CENTRE)
            sheet.lines(fitted, middle, y=y, style=style)
    sheet.rule(MARGIN, sheet.width - MARGIN, y=764, width=1.4)
    sheet.rule(MARGIN, sheet.width - MARGIN, y=761.5, width=0.4)
    with sheet.tag("H1"):
        sheet.text(
            title.upper(), middle, y=732, style=Style(Face.SANS_BOLD, 14, align=Align.CENTRE)
        )


def draw_foot(sheet: Sheet, *, page: str = "") -> None:
    """Draw that everything is free of charge, and which page this is."""
    sheet.rule(MARGIN, sheet.width - MARGIN, y=_FOOT_Y, width=0.4)
    with sheet.tag("Note"):
        sheet.text(_FREE, MARGIN, y=_FOOT_Y - 12, style=Style(Face.SANS, 7.5, SOFT))
        style = Style(Face.SANS, 7.5, SOFT, Align.RIGHT)
        sheet.text(page, sheet.width - MARGIN, y=_FOOT_Y - 12, style=style)


def draw_code(sheet: Sheet, head: Letterhead, receipt_code: str, *, y: float) -> float:
    """Draw the receipt code large, with the QR that opens its page; returns the y below."""
    right = sheet.width - MARGIN
    sheet.fill((MARGIN, y - _QR_SIDE - 20, right, y), (0.955, 0.955, 0.955))
    with sheet.tag("P"):
        label = Style(Face.SANS, 9, SOFT)
        sheet.text("Kode tanda terima", MARGIN + 14, y=y - 24, style=label)
        room = Room(WIDTH - _QR_SIDE - 60, 1, size=30, min_size=12)
        grouped = fit(in_groups(receipt_code), Face.SANS_BOLD, room=room)
        style = Style(Face.SANS_BOLD, grouped.size)
        sheet.lines(grouped, MARGIN + 14, y=y - 58, style=style)
        said = "Pindai kode QR untuk melihat sampai di mana permohonan ini."
        sheet.text(said, MARGIN + 14, y=y - 84, style=label)
    with sheet.tag("Figure", "Kode QR ke halaman status permohonan"):
        x, bottom = right - _QR_SIDE - 10, y - _QR_SIDE - 10
        sheet.fill((x - 6, bottom - 6, x + _QR_SIDE + 6, bottom + _QR_SIDE + 6), (1, 1, 1))
        sheet.qr(head.link(receipt_code), x, y=bottom, side=_QR_SIDE)
    return y - _QR_SIDE - 20


def draw_paragraph(sheet: Sheet, text: str, *, y: float, style: Style = BODY) -> float:
    """Draw running text over the width of the page; returns the baseline below."""
    with sheet.tag("P"):
        for line in wrap(text, style.face, size=style.size, width=WIDTH):
            sheet.text(line, MARGIN, y=y, style=style)
            y -= style.size * 1.4
    return y


def office_time(at: datetime) -> str:
    """``2 Januari 2026 pukul 09.05 WITA``."""
    local = at.astimezone(OFFICE_ZONE)
    return f"{long_date(local)} pukul {local:%H.%M} WITA"


def office_day(at: datetime) -> date:
    """The calendar day in Balangan."""
    return at.astimezone(OFFICE_ZONE).date()
