"""Makes a file from a phone fit to keep: it is what it says, and says nothing of phone or place."""

import io
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from intake.messages import CleanPaper, MediaPointer, PaperRefusedError
from jamila_whatsapp.client import WhatsAppClient
from jamila_whatsapp.errors import MediaGoneError, MediaTooLargeError, WhatsAppRefusedError

_IMAGES: Final = ("image/jpeg", "image/png")
_PDF: Final = "application/pdf"
_PDF_MARK: Final = b"%PDF-"
_PDF_END: Final = b"%%EOF"
_LOOK_BYTES: Final = 1024
"""Where mark and end of a PDF are looked for. Source: ISO 32000-1, annex H, notes 13 and 18."""
_JPEG_QUALITY: Final = 90
_FORMATS: Final = ("JPEG", "PNG")


@dataclass(frozen=True)
class PaperLimits:
    """What a resident may send."""

    max_image_bytes: int
    max_pdf_bytes: int
    max_pixels: int


def clean_paper(content: bytes, media_type: str, limits: PaperLimits) -> CleanPaper:
    """Check a file and strip what nobody asked for (EXIF, GPS, comments, thumbnails).

    The same bytes give the same result, so that a second try is the same paper.

    Raises:
        PaperRefusedError: it cannot be used; says why.
    """
    if not content:
        raise PaperRefusedError("kosong")
    if len(content) > max_bytes_of(media_type, limits):
        raise PaperRefusedError("terlalu-besar")
    if media_type == _PDF:
        return _clean_pdf(content)
    return _clean_image(content, limits.max_pixels)


def max_bytes_of(media_type: str, limits: PaperLimits) -> int:
    """How large a file of that kind may be.

    Raises:
        PaperRefusedError: papers are not of that kind.
    """
    if media_type == _PDF:
        return limits.max_pdf_bytes
    if media_type in _IMAGES:
        return limits.max_image_bytes
    raise PaperRefusedError("jenis-tidak-dikenal")


class WhatsAppPapers:
    """Fetches papers by the two-step media download."""

    def __init__(self, client: WhatsAppClient, limits: PaperLimits) -> None:
        self._client = client
        self._limits = limits

    def fetch(self, pointer: MediaPointer) -> CleanPaper:
        """Fetch and clean; see ``PaperFetcher``."""
        max_bytes = max_bytes_of(pointer.media_type, self._limits)
        try:
            info = self._client.media_info(pointer.media_id)
            content = self._client.download(info, max_bytes=max_bytes)
        except MediaTooLargeError as error:
            raise PaperRefusedError("terlalu-besar") from error
        except (MediaGoneError, WhatsAppRefusedError) as error:
            raise PaperRefusedError("sudah-kedaluwarsa") from error
        return clean_paper(content, pointer.media_type, self._limits)


def _clean_pdf(content: bytes) -> CleanPaper:
    if _PDF_MARK not in content[:_LOOK_BYTES] or _PDF_END not in content[-_LOOK_BYTES:]:
        raise PaperRefusedError("bukan-pdf")
    return CleanPaper(content, "application/pdf")


def _clean_image(content: bytes, max_pixels: int) -> CleanPaper:
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > max_pixels:
                raise PaperRefusedError("gambar-terlalu-luas")
            kind = image.format
            upright = ImageOps.exif_transpose(image)
            upright.load()
        return CleanPaper(*_encoded(upright, kind))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PaperRefusedError("gambar-terlalu-luas") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError):
        # Pillow raises all of these for broken files (SyntaxError for a broken PNG).
        raise PaperRefusedError("gambar-rusak") from None


def _encoded(
    image: Image.Image, kind: str | None
) -> tuple[bytes, Literal["image/jpeg", "image/png"]]:
    out = io.BytesIO()
    if kind == "PNG":
        clean = image.copy() if image.mode in ("1", "L", "RGB", "RGBA") else image.convert("RGBA")
        clean.info.clear()
        clean.save(out, "PNG", optimize=False)
        return out.getvalue(), "image/png"
    clean = image.copy() if image.mode in ("L", "RGB") else image.convert("RGB")
    clean.info.clear()
    clean.save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue(), "image/jpeg"
