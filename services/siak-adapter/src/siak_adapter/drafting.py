"""From what the operator entered into SIAK to the two files of each document.

Each document is rendered twice from the same data: a watermarked draft for the officers' eyes, and
the clean document that will be signed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final, Protocol

from pydantic import ValidationError

from jamila_contracts.office_time import OFFICE_ZONE
from jamila_runtime.errors import DomainError
from jamila_runtime.officials import Officials
from siak_adapter.documents import (
    MODELS,
    DocumentData,
    DocumentIssue,
    DocumentKind,
)

_PLACE: Final = re.compile(r"^[a-z0-9_-]{1,40}$")


class DocumentDataInvalidError(DomainError):
    """What was entered cannot be printed; ``fields`` says where and why, never the values."""

    slug: ClassVar[str] = "document-data-invalid"

    def __init__(self, *fields: str) -> None:
        super().__init__("the data cannot be made into a document", fields=list(fields))


@dataclass(frozen=True)
class Office:
    """What every document of this office says about the office and its head."""

    name: str
    kabupaten: str
    place: str
    """Where documents are dated, e.g. Paringin."""
    signer_title: str
    signer_name: str
    signer_nip: str | None
    verify_url: str
    """The code of the document is appended; this is what the QR opens."""
    certificate_issuer: str
    officials: Officials | None = None
    """Heads and stand-ins by day; None: always the signer named above."""

    def issue(self, *, code: str, on: date) -> DocumentIssue:
        """The office's part of a document that is issued on a day.

        Raises:
            NobodyInChargeError: the list of officials names nobody for that day.
        """
        head = self.officials.in_charge(on) if self.officials else None
        return DocumentIssue.model_validate(
            {
                "office_name": self.name,
                "kabupaten": self.kabupaten,
                "issue_place": self.place,
                "issue_date": on,
                "signer_title": head.full_title if head else self.signer_title,
                "signer_name": head.name if head else self.signer_name,
                "signer_nip": head.nip if head else self.signer_nip,
                "document_code": code,
                "verify_url": f"{self.verify_url.rstrip('/')}/{code}",
                "certificate_issuer": self.certificate_issuer,
            }
        )


@dataclass(frozen=True)
class Rendering:
    """The two files of one document."""

    draft: bytes
    """With a watermark and an empty place for the QR."""
    document: bytes
    """What will be signed."""


class DocumentRenderer(Protocol):
    """Whoever can draw a document."""

    def render(
        self, data: DocumentData, issue: DocumentIssue, pictures: Mapping[str, bytes]
    ) -> Rendering:
        """Draw draft and document.

        Args:
            data: What SIAK holds.
            issue: Who issues it, where and when.
            pictures: The photos the data names, by their SHA-256.

        Raises:
            DomainError: a text cannot be printed, or does not fit.
        """
        ...


def day_in_office(now: datetime) -> date:
    """The calendar day in Paringin (WITA)."""
    return now.astimezone(OFFICE_ZONE).date()


def read_entry(entry: Any) -> dict[DocumentKind, DocumentData]:
    """Read the operator's entry: ``{"documents": {kind: data}}``.

    Raises:
        DocumentDataInvalidError: something is missing or cannot be printed.
    """
    documents = entry.get("documents") if isinstance(entry, Mapping) else None
    if not isinstance(documents, Mapping) or not documents:
        raise DocumentDataInvalidError("documents:missing")
    found: dict[DocumentKind, DocumentData] = {}
    faults: list[str] = []
    for name, data in documents.items():
        try:
            kind = DocumentKind(name)
            found[kind] = MODELS[kind].model_validate(data)
        except ValidationError as error:
            faults += [_fault(name, each["loc"], each["type"]) for each in error.errors()]
        except ValueError:
            faults.append(_fault("documents", (name,), "unknown-kind"))
    if faults:
        raise DocumentDataInvalidError(*faults)
    return found


def _fault(root: str, place: tuple[int | str, ...], kind: str) -> str:
    # A mistyped field name could be anything, even a person's name: only plain ones are repeated.
    parts = [str(part) if _PLACE.match(str(part)) else "?" for part in (root, *place)]
    return f"{'.'.join(parts)}:{kind}"
