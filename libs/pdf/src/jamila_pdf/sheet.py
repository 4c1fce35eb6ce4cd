"""One PDF in the making: text, lines, watermark, QR and photo, each tagged or an artifact.

The operators of text and lines are written here: reportlab's general way costs half the time of a
document full of cells. Pages, fonts, images and the file itself are reportlab's.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from io import BytesIO
from threading import Lock
from typing import Final, NamedTuple

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import xObjectName
from reportlab.pdfgen.canvas import Canvas

from jamila_pdf.archive import CREATOR, LANGUAGE, About, make_archivable
from jamila_pdf.file import register, write_file
from jamila_pdf.fitting import Fitted
from jamila_pdf.layout import Placed, placed_text, watcher
from jamila_pdf.picture import jpeg_object
from jamila_pdf.qr import qr_path
from jamila_pdf.structure import Role, StructureTree
from jamila_pdf.typefaces import Face, chunks, load_faces, unit_width

DRAWING: Final = Lock()
"""reportlab keeps per-document state in the shared fonts, so one document is drawn at a time."""

Colour = tuple[float, float, float]
INK: Final[Colour] = (0.0, 0.0, 0.0)
SOFT: Final[Colour] = (0.36, 0.36, 0.36)
A4: Final = (595.28, 841.89)
A4_LANDSCAPE: Final = (841.89, 595.28)
CR80: Final = (85.60 * 72 / 25.4, 53.98 * 72 / 25.4)
"""The card of ISO/IEC 7810 ID-1, in points."""

LEADING: Final = 1.18
_WATERMARK_INK: Final = (0.96, 0.82, 0.82)
_WATERMARK: Final = "DRAFT \u2013 BELUM SAH"


class Align(Enum):
    """Where a text hangs on its x position."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Style(NamedTuple):
    """How a text looks; ``size`` in points."""

    face: Face
    size: float
    ink: Colour = INK
    align: Align = Align.LEFT


