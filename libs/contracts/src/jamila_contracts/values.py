"""Small values that several events and commands share."""

from typing import Literal

from pydantic import AwareDatetime, Field, PositiveInt

from jamila_contracts.model import Code, Fact, Sealed, Sha256


class Paper(Fact):
    """One uploaded paper; the bytes lie encrypted in the object store under the case and digest."""

    sha256: Sha256
    media_type: Literal["image/jpeg", "image/png", "application/pdf"]
    size_bytes: PositiveInt
    item_id: Code | None = None
    """Which item of the checklist it answers, e.g. ``doc.kk``; None while nobody has said."""
    hints: tuple[Code, ...] = ()
    """What a look at the picture found hard to read: ``gelap``, ``kecil``, ``buram``."""


class Spot(Fact):
    """A place on a page of a paper or document: nobody has to search for what is meant."""

    sha256: Sha256
    page: PositiveInt
    x: float = Field(ge=0, le=1)
    """Part of the width, from the left of the upright page."""
    y: float = Field(ge=0, le=1)
    """Part of the height, from its top."""


class ItemProblem(Fact):
    """Why one item of the checklist is not good enough."""

    item_id: Code
    reason_code: Code
    """``tidak-ada``, ``tidak-terbaca``, ``kedaluwarsa``, ``bukan-asli``, ``salah-orang``."""
    spot: Spot | None = None


class ReturnReason(Fact):
    """Why a case goes back; structured, so that it can be counted and explained."""

    code: Code
    field: Code | None = None
    """The field of the document it is about."""
    note: Sealed | None = None
    """What the officer wrote; may name people, therefore sealed."""
    spot: Spot | None = None


class FieldVerdict(Fact):
    """What SIAK says about one claimed field; never the value itself."""

    field: Code
    verdict: Literal["sesuai", "tidak-sesuai"]
    score: int | None = Field(default=None, ge=0, le=100)
    """Similarity in percent where SIAK compares fuzzily (names, places, addresses)."""


class SignatureBox(Fact):
    """Where the visible signature goes: page and PDF points from the lower left."""

    page: int = Field(ge=-1)
    """Zero-based; -1 is the last page, however many the document has."""
    x1: float
    y1: float
    x2: float
    y2: float


class ForeignSignature(Fact):
    """The signature that SIAK put on a document, as it was checked at the import."""

    signer_name: str
    """Common name in the certificate of the head of the office."""
    signed_at: AwareDatetime
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    certificate_sha256: Sha256
    locked: bool = False
    """The file needs SIAK's PIN; the draft of the document is a copy without it, to be read."""


class DocumentVersion(Fact):
    """One version of a document: what the officers see, and what will be signed.

    Both are rendered from the same data; they differ in the watermark only. Deciding on
    ``document_sha256`` is what binds check, verification and signature to the same bytes.
    """

    kind: Code
    """One of ``jamila_contracts.catalogue.services.DOCUMENT_KINDS``, e.g. ``akta-kelahiran``."""
    version: PositiveInt
    draft_sha256: Sha256
    document_sha256: Sha256
    code: str = Field(pattern=r"^[A-Z0-9]{10,32}$")
    """Unguessable code behind the QR; says nothing about the person."""
    signature_box: SignatureBox
    signer_title: str | None = None
    """Who signs according to the document's text, e.g. ``Plh. Kepala Dinas``."""
    signed_by_siak: ForeignSignature | None = None
    """Given: made and signed in SIAK; the draft shows the same, nobody signs it here."""


class RunFigure(Fact):
    """One figure or digest of a run of the replay tool."""

    name: Code
    value: str | int
