"""Draws with the renderers of ``siak_adapter.pdf``."""

from siak_adapter.documents import BirthCertificateData, DocumentIssue, FamilyCardData
from siak_adapter.drafting import DocumentData, Rendering
from siak_adapter.pdf import render_birth_certificate, render_family_card


class PdfRenderer:
    """Draft and document as PDF; the same data gives the same bytes."""

    def render(self, data: DocumentData, issue: DocumentIssue) -> Rendering:
        """Draw draft and document (see ``DocumentRenderer``)."""
        return Rendering(
            draft=_draw(data, issue, watermark=True),
            document=_draw(data, issue, watermark=False),
        )


def _draw(data: DocumentData, issue: DocumentIssue, *, watermark: bool) -> bytes:
    match data:
        case BirthCertificateData():
            return render_birth_certificate(data, issue=issue, watermark=watermark)
        case FamilyCardData():
            return render_family_card(data, issue=issue, watermark=watermark)
