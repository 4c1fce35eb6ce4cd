"""Draws with the renderers of ``siak_adapter.pdf``."""

from collections.abc import Mapping

from siak_adapter.documents import DocumentData, DocumentIssue
from siak_adapter.drafting import Rendering
from siak_adapter.pdf import Photos, render_document


class PdfRenderer:
    """Draft and document as PDF; the same data gives the same bytes."""

    def render(
        self, data: DocumentData, issue: DocumentIssue, pictures: Mapping[str, bytes]
    ) -> Rendering:
        """Draw draft and document (see ``DocumentRenderer``)."""
        photos = Photos(pictures)
        return Rendering(
            draft=render_document(data, issue=issue, watermark=True, pictures=photos),
            document=render_document(data, issue=issue, watermark=False, pictures=photos),
        )
