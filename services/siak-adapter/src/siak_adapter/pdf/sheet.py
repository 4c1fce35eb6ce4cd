"""One document being drawn, and what every document shares: watermark, signature place, footer."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from io import BytesIO
from threading import Lock
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from siak_adapter.documents import DocumentIssue, SignatureBox
from siak_adapter.pdf.fitting import Fitted, Room, fit, wrap
from siak_adapter.pdf.qr import draw_qr
from siak_adapter.pdf.typefaces import Face, load_faces
from siak_adapter.pdf.words import long_date

DRAWING: Final = Lock()
"""reportlab keeps per-document state in the shared fonts, so one document is drawn at a time."""

INK: Final = (0.0, 0.0, 0.0)
SOFT: Final = (0.36, 0.36, 0.36)
_WATERMARK_INK: Final = (0.96, 0.82, 0.82)
_WATERMARK: Final = "DRAFT \u2013 BELUM SAH"
_DRAFT_FOOTER: Final = (
    "Draft untuk diperiksa dan diverifikasi. Belum ditandatangani, belum sah, dan tidak berlaku "
    "sebagai dokumen kependudukan."
)
_SIGNED_FOOTER: Final = (
    "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang "
    "diterbitkan oleh {issuer}."
)
_EVIDENCE_FOOTER: Final = (
    "UU ITE Nomor 11 Tahun 2008 Pasal 5 ayat (1): Informasi Elektronik dan/atau Dokumen Elektronik "
    "dan/atau hasil cetaknya merupakan alat bukti hukum yang sah."
)
_QUIET_ZONE: Final = 4


class Align(Enum):
    """Where a text hangs on its x position."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; ``size`` in points."""

    face: Face
    size: float
    ink: tuple[float, float, float] = INK
    align: Align = Align.LEFT


