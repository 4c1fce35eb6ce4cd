"""Draws the documents this office makes itself, with ``jamila_pdf``.

Same data, same bytes. A draft shows a watermark and an empty place for the QR; the document that
will be signed shows the QR. Where the visible signature goes, both are empty.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from jamila_pdf.sheet import DRAWING
from siak_adapter.documents import (
    BiodataData,
    BirthCertificateData,
    ChildCardData,
    DeathCertificateData,
    DivorceCertificateData,
    DocumentData,
    DocumentIssue,
    FamilyCardData,
    IdentityCardData,
    LegitimationData,
    MarriageCertificateData,
    RecognitionData,
)
from siak_adapter.pdf.biodata import draw_biodata
from siak_adapter.pdf.birth import draw_birth
from siak_adapter.pdf.cards import draw_child_card, draw_identity_card
from siak_adapter.pdf.children import draw_legitimation, draw_recognition
from siak_adapter.pdf.death import draw_death
from siak_adapter.pdf.family_card import draw_family_card
from siak_adapter.pdf.marriage import draw_divorce, draw_marriage
from siak_adapter.pdf.parts import Job, Photos


def render_document(
    data: DocumentData,
    *,
    issue: DocumentIssue,
    watermark: bool,
    pictures: Mapping[str, bytes] | Photos | None = None,
) -> bytes:
    """Draw a document of any kind.

    Args:
        data: What SIAK holds; empty values are printed as ``-``.
        issue: Office, signer, place and date, and what the QR opens.
        watermark: True for a draft: marked as such and with an empty place for the QR.
        pictures: Photos by their SHA-256, as far as the data names any; ``Photos`` where several
            files show the same ones.

    Raises:
        UnprintableTextError: A character the fonts do not have.
        TooMuchTextError: A text that does not fit even at its smallest size.
        PhotoUnusableError: A photo that is no image.
    """
    photos = pictures if isinstance(pictures, Photos) else Photos(pictures or {})
    job = Job(issue=issue, draft=watermark, photos=photos)
    with DRAWING:
        return _DRAWERS[type(data)](data, job)


_DRAWERS: Final[dict[type[DocumentData], Callable[[Any, Job], bytes]]] = {
    FamilyCardData: draw_family_card,
    BirthCertificateData: draw_birth,
    DeathCertificateData: draw_death,
    MarriageCertificateData: draw_marriage,
    DivorceCertificateData: draw_divorce,
    RecognitionData: draw_recognition,
    LegitimationData: draw_legitimation,
    IdentityCardData: draw_identity_card,
    ChildCardData: draw_child_card,
    BiodataData: draw_biodata,
}


__all__ = ["Photos", "render_document"]
