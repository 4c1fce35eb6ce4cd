"""Looks at a PDF as people and programs see it: as pictures, as text, as structure.

Uses poppler's tools; without them a test fails rather than skips.
"""

import re
import subprocess
import tempfile
from functools import reduce
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageFilter

GOLDEN_DPI: Final = 72
MOST_DIFFERENCE: Final = 24
"""Difference, of 255, that is still the same picture. Measured: poppler's two rasterisers differ by
up to 16 on our documents, two names that changed places by 35 and more."""

_TILE: Final = 9
"""Pixels of the side of the squares that are compared: about one word."""
_STEPS: Final = (-1, 0, 1)
"""Pixels a mark may lie elsewhere: another version of the rasteriser rounds in another way."""
_STRIP: Final = 50
"""Pixels of the length of the strips in which lines are looked for."""
_FINE: Final = 0.6
_LINE_WEIGHT: Final = 0.32
"""Strips differ by 42 between the rasterisers, and by 142 where a line moved by two pixels."""
_BLUR: Final = 2.5
"""Takes away how a rasteriser smooths letters, and leaves where there is ink and how much."""
_GREYS: Final = 16


def text_of(pdf: bytes) -> str:
    """What a reader can copy out of it, laid out as on the page; pages end with a form feed."""
    return _poppler(pdf, "pdftotext", "-layout", "{}", "-")


def raw_text_of(pdf: bytes) -> str:
    """The text in the order in which it was drawn, without layout: one line per line."""
    lines = _poppler(pdf, "pdftotext", "-raw", "{}", "-").replace("\f", "\n[halaman]\n")
    return "\n".join(" ".join(line.split()) for line in lines.splitlines() if line.strip()) + "\n"


def structure_of(pdf: bytes) -> str:
    """The structure tree with its texts, as a screen reader gets it."""
    return _poppler(pdf, "pdfinfo", "-struct-text", "{}")


def information_of(pdf: bytes) -> dict[str, str]:
    """Title, page size and so on."""
    lines = _poppler(pdf, "pdfinfo", "{}").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def fonts_of(pdf: bytes) -> dict[str, tuple[bool, bool, bool]]:
    """By font: is it embedded, is it a subset, and do its letters have a meaning as text?"""
    rows = _poppler(pdf, "pdffonts", "{}").splitlines()[2:]
    answers = {row.split()[0]: re.search(r"((?:yes|no) +){3}", row) for row in rows}
    return {
        name: tuple(each == "yes" for each in found.group().split())  # type: ignore[misc]  # three of them
        for name, found in answers.items()
        if found
    }


def pictures_of(pdf: bytes, *, dpi: int = GOLDEN_DPI, cairo: bool = False) -> list[Image.Image]:
    """One picture per page; ``cairo`` takes poppler's other rasteriser."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "paper.pdf")
        path.write_bytes(pdf)
        tool = "pdftocairo" if cairo else "pdftoppm"
        _run(tool, "-png", "-r", str(dpi), str(path), str(Path(folder, "page")))
        found = []
        for picture in sorted(Path(folder).glob("page*.png")):
            with Image.open(picture) as image:
                found.append(image.convert("RGB"))
        return found


def kept(picture: Image.Image) -> Image.Image:
    """A picture as it is kept in the repository: few greys, small."""
    step = 255 / (_GREYS - 1)
    greys = picture.convert("L").point(lambda value: round(round(value / step) * step))
    return greys.convert("P", palette=Image.Palette.ADAPTIVE, colors=_GREYS)


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much two pictures differ where they differ most.

    Two things are compared with the same place of the other picture, moved by at most a pixel:
    blurred small squares, which find other words and missing codes, and long thin strips, which
    find lines that are elsewhere. Another rasteriser passes. A single digit may slip through: texts
    are compared as texts.

    Returns:
        0 to 255; up to ``MOST_DIFFERENCE`` counts as equal. 255 for other sizes.
    """
    if one.size != other.size:
        return 255.0
    ink, other_ink = (ImageChops.invert(picture.convert("L")) for picture in (one, other))
    upright, other_upright = (
        picture.transpose(Image.Transpose.TRANSPOSE) for picture in (ink, other_ink)
    )
    return max(
        _squares(ink, other_ink),
        _LINE_WEIGHT * _strips(ink, other_ink),
        _LINE_WEIGHT * _strips(upright, other_upright),
    )


def _squares(ink: Image.Image, other: Image.Image) -> float:
    fixed, moved = (picture.filter(ImageFilter.GaussianBlur(_BLUR)) for picture in (ink, other))
    places = [(right, down) for right in _STEPS for down in _STEPS]
    apart = [
        ImageChops.difference(fixed, ImageChops.offset(moved, *place)).filter(
            ImageFilter.BoxBlur((_TILE - 1) / 2)
        )
        for place in places
    ]
    best = reduce(ImageChops.darker, apart)
    # Moved pictures wrap around at the edges, where documents have nothing.
    return _most(best.crop((2, 2, best.width - 2, best.height - 2)))


def _strips(ink: Image.Image, other: Image.Image) -> float:
    size = (max(1, ink.width // _STRIP), ink.height)
    fixed, moved = (picture.filter(ImageFilter.GaussianBlur(_FINE)) for picture in (ink, other))
    apart = [
        ImageChops.difference(
            fixed.resize(size, Image.Resampling.BOX),
            ImageChops.offset(moved, 0, down).resize(size, Image.Resampling.BOX),
        )
        for down in _STEPS
    ]
    return _most(reduce(ImageChops.darker, apart))


def _most(grey: Image.Image) -> float:
    return float(grey.getextrema()[1])  # type: ignore[arg-type]  # one channel, one pair


def _poppler(pdf: bytes, *command: str) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return _run(*(part.format(file.name) for part in command))


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed commands
    return done.stdout.decode()
