"""What the e-sign service can answer instead of a signature.

::

    RetryableError
    ├── EsignUnavailableError          no answer, too late, or a fault of its own
    ├── EsignGoneError                 4044: the signed file was fetched or dropped
    └── SecretRefusedError             2031, see ``signing.secrets``
    DomainError
    ├── EsignNotRegisteredError        2011
    ├── EsignCertificateRefusedError   2021, or a status other than ISSUE
    ├── EsignRequestRefusedError       4014, 4015 and whatever else it refuses
    └── EsignAnswerWrongError          what came back is not the document, signed

An error keeps the answer as ``evidence``; the answer never holds a secret.
"""

from typing import ClassVar

from jamila_runtime.errors import DomainError, JamilaError, RetryableError
from signing.secrets import SecretRefusedError


class EsignUnavailableError(RetryableError):
    """Whether it signed is unknown when it answered too late; only one signature is ever issued."""

    slug: ClassVar[str] = "tte-unavailable"


class EsignGoneError(RetryableError):
    """The signed file is gone; the document has to be signed again."""

    slug: ClassVar[str] = "tte-file-gone"


class EsignNotRegisteredError(DomainError):
    """BSrE knows no such signer."""

    slug: ClassVar[str] = "tte-not-registered"


class EsignCertificateRefusedError(DomainError):
    """Only the status ISSUE may sign."""

    slug: ClassVar[str] = "tte-certificate-refused"


class EsignRequestRefusedError(DomainError):
    """BSrE does not take the request as it is."""

    slug: ClassVar[str] = "tte-request-refused"


class EsignAnswerWrongError(DomainError):
    """What came back is not the verified document with a good signature."""

    slug: ClassVar[str] = "tte-answer-wrong"


def refusal(code: int, *, evidence: bytes) -> JamilaError:
    """The error of a status code of the service."""
    kinds: dict[int, type[JamilaError]] = {
        2011: EsignNotRegisteredError,
        2021: EsignCertificateRefusedError,
        4044: EsignGoneError,
    }
    if code == 2031:  # noqa: PLR2004 - the service's code for a wrong passphrase
        return with_evidence(SecretRefusedError(), evidence)
    kind = kinds.get(code, EsignRequestRefusedError)
    return with_evidence(kind(f"the e-sign service answered {code}", code=code), evidence)


def with_evidence(error: JamilaError, evidence: bytes) -> JamilaError:
    """Let an error carry what the service answered."""
    error.evidence = evidence  # type: ignore[attr-defined]  # read by whoever records it
    return error
