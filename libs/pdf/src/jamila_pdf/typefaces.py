"""The embedded fonts and their cheap subsetting.

Liberation (SIL Open Font License) covers Latin with all diacritics. reportlab puts all of ASCII
into each font's first subset, so most documents share one subset: remembering what becomes of it
saves the slowest part of a document.
"""

import zlib
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFObjectReference
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, makeToUnicodeCMap

from jamila_pdf.errors import UnprintableTextError
from jamila_pdf.file import register

_FONT_FOLDER: Final = Path(__file__).parent / "fonts"
_REMEMBERED_SUBSETS: Final = 64
_ESCAPES: Final = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})
_FONTS: Final[dict["Face", Any]] = {}
_SYMBOLIC: Final = 4
_NON_SYMBOLIC: Final = 32


class Face(StrEnum):
    """Fonts of the documents; each value names its font file."""

    SANS = "LiberationSans-Regular"
    SANS_BOLD = "LiberationSans-Bold"
    SERIF = "LiberationSerif-Regular"
    SERIF_BOLD = "LiberationSerif-Bold"
    SERIF_ITALIC = "LiberationSerif-Italic"


class _Program(NamedTuple):
    """What a subset looks like in a file; object numbers are still missing."""

    font_file: bytes
    to_unicode: bytes
    descriptor: bytes
    font: bytes


class _RememberingFont(TTFont):  # type: ignore[misc]  # reportlab has no types
    """A font that works out each of its subsets once per process."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # reportlab's name
        state = self.state[doc]
        state.frozen = 1
        fonts = doc.idToObject["BasicFonts"].dict
        for index, subset in enumerate(state.subsets):
            internal = self.getSubsetInternalName(index, doc)[1:]
            program = _program(Face(self.fontName), index, tuple(subset))
            file = _register(doc, program.font_file)
            unicode = _register(doc, program.to_unicode)
            descriptor = _register(doc, program.descriptor % file)
            fonts[internal] = PDFObjectReference(
                register(doc, program.font % (descriptor, unicode))
            )
        del self.state[doc]


def _register(doc: Any, content: bytes) -> int:
    register(doc, content)
    return int(doc.objectcounter)


@lru_cache(maxsize=_REMEMBERED_SUBSETS)
def _program(which: Face, index: int, subset: tuple[int, ...]) -> _Program:
    face = _FONTS[which].face
    name = b"%s+%s" % (SUBSETN(index), face.name)
    outlines = bytes(face.makeSubset(list(subset)))
    unicode = makeToUnicodeCMap(name.decode(), subset).encode()
    # Symbolic and without an encoding, as PDF/A wants of subsets that count their own way.
    flags = face.flags & ~_NON_SYMBOLIC | _SYMBOLIC
    box = " ".join(f"{edge:.0f}" for edge in face.bbox)
    descriptor = (
        f"<</Type /FontDescriptor /FontName /{name.decode()} /Flags {flags} /FontBBox [{box}] "
        f"/Ascent {face.ascent:.0f} /Descent {face.descent:.0f} /CapHeight {face.capHeight:.0f} "
        f"/ItalicAngle {face.italicAngle:.0f} /StemV {face.stemV:.0f} "
        f"/MissingWidth {face.defaultWidth:.0f} /FontFile2 %d 0 R>>"
    )
    widths = " ".join(f"{face.getCharWidth(code):.4g}" for code in subset)
    font = (
        f"<</Type /Font /Subtype /TrueType /BaseFont /{name.decode()} /FirstChar 0 "
        f"/LastChar {len(subset) - 1} /Widths [{widths}] /FontDescriptor %d 0 R "
        "/ToUnicode %d 0 R>>"
    )
    return _Program(
        font_file=_stream(outlines, b"/Length1 %d " % len(outlines)),
        to_unicode=_stream(unicode, b""),
        descriptor=descriptor.encode(),
        font=font.encode(),
    )


def _stream(content: bytes, extra: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<<%s/Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (
        extra,
        len(packed),
        packed,
    )


@cache
def load_faces() -> None:
    """Register the fonts with reportlab; the first call of a process parses the files."""
    for face in Face:
        path = str(_FONT_FOLDER / f"{face}.ttf")
        font = _RememberingFont(face.value, path, shapable=False)
        pdfmetrics.registerFont(font)
        _FONTS[face] = font


def unit_width(text: str, face: Face) -> float:
    """Measure a text at size 1; widths grow in proportion to the size.

    Raises:
        UnprintableTextError: The font has no glyph for a character.
    """
    # Not remembered: a cache of texts would keep names in memory after their case is gone.
    font = _FONTS[face]
    if not (text.isascii() and text.isprintable()):
        known = font.face.charToGlyph
        if missing := next((char for char in text if ord(char) not in known), None):
            raise UnprintableTextError(ord(missing))
    return float(font.stringWidth(text, 1))


def chunks(text: str, face: Face, document: Any) -> list[tuple[str, str]]:
    """Split a text into operands: name of the font subset in a document, and the escaped string."""
    font = _FONTS[face]
    if text.isascii() and document in font.state:
        # All of ASCII stands at its own place in the first subset.
        return [(font.getSubsetInternalName(0, document), text.translate(_ESCAPES))]
    return [
        (font.getSubsetInternalName(subset, document), escapePDF(part))
        for subset, part in font.splitString(text, document)
    ]