class Sheet:
    """A PDF in the making; coordinates are points from the lower left corner."""

    def __init__(self, *, title: str, page: tuple[float, float], issue: DocumentIssue) -> None:
        load_faces()
        self.width, self.height = page
        self._buffer = BytesIO()
        self.canvas = Canvas(
            self._buffer,
            pagesize=page,
            pageCompression=1,
            invariant=1,
            initialFontName=Face.SANS.value,
            lang="id-ID",
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor(f"{issue.office_name} {issue.kabupaten}")
        self.canvas.setSubject(f"{title} ({issue.document_code})")
        self.canvas.setCreator("Dik Jamila")
        self.canvas.setDateFormatter(_pdf_midnight_in_makassar(issue.issue_date))

    def text(self, text: str, x: float, *, y: float, style: Style) -> None:
        """Draw one line with its baseline at y."""
        self.canvas.setFont(style.face.value, style.size)
        self.canvas.setFillColorRGB(*style.ink)
        match style.align:
            case Align.LEFT:
                self.canvas.drawString(x, y, text)
            case Align.CENTRE:
                self.canvas.drawCentredString(x, y, text)
            case Align.RIGHT:
                self.canvas.drawRightString(x, y, text)

    def lines(self, fitted: Fitted, x: float, *, y: float, style: Style) -> float:
        """Draw fitted lines downwards from baseline y; returns the baseline under the last one."""
        fitted_style = Style(style.face, fitted.size, style.ink, style.align)
        for line in fitted.lines:
            self.text(line, x, y=y, style=fitted_style)
            y -= fitted.size * 1.18
        return y

    def rule(self, x1: float, x2: float, *, y: float, width: float) -> None:
        """Draw a horizontal line."""
        self.canvas.setLineWidth(width)
        self.canvas.setStrokeColorRGB(*INK)
        self.canvas.line(x1, y, x2, y)

    def watermark(self) -> None:
        """Mark the page as a draft, under everything drawn later."""
        canvas = self.canvas
        columns, rows = round(self.width / 420), round(self.height / 290)
        style = Style(Face.SANS_BOLD, 46, _WATERMARK_INK, Align.CENTRE)
        for column in range(columns):
            for row in range(rows):
                canvas.saveState()
                canvas.translate(
                    self.width * (column + 0.5) / columns, self.height * (row + 0.5) / rows
                )
                canvas.rotate(30)
                self.text(_WATERMARK, 0, y=-16, style=style)
                canvas.restoreState()

    def end_page(self) -> None:
        """Finish the page and begin the next."""
        self.canvas.showPage()

    def finish(self) -> bytes:
        """Close the document and return its bytes."""
        self.canvas.save()
        return self._buffer.getvalue()


def draw_signature_place(
    sheet: Sheet, issue: DocumentIssue, *, box: SignatureBox, draft: bool
) -> None:
    """Draw title, QR and signer in and above the signature box; a draft shows an empty place."""
    middle = (box.x1 + box.x2) / 2
    title = fit(
        issue.signer_title.upper(),
        Face.SANS_BOLD,
        room=Room(box.x2 - box.x1, 2, size=8.5, min_size=3.5),
    )
    y = box.y2 + 5 + (len(title.lines) - 1) * title.size * 1.18
    sheet.lines(title, middle, y=y, style=Style(Face.SANS_BOLD, 8.5, align=Align.CENTRE))
    side = box.y2 - box.y1 - 2 * _QUIET_ZONE
    x, bottom = box.x1 + _QUIET_ZONE, box.y1 + _QUIET_ZONE
    if draft:
        _draw_empty_place(sheet, x, y=bottom, side=side)
    else:
        draw_qr(sheet.canvas, str(issue.verify_url), x=x, y=bottom, size=side)
    _draw_signer(sheet, issue, box=box, left=x + side + 8, draft=draft)


def _draw_empty_place(sheet: Sheet, x: float, *, y: float, side: float) -> None:
    canvas = sheet.canvas
    canvas.saveState()
    canvas.setLineWidth(0.7)
    canvas.setStrokeColorRGB(*SOFT)
    canvas.setDash(3, 2)
    canvas.rect(x, y, side, side)
    canvas.restoreState()
    style = Style(Face.SANS, 7, SOFT, Align.CENTRE)
    for index, line in enumerate(("tempat QR", "tanda tangan", "elektronik")):
        sheet.text(line, x + side / 2, y=y + side / 2 + 7 - index * 9, style=style)


def _draw_signer(
    sheet: Sheet, issue: DocumentIssue, *, box: SignatureBox, left: float, draft: bool
) -> None:
    width = box.x2 - left - _QUIET_ZONE
    y = box.y2 - 16
    heading = "Belum ditandatangani" if draft else "Ditandatangani secara"
    sheet.text(heading, left, y=y, style=Style(Face.SANS, 7, SOFT))
    if not draft:
        y -= 8.5
        sheet.text("elektronik oleh:", left, y=y, style=Style(Face.SANS, 7, SOFT))
    name = fit(issue.signer_name, Face.SANS_BOLD, room=Room(width, 2, size=9, min_size=3.5))
    y = sheet.lines(name, left, y=y - 13, style=Style(Face.SANS_BOLD, 9))
    if issue.signer_nip:
        nip = fit(f"NIP {issue.signer_nip}", Face.SANS, room=Room(width, 1, size=7.5, min_size=5))
        y = sheet.lines(nip, left, y=y, style=Style(Face.SANS, 7.5))
    code = fit(issue.document_code, Face.SANS, room=Room(width, 2, size=6.5, min_size=4.5))
    sheet.lines(code, left, y=y - 2, style=Style(Face.SANS, 6.5, SOFT))


def draw_footer(
    sheet: Sheet, issue: DocumentIssue, *, margin: float, y: float, draft: bool
) -> None:
    """Draw the sentence that says what the paper is worth, upwards-bounded by a rule at y.

    Source: wording of BSrE's templates, domain rules 5.3; UU 11/2008 Ps 5(1).
    """
    sheet.rule(margin, sheet.width - margin, y=y, width=0.4)
    sentences = (
        (_DRAFT_FOOTER,)
        if draft
        else (_SIGNED_FOOTER.format(issuer=issue.certificate_issuer), _EVIDENCE_FOOTER)
    )
    baseline = y - 8
    for sentence in sentences:
        for line in wrap(sentence, Face.SANS, size=6, width=sheet.width - 2 * margin):
            sheet.text(
                line, sheet.width / 2, y=baseline, style=Style(Face.SANS, 6, SOFT, Align.CENTRE)
            )
            baseline -= 7.5


def issued_at(issue: DocumentIssue) -> str:
    """Say where and when the document was issued, in one line."""
    return f"{issue.issue_place}, {long_date(issue.issue_date)}"


def _pdf_midnight_in_makassar(day: date) -> object:
    """Make reportlab write the day of issue, not the clock of this machine, into the metadata."""

    def written(*_now: int) -> str:
        return f"D:{day:%Y%m%d}000000+08'00'"

    return written
