"""Draws the documents this office makes itself; the only place that knows reportlab.

Same data, same bytes: dates come from the data, identifiers from the content. Fonts are embedded
subsets.
"""

from siak_adapter.pdf.birth_certificate import render_birth_certificate
from siak_adapter.pdf.errors import TooMuchTextError, UnprintableTextError
from siak_adapter.pdf.family_card import render_family_card

__all__ = [
    "TooMuchTextError",
    "UnprintableTextError",
    "render_birth_certificate",
    "render_family_card",
]
