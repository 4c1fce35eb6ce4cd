"""Pictures of papers: unfolded with a limit, turned upright, written anew without anything hidden.

And a first look at whether somebody will be able to read them.
"""

import io
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final, Literal

from PIL import Image, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

from intake.messages import CleanPaper, PaperRefusedError

_JPEG_QUALITY: Final = 90
_FORMATS: Final = ("JPEG", "PNG")
_AT_A_TIME: Final = BoundedSemaphore(2)
"""A picture at the limit takes some hundred megabytes while it is open."""
_LOOKED_AT_SIDE: Final = 1000
_FLAT: Final = 9.0
"""Below this variance there is nothing on the paper that could be blurred."""
_BLURS: Final = (0.7, 2.0)
_NEARLY_NONE: Final = 0.1
_EDGES: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
"""Laplace operator."""


@dataclass(frozen=True)
class Legibility:
    """From where on a picture is called hard to read.

    Measured on papers as WhatsApp recompresses them (``test_images.py``): of the edges of a sharp
    photo 0.03 to 0.12 survive, of one that is blurred by 3 pixels of 1,600 0.76 and more.
    """

    dark_below: float = 55.0
    """Mean brightness, 0 to 255."""
    small_below: int = 700
    """Pixels of the longer side."""
    blurred_above: float = 0.6
    """Part of the edges that survives a blur of ours: what is blurred already loses little."""


def clean_image(content: bytes, max_pixels: int, legibility: Legibility) -> CleanPaper:
    """Make a picture anew from its pixels; the same bytes give the same result.

    Raises:
        PaperRefusedError: it is broken, no picture at all, or unfolds to too many pixels.
    """
    with _AT_A_TIME:
        try:
            return _cleaned(content, max_pixels, legibility)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise PaperRefusedError("gambar-terlalu-luas") from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError):
            # Pillow raises all of these for broken files (SyntaxError for a broken PNG).
            raise PaperRefusedError("gambar-rusak") from None


def hints_about(image: Image.Image, legibility: Legibility) -> tuple[str, ...]:
    """What makes a picture hard to read: ``gelap``, ``kecil``, ``buram``."""
    grey = image.convert("L")
    grey.thumbnail((_LOOKED_AT_SIDE, _LOOKED_AT_SIDE), Image.Resampling.BOX)
    light = ImageStat.Stat(grey)
    brightness, contrast = light.mean[0], light.var[0]
    found = {
        "gelap": brightness < legibility.dark_below,
        "kecil": max(image.size) < legibility.small_below,
        "buram": contrast > _FLAT and _surviving(grey) > legibility.blurred_above,
    }
    return tuple(hint for hint, holds in found.items() if holds)


def _surviving(grey: Image.Image) -> float:
    """How much of the edges is left after a blur; a slight one first takes away the grain."""
    sharp, soft = (grey.filter(ImageFilter.GaussianBlur(radius)) for radius in _BLURS)
    left, right = (ImageStat.Stat(each.filter(_EDGES)).var[0] for each in (soft, sharp))
    return left / max(right, _NEARLY_NONE)


def _cleaned(content: bytes, max_pixels: int, legibility: Legibility) -> CleanPaper:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        if image.width * image.height > max_pixels:
            raise PaperRefusedError("gambar-terlalu-luas")
        kind = image.format
        upright = ImageOps.exif_transpose(image)
        upright.load()
    encoded, media_type = _encoded(upright, kind)
    return CleanPaper(encoded, media_type, hints_about(upright, legibility))


def _encoded(
    image: Image.Image, kind: str | None
) -> tuple[bytes, Literal["image/jpeg", "image/png"]]:
    out = io.BytesIO()
    if kind == "PNG":
        clean = image.copy() if image.mode in ("1", "L", "RGB", "RGBA") else image.convert("RGBA")
        clean.info.clear()
        clean.save(out, "PNG", optimize=False)
        return out.getvalue(), "image/png"
    clean = image.copy() if image.mode in ("L", "RGB") else image.convert("RGB")
    clean.info.clear()
    clean.save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue(), "image/jpeg"
