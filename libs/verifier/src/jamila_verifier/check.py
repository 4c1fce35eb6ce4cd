"""Reads a PDF, judges every signature in it, and says what holds of the whole file."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.validation import EmbeddedPdfSignature

from jamila_runtime.errors import DomainError
from jamila_verifier.anchors import NO_EVIDENCE, RevocationEvidence, TrustAnchors
from jamila_verifier.errors import (
    PasswordNeededError,
    PasswordWrongError,
    PdfTooComplexError,
    UnreadablePdfError,
)
from jamila_verifier.judging import Judge
from jamila_verifier.limits import DEFAULT_LIMITS, PdfLimits
from jamila_verifier.report import PdfReport, SignatureFinding

MISSING: Final = "signature-missing"
UNSIGNED_TAIL: Final = "signature-does-not-cover-file"


def check_pdf(  # noqa: PLR0913 - everything beyond the document is named and has a default
    pdf: bytes,
    anchors: TrustAnchors,
    *,
    at: datetime,
    password: str | None = None,
    evidence: RevocationEvidence = NO_EVIDENCE,
    limits: PdfLimits = DEFAULT_LIMITS,
) -> PdfReport:
    """Check all signatures of a PDF; nothing is fetched from the network.

    Args:
        pdf: The document, from whomever.
        anchors: Pinned certificates.
        at: Aware instant of the judgement. Without time stamp a signature proves nothing after its
            certificate expired, unless the caller knows since when the file exists.
        password: Opens an encrypted document (SIAK's PIN); neither logged nor kept.
        evidence: What the caller knows about revocation beyond the document.
        limits: How much of a stranger's file to read.

    Raises:
        UnreadablePdfError: The bytes are no PDF that can be parsed.
        PdfTooLargeError: Too many bytes.
        PdfTooComplexError: Too many revisions, objects or signatures.
        PasswordNeededError: It is encrypted and no password was given.
        PasswordWrongError: The password does not open it.
    """
    _refuse_misuse(at)
    limits.admit(pdf)
    work = _Check(pdf, Judge(anchors, evidence, at=at), password, limits)
    try:
        return asyncio.run(work.report())
    except DomainError:
        raise
    except Exception as exc:
        # A hostile file can break a parser anywhere; every way of it means the same to the caller.
        raise UnreadablePdfError from exc


def _refuse_misuse(at: datetime) -> None:
    """Tell a caller's mistake from a broken document."""
    if at.tzinfo is None:
        msg = "the instant of a judgement must be aware"
        raise ValueError(msg)
    if asyncio._get_running_loop() is not None:  # noqa: SLF001 - the documented query raises instead
        msg = "a judgement blocks: ask for it in a worker thread"
        raise RuntimeError(msg)


def unlocked_copy(pdf: bytes, *, password: str) -> bytes:
    """Copy an encrypted document without its encryption, to be looked at.

    The copy shows the same pages; its signature does not count any more.

    Raises:
        UnreadablePdfError: The bytes are no PDF that can be parsed.
        PasswordWrongError: The password does not open it.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf), decode_limits=DecodeLimits.for_untrusted_input())
        _unlock(reader, password)
        out = BytesIO()
        copy_into_new_writer(reader).write(out)  # type: ignore[no-untyped-call]  # pyHanko
    except DomainError:
        raise
    except Exception as exc:
        raise UnreadablePdfError from exc
    return out.getvalue()


class _Check:
    """One document under judgement."""

    def __init__(self, pdf: bytes, judge: Judge, password: str | None, limits: PdfLimits) -> None:
        self._pdf = pdf
        self._judge = judge
        self._password = password
        self._limits = limits

    async def report(self) -> PdfReport:
        reader = PdfFileReader(BytesIO(self._pdf), decode_limits=DecodeLimits.for_untrusted_input())
        is_encrypted = _unlock(reader, self._password)
        everything = reader.embedded_signatures
        if len(everything) > self._limits.signatures:
            raise PdfTooComplexError("signatures", limit=self._limits.signatures)
        findings = tuple(
            [await self._judge.find(each) for each in reader.embedded_regular_signatures]
        )
        is_covered = self._is_covered(reader, everything, findings)
        return PdfReport(
            sha256=hashlib.sha256(self._pdf).hexdigest(),
            encrypted=is_encrypted,
            coverage_whole_file=is_covered and all(f.later_changes != "other" for f in findings),
            reasons=_reasons(findings, is_covered=is_covered),
            findings=findings,
        )

    def _is_covered(
        self,
        reader: PdfFileReader,
        everything: Sequence[EmbeddedPdfSignature],
        findings: tuple[SignatureFinding, ...],
    ) -> bool:
        """Whether every byte is signed, or belongs to a revision of archive information."""
        if any(self._reaches_the_end(each.byte_range) for each in everything):
            return True
        newest = max((each.signed_revision for each in everything), default=0)
        # Other programs add revocation information behind the last signature (PAdES B-LT).
        return reader.xrefs.total_revisions > newest + 1 and all(
            each.later_changes == "archive" for each in findings
        )

    def _reaches_the_end(self, byte_range: Sequence[int]) -> bool:
        *_, start, length = byte_range
        return int(start) + int(length) == len(self._pdf)


def _unlock(reader: PdfFileReader, password: str | None) -> bool:
    """Open an encrypted document; the empty password opens what only forbids changes."""
    if not reader.encrypted:
        return False
    for each in ("", password or ""):
        if reader.decrypt(each).status is not AuthStatus.FAILED:
            return True
    raise PasswordWrongError if password else PasswordNeededError


def _reasons(findings: tuple[SignatureFinding, ...], *, is_covered: bool) -> tuple[str, ...]:
    if not findings:
        return (MISSING,)
    reasons = {reason for finding in findings for reason in finding.reasons}
    if not is_covered:
        reasons.add(UNSIGNED_TAIL)
    return tuple(sorted(reasons))
