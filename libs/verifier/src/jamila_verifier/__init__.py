"""Judges signed PDFs after PAdES (ETSI EN 319 142), ours or imported, against pinned anchors.

Synchronous, pure and without network; one check costs 5 to 100 ms of CPU: call it in a worker
thread, never on an event loop.
"""

import logging

from jamila_verifier.anchors import RevocationEvidence, TrustAnchors, load_certificates
from jamila_verifier.asn1_guard import install as _install_asn1_guard
from jamila_verifier.check import check_pdf, unlocked_copy
from jamila_verifier.errors import (
    PasswordNeededError,
    PasswordWrongError,
    PdfTooComplexError,
    PdfTooLargeError,
    TrustRootsUnreadableError,
    UnreadablePdfError,
)
from jamila_verifier.judging import CLOCK_DRIFT
from jamila_verifier.limits import DEFAULT_LIMITS, PdfLimits
from jamila_verifier.report import (
    LaterChanges,
    PadesLevel,
    PdfReport,
    Revocation,
    SignatureFinding,
)

_install_asn1_guard()

# What pyHanko logs we raise or report; its messages name the people in certificates.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = [
    "CLOCK_DRIFT",
    "DEFAULT_LIMITS",
    "LaterChanges",
    "PadesLevel",
    "PasswordNeededError",
    "PasswordWrongError",
    "PdfLimits",
    "PdfReport",
    "PdfTooComplexError",
    "PdfTooLargeError",
    "Revocation",
    "RevocationEvidence",
    "SignatureFinding",
    "TrustAnchors",
    "TrustRootsUnreadableError",
    "UnreadablePdfError",
    "check_pdf",
    "load_certificates",
    "unlocked_copy",
]
