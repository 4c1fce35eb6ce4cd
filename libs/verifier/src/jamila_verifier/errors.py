"""Why a PDF cannot be judged at all; what is wrong with its signatures stands in the report.

::

    DomainError
    ├── UnreadablePdfError          the bytes are no PDF that can be parsed
    ├── PdfTooLargeError
    ├── PdfTooComplexError          more revisions, objects or signatures than any real document
    ├── PasswordNeededError         encrypted, and no password was given
    ├── PasswordWrongError
    └── TrustRootsUnreadableError
"""

from typing import ClassVar

from jamila_runtime.errors import DomainError


class UnreadablePdfError(DomainError):
    """The bytes to be checked are no readable PDF."""

    slug: ClassVar[str] = "document-not-readable"

    def __init__(self) -> None:
        super().__init__("the document is not a readable PDF")


class PdfTooLargeError(DomainError):
    """More bytes than we are willing to read."""

    slug: ClassVar[str] = "document-too-large"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"the document has more than {limit} bytes", limit=limit)


class PdfTooComplexError(DomainError):
    """Built like nothing that an office produces; reading it would cost too much."""

    slug: ClassVar[str] = "document-too-complex"

    def __init__(self, what: str, *, limit: int) -> None:
        super().__init__(f"the document has more than {limit} {what}", limit=limit)


class PasswordNeededError(DomainError):
    """The document is encrypted: the PIN that SIAK gave out is needed."""

    slug: ClassVar[str] = "document-password-needed"

    def __init__(self) -> None:
        super().__init__("the document is encrypted; its password is needed")


class PasswordWrongError(DomainError):
    """The password does not open the document."""

    slug: ClassVar[str] = "document-password-wrong"

    def __init__(self) -> None:
        super().__init__("the password does not open the document")


class TrustRootsUnreadableError(DomainError):
    """A file of pinned certificates is missing or holds something else."""

    slug: ClassVar[str] = "trust-roots-unreadable"

    def __init__(self) -> None:
        super().__init__("a file of trust roots cannot be read as certificates")
