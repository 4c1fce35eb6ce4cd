"""The events of step 6, and of what later becomes of a signed document."""

from typing import ClassVar, Literal

from pydantic import Field

from jamila_contracts.event import IntegrationEvent, StepEvent
from jamila_contracts.model import Code, Fact, Sha256
from jamila_contracts.values import ReturnReason


class SignedDocument(Fact):
    """One document after signature: the bytes that were verified, and the bytes now valid."""

    kind: Code
    code: str
    document_sha256: Sha256
    signed_sha256: Sha256
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    signer_name: str
    certificate_sha256: Sha256
    signer_title: str | None = None
    """Office of whoever signed, e.g. ``Plh. Kepala Dinas``."""
    evidence_sha256: Sha256 | None = None
    """What the e-sign service answered, word for word, as an object of the case."""
    print_sha256: Sha256 | None = None
    """What a printer can read where the signed file is locked; None: the signed file itself."""


class Ditandatangani(StepEvent):
    """Step 6: the Kepala Dinas signed electronically, or confirmed the signature made in SIAK."""

    STEP: ClassVar[int] = 6

    documents: tuple[SignedDocument, ...] = Field(min_length=1)
    source: Literal["kantor", "siak"] = "kantor"
    """``siak``: signed in SIAK before, imported and confirmed here; no second signature."""


class DokumenDilihat(IntegrationEvent):
    """The Kepala Dinas opened a document; only what was seen may be signed."""

    CHANGES_TASK: ClassVar[bool] = False

    document_sha256: Sha256


class PenandatangananDitolak(StepEvent):
    """Step 6: the Kepala Dinas refuses; back to the Kabid (step 5)."""

    STEP: ClassVar[int] = 6

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)


class PenandatangananGagal(StepEvent):
    """Step 6: signing failed for a technical reason and may be tried again."""

    STEP: ClassVar[int] = 6

    reason_code: Code
    retries: bool = False
    """It is tried again without anybody asking."""
    evidence_sha256: Sha256 | None = None
    """What the e-sign service answered, as an object of the case."""


class DokumenDicabut(IntegrationEvent):
    """A signed document is no longer valid."""

    code: str
    reason_code: Code


class DokumenDigantikan(IntegrationEvent):
    """A signed document is replaced by another."""

    code: str
    replaced_by: str
    reason_code: Code | None = None
