"""The kinds of documents, who issues them, and where the visible signature goes."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field, HttpUrl

from siak_adapter.documents.values import Frozen, Line, Name, clean


class DocumentKind(StrEnum):
    """Documents this office can render and sign itself."""

    FAMILY_CARD = "kartu-keluarga"
    BIRTH_CERTIFICATE = "akta-kelahiran"
    DEATH_CERTIFICATE = "akta-kematian"
    MARRIAGE_CERTIFICATE = "akta-perkawinan"
    DIVORCE_CERTIFICATE = "akta-perceraian"
    RECOGNITION = "akta-pengakuan-anak"
    LEGITIMATION = "akta-pengesahan-anak"
    IDENTITY_CARD = "ktp-el"
    CHILD_CARD = "kia"
    BIODATA = "biodata"


CARDS: Final = frozenset({DocumentKind.IDENTITY_CARD, DocumentKind.CHILD_CARD})
"""Printed on a security blangko of CR80 size; everything else on A4."""


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Where the visible signature goes: the renderer leaves this place empty.

    ``page`` is an index (-1 is the last); the rectangle is in points from the lower left corner.
    """

    page: int
    x1: float
    y1: float
    x2: float
    y2: float


_CERTIFICATE_BOX: Final = SignatureBox(page=-1, x1=286, y1=128, x2=468, y2=160)
_CARD_BOX: Final = SignatureBox(page=-1, x1=72, y1=42, x2=180, y2=56)
_BOXES: Final = {
    DocumentKind.FAMILY_CARD: SignatureBox(page=-1, x1=578, y1=72, x2=738, y2=98),
    DocumentKind.IDENTITY_CARD: _CARD_BOX,
    DocumentKind.CHILD_CARD: _CARD_BOX,
}


def signature_box(kind: DocumentKind) -> SignatureBox:
    """Tell the signer where the renderer left room for the visible signature."""
    return _BOXES.get(kind, _CERTIFICATE_BOX)


class DocumentIssue(Frozen):
    """Who issues a document, where and when; the same for every kind."""

    office_name: Line = "Dinas Kependudukan dan Pencatatan Sipil"
    kabupaten: Line
    issue_place: Line
    issue_date: date
    signer_title: Line
    signer_name: Name
    signer_nip: Annotated[str, Field(pattern=r"^[0-9]{18}$")] | None = None
    document_code: Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=40)]
    """Opaque code printed beside the QR; holds no personal data."""
    verify_url: HttpUrl
    """What the QR opens; holds no personal data."""
    certificate_issuer: Line = "Balai Sertifikasi Elektronik (BSrE), BSSN"
    """Named in the footer, which must be true: a demo PKI has to say that it is one."""
