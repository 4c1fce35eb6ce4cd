"""How much of a stranger's PDF we are willing to read.

Decoded sizes are bounded by pyHanko itself (``DecodeLimits.for_untrusted_input``); what it does not
bound is counted here before it parses anything.
"""

from dataclasses import dataclass
from typing import Final

from jamila_verifier.errors import PdfTooComplexError, PdfTooLargeError, UnreadablePdfError

_HEADER: Final = b"%PDF-"
_HEADER_WITHIN: Final = 1024
"""Readers accept a header anywhere in the first 1024 bytes (ISO 32000-1, annex H.3.4.1)."""


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """Bounds on one document; a family card of ours has 60 objects and two revisions."""

    size_bytes: int = 20 * 1024 * 1024
    revisions: int = 32
    objects: int = 20_000
    signatures: int = 8
    """Each one costs a full judgement."""

    def admit(self, pdf: bytes) -> None:
        """Look at the bytes alone.

        Raises:
            UnreadablePdfError: There is no PDF header.
            PdfTooLargeError: Too many bytes.
            PdfTooComplexError: Too many revisions or objects.
        """
        if len(pdf) > self.size_bytes:
            raise PdfTooLargeError(limit=self.size_bytes)
        if _HEADER not in pdf[:_HEADER_WITHIN]:
            raise UnreadablePdfError
        if pdf.count(b"startxref") > self.revisions:
            raise PdfTooComplexError("revisions", limit=self.revisions)
        if pdf.count(b"endobj") > self.objects:
            raise PdfTooComplexError("objects", limit=self.objects)


DEFAULT_LIMITS: Final = PdfLimits()
