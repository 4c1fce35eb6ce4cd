"""Sample papers for the demo and the tests: a phone photo of a paper, and a scan as PDF.

The words are the caller's; every paper carries the mark CONTOH, so that none is mistaken for a
document. The same words give the same bytes.
"""

import hashlib
import io
import textwrap
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, TiffImagePlugin

_PAPER: Final = (1000, 1414)
_TABLE: Final = (1300, 1760)
_CORNER: Final = ((_TABLE[0] - _PAPER[0]) // 2, (_TABLE[1] - _PAPER[1]) // 2)
"""Where on the table the paper lies."""
_PHOTO: Final = (1200, 1600)
_INK: Final = (34, 34, 46)
_PAPER_COLOUR: Final = (250, 248, 240)
_WOOD: Final = (112, 82, 58)
_STAMP: Final = (176, 44, 44)
_LINE_CHARACTERS: Final = 54
_SCAN_DPI: Final = 120
_EPOCH: Final = time.gmtime(1735689600)
"""1 January 2025 UTC: the date inside sample PDFs, fixed to keep their bytes equal."""

_GPS_IFD: Final = 0x8825
_MAKE, _MODEL, _TAKEN_AT = 0x010F, 0x0110, 0x0132


def photo_of_paper(title: str, lines: Sequence[str]) -> bytes:
    """A JPEG as a phone takes it: paper on a table, slightly askew, uneven light, EXIF with GPS.

    The GPS position is the town square of Paringin; whoever stores the photo has to strip it.
    """
    table = _table(title).copy()
    table.paste(_paper(title, lines), _CORNER)
    # Corners of the table in the photo, clockwise from the upper left as QUAD wants them: the
    # lower edge is nearer to the camera than the upper one.
    askew = (20, 50, 80, _TABLE[1] - 30, _TABLE[0] - 90, _TABLE[1] - 70, _TABLE[0] - 10, 15)
    photo = table.transform(_PHOTO, Image.Transform.QUAD, askew, Image.Resampling.BILINEAR)
    lit = Image.blend(ImageChops.multiply(photo, _light()), _sensor(), 0.03)
    out = io.BytesIO()
    lit.save(out, "JPEG", quality=82, exif=_exif())
    return out.getvalue()


def scanned_pdf(title: str, lines: Sequence[str]) -> bytes:
    """A one-page PDF holding nothing but the image of the paper, as an office scanner makes it."""
    page = ImageEnhance.Contrast(_paper(title, lines).convert("L")).enhance(1.15)
    page = page.rotate(0.4, Image.Resampling.BICUBIC, fillcolor=250)
    out = io.BytesIO()
    page.save(
        out,
        "PDF",
        resolution=_SCAN_DPI,
        title=title,
        producer="Contoh pemindai",
        creationDate=_EPOCH,
        modDate=_EPOCH,
    )
    return out.getvalue()


def spoiled(photo: bytes, flaw: str) -> bytes:
    """The same photo as it should not be: ``gelap`` too dark, ``buram`` blurred, ``kecil`` small.

    Raises:
        KeyError: there is no such flaw.
    """
    out = io.BytesIO()
    _FLAWS[flaw](Image.open(io.BytesIO(photo))).save(out, "JPEG", quality=70)
    return out.getvalue()


_FLAWS: Final[dict[str, Callable[[Image.Image], Image.Image]]] = {
    "gelap": lambda photo: ImageEnhance.Brightness(photo).enhance(0.12),
    "buram": lambda photo: photo.filter(ImageFilter.GaussianBlur(9)),
    "kecil": lambda photo: photo.resize((240, 320)),
}


def _paper(title: str, lines: Sequence[str]) -> Image.Image:
    paper = Image.new("RGB", _PAPER, _PAPER_COLOUR)
    draw = ImageDraw.Draw(paper)
    draw.rectangle((36, 36, _PAPER[0] - 36, _PAPER[1] - 36), outline=(150, 150, 150), width=2)
    heading = ImageFont.load_default(40)
    y = 96.0
    for part in textwrap.wrap(title, 38) or [""]:
        draw.text((_PAPER[0] / 2, y), part, _INK, heading, anchor="mm")
        y += 52
    draw.line((90, y, _PAPER[0] - 90, y), _INK, 3)
    y += 44
    for line in lines:
        y = _line(draw, line, y)
    stamp = Image.new("L", (430, 120), 0)
    pen = ImageDraw.Draw(stamp)
    pen.rounded_rectangle((6, 6, 424, 114), 16, outline=150, width=6)
    pen.text((215, 60), "CONTOH", 150, ImageFont.load_default(72), anchor="mm")
    turned = stamp.rotate(14, expand=True, resample=Image.Resampling.BICUBIC)
    paper.paste(_STAMP, (_PAPER[0] - 540, _PAPER[1] - 330), turned)
    return paper


def _line(draw: ImageDraw.ImageDraw, line: str, y: float) -> float:
    body = ImageFont.load_default(30)
    label, colon, value = line.partition(": ")
    indent = 390 if colon else 100
    width = _LINE_CHARACTERS // 2 + 2 if colon else _LINE_CHARACTERS
    if colon:
        draw.text((100, y), label, _INK, body)
        draw.text((370, y), ":", _INK, body)
    for part in textwrap.wrap(value if colon else line, width) or [""]:
        draw.text((indent, y), part, _INK, body)
        y += 44
    return y + 10


def _grain_tone(value: int) -> int:
    return 205 + value // 6


def _noise(size: tuple[int, int], seed: str) -> Image.Image:
    # SHAKE instead of Pillow's own noise, which draws from an unseeded generator.
    return Image.frombytes("L", size, hashlib.shake_128(seed.encode()).digest(size[0] * size[1]))


@lru_cache(maxsize=8)
def _table(title: str) -> Image.Image:
    """Wood, and the shadow of a paper that lies on it."""
    table = Image.new("RGB", _TABLE, _WOOD)
    grain = _noise((_TABLE[0] // 90, _TABLE[1]), title).resize(_TABLE, Image.Resampling.BILINEAR)
    table = ImageChops.multiply(table, Image.merge("RGB", [grain.point(_grain_tone)] * 3))
    left, top = _CORNER
    shadow = Image.new("L", _TABLE, 0)
    ImageDraw.Draw(shadow).rectangle(
        (left + 10, top + 14, left + _PAPER[0] + 14, top + _PAPER[1] + 18), fill=150
    )
    table.paste((30, 22, 16), mask=shadow.filter(ImageFilter.GaussianBlur(14)))
    return table


@lru_cache
def _sensor() -> Image.Image:
    noise = _noise((_PHOTO[0] // 2, _PHOTO[1] // 2), "sensor").resize(_PHOTO)
    return Image.merge("RGB", [noise] * 3)


@lru_cache
def _light() -> Image.Image:
    # Turned at double size and cut from the middle, so that no corner of the turn shows.
    gradient = Image.linear_gradient("L").resize((512, 512)).rotate(25, Image.Resampling.BILINEAR)
    middle = gradient.crop((128, 128, 384, 384)).resize(_PHOTO, Image.Resampling.BICUBIC)
    return Image.merge("RGB", [middle.point(lambda value: 205 + value // 5)] * 3)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[_MAKE], exif[_MODEL] = "Contoh", "Ponsel Contoh"
    exif[_TAKEN_AT] = "2025:01:01 09:30:00"
    ratio = TiffImagePlugin.IFDRational
    exif.get_ifd(_GPS_IFD).update(
        {
            1: "S",
            2: (ratio(2), ratio(20), ratio(6)),
            3: "E",
            4: (ratio(115), ratio(27), ratio(36)),
        }
    )
    return exif
