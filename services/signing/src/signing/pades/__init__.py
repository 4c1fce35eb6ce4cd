"""Signs and checks PDFs after PAdES (ETSI EN 319 142); the only place that knows pyHanko.

Both are synchronous and cost 15 to 100 ms of CPU: call them in a worker thread, never on an event
loop.
"""

import logging

from signing.pades.asn1_guard import install as _install_asn1_guard
from signing.pades.errors import (
    CertificateExpiredError,
    CertificateNotYetValidError,
    CertificateRefusedError,
    RevocationUnavailableError,
    SigningKeyUnusableError,
    TimestampUnavailableError,
    TrustRootsUnreadableError,
    UnreadablePdfError,
    UnsignablePdfError,
)
from signing.pades.settings import PadesLevel, PadesSettings
from signing.pades.signer import PadesSigner, SignedPdf, VisibleBox
from signing.pades.validation import SignatureReport, validate

_install_asn1_guard()

# What pyHanko logs we raise or report; its messages name the people in certificates.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = [
    "CertificateExpiredError",
    "CertificateNotYetValidError",
    "CertificateRefusedError",
    "PadesLevel",
    "PadesSettings",
    "PadesSigner",
    "RevocationUnavailableError",
    "SignatureReport",
    "SignedPdf",
    "SigningKeyUnusableError",
    "TimestampUnavailableError",
    "TrustRootsUnreadableError",
    "UnreadablePdfError",
    "UnsignablePdfError",
    "VisibleBox",
    "validate",
]
