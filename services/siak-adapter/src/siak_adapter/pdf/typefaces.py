"""The embedded fonts and their cheap subsetting.

Liberation (SIL Open Font License) covers Latin with all diacritics. reportlab puts all of ASCII
into each font's first subset, so most documents share one subset: remembering it saves the two
slowest parts of a document.
"""

import zlib
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

from siak_adapter.pdf.errors import UnprintableTextError

_FONT_FOLDER: Final = Path(__file__).parent / "fonts"
_REMEMBERED_SUBSETS: Final = 64


class Face(StrEnum):
    """Fonts of the documents; each value names its font file."""

    SANS = "LiberationSans-Regular"
    SANS_BOLD = "LiberationSans-Bold"
    SERIF = "LiberationSerif-Regular"
    SERIF_BOLD = "LiberationSerif-Bold"
    SERIF_ITALIC = "LiberationSerif-Italic"


@lru_cache(maxsize=_REMEMBERED_SUBSETS)
def _deflate(content: bytes) -> bytes:
    return zlib.compress(content)


class _RememberedFlate:
    """Stream filter that compresses each font subset once per process."""

    pdfname = "FlateDecode"

    @staticmethod
    def encode(content: bytes) -> bytes:
        return _deflate(content)


class _RememberingFace(TTFontFace):  # type: ignore[misc]  # reportlab has no types
    """Font face that builds each subset once per process."""

    def __init__(self, filename: str) -> None:
        super().__init__(filename)
        self._subset_of = lru_cache(maxsize=_REMEMBERED_SUBSETS)(super().makeSubset)

    def makeSubset(self, subset: list[int]) -> bytes:  # noqa: N802  # reportlab's name
        return bytes(self._subset_of(tuple(subset)))

    def addSubsetObjects(self, doc: Any, fontname: str, subset: list[int]) -> Any:  # noqa: N802  # reportlab's name
        reference = super().addSubsetObjects(doc, fontname, subset)
        font_file = doc.idToObject[f"fontFile:{self.filename}({fontname})"]
        font_file.filters = [_RememberedFlate]
        return reference


@cache
def load_faces() -> None:
    """Register the fonts with reportlab; the first call of a process parses the files."""
    # Without ASCII85 the streams are a fifth smaller and need no encoding pass.
    rl_config.useA85 = 0
    for face in Face:
        path = str(_FONT_FOLDER / f"{face}.ttf")
        font = TTFont(face.value, path, shapable=False)
        font.face = _RememberingFace(path)
        pdfmetrics.registerFont(font)


def unit_width(text: str, face: Face) -> float:
    """Measure a text at size 1; widths grow in proportion to the size.

    Raises:
        UnprintableTextError: The font has no glyph for a character.
    """
    # Not remembered: a cache of texts would keep names in memory after their case is gone.
    known = pdfmetrics.getFont(face.value).face.charToGlyph
    if missing := next((char for char in text if ord(char) not in known), None):
        raise UnprintableTextError(ord(missing))
    return float(pdfmetrics.stringWidth(text, face.value, 1))
