"""What every document shows: who signs, the QR, what the paper is worth, and the photo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jamila_contracts.office_time import long_date
from jamila_pdf.archive import About
from jamila_pdf.fitting import Room, fit, wrap
from jamila_pdf.picture import photo
from jamila_pdf.sheet import LEADING, SOFT, Align, Sheet, Style
from jamila_pdf.typefaces import Face
from siak_adapter.documents import DocumentIssue, SignatureBox

EMPTY: Final = "-"
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
_QR_ALTERNATIVE: Final = "Kode QR untuk memeriksa keaslian dokumen ini"
_PHOTO_ALTERNATIVE: Final = "Pas foto"


class Photos:
    """The photos of one entry; each is cropped once, for draft, document and all their pages."""

    def __init__(self, originals: Mapping[str, bytes]) -> None:
        self._originals = originals
        self._cropped: dict[tuple[str, float, float], bytes] = {}

    def cropped(self, sha256: str, *, width: float, height: float) -> bytes:
        """A photo in the shape of its place, in points."""
        wanted = (sha256, width, height)
        if wanted not in self._cropped:
            self._cropped[wanted] = photo(self._originals[sha256], width=width, height=height)
        return self._cropped[wanted]


@dataclass(frozen=True)
class Job:
    """One file to be drawn: for whom, as a draft or not, and with which photos."""

    issue: DocumentIssue
    draft: bool
    photos: Photos

    def sheet(self, title: str, page: tuple[float, float]) -> Sheet:
        """An empty document; nothing it says of itself is about a person."""
        issue = self.issue
        about = About(
            title=title,
            subject=f"{title} ({issue.document_code})",
            author=f"{issue.office_name} {issue.kabupaten}",
            dated=issue.issue_date,
        )
        return Sheet(about, page=page)


@dataclass(frozen=True, slots=True)
class Seal:
    """Geometry around the visible signature: the QR at the right of the box, text above and below.

    All in points; ``size`` is that of the signer's name, the other texts follow it.
    """

    box: SignatureBox
    qr: tuple[float, float, float]
    """x, y and side."""
    size: float


def draw_seal(sheet: Sheet, job: Job, seal: Seal) -> None:
    """Draw title, QR and signer around the box, which stays empty for the visible signature."""
    issue, box, size = job.issue, seal.box, seal.size
    middle, width = (box.x1 + box.x2) / 2, box.x2 - box.x1
    sheet.keep_free((box.x1, box.y1, box.x2, box.y2))
    with sheet.tag("P"):
        said = "Belum ditandatangani" if job.draft else "Ditandatangani secara elektronik"
        note = Style(Face.SANS, size * 0.76, SOFT, Align.CENTRE)
        sheet.text(said, middle, y=box.y2 + size * 0.35, style=note)
        room = Room(width, 2, size=size * 0.92, min_size=size * 0.4)
        title = fit(issue.signer_title.upper(), Face.SANS_BOLD, room=room)
        y = box.y2 + size * 1.45 + (len(title.lines) - 1) * title.size * LEADING
        sheet.lines(title, middle, y=y, style=Style(Face.SANS_BOLD, size, align=Align.CENTRE))
    with sheet.tag("P"):
        name = fit(
            issue.signer_name, Face.SANS_BOLD, room=Room(width, 2, size=size, min_size=size * 0.4)
        )
        style = Style(Face.SANS_BOLD, size, align=Align.CENTRE)
        y = sheet.lines(name, middle, y=box.y1 - size * 1.1, style=style)
        small = Style(Face.SANS, size * 0.8, align=Align.CENTRE)
        if issue.signer_nip:
            sheet.text(f"NIP {issue.signer_nip}", middle, y=y, style=small)
            y -= size
        soft = Style(Face.SANS, size * 0.72, SOFT, Align.CENTRE)
        sheet.text(f"Kode {issue.document_code}", middle, y=y, style=soft)
    _draw_qr(sheet, job, seal)


def _draw_qr(sheet: Sheet, job: Job, seal: Seal) -> None:
    x, y, side = seal.qr
    if not job.draft:
        with sheet.tag("Figure", _QR_ALTERNATIVE):
            sheet.qr(str(job.issue.verify_url), x, y=y, side=side)
        return
    sheet.dashed((x, y, x + side, y + side))
    style = Style(Face.SANS, side / 9, SOFT, Align.CENTRE)
    for index, line in enumerate(("tempat QR", "tanda tangan", "elektronik")):
        sheet.text(line, x + side / 2, y=y + side * (0.6 - index * 0.16), style=style)


def draw_footer(sheet: Sheet, job: Job, *, margin: float, y: float, size: float = 6) -> None:
    """Draw the sentence that says what the paper is worth, downwards from a rule at y.

    Source: wording of BSrE's templates, domain rules 5.3; UU 11/2008 Ps 5(1).
    """
    sheet.rule(margin, sheet.width - margin, y=y, width=0.4)
    issuer = job.issue.certificate_issuer
    sentences = (
        (_DRAFT_FOOTER,) if job.draft else (_SIGNED_FOOTER.format(issuer=issuer), _EVIDENCE_FOOTER)
    )
    baseline = y - size * 1.3
    style = Style(Face.SANS, size, SOFT, Align.CENTRE)
    with sheet.tag("Note"):
        for sentence in sentences:
            for line in wrap(sentence, Face.SANS, size=size, width=sheet.width - 2 * margin):
                sheet.text(line, sheet.width / 2, y=baseline, style=style)
                baseline -= size * 1.22


def draw_photo(
    sheet: Sheet, job: Job, sha256: str | None, box: tuple[float, float, float, float]
) -> None:
    """Draw a photo, or an empty frame that says so where there is none."""
    x1, y1, x2, y2 = box
    if sha256 is not None:
        picture = job.photos.cropped(sha256, width=x2 - x1, height=y2 - y1)
        with sheet.tag("Figure", _PHOTO_ALTERNATIVE):
            sheet.picture(picture, box)
        sheet.frame(box, width=0.4)
        return
    sheet.dashed(box)
    size = min(8, (x2 - x1) / 8)
    style = Style(Face.SANS, size, SOFT, Align.CENTRE)
    for index, line in enumerate(("pas foto", "tidak ada")):
        sheet.text(line, (x1 + x2) / 2, y=(y1 + y2) / 2 + size * (0.2 - index * 1.2), style=style)


def issued_at(issue: DocumentIssue) -> str:
    """Say where and when the document was issued, in one line."""
    return f"{issue.issue_place}, {long_date(issue.issue_date)}"
