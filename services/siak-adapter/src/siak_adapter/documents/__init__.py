"""What the documents made here must hold, before anything is drawn.

Pure data: the models refuse what can never be printed, ``warnings`` names what an officer should
look at again. Validation errors carry stable English slugs as pydantic error types.
"""

from typing import Final

from siak_adapter.documents.biodata import BiodataData
from siak_adapter.documents.birth import BirthCertificateData, BirthModel
from siak_adapter.documents.cards import ChildCardData, ChildCardModel, IdentityCardData
from siak_adapter.documents.certificates import MarginalNote
from siak_adapter.documents.children import LegitimationData, RecognitionData
from siak_adapter.documents.death import DeathCertificateData
from siak_adapter.documents.family_card import FamilyCardData, FamilyMember
from siak_adapter.documents.kinds import (
    DocumentIssue,
    DocumentKind,
    SignatureBox,
    signature_box,
)
from siak_adapter.documents.marriage import (
    DivorceCertificateData,
    MarriageCertificateData,
    Spouse,
)
from siak_adapter.documents.names import MAX_NAME_LETTERS, name_warnings
from siak_adapter.documents.numbers import (
    NATIONAL_CODES,
    Citizenship,
    Sex,
    nik_warnings,
)
from siak_adapter.documents.values import CertificateCodes, Checks

DocumentData = (
    BirthCertificateData
    | DeathCertificateData
    | MarriageCertificateData
    | DivorceCertificateData
    | RecognitionData
    | LegitimationData
    | FamilyCardData
    | IdentityCardData
    | ChildCardData
    | BiodataData
)

MODELS: Final[dict[DocumentKind, type[DocumentData]]] = {
    DocumentKind.FAMILY_CARD: FamilyCardData,
    DocumentKind.BIRTH_CERTIFICATE: BirthCertificateData,
    DocumentKind.DEATH_CERTIFICATE: DeathCertificateData,
    DocumentKind.MARRIAGE_CERTIFICATE: MarriageCertificateData,
    DocumentKind.DIVORCE_CERTIFICATE: DivorceCertificateData,
    DocumentKind.RECOGNITION: RecognitionData,
    DocumentKind.LEGITIMATION: LegitimationData,
    DocumentKind.IDENTITY_CARD: IdentityCardData,
    DocumentKind.CHILD_CARD: ChildCardData,
    DocumentKind.BIODATA: BiodataData,
}


def warnings(data: DocumentData, *, checks: Checks) -> list[str]:
    """List what an officer should look at before approving; none of it stops the case.

    Returns:
        Sorted slugs without personal data. Where a document names several people the slug says
        which one it is about: ``member-<n>:<slug>`` (n from 1), ``husband:<slug>``.
    """
    return sorted(data.findings(checks))


def photo_of(data: DocumentData) -> str | None:
    """SHA-256 of the photo a document shows; None where it shows none."""
    return getattr(data, "photo_sha256", None)


__all__ = [
    "MAX_NAME_LETTERS",
    "MODELS",
    "NATIONAL_CODES",
    "BiodataData",
    "BirthCertificateData",
    "BirthModel",
    "CertificateCodes",
    "Checks",
    "ChildCardData",
    "ChildCardModel",
    "Citizenship",
    "DeathCertificateData",
    "DivorceCertificateData",
    "DocumentData",
    "DocumentIssue",
    "DocumentKind",
    "FamilyCardData",
    "FamilyMember",
    "IdentityCardData",
    "LegitimationData",
    "MarginalNote",
    "MarriageCertificateData",
    "RecognitionData",
    "Sex",
    "SignatureBox",
    "Spouse",
    "name_warnings",
    "nik_warnings",
    "photo_of",
    "signature_box",
    "warnings",
]
