"""Makes a file from outside fit to keep: it is what it says, and says nothing of phone or place."""

import re
from dataclasses import dataclass, field
from typing import Final, Protocol

from intake.images import Legibility, clean_image
from intake.messages import CleanPaper, MediaPointer, PaperRefusedError
from intake.metrics import PAPERS
from intake.pdfs import clean_pdf
from jamila_runtime.objects import ObjectVault
from jamila_whatsapp.client import WhatsAppClient
from jamila_whatsapp.errors import MediaGoneError, MediaTooLargeError, WhatsAppRefusedError

PDF: Final = "application/pdf"
IMAGES: Final = ("image/jpeg", "image/png")
_UNSAID: Final = ("application/octet-stream", "binary/octet-stream", "")
"""What some phones call every document; the content decides."""
_MARKS: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n", "image/png"))
_PDF_WITHIN: Final = 1024
_MEDIA_ID: Final = re.compile(r"^[A-Za-z0-9_-]{1,128}$")


@dataclass(frozen=True)
class PaperLimits:
    """What may be sent."""

    max_image_bytes: int
    max_pdf_bytes: int
    max_pixels: int
    max_pages: int = 50
    legibility: Legibility = field(default_factory=Legibility)


class Scanner(Protocol):
    """Looks for malware."""

    def is_infected(self, content: bytes) -> bool:
        """Whether there is any; raises ``RetryableError`` when it cannot say."""
        ...


class NoScanner:
    """The office has no scanner; everything is re-encoded or rewritten all the same."""

    def is_infected(self, content: bytes) -> bool:
        """Know of nothing."""
        del content
        return False


class PaperDesk:
    """Examines every paper, whichever door it came by."""

    def __init__(self, limits: PaperLimits, scanner: Scanner | None = None) -> None:
        self._limits = limits
        self._scanner = scanner or NoScanner()

    def max_bytes(self, media_type: str) -> int:
        """How large a file that is announced as such may be.

        Raises:
            PaperRefusedError: papers are not of that kind.
        """
        if media_type in IMAGES:
            return self._limits.max_image_bytes
        if media_type == PDF:
            return self._limits.max_pdf_bytes
        if media_type in _UNSAID:
            return max(self._limits.max_image_bytes, self._limits.max_pdf_bytes)
        raise PaperRefusedError("jenis-tidak-dikenal")

    def clean(self, content: bytes, media_type: str) -> CleanPaper:
        """Check a file and strip what nobody asked for (EXIF, GPS, comments, scripts).

        The same bytes give the same result, so that a second try is the same paper.

        Raises:
            PaperRefusedError: it cannot be used; says why.
            RetryableError: scanner or machine are too busy to say.
        """
        try:
            clean = self._clean(content, media_type)
        except PaperRefusedError as refused:
            PAPERS.labels(refused.reason_code).inc()
            raise
        PAPERS.labels("kept").inc()
        for hint in clean.hints:
            PAPERS.labels(f"hint-{hint}").inc()
        return clean

    def _clean(self, content: bytes, media_type: str) -> CleanPaper:
        if not content:
            raise PaperRefusedError("kosong")
        kind = _kind_of(content, media_type)
        if len(content) > min(self.max_bytes(kind), self.max_bytes(media_type)):
            raise PaperRefusedError("terlalu-besar")
        if self._scanner.is_infected(content):
            raise PaperRefusedError("berbahaya")
        if kind == PDF:
            return clean_pdf(content, self._limits.max_pages)
        return clean_image(content, self._limits.max_pixels, self._limits.legibility)


class WhatsAppPapers:
    """Fetches papers by the two-step media download, or from where staff uploaded them."""

    def __init__(self, client: WhatsAppClient, desk: PaperDesk, uploads: ObjectVault) -> None:
        self._client = client
        self._desk = desk
        self._uploads = uploads

    def fetch(self, pointer: MediaPointer) -> CleanPaper:
        """Fetch and clean; see ``PaperFetcher``."""
        if pointer.upload_of is not None:
            content = self._uploads.get_upload(pointer.upload_of, pointer.media_id)
            return self._desk.clean(content, pointer.media_type)
        max_bytes = self._desk.max_bytes(pointer.media_type)
        if not _MEDIA_ID.match(pointer.media_id):
            raise PaperRefusedError("sudah-kedaluwarsa")
        try:
            info = self._client.media_info(pointer.media_id)
            content = self._client.download(info, max_bytes=max_bytes)
        except MediaTooLargeError as error:
            raise PaperRefusedError("terlalu-besar") from error
        except (MediaGoneError, WhatsAppRefusedError) as error:
            raise PaperRefusedError("sudah-kedaluwarsa") from error
        return self._desk.clean(content, pointer.media_type)


def _kind_of(content: bytes, announced: str) -> str:
    """What a file is, by its first bytes; what it is announced as, when they say nothing."""
    for mark, kind in _MARKS:
        if content.startswith(mark):
            return kind
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return PDF
    if announced in _UNSAID:
        raise PaperRefusedError("jenis-tidak-dikenal")
    return announced
