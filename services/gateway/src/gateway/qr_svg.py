"""QR codes for a page: one SVG without styles or scripts, so that a strict CSP lets it be."""

import re
from typing import Final

from jamila_pdf.qr import qr_rows

_QUIET: Final = 4
"""Modules of white around it; readers want four (ISO/IEC 18004)."""
_DARK: Final = re.compile(rb"\0+")


def qr_svg(content: str, *, label: str) -> str:
    """A QR code as ``<svg>`` element; black on white in every theme.

    Args:
        content: What a reader reads.
        label: What a screen reader says; plain words without markup.
    """
    rows = qr_rows(content)
    side = len(rows) + 2 * _QUIET
    path = "".join(
        _bar(run.start() + _QUIET, index + _QUIET, run.end() - run.start())
        for index, row in enumerate(rows)
        for run in _DARK.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="{label}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )


def _bar(x: int, y: int, width: int) -> str:
    return f"M{x} {y}h{width}v1H{x}z"
