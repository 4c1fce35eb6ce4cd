"""What can go wrong with a signature.

::

    DomainError
    ├── SigningKeyUnusableError       PKCS#12 file missing, broken, or wrong passphrase
    ├── CertificateExpiredError
    ├── CertificateNotYetValidError
    ├── CertificateRefusedError       revoked, or no path to the trust roots
    └── UnsignablePdfError            the PDF does not take our signature
    RetryableError
    ├── TokenUnavailableError         PKCS#11 token away, or wrong PIN or label
    ├── TimestampUnavailableError
    └── RevocationUnavailableError    neither OCSP nor CRL could be fetched
"""

from datetime import datetime
from typing import ClassVar

from jamila_runtime.errors import DomainError, RetryableError


class SigningKeyUnusableError(DomainError):
    """The key file cannot be opened with the passphrase given."""

    slug: ClassVar[str] = "signing-key-unusable"

    def __init__(self) -> None:
        super().__init__("the PKCS#12 file cannot be opened: missing, damaged or wrong passphrase")


class TokenUnavailableError(RetryableError):
    """The PKCS#11 token does not answer, or not with this PIN and label."""

    slug: ClassVar[str] = "signing-token-unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(f"the PKCS#11 token cannot be used: {why}")


class CertificateExpiredError(DomainError):
    """The signer's certificate is past its end; a new one must be requested."""

    slug: ClassVar[str] = "signing-certificate-expired"

    def __init__(self, expired_at: datetime) -> None:
        self.expired_at = expired_at
        super().__init__(f"the signing certificate expired at {expired_at.isoformat()}")


class CertificateNotYetValidError(DomainError):
    """The signer's certificate begins later than now; often a wrong clock."""

    slug: ClassVar[str] = "signing-certificate-not-yet-valid"

    def __init__(self, valid_from: datetime) -> None:
        self.valid_from = valid_from
        super().__init__(f"the signing certificate is valid from {valid_from.isoformat()}")


class CertificateRefusedError(DomainError):
    """The signer's or the time stamp's certificate is revoked or not trusted."""

    slug: ClassVar[str] = "signing-certificate-refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"a certificate needed for this signature is refused: {why}")


class UnsignablePdfError(DomainError):
    """The PDF cannot take our signature: damaged, encrypted or already certified."""

    slug: ClassVar[str] = "document-not-signable"

    def __init__(self, why: str) -> None:
        super().__init__(f"the document cannot be signed: {why}")


class TimestampUnavailableError(RetryableError):
    """The time stamping authority did not answer, or refused."""

    slug: ClassVar[str] = "timestamp-unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(f"no time stamp: {why}")


class RevocationUnavailableError(RetryableError):
    """OCSP or CRL could not be fetched, or what came is stale."""

    slug: ClassVar[str] = "revocation-information-unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(f"no revocation information: {why}")
