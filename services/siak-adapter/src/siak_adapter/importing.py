"""Documents that SIAK made and signed: what is asked of them before the case may go on.

::

    DomainError
    ├── ImportNotConfiguredError      the office pinned no certificates
    ├── MadeHereError                 documents of this service are drafted here, not imported
    ├── MadeInSiakError               and the other way round
    ├── UnsignedImportError           nobody signed it
    ├── ChangedImportError            changed after it was signed, or not wholly covered
    ├── UntrustedImportError          the certificate leads to no pinned root
    ├── ExpiredImportError            the certificate was not valid then
    ├── RevokedImportError
    ├── UnprovedImportError           nobody can say whether the certificate was revoked
    ├── UntimelyImportError           no signing time, or one in the future
    └── ForeignSignerError            signed by nobody who headed the office that day
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from jamila_contracts.values import ForeignSignature
from jamila_runtime.errors import DomainError

EVERY_SERVICE = "*"


class ImportNotConfiguredError(DomainError):
    """The office has pinned no certificates of SIAK."""

    slug: ClassVar[str] = "import-not-configured"

    def __init__(self) -> None:
        super().__init__("no trust roots are set up for documents signed in SIAK")


class MadeHereError(DomainError):
    """Documents of this service are drafted and signed here."""

    slug: ClassVar[str] = "documents-made-here"


class MadeInSiakError(DomainError):
    """Documents of this service are made and signed in SIAK, and imported."""

    slug: ClassVar[str] = "documents-made-in-siak"


class ImportRefusedError(DomainError):
    """Base: the file cannot be taken as a document that SIAK signed."""

    slug: ClassVar[str] = "import-refused"


class UnsignedImportError(ImportRefusedError):
    """Nobody signed it."""

    slug: ClassVar[str] = "import-unsigned"


class ChangedImportError(ImportRefusedError):
    """It was changed after it was signed, or the signature does not cover all of it."""

    slug: ClassVar[str] = "import-changed"


class UntrustedImportError(ImportRefusedError):
    """The signer's certificate leads to no pinned root."""

    slug: ClassVar[str] = "import-not-trusted"


class ExpiredImportError(ImportRefusedError):
    """The signer's certificate was not valid."""

    slug: ClassVar[str] = "import-certificate-expired"


class RevokedImportError(ImportRefusedError):
    """The signer's certificate is revoked."""

    slug: ClassVar[str] = "import-certificate-revoked"


class UnprovedImportError(ImportRefusedError):
    """The office asks for proof that the certificate is not revoked, and there is none."""

    slug: ClassVar[str] = "import-revocation-unknown"


class UntimelyImportError(ImportRefusedError):
    """It does not say when it was signed, or says a time that has not come."""

    slug: ClassVar[str] = "import-time-wrong"


class ForeignSignerError(ImportRefusedError):
    """Whoever signed it did not head this office on that day."""

    slug: ClassVar[str] = "import-signer-unknown"


@dataclass(frozen=True)
class CheckedImport:
    """A file that may go on."""

    signature: ForeignSignature
    readable: bytes
    """The same document for the eyes of the officers; a copy without lock where it has one."""


class ImportCheck(Protocol):
    """Whoever can judge what SIAK signed."""

    def check(self, pdf: bytes, *, password: str | None, now: datetime) -> CheckedImport:
        """Judge a file.

        Raises:
            ImportRefusedError: it is not what SIAK would have signed.
            DomainError: it cannot be read at all (slugs ``document-…``).
            RetryableError: revocation lists cannot be had for the moment.
        """
        ...


@dataclass(frozen=True)
class ImportPolicy:
    """Which services' documents come from SIAK."""

    services: frozenset[str] = frozenset()
    """Service ids; ``*`` is every service."""

    def is_imported(self, service_id: str) -> bool:
        """Whether documents of the service are imported."""
        return bool({EVERY_SERVICE, service_id} & self.services)

    def must_be_imported(self, service_id: str) -> None:
        """Refuse an import where documents are drafted here."""
        if not self.is_imported(service_id):
            raise MadeHereError("documents of this service are drafted here", service=service_id)

    def must_be_made_here(self, service_id: str) -> None:
        """Refuse a draft where documents are imported."""
        if self.is_imported(service_id):
            raise MadeInSiakError("documents of this service come from SIAK", service=service_id)
