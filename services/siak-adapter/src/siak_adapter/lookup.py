"""What asking SIAK's NIK web service means to this office, whatever it looks like on the wire.

::

    RetryableError
    ├── SiakUnreachableError      no connection, no answer in time, or no answer of the service
    └── SiakQuotaExhaustedError   the institution's calls of today are used up
    DomainError
    ├── SiakNotConfiguredError    this office compares by hand
    ├── SiakConfigurationError    log-in, address or institution refused: tell the administrator
    ├── SiakRequestRefusedError   the service finds the question incomplete
    └── ClaimsInvalidError        what the papers claim cannot be asked like this
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from jamila_contracts.values import FieldVerdict
from jamila_runtime.errors import DomainError, RetryableError


class Outcome(StrEnum):
    """What SIAK knows of a NIK. Source: domain/rules.md section 4.2, RESPONSE_CODE."""

    OK = "ok"
    DECEASED = "deceased"
    DUPLICATE = "duplicate"
    NOT_FOUND = "not-found"
    INACTIVE = "inactive"
    BAD_FORMAT = "bad-format"
    OTHER_FINAL = "other-final"
    """Seen among the final answers, meaning unknown: an officer has to look."""


@dataclass(frozen=True)
class Answer:
    """What SIAK said about claims; never the registered values themselves."""

    outcome: Outcome
    verdicts: tuple[FieldVerdict, ...]
    evidence_sha256: str
    """Of the very bytes of the answer, which are not kept."""
    quota_left: int | None = None
    """Calls left today, where the service tells."""


class SiakLookup(Protocol):
    """Whoever can compare claims with SIAK."""

    def verify(self, claims: Mapping[str, str]) -> Answer:
        """Compare claims, SIAK field name to value, with the person of their NIK.

        Raises:
            SiakUnreachableError: ask again later.
            SiakQuotaExhaustedError: ask again tomorrow.
            SiakConfigurationError: the service does not let this office in.
            SiakRequestRefusedError: the service does not understand the question.
            ClaimsInvalidError: no NIK, an unknown field, or a date that is none.
        """
        ...

    def knock(self) -> None:
        """Find out whether the service answers at all, without using up a call.

        Raises:
            SiakUnreachableError: it does not.
        """
        ...


class SiakUnreachableError(RetryableError):
    """SIAK does not answer just now."""

    slug: ClassVar[str] = "siak-unreachable"


class SiakQuotaExhaustedError(RetryableError):
    """The calls of today are used up."""

    slug: ClassVar[str] = "siak-quota-exhausted"


class SiakNotConfiguredError(DomainError):
    """This office has no access to the web service; its operators compare in SIAK itself."""

    slug: ClassVar[str] = "siak-not-configured"


class SiakConfigurationError(DomainError):
    """SIAK refuses this office: user, password, address or institution."""

    slug: ClassVar[str] = "siak-configuration-refused"


class SiakRequestRefusedError(DomainError):
    """SIAK finds the question incomplete or wrong."""

    slug: ClassVar[str] = "siak-request-refused"


class ClaimsInvalidError(DomainError):
    """The claims cannot be put to SIAK; ``fields`` names the faults, never the values."""

    slug: ClassVar[str] = "claims-invalid"

    def __init__(self, *fields: str) -> None:
        super().__init__("the claims cannot be compared", fields=list(fields))
