"""Checks PDFs in a process of its own, with bounded memory and time (see ``pdf_reader``)."""

import subprocess
import sys
from threading import BoundedSemaphore
from typing import Final

from intake.messages import CleanPaper, PaperRefusedError
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger

_MARK: Final = b"%PDF-"
_END: Final = b"%%EOF"
_LOOK_BYTES: Final = 1024
"""Where mark and end of a PDF are looked for. Source: ISO 32000-1, annex H, notes 13 and 18."""
_WALL_SECONDS: Final = 120
_AT_A_TIME: Final = BoundedSemaphore(2)
_log = get_logger(__name__)


class PdfCheckSlowError(RetryableError):
    """The machine was too busy to look at the PDF; later it may not be."""

    slug = "pdf-check-slow"


def clean_pdf(content: bytes, max_pages: int) -> CleanPaper:
    """Keep a PDF that can be opened by anybody and does nothing by itself.

    The same bytes give the same result.

    Raises:
        PaperRefusedError: it is broken, locked, too long, or carries programs or files.
        PdfCheckSlowError: the check did not come to an end.
    """
    if _MARK not in content[:_LOOK_BYTES] or _END not in content[-_LOOK_BYTES:]:
        raise PaperRefusedError("bukan-pdf")
    verdict, _, kept = _ask_reader(content, max_pages).partition(b"\n")
    if verdict == b"ok":
        return CleanPaper(kept, "application/pdf")
    # No verdict: the reader died of it, so it is no PDF that anybody should open.
    raise PaperRefusedError(verdict.decode() or "pdf-rusak")


def _ask_reader(content: bytes, max_pages: int) -> bytes:
    command = [sys.executable, "-I", "-m", "intake.pdf_reader", str(max_pages)]
    with _AT_A_TIME:
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                command,
                input=content,
                capture_output=True,
                timeout=_WALL_SECONDS,
                check=False,
                env={},
            )
        except subprocess.TimeoutExpired:
            raise PdfCheckSlowError("the check of a PDF took too long") from None
    if done.returncode != 0:
        _log.warning("reader of PDFs died", status=done.returncode, size=len(content))
        return b""
    return done.stdout
