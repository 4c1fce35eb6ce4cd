"""Signs PDFs after PAdES (ETSI EN 319 142).

Beside ``jamila_verifier`` the only place that knows pyHanko. Synchronous; costs up to 50 ms of
CPU: call it in a worker thread, never on an event loop.
"""

# Imported first: it installs the guard for asn1crypto and silences pyHanko's logs.
from jamila_verifier import TrustRootsUnreadableError
from signing.pades.errors import (
    CertificateExpiredError,
    CertificateNotYetValidError,
    CertificateRefusedError,
    RevocationUnavailableError,
    SigningKeyUnusableError,
    TimestampUnavailableError,
    TokenUnavailableError,
    UnsignablePdfError,
)
from signing.pades.settings import PadesLevel, PadesSettings
from signing.pades.signer import PadesSigner, SignedPdf, VisibleBox

__all__ = [
    "CertificateExpiredError",
    "CertificateNotYetValidError",
    "CertificateRefusedError",
    "PadesLevel",
    "PadesSettings",
    "PadesSigner",
    "RevocationUnavailableError",
    "SignedPdf",
    "SigningKeyUnusableError",
    "TimestampUnavailableError",
    "TokenUnavailableError",
    "TrustRootsUnreadableError",
    "UnsignablePdfError",
    "VisibleBox",
]