class Sheet:
    """A PDF in the making; coordinates are points from the lower left corner."""

    def __init__(self, about: About, *, page: tuple[float, float]) -> None:
        load_faces()
        # Without ASCII85 pages are a fifth smaller and need no encoding pass.
        rl_config.useA85 = 0
        self.width, self.height = page
        self._about = about
        self._canvas = Canvas(
            BytesIO(),
            pagesize=page,
            pageCompression=1,
            invariant=1,
            initialFontName=Face.SANS.value,
            lang=LANGUAGE,
            pdfVersion=(1, 7),
        )
        self._canvas.setTitle(about.title)
        self._canvas.setAuthor(about.author)
        self._canvas.setSubject(about.subject)
        self._canvas.setCreator(CREATOR)
        self._canvas.setDateFormatter(lambda *_now: f"D:{about.dated:%Y%m%d}000000+08'00'")
        self._tree = StructureTree()
        self._pages = 0
        self._watcher = watcher()
        self._in_leaf = False
        self._ink: Colour | None = None
        self._begin_page()

    def text(self, text: str, x: float, *, y: float, style: Style) -> None:
        """Draw one line with its baseline at y."""
        if style.align is not Align.LEFT or self._watcher is not None:
            width = unit_width(text, style.face) * style.size
            if style.align is not Align.LEFT:
                x -= width / 2 if style.align is Align.CENTRE else width
            if self._watcher is not None:
                size = style.size
                mark = placed_text(text, page=self._pages, at=(x, y), width=width, size=size)
                self._watcher.append(mark)
        if style.ink != self._ink:
            self._ink = style.ink
            self._emit(_paint(style.ink))
        document = self._canvas._doc  # noqa: SLF001  # font subsets belong to it
        # A space keeps the words of one leaf apart for whoever only hears or copies them.
        shown = chunks(f"{text} " if self._in_leaf else text, style.face, document)
        parts = [f"{name} {style.size:.2f} Tf ({part}) Tj" for name, part in shown]
        self._emit(f"BT {x:.2f} {y:.2f} Td {' '.join(parts)} ET")

    def lines(self, fitted: Fitted, x: float, *, y: float, style: Style) -> float:
        """Draw fitted lines downwards from baseline y; returns the baseline under the last one."""
        size = fitted.size
        if size != style.size:
            style = Style(style.face, size, style.ink, style.align)
        for line in fitted.lines:
            self.text(line, x, y=y, style=style)
            y -= size * LEADING
        return y

    def rule(self, x1: float, x2: float, *, y: float, width: float, ink: Colour = INK) -> None:
        """Draw a horizontal line."""
        self.grid([(x1, y, x2, y)], width=width, ink=ink)

    def grid(
        self, lines: Sequence[tuple[float, float, float, float]], *, width: float, ink: Colour = INK
    ) -> None:
        """Draw straight lines, each from (x1, y1) to (x2, y2)."""
        path = "\n".join(f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l" for x1, y1, x2, y2 in lines)
        self._emit(_stroke(ink, width))
        self._emit(f"{path} S")

    def frame(
        self, box: tuple[float, float, float, float], *, width: float, ink: Colour = INK
    ) -> None:
        """Draw the outline of a rectangle ``(x1, y1, x2, y2)``."""
        self._emit(_stroke(ink, width))
        self._emit(f"{_rectangle(box)} S")

    def fill(self, box: tuple[float, float, float, float], colour: Colour) -> None:
        """Fill a rectangle ``(x1, y1, x2, y2)``."""
        self._ink = colour
        self._emit(_paint(colour))
        self._emit(f"{_rectangle(box)} f")

    def dashed(self, box: tuple[float, float, float, float]) -> None:
        """Outline a place that is still empty."""
        self._emit("[3 2] 0 d")
        self.frame(box, width=0.7, ink=SOFT)
        self._emit("[] 0 d")

    def qr(self, content: str, x: float, *, y: float, side: float) -> None:
        """Draw a QR code with its lower left corner at (x, y); no quiet zone is added."""
        self._ink = INK
        self._emit("0 0 0 rg")
        self._emit(qr_path(content, x=x, y=y, side=side))
        self._note("qr", (x, y, x + side, y + side), content)

    def picture(self, jpeg: bytes, box: tuple[float, float, float, float]) -> None:
        """Draw an RGB photo, in JPEG, that has the shape of the box already."""
        x1, y1, x2, y2 = box
        name = f"photo{hashlib.sha256(jpeg).hexdigest()[:16]}"
        canvas, inside = self._canvas, xObjectName(name)
        document = canvas._doc  # noqa: SLF001  # reportlab's own way decodes the photo once more
        if inside not in document.idToObject:
            register(document, jpeg_object(jpeg), inside)
        canvas._formsinuse.append(name)  # noqa: SLF001  # what the page has to name
        self._emit(f"q {x2 - x1:.2f} 0 0 {y2 - y1:.2f} {x1:.2f} {y1:.2f} cm /{inside} Do Q")
        self._note("picture", box)

    def keep_free(self, box: tuple[float, float, float, float]) -> None:
        """Say that a place stays empty, for a hand or the visible signature; nothing is drawn."""
        self._note("room", box)

    def watermark(self, *, size: float = 46) -> None:
        """Mark the page as a draft, under everything drawn later."""
        watched, self._watcher = self._watcher, None
        columns = max(1, round(self.width / (size * 9.1)))
        rows = max(1, round(self.height / (size * 6.3)))
        style = Style(Face.SANS_BOLD, size, _WATERMARK_INK, Align.CENTRE)
        for column in range(columns):
            for row in range(rows):
                x, y = self.width * (column + 0.5) / columns, self.height * (row + 0.5) / rows
                # Turned by 30 degrees around the middle of its part of the page.
                self._emit(f"q 0.86603 0.5 -0.5 0.86603 {x:.2f} {y:.2f} cm")
                self.text(_WATERMARK, 0, y=-size / 3, style=style)
                self._emit("Q")
                self._ink = None
        self._watcher = watched

    @contextmanager
    def tag(self, role: Role, alternative: str = "") -> Iterator[None]:
        """What is drawn inside is one leaf of the structure; ``alternative`` describes a figure."""
        self._emit(f"EMC /{role} <</MCID {self._tree.leaf(role, alternative)}>> BDC")
        self._in_leaf = True
        yield
        self._in_leaf = False
        self._emit("EMC /Artifact BMC")

    @contextmanager
    def group(self, role: Role) -> Iterator[None]:
        """The leaves drawn inside belong together, e.g. a table or a row."""
        self._tree.open(role)
        yield
        self._tree.close()

    def end_page(self) -> None:
        """Finish the page and begin the next."""
        self._emit("EMC")
        self._canvas.showPage()
        self._tree.next_page()
        self._pages += 1
        self._begin_page()

    def finish(self) -> bytes:
        """Close the document and return its bytes; the last page must have been ended."""
        self._canvas._code.clear()  # noqa: SLF001  # nothing was drawn on the page after the last
        make_archivable(self._canvas, self._about, tree=self._tree, pages=self._pages)
        return write_file(self._canvas._doc)  # noqa: SLF001  # see jamila_pdf.file

    def _begin_page(self) -> None:
        # Whatever has no tag is decoration, which a screen reader passes over.
        self._emit = self._canvas._code.append  # noqa: SLF001  # the list of operators is its only way in
        self._emit("/Artifact BMC")
        self._ink = None

    def _note(self, mark: str, box: tuple[float, float, float, float], text: str = "") -> None:
        if self._watcher is not None:
            self._watcher.append(Placed(mark, self._pages, *box, text))  # type: ignore[arg-type]  # our own words


def _paint(colour: Colour) -> str:
    return "{:.3g} {:.3g} {:.3g} rg".format(*colour)


def _stroke(ink: Colour, width: float) -> str:
    return "{:.3g} {:.3g} {:.3g} RG {:.2f} w".format(*ink, width)


def _rectangle(box: tuple[float, float, float, float]) -> str:
    x1, y1, x2, y2 = box
    return f"{x1:.2f} {y1:.2f} {x2 - x1:.2f} {y2 - y1:.2f} re"
